package kurrenttest

import "sync"

// Counters are what the server has seen since it was started, over all restarts.
type Counters struct {
	// Calls by kind.
	Append, Read, Subscribe, Features, Gossip int
	// Committed appends, without repeats and appends of nothing.
	Committed int
	// Binary counts events proposed with another content type than
	// application/json.
	Binary int
	// Connections and Subscriptions that are open now.
	Connections, Subscriptions int
	// Accepted connections.
	Accepted int
	// RequiresLeader counts calls that carried the header requires-leader: true.
	RequiresLeader int
	// Authorized counts calls that carried an authorization header.
	Authorized int
	// Faults that calls have met.
	Faults int
}

type counters struct {
	mu  sync.Mutex
	now Counters
}

func (c *counters) count(change func(*Counters)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.now)
}

// Seen is the counters as they stand now.
func (s *Server) Seen() Counters {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	return s.seen.now
}
