//go:build unix

package launch

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C away from the service, so that whoever started it can
// stop it last.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
