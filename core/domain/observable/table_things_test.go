package observable_test

import (
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/observable"
)

func thingRows() []row {
	hex := "d41d8cd98f00b204e9800998ecf8427e"
	sha1 := "da39a3ee5e6b4b0d3255bfef95601890afd80709"
	sha256 := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	return []row{
		// hashes
		{observable.MD5, strings.ToUpper(hex), hex, ""},
		{observable.MD5, "MD5=" + hex, hex, ""},
		{observable.MD5, sha1, "", "32 hexadecimal"},
		{observable.MD5, hex[:31] + "g", "", "32 hexadecimal"},
		{observable.JA3, strings.ToUpper(hex), hex, ""},
		{observable.JA3, "771,4865-4866,0-23,29,0", "", "32 hexadecimal"},
		{observable.SHA1, "SHA-1: " + sha1, sha1, ""},
		{observable.SHA1, "da:39:a3:ee:5e:6b:4b:0d:32:55:bf:ef:95:60:18:90:af:d8:07:09", sha1, ""},
		{observable.SHA1, "da:39:a3:ee:5e:6b:4b:0d:32:55:bf:ef:95:60:18:90:af:d8:0709:", "", "40 hexadecimal"},
		{observable.SHA256, "sha256:" + sha256, sha256, ""},
		{observable.SHA256, sha256 + "0", "", "64 hexadecimal"},
		{observable.SHA512, strings.Repeat("AB", 64), strings.Repeat("ab", 64), ""},
		{observable.SHA512, sha256, "", "128 hexadecimal"},
		{observable.CVE, "cve-2021-44228", "CVE-2021-44228", ""},
		{observable.CVE, "CVE–2021‑44228", "CVE-2021-44228", ""},
		{observable.CVE, "CVE_2014_0160", "CVE-2014-0160", ""},
		{observable.CVE, "CVE-2021-00044228", "CVE-2021-44228", ""},
		{observable.CVE, "CVE-2021-123", "", "not a CVE"},
		{observable.CVE, "CVE-21-44228", "", "not a CVE"},
		{observable.CVE, "2021-44228", "", "not a CVE"},
		{observable.CVE, "CVE-2021-44228x", "", "not a CVE"},

		// registry
		{observable.RegKey, `HKLM\Software\Run`, `HKEY_LOCAL_MACHINE\Software\Run`, ""},
		{observable.RegKey, `hkcu:\Software\Run\`, `HKEY_CURRENT_USER\Software\Run`, ""},
		{observable.RegKey, `HKU\\S-1-5-18\\X`, `HKEY_USERS\S-1-5-18\X`, ""},
		{observable.RegKey, `Registry::HKEY_CLASSES_ROOT\.exe`, `HKEY_CLASSES_ROOT\.exe`, ""},
		{observable.RegKey, `Microsoft.PowerShell.Core\Registry::HKCC\X`, `HKEY_CURRENT_CONFIG\X`, ""},
		{observable.RegKey, `Computer\HKEY_LOCAL_MACHINE\SAM`, `HKEY_LOCAL_MACHINE\SAM`, ""},
		{observable.RegKey, `\REGISTRY\MACHINE\SYSTEM`, `HKEY_LOCAL_MACHINE\SYSTEM`, ""},
		{observable.RegKey, `\Registry\User\S-1-5-18`, `HKEY_USERS\S-1-5-18`, ""},
		{observable.RegKey, "HKPD", "HKEY_PERFORMANCE_DATA", ""},
		{observable.RegKey, `Software\Run`, "", "hive"},
		{observable.RegKey, `\REGISTRY\MACHINERY\X`, "", "hive"},

		// wallets
		{observable.BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ""},
		{observable.BTC, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", ""},
		{observable.BTC, "1111111111111111111114oLvT2", "1111111111111111111114oLvT2", ""},
		{observable.BTC, "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ""},
		{observable.BTC, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ""},
		{observable.BTC, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", ""},
		{observable.BTC, "BC1SW50QGDZ25J", "bc1sw50qgdz25j", ""},
		{observable.BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "", "not a Bitcoin"},
		{observable.BTC, "11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "", "not a Bitcoin"},
		{observable.BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0", "", "not a Bitcoin"},
		{observable.BTC, "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "", "not a Bitcoin"},
		{observable.BTC, "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "", "not a Bitcoin"}, // of the test network
		{observable.BTC, "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "", "not a Bitcoin"},
		{observable.BTC, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "", "not a Bitcoin"},
		// the invalid addresses of BIP 350: bech32 where bech32m belongs and the reverse, a
		// character out of the alphabet, version 17, programs too short and too long, 16 bytes
		// in version 0, too much padding, padding that is not zero, nothing
		{observable.BTC, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "", "not a Bitcoin"},
		{observable.BTC, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "", "not a Bitcoin"},
		{observable.BTC, "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "", "not a Bitcoin"},
		{observable.BTC, "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "", "not a Bitcoin"},
		{observable.BTC, "bc1pw5dgrnzv", "", "not a Bitcoin"},
		{observable.BTC, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "", "not a Bitcoin"},
		{observable.BTC, "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "", "not a Bitcoin"},
		{observable.BTC, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "", "not a Bitcoin"},
		{observable.BTC, "bc1gmk9yu", "", "not a Bitcoin"},

		// telephones
		{observable.Phone, "+1 (415) 555-0123", "+14155550123", ""},
		{observable.Phone, "0044 20 7946 0958", "+442079460958", ""},
		{observable.Phone, "+44 (0)20 7946 0958", "+442079460958", ""},
		{observable.Phone, "tel:+49.30/123456", "+4930123456", ""},
		{observable.Phone, "+49\u00a030–123456", "+4930123456", ""},
		{observable.Phone, "(415) 555-0123", "4155550123", ""},
		{observable.Phone, "12345", "12345", ""},
		{observable.Phone, "+123", "", "not a telephone"},
		{observable.Phone, "+0123456789", "", "not a telephone"},
		{observable.Phone, "1234567890123456", "", "not a telephone"},
		{observable.Phone, "+1 415 555 0123 x9", "", "not a telephone"},
		{observable.Phone, "12", "", "not a telephone"},

		// texts
		{observable.Other, "  a\tb  ", "a b", ""},
		{observable.Other, "hxxp://evil[.]com", "hxxp://evil[.]com", ""},
		{observable.Other, "\u3000\ufeff", "", "blank"},
		{observable.Other, "a\nb", "", "control characters"},
		{observable.Other, "a\x00b", "", "control characters"},
		{observable.Other, "a\u0085b", "", "control characters"},
		{observable.Other, "a\xffb", "", "UTF-8"},
		{observable.Other, strings.Repeat("é", 4096), strings.Repeat("é", 4096), ""},
		{observable.Other, strings.Repeat("a", 4097), "", "longer than 4096"},
		{observable.Account, `CORP\Ana`, `CORP\Ana`, ""},
		{observable.Process, "rundll32.exe", "rundll32.exe", ""},
		{observable.Mutex, `Global\MsWinZonesCacheCounterMutexA`, `Global\MsWinZonesCacheCounterMutexA`, ""},
		{observable.UserAgent, " Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)", ""},
		{observable.Filename, "photo\u202egpj.exe", "photo\u202egpj.exe", ""},
		{observable.Filepath, `C:\Windows\cmd.exe`, `C:\Windows\cmd.exe`, ""},
		{observable.EmailSubject, "Re: invoice\t42", "Re: invoice 42", ""},
		{observable.EmailSubject, "", "", "blank"},
		{"IP", "192.0.2.1", "", "not a type"},
		{"", "192.0.2.1", "", "not a type"},
	}
}
