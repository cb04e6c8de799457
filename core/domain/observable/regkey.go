package observable

import (
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// regKey reads a key of the Windows registry with its hive written out. Below
// the hive the case stays, though Windows ignores it: the key is read by
// people, and tools print it the way the vendor wrote it.
func regKey(s string) (string, error) {
	for strings.Contains(s, `\\`) { // escaped once too often
		s = strings.ReplaceAll(s, `\\`, `\`)
	}
	s, _ = cutFold(s, `Computer\`)
	if rest, ok := cutFold(s, "Registry::"); ok {
		s = rest
	} else {
		s, _ = cutFold(s, `Microsoft.PowerShell.Core\Registry::`)
	}
	if rest, ok := kernelForm(s); ok {
		s = rest
	}
	top, path, below := strings.Cut(s, `\`)
	full := hive(strings.ToUpper(strings.TrimSuffix(top, ":")))
	if full == "" {
		return "", fault.New(fault.Invalid, `is not a registry key: it must begin with a hive such as HKLM\`)
	}
	path = strings.TrimRightFunc(path, func(r rune) bool { return r == '\\' || unseen(r) })
	if !below || path == "" {
		return full, nil
	}
	return full + `\` + path, nil
}

// kernelForm rewrites the names that drivers log: \REGISTRY\MACHINE\….
func kernelForm(s string) (string, bool) {
	if rest, ok := cutFold(s, `\REGISTRY\MACHINE`); ok {
		return "HKLM" + rest, true
	}
	if rest, ok := cutFold(s, `\REGISTRY\USER`); ok {
		return "HKU" + rest, true
	}
	return s, false
}

func hive(top string) string {
	switch top {
	case "HKLM", "HKEY_LOCAL_MACHINE":
		return "HKEY_LOCAL_MACHINE"
	case "HKCU", "HKEY_CURRENT_USER":
		return "HKEY_CURRENT_USER"
	case "HKU", "HKEY_USERS":
		return "HKEY_USERS"
	case "HKCR", "HKEY_CLASSES_ROOT":
		return "HKEY_CLASSES_ROOT"
	case "HKCC", "HKEY_CURRENT_CONFIG":
		return "HKEY_CURRENT_CONFIG"
	case "HKPD", "HKEY_PERFORMANCE_DATA":
		return "HKEY_PERFORMANCE_DATA"
	}
	return ""
}
