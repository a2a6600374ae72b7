package es

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// Folds keeps what long streams were folded to, so that a command reads only what was
// added since. S must be a value that folding on does not change. What is kept is
// checked against the log each time: the last event that it covers must stand there
// byte for byte, salt and all, so a log that was restored to an earlier state and
// went on otherwise is read from its beginning. The zero Folds is ready.
//
// A runner with folds does not search what they cover for a command that comes again:
// its decider must answer a repeat from the state, with no events.
type Folds[S any] struct {
	mu     sync.Mutex
	kept   map[StreamID]*fold[S]
	events int
	uses   uint64
}

// Past is the fold of a stream's first events, at least one, for a caller that keeps
// more of a stream than its state. It is checked against the log like Folds.
type Past[S any] struct {
	State S
	// Seen is the revision as the caller counts it, see Runner.Counts.
	Seen Revision
	// Last is the last event that the state covers.
	Last Envelope
	// IDs are those of all of them: a command that stands there is not run again.
	IDs []ID
}

// fold is a state and the last event that it covers.
type fold[S any] struct {
	state    S
	revision Revision
	seen     Revision
	last     Envelope
	used     uint64
}

// maxFolded bounds the events that all folds cover; the least used go first.
const maxFolded = 200_000

func (f *Folds[S]) get(s StreamID) (fold[S], bool) {
	if f == nil {
		return fold[S]{}, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.kept[s]
	if k == nil {
		return fold[S]{}, false
	}
	f.uses++
	k.used = f.uses
	return *k, true
}

func (f *Folds[S]) put(s StreamID, k fold[S]) {
	if f == nil || k.revision < 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = map[StreamID]*fold[S]{}
	}
	f.drop(s)
	f.uses++
	kept := k // k itself stays where it is, also when nothing is kept
	kept.used = f.uses
	f.kept[s] = &kept
	f.events += int(k.revision) + 1
	for f.events > maxFolded {
		var least StreamID
		for id, other := range f.kept {
			if least == "" || other.used < f.kept[least].used {
				least = id
			}
		}
		f.drop(least)
	}
}

func (f *Folds[S]) drop(s StreamID) {
	if k := f.kept[s]; k != nil {
		f.events -= int(k.revision) + 1
		delete(f.kept, s)
	}
}

// Fold answers what a stream was folded to, Initial for one that is not there.
func (r *Runner[S, C, E]) Fold(ctx context.Context, s StreamID) (S, error) {
	h, err := r.read(ctx, Request{Stream: s})
	return h.state, err
}

// known is where reading may go on: behind the caller's past, unless the command itself
// stands in it, or behind what is kept.
func (r *Runner[S, C, E]) known(req Request) (fold[S], bool) {
	p := r.Past
	if p == nil {
		return r.Folds.get(req.Stream)
	}
	if slices.Contains(p.IDs, EventID(req.Command, 0)) {
		return fold[S]{}, false
	}
	return fold[S]{state: p.State, revision: p.Last.Revision, seen: p.Seen, last: p.Last}, true
}

// resume continues a fold that is kept: ok says that the log still has what it covers.
func (r *Runner[S, C, E]) resume(ctx context.Context, req Request) (h history[S], ok bool, err error) {
	k, ok := r.known(req)
	if !ok {
		return h, false, nil
	}
	h = history[S]{state: k.state, revision: k.revision, seen: k.seen, last: k.last, first: EventID(req.Command, 0)}
	met := false
	for env, err := range r.Store.Read(ctx, req.Stream, k.revision) {
		switch {
		case errors.Is(err, ErrStreamNotFound):
			return h, false, nil
		case err != nil:
			return h, false, err
		case met:
			if err := r.add(&h, req, &env); err != nil {
				return h, false, err
			}
			continue
		}
		if !k.last.Same(&env) {
			return h, false, nil
		}
		met = true
	}
	return h, met, nil
}
