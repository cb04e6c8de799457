package observable

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// bitcoin reads an address of Bitcoin's main network in either of its forms
// and checks its checksum, so that a mistyped wallet is not hunted for.
func bitcoin(s string) (string, error) {
	if rest, ok := cutFold(s, "bitcoin:"); ok {
		s, _, _ = strings.Cut(rest, "?") // the amount and the label of a payment request
	}
	lower := strings.ToLower(s)
	if strings.HasPrefix(lower, "bc1") {
		if s != lower && s != strings.ToUpper(s) || !segwit(lower) {
			return "", notBitcoin()
		}
		return lower, nil
	}
	if !base58check(s) {
		return "", notBitcoin()
	}
	return s, nil
}

func notBitcoin() error {
	return fault.New(fault.Invalid, "is not a Bitcoin address, or its checksum is wrong")
}

// base58check reports whether s is a version (0: a key, 5: a script), a hash
// of 20 bytes and the first 4 bytes of its double SHA-256.
func base58check(s string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var raw [25]byte
	sum, radix := new(big.Int), big.NewInt(int64(len(alphabet)))
	for i := range len(s) {
		digit := strings.IndexByte(alphabet, s[i])
		sum.Mul(sum, radix).Add(sum, big.NewInt(int64(digit)))
		if digit < 0 || sum.BitLen() > 8*len(raw) {
			return false
		}
	}
	sum.FillBytes(raw[:])
	ones := len(s) - len(strings.TrimLeft(s, "1"))
	zeros := len(raw) - len(bytes.TrimLeft(raw[:], "\x00"))
	once := sha256.Sum256(raw[:21])
	twice := sha256.Sum256(once[:])
	return ones == zeros && (raw[0] == 0 || raw[0] == 5) && bytes.Equal(twice[:4], raw[21:])
}

// segwit reports whether s, in lower case, is a witness program by BIP 173
// (version 0) or BIP 350 (later versions), whose checksums differ.
func segwit(s string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	const longest, shortest = 90, 14
	if len(s) > longest || len(s) < shortest {
		return false
	}
	values := []int{3, 3, 0, 2, 3} // "bc", its high bits, a zero, its low bits
	for i := len("bc1"); i < len(s); i++ {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return false
		}
		values = append(values, v)
	}
	version, program := values[5], values[6:len(values)-6]
	checksum := 1
	if version > 0 {
		checksum = 0x2bc830a3
	}
	size := len(program) * 5 / 8
	padding := len(program) * 5 % 8
	switch {
	case version > 16, size < 2, size > 40, version == 0 && size != 20 && size != 32:
		return false
	case padding > 4, program[len(program)-1]&(1<<padding-1) != 0:
		return false
	}
	return polymod(values) == checksum
}

// polymod is the checksum of BIP 173: a BCH code over 32 symbols.
func polymod(values []int) int {
	sum := 1
	for _, v := range values {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ v
		for i, g := range [...]int{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
