package fault

// IfVersion compares the version that a change was meant for with the present
// one. A nil want fits every version.
func IfVersion(want *int, have int) error {
	if want == nil || *want == have {
		return nil
	}
	return New(Stale, "the object has changed since it was read").WithCode("stale_version")
}
