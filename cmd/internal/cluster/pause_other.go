//go:build !unix

package cluster

import "errors"

// errNoPause: this system cannot stop a process where it stands.
var errNoPause = errors.New("processes cannot be paused here")

// Pause cannot be done here.
func (n *Node) Pause() error { return errNoPause }

// Resume cannot be done here.
func (n *Node) Resume() error { return errNoPause }
