package observable

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// The parameters of punycode, RFC 3492 section 5.
const (
	base        = 36
	thresholdLo = 1
	thresholdHi = 26
	skew        = 38
	damp        = 700
	initialBias = 72
	initialN    = 0x80
)

// prefix marks a label as punycode.
const prefix = "xn--"

// punycode returns a label in ASCII. A label that is ASCII already is returned
// as it is, also with the prefix: what it decodes to is for the reader.
func punycode(label string) (string, error) {
	runes := []rune(label)
	if len(runes) == len(label) {
		return label, nil
	}
	if strings.HasPrefix(label, prefix) {
		return "", fault.New(fault.Invalid, "has a label that is in punycode and is not")
	}
	// Each character costs at least one; this also bounds the work below.
	if len(runes) > maxLabel {
		return "", tooLongLabel()
	}
	return prefix + encode(runes), nil
}

// encode is the procedure of RFC 3492 section 6.3. At most 63 runes cannot
// overflow an int.
func encode(runes []rune) string {
	var out []byte
	for _, r := range runes {
		if r < utf8.RuneSelf {
			out = utf8.AppendRune(out, r)
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(initialN), 0, initialBias
	for done := basic; done < len(runes); {
		next := slices.MinFunc(runes, func(a, b rune) int { return atLeast(n, a) - atLeast(n, b) })
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r == n {
				out = number(out, delta, bias)
				bias = adapt(delta, done+1, done == basic)
				delta = 0
				done++
			}
		}
		delta++
		n++
	}
	return string(out)
}

// atLeast orders the runes from n on before those already encoded.
func atLeast(n, r rune) int {
	if r < n {
		return utf8.MaxRune + 1
	}
	return int(r)
}

// number appends a generalised variable-length integer, RFC 3492 section 3.3.
func number(out []byte, q, bias int) []byte {
	for k := base; ; k += base {
		t := min(max(k-bias, thresholdLo), thresholdHi)
		if q < t {
			return append(out, digit(q))
		}
		out = append(out, digit(t+(q-t)%(base-t)))
		q = (q - t) / (base - t)
	}
}

func digit(d int) byte { return "abcdefghijklmnopqrstuvwxyz0123456789"[d] }

// adapt is the bias after a delta, RFC 3492 section 6.1.
func adapt(delta, points int, first bool) int {
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (base-thresholdLo)*thresholdHi/2; k += base {
		delta /= base - thresholdLo
	}
	return k + (base-thresholdLo+1)*delta/(delta+skew)
}
