//go:build !linux

package cluster

import "syscall"

// dieWithParent is left to Close: this system does not tie a child to its parent.
func dieWithParent() *syscall.SysProcAttr { return nil }
