//go:build !failpoint

package failpoint

// Hit does nothing in this build.
func Hit(string) error { return nil }

// Enabled reports whether this build can be broken on purpose.
func Enabled() bool { return false }
