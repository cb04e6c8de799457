// Package sharing marks how far information may travel and how openly it may
// be acted upon.
package sharing

// TLP is a Traffic Light Protocol 2.0 label (FIRST, 2022).
type TLP string

// The labels, from the least to the most restricted.
const (
	Clear       TLP = "clear"
	Green       TLP = "green"
	Amber       TLP = "amber"
	AmberStrict TLP = "amber_strict"
	Red         TLP = "red"
)

// TLPs lists the labels.
func TLPs() []TLP { return []TLP{Clear, Green, Amber, AmberStrict, Red} }

// PAP is a Permissible Actions Protocol level: what may be done with the
// information without tipping off an attacker.
type PAP string

// The levels, from the least to the most restricted.
const (
	PAPClear PAP = "clear"
	PAPGreen PAP = "green"
	PAPAmber PAP = "amber"
	PAPRed   PAP = "red"
)

// PAPs lists the levels.
func PAPs() []PAP { return []PAP{PAPClear, PAPGreen, PAPAmber, PAPRed} }
