// Package lease shares named leases among the nodes of a group: partitions of the read
// model, the timers, the senders. A lease ends by itself when its node is gone. Each
// taking has a fence, a number that rises for ever, so that what an old holder still
// does can be told from what the new one does.
//
// A lease is a division of work and no lock: a node whose process or clock stood still
// may believe in one that has passed on. What it writes then is refused by the read
// model's checkpoint.
package lease

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Held is one lease that a node has. For one name, fences rise for ever.
type Held struct {
	Name  string
	Fence uint64
}

// Member is a live node of a group, with how many leases it has.
type Member struct {
	Node string
	Held int
}

// Store is the port. A node's name is its own for as long as its process lives, and no
// other's: a process that comes back comes with a new name. Groups know nothing of each
// other. An error means that nothing is known of the outcome; repeating a call is
// always right.
type Store interface {
	// Beat says that the node lives for the time to live, and gives the live nodes of
	// the group, sorted by name.
	Beat(ctx context.Context, group, node string, ttl time.Duration) ([]Member, error)
	// Claim takes those of the named leases that are free or already the node's, in
	// the order named and at most so many, for the time to live. A lease that was not
	// the node's until now has a new fence.
	Claim(ctx context.Context, group, node string, names []string, most int, ttl time.Duration) ([]Held, error)
	// Renew gives those of the leases that are still the node's under their fences;
	// they live on for the time to live. One that has run out and was taken by nobody
	// is still the node's.
	Renew(ctx context.Context, group, node string, held []Held, ttl time.Duration) ([]Held, error)
	// Release frees those of the leases that are the node's under their fences.
	Release(ctx context.Context, group, node string, held []Held) error
	// Leave takes the node from the live ones. Its leases stay until they run out.
	Leave(ctx context.Context, group, node string) error
}

// ErrRequest is a call that no store answers.
var ErrRequest = errors.New("lease: bad request")

const (
	maxName   = 512
	maxLeases = 4096
	minTTL    = time.Millisecond
	maxTTL    = time.Hour
)

func checkNode(group, node string) error {
	if group == "" || node == "" || len(group) > maxName || len(node) > maxName {
		return fmt.Errorf("%w: group and node have 1 to %d bytes", ErrRequest, maxName)
	}
	return nil
}

func checkTTL(ttl time.Duration) error {
	if ttl < minTTL || ttl > maxTTL {
		return fmt.Errorf("%w: %v is no time to live", ErrRequest, ttl)
	}
	return nil
}

func checkNames(names []string) error {
	if len(names) > maxLeases {
		return fmt.Errorf("%w: more than %d leases", ErrRequest, maxLeases)
	}
	if slices.ContainsFunc(names, func(n string) bool { return n == "" || len(n) > maxName }) {
		return fmt.Errorf("%w: a lease's name has 1 to %d bytes", ErrRequest, maxName)
	}
	return nil
}

func namesOf(held []Held) []string {
	names := make([]string, len(held))
	for i, h := range held {
		names[i] = h.Name
	}
	return names
}

// share is how many of all leases the node should have. Shares differ by one at most
// and make up all of them. The larger shares go to the nodes that have most, then by
// name: a node that joins takes no more than it must.
func share(members []Member, node string, all int) int {
	own, others, before := 0, 0, 0
	for _, m := range members {
		if m.Node == node {
			own = m.Held
		} else {
			others++
		}
	}
	for _, m := range members {
		if m.Node != node && (m.Held > own || m.Held == own && m.Node < node) {
			before++
		}
	}
	n := others + 1
	if before < all%n {
		return all/n + 1
	}
	return all / n
}
