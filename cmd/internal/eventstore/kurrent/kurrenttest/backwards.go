package kurrenttest

import (
	"context"
	"iter"
	"math"

	"fangxin/domain/es"
)

// backPage is how many events a backwards read of $all holds at once.
const backPage = 256

// backwards yields $all from a position backwards, without the event at it. The
// port has no such read. Positions are ordered, so a page of the newest events
// before a place is found by reading forwards over a span of positions before it,
// and over twice the span while that holds too few: log n attempts at most, and a
// span that fits the log is kept for the next page.
func (h *streamsService) backwards(ctx context.Context, q query) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		if q.place == start || q.count == 0 {
			return
		}
		head, err := h.store.Head(ctx)
		if err != nil {
			yield(es.Envelope{}, err)
			return
		}
		until := justAfter(head)
		if q.place == given && q.position.Before(until) {
			until = q.position
		}
		b := backReader{store: h.store, size: backPage, span: backPage}
		if q.filter == nil && q.count < backPage {
			b.size, b.span = int(q.count), q.count
		}
		for !until.IsStart() {
			page, err := b.page(ctx, until)
			if err != nil {
				yield(es.Envelope{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
			until = page[0].Position
			for i := len(page) - 1; i >= 0; i-- {
				if !yield(page[i], nil) {
					return
				}
			}
		}
	}
}

type backReader struct {
	store es.Store
	size  int    // events in a page
	span  uint64 // commit positions looked at
}

// page is the last events before the place, in log order. It is shorter than the
// page's size at the start of the log only.
func (b *backReader) page(ctx context.Context, until es.Position) ([]es.Envelope, error) {
	for {
		after := es.Position{}
		if until.Commit > b.span {
			after = es.Position{Commit: until.Commit - b.span}
		}
		kept, seen, err := b.scan(ctx, after, until)
		if err != nil {
			return nil, err
		}
		if len(kept) == b.size || after.IsStart() {
			if seen > 4*b.size {
				b.span = max(b.span/2, 1)
			}
			return kept, nil
		}
		if b.span > math.MaxUint64/2 {
			b.span = math.MaxUint64
		} else {
			b.span *= 2
		}
	}
}

// scan reads forwards and keeps the newest.
func (b *backReader) scan(ctx context.Context, after, until es.Position) (kept []es.Envelope, seen int, err error) {
	ring := make([]es.Envelope, 0, b.size)
	for e, err := range b.store.ReadAll(ctx, after) {
		if err != nil {
			return nil, 0, err
		}
		if !e.Position.Before(until) {
			break
		}
		if len(ring) < b.size {
			ring = append(ring, e)
		} else {
			ring[seen%b.size] = e
		}
		seen++
	}
	if seen > b.size {
		first := seen % b.size
		ring = append(append(make([]es.Envelope, 0, b.size), ring[first:]...), ring[:first]...)
	}
	return ring, seen, nil
}

// justAfter is the first position after p.
func justAfter(p es.Position) es.Position {
	if p.Prepare == math.MaxUint64 {
		return es.Position{Commit: p.Commit + 1}
	}
	return es.Position{Commit: p.Commit, Prepare: p.Prepare + 1}
}
