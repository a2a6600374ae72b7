package kurrent_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"

	"fangxin/domain/es"
)

// noisy is a log as a real server keeps it: positions are bytes, not a count, and
// differ in commit and prepare; behind every append the server writes events for
// itself, in streams of its own ("$stats") and in ordinary ones ("$>" in "links").
type noisy struct {
	es.Store
	noise atomic.Int64
}

const systemStream = "system"

// Append writes, and then what the server writes.
func (s *noisy) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	r, err := s.Store.Append(ctx, stream, expected, events)
	r.Position = out(r.Position)
	n := s.noise.Add(1)
	name := es.StreamID(fmt.Sprintf("%s.%d", systemStream, n))
	noise := es.Pending{ID: es.DeriveID(es.Namespace, "noise", fmt.Sprint(n))}
	switch n % 3 {
	case 0:
		noise.Type = "$statsCollected"
	case 1:
		noise.Type = "Result" // of a projection of the server's
	default:
		noise.Type, name = "$>", es.StreamID(fmt.Sprintf("links.%d", n))
	}
	if _, failed := s.Store.Append(context.WithoutCancel(ctx), name, es.None, []es.Pending{noise}); err == nil {
		err = failed
	}
	return r, err
}

// out gives positions gaps and two numbers.
func out(p es.Position) es.Position {
	if p.IsStart() {
		return p
	}
	return es.Position{Commit: p.Commit*97 + 11, Prepare: p.Commit * 97}
}

// in is the count at or before the position.
func in(p es.Position) es.Position {
	n := p.Commit / 97
	if n > 0 && p.Before(out(es.Position{Commit: n})) {
		n--
	}
	return es.Position{Commit: n, Prepare: n}
}

func renamed(e es.Envelope) es.Envelope {
	e.Position = out(e.Position)
	if strings.HasPrefix(string(e.Stream), systemStream) {
		e.Stream = "$" + e.Stream
	}
	return e
}

func renamedAll(all iter.Seq2[es.Envelope, error]) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for e, err := range all {
			if !yield(renamed(e), err) {
				return
			}
		}
	}
}

// Read shows the positions.
func (s *noisy) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return renamedAll(s.Store.Read(ctx, stream, from))
}

// ReadBack shows the positions.
func (s *noisy) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return renamedAll(s.Store.ReadBack(ctx, stream, from))
}

// ReadAll shows positions and the server's streams.
func (s *noisy) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return renamedAll(s.Store.ReadAll(ctx, in(after)))
}

// Head is the newest event of all.
func (s *noisy) Head(ctx context.Context) (es.Position, error) {
	p, err := s.Store.Head(ctx)
	return out(p), err
}

// Subscribe shows positions and the server's streams.
func (s *noisy) Subscribe(ctx context.Context, after es.Position) (es.Subscription, error) {
	sub, err := s.Store.Subscribe(ctx, in(after))
	return noisySubscription{sub}, err
}

type noisySubscription struct{ es.Subscription }

func (s noisySubscription) Next(ctx context.Context) (es.Delivery, error) {
	d, err := s.Subscription.Next(ctx)
	d.Position = out(d.Position)
	if d.Event != nil {
		e := renamed(*d.Event)
		d.Event = &e
	}
	return d, err
}
