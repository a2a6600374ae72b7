package es

import (
	"bytes"
	"context"
	"errors"
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
	k.used = f.uses
	f.kept[s] = &k
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

// resume continues a fold that is kept: ok says that the log still has what it covers.
func (r *Runner[S, C, E]) resume(ctx context.Context, req Request) (h history[S], ok bool, err error) {
	k, ok := r.Folds.get(req.Stream)
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
		if env.Revision != k.revision || env.ID != k.last.ID || !bytes.Equal(env.Data, k.last.Data) || !bytes.Equal(env.Meta, k.last.Meta) {
			return h, false, nil
		}
		met = true
	}
	return h, met, nil
}
