//go:build unix

package spool

import (
	"errors"
	"os"
	"syscall"
)

// lock takes a file for whoever has opened it, until they close it or die. It
// does not wait: mine is false when the file is taken.
func lock(file *os.File) (mine bool, err error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return false, err
	}
	var locked error
	err = raw.Control(func(fd uintptr) { locked = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB) })
	if errors.Is(locked, syscall.EWOULDBLOCK) {
		return false, err
	}
	return err == nil && locked == nil, errors.Join(err, locked)
}
