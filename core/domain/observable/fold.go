package observable

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// The names of the DNS are compared after a mapping (UTS #46) whose tables the
// standard library lacks. What follows maps what people and attackers write
// and refuses the rest: a name is folded as a browser would, or not at all.
// One gap is known: vowel signs of Indic scripts written in parts stay so.

// fold brings a name to lower case, full-width and decorated letters to plain
// ones, letters with accents to their composed form, and drops what is
// invisible and without meaning.
func fold(s string) (string, error) {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		r = plain(r)
		switch {
		case r < utf8.RuneSelf:
			out = append(out, r)
		case ignorable(r):
		case r == '\u0E33' || r == '\u0EB3': // Thai and Lao am, which are two letters
			out = append(out, r+0x1A, r-1)
		case !inNames(r):
			return "", fault.New(fault.Invalid, "has a character that no name may have, or that stands for another")
		case composes(r):
			if len(out) == 0 {
				return "", notComposed()
			}
			both := compose(out[len(out)-1], r)
			if both == 0 {
				return "", notComposed()
			}
			out[len(out)-1] = both
		default:
			out = append(out, r)
		}
	}
	return string(out), nil
}

func notComposed() error {
	return fault.New(fault.Invalid, "has an accent apart from its letter; write the composed letter")
}

// plain returns the lower-case letter that a browser reads for r.
func plain(r rune) rune {
	switch {
	case r == 'İ': // its lower case is two characters, and an i alone is another name
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		r -= 0xFF01 - '!'
	case r >= 0x24B6 && r <= 0x24E9: // circled
		r = 'a' + (r-0x24B6)%26
	case r >= 0x1D400 && r <= 0x1D6A3: // mathematical alphabets
		r = 'a' + (r-0x1D400)%26
	case r >= 0x1D7CE && r <= 0x1D7FF:
		r = '0' + (r-0x1D7CE)%10
	}
	return unicode.ToLower(r)
}

// ignorable reports whether r vanishes from a name: soft hyphens, zero-width
// spaces, byte order marks, variation selectors.
func ignorable(r rune) bool {
	switch r {
	case '\u00AD', '\u034F', '\u200B', '\u2060', '\u2064', '\uFEFF':
		return true
	}
	return unicode.Is(unicode.Variation_Selector, r)
}

// composes reports whether r is an accent that makes one letter with the one
// before it.
func composes(r rune) bool { return r >= 0x0300 && r <= 0x036F || r >= 0x0653 && r <= 0x0655 }

// compose returns the letter with the accent, 0 when there is none. The table
// holds the Latin of Europe and Vietnam, Greek, Cyrillic and Arabic.
func compose(letter, accent rune) rune {
	for _, row := range [...]struct {
		accent          rune
		plain, accented string
	}{
		{0x0300, "aeiounwyâêôăơưие", "àèìòùǹẁỳầềồằờừѝѐ"},
		{0x0301, "aeiouycnszlrgkmpwâêôăơưαεηιουωгк", "áéíóúýćńśźĺŕǵḱḿṕẃấếốắớứάέήίόύώѓќ"},
		{0x0302, "aeioucghjswyzạẹọ", "âêîôûĉĝĥĵŝŵŷẑậệộ"},
		{0x0303, "anoieuvyâêôăơư", "ãñõĩẽũṽỹẫễỗẵỡữ"},
		{0x0304, "aeiouygиу", "āēīōūȳḡӣӯ"},
		{0x0306, "aegiouạиу", "ăĕğĭŏŭặйў"},
		{0x0307, "czgeabdfhmnoprstwxy", "ċżġėȧḃḋḟḣṁṅȯṗṙṡṫẇẋẏ"},
		{0x0308, "aeiouywhxtеіιυ", "äëïöüÿẅḧẍẗёїϊϋ"},
		{0x0309, "aeiouyâêôăơư", "ảẻỉỏủỷẩểổẳởử"},
		{0x030A, "auwy", "åůẘẙ"},
		{0x030B, "ouу", "őűӳ"},
		{0x030C, "cdenrstzlaiougkhj", "čďěňřšťžľǎǐǒǔǧǩȟǰ"},
		{0x031B, "ou", "ơư"},
		{0x0323, "aeiouyơưbdhklmnrstvwz", "ạẹịọụỵợựḅḍḥḳḷṃṇṛṣṭṿẉẓ"},
		{0x0326, "st", "șț"},
		{0x0327, "cstgklnredh", "çşţģķļņŗȩḑḩ"},
		{0x0328, "aeiuo", "ąęįųǫ"},
		{0x0653, "ا", "آ"},
		{0x0654, "اويەہے", "أؤئۀۂۓ"},
		{0x0655, "ا", "إ"},
	} {
		before, _, ok := strings.Cut(row.plain, string(letter))
		if ok && row.accent == accent {
			return []rune(row.accented)[utf8.RuneCountInString(before)]
		}
	}
	return 0
}

// inNames reports whether r, beyond ASCII, may stand in a name and means
// itself there.
func inNames(r rune) bool {
	if r == 'İ' || standsForAnother(r) {
		return false
	}
	switch r {
	case '·', '・', '׳', '״', '\u200C', '\u200D': // punctuation inside Catalan, Japanese, Hebrew, Persian, Hindi words
		return true
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || unicode.Is(unicode.So, r)
}

// standsForAnother reports the characters that a browser reads as others: the
// forms kept for old character sets, ligatures, letters raised, squared or
// written out of parts. A few that mean themselves lie between and are refused
// with them; nobody registers them.
func standsForAnother(r rune) bool {
	spans := [...]rune{ // pairs: from, to
		0x00AA, 0x00AA, 0x00B5, 0x00B5, 0x00BA, 0x00BA, 0x0133, 0x0133, 0x0140, 0x0140,
		0x0149, 0x0149, 0x017F, 0x017F, 0x01C4, 0x01CC, 0x01F1, 0x01F3, 0x02B0, 0x02B8,
		0x02E0, 0x02E4, 0x0374, 0x0374, 0x037A, 0x037A, 0x03D0, 0x03D6, 0x03F0, 0x03F2,
		0x03F5, 0x03F5, 0x0587, 0x0587, 0x0675, 0x0678, 0x0958, 0x095F, 0x09DC, 0x09DF,
		0x0A33, 0x0A36, 0x0A59, 0x0A5E, 0x0B5C, 0x0B5D, 0x0EDC, 0x0EDD, 0x0F43, 0x0F43,
		0x0F4D, 0x0F4D, 0x0F52, 0x0F5C, 0x0F69, 0x0F69, 0x0F73, 0x0F81, 0x0F93, 0x0FB9,
		0x10FC, 0x10FC, 0x1100, 0x11FF, 0x13A0, 0x13FF, 0x17B4, 0x17B5, 0x1C80, 0x1C88,
		0x1D2C, 0x1DBF, 0x1E9A, 0x1E9B, 0x1F71, 0x1FFF, 0x2070, 0x209F, 0x2100, 0x218F,
		0x249C, 0x24B5, 0x2C7C, 0x2C7D, 0x2D6F, 0x2D6F, 0x2E80, 0x2FFF, 0x3036, 0x3036,
		0x3099, 0x309A, 0x309F, 0x309F, 0x30FF, 0x30FF, 0x3131, 0x319F, 0x3200, 0x33FF,
		0xA69C, 0xA69D, 0xA770, 0xA770, 0xA7F2, 0xA7F9, 0xAB5C, 0xABBF, 0xF900, 0xFDFF,
		0xFE70, 0xFFFF, 0x10781, 0x107BA, 0x1D15E, 0x1D1C0, 0x1D400, 0x1D7FF, 0x1E030, 0x1E06D,
		0x1EE00, 0x1EEFF, 0x1F100, 0x1F1E5, 0x1F200, 0x1F2FF, 0x1FBF0, 0x1FBF9, 0x2F800, 0x2FA1F,
	}
	for span := range slices.Chunk(spans[:], 2) {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}
