package observable

import (
	"strings"
	"unicode"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// The lengths of a telephone number in digits: E.164 allows fifteen with the
// country, short codes of senders have three.
const (
	minPhone, minForeign = 3, 7
	maxPhone             = 15
)

// phone reads a telephone number: + and digits where the country is known, and
// digits alone where it is not. 00 in front is +, and the (0) that is dialled
// inside a country only is dropped.
func phone(s string) (string, error) {
	s, _ = cutFold(s, "tel:")
	if strings.HasPrefix(strings.TrimSpace(s), "+") {
		s = strings.Replace(s, "(0)", "", 1)
	}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("()./", r) {
			return -1
		}
		return r
	}, s)
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = "+" + rest
	}
	number, foreign := strings.CutPrefix(digits, "+")
	least := minPhone
	if foreign {
		least = minForeign
	}
	if !allDigits(number) || len(number) < least || len(number) > maxPhone || foreign && number[0] == '0' {
		return "", fault.New(fault.Invalid, "is not a telephone number such as +14155550123")
	}
	return digits, nil
}
