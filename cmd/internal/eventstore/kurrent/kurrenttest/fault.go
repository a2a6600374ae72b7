package kurrenttest

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"fangxin/domain/es"
)

// Call is a kind of call, or several kinds together.
type Call uint

// The kinds. Features is what the client asks first on every connection, Gossip
// what it asks with several seeds or esdb+discover.
const (
	Append Call = 1 << iota
	Read
	Subscribe
	Features
	Gossip

	// EveryCall on streams.
	EveryCall = Append | Read | Subscribe
)

// Always is the Times of a fault that stays until Clear.
const Always = -1

// Fault is what calls meet. On says which calls, the second group when, the third
// what happens. With nothing in the third group the call fails as Unavailable.
type Fault struct {
	On Call
	// Times it is met before it is gone; 0 is once.
	Times int
	// Skip is how many calls pass first.
	Skip int
	// OnlyRequiresLeader spares calls without the header requires-leader.
	OnlyRequiresLeader bool

	// Early: an append is answered as soon as its header has arrived, while the
	// client may still be sending. Otherwise all of it is received first.
	Early bool
	// AfterCommit: an append is committed first. A refused or empty one passes
	// and does not count.
	AfterCommit bool
	// Messages that a read or a subscription sends first. All count: events, the
	// confirmation of a subscription, checkpoints and marks.
	Messages int

	// Code of the answer. NotFound, PermissionDenied, FailedPrecondition and
	// Aborted carry the words and trailers that the server has for them.
	Code codes.Code
	// Cut closes the connection instead of answering.
	Cut bool
	// Stall neither answers nor sends until the caller has gone, the server is
	// stopped, or Clear; after Clear the call goes on.
	Stall bool
	// Slow waits before the answer, or before each message. Alone it is no failure.
	Slow time.Duration
	// NotLeader answers that the leader is at this "host:port".
	NotLeader string
	// WrongVersion answers an append with WrongExpectedVersion although the
	// revision was right; with AfterCommit although it was written.
	WrongVersion bool
	// Version is answered by the features instead of the server's own.
	Version string
}

// moment is a point in a call at which faults are looked for.
type moment int

const (
	early moment = iota
	before
	afterCommit
)

func (f *Fault) moment() moment {
	switch {
	case f.Early:
		return early
	case f.AfterCommit:
		return afterCommit
	}
	return before
}

// script holds the faults that are still to be met.
type script struct {
	mu      sync.Mutex
	faults  []*Fault
	cleared chan struct{} // closed and replaced by Clear
}

// Fail adds a fault. Of several that fit, a call meets the one added first.
func (s *Server) Fail(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	s.script.faults = append(s.script.faults, &f)
}

// Clear takes all faults away. Calls that stall go on.
func (s *Server) Clear() {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	s.script.faults = nil
	close(s.script.cleared)
	s.script.cleared = make(chan struct{})
}

// Left is the number of faults that are still to be met, without those that stay
// until Clear.
func (s *Server) Left() int {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	n := 0
	for _, f := range s.script.faults {
		n += max(f.Times, 0)
	}
	return n
}

// met is a fault on its way through one call.
type met struct {
	Fault
	cleared <-chan struct{}
	conn    *conn // to be cut
	owed    int64 // bytes it must have written before
}

// sends adds a message to what must be written before a cut.
func (m *met) sends(message proto.Message) {
	if m != nil && m.Cut {
		m.owed += int64(proto.Size(message))
	}
}

// take is the fault that the call meets at this moment, or nil.
func (s *Server) take(ctx context.Context, call Call, at moment, requiresLeader bool, run *running) *met {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	for i, f := range s.script.faults {
		if f.On&call == 0 || f.moment() != at || f.OnlyRequiresLeader && !requiresLeader {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		m := &met{Fault: *f, cleared: s.script.cleared}
		if m.conn = run.door.of(ctx); m.conn != nil {
			m.owed = m.conn.written.Load()
		}
		if f.Times == 0 {
			s.script.faults = append(s.script.faults[:i:i], s.script.faults[i+1:]...)
		}
		s.seen.count(func(n *Counters) { n.Faults++ })
		return m
	}
	return nil
}

// delay is the slow part.
func (m *met) delay(ctx context.Context) error {
	if m.Slow <= 0 {
		return nil
	}
	timer := time.NewTimer(m.Slow)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-m.cleared:
		return nil
	case <-ctx.Done():
		return answer(ctx.Err())
	}
}

// strike is the rest: the error to answer, or nil if the call goes on.
func (m *met) strike(ctx context.Context, stream es.StreamID) error {
	switch {
	case m.Stall:
		select {
		case <-m.cleared:
		case <-ctx.Done():
			return answer(ctx.Err())
		}
	case m.Cut:
		if m.conn != nil {
			m.conn.cut(ctx, m.owed)
		}
		return unavailable()
	case m.NotLeader != "":
		return notLeader(ctx, m.NotLeader)
	case m.WrongVersion || m.Version != "":
		return nil
	}
	if m.Code == codes.OK && (m.Stall || m.Slow > 0) {
		return nil
	}
	return coded(ctx, m.Code, stream)
}
