package cluster

import "syscall"

// dieWithParent has the kernel kill a node when the program that started it is gone,
// however that ended.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
