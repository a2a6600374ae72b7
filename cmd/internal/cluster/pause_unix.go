//go:build unix

package cluster

import "syscall"

// Pause stops the process where it stands (SIGSTOP); Resume lets it go on.
func (n *Node) Pause() error { return n.send(syscall.SIGSTOP) }

// Resume lets a paused process go on.
func (n *Node) Resume() error { return n.send(syscall.SIGCONT) }
