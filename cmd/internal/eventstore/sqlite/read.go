package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"time"

	"fangxin/domain/es"
)

// Reading goes page by page, each in a read transaction of its own that ends
// before the caller sees an event: a slow caller neither holds a connection nor
// keeps SQLite from folding the write-ahead log back into the file.
const (
	firstPage = 64 // most streams end here
	fullPage  = 1024
	pageBytes = 4 << 20
)

// columns of an event; a query over many streams adds the stream. Each column of a
// row costs as much as the b-tree's step to it.
const columns = `position, revision, type, id, recorded, data, meta`

// reader is one reading connection with its statements.
type reader struct {
	conn  *conn
	types *typeNames

	forward, backward, log, exists *statement
}

func newReader(ctx context.Context, path string, types *typeNames) (*reader, error) {
	c, err := connect(ctx, path, true)
	if err != nil {
		return nil, err
	}
	r := &reader{conn: c, types: types}
	for into, sql := range map[**statement]string{
		&r.forward:  `SELECT ` + columns + ` FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
		&r.backward: `SELECT ` + columns + ` FROM events WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`,
		&r.log:      `SELECT ` + columns + `, stream FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`,
		&r.exists:   `SELECT 1 FROM events WHERE stream = ? LIMIT 1`,
	} {
		if *into, err = c.prepare(ctx, sql); err != nil {
			_ = c.close() // the first error is the one to tell
			return nil, err
		}
	}
	return r, nil
}

// page appends rows to into, at most pageBytes of them, and says whether it
// stopped before the statement's rows ended. With no stream given, the rows name
// theirs.
func (r *reader) page(s *statement, into []es.Envelope, stream es.StreamID, args ...driver.Value) ([]es.Envelope, bool, error) {
	size, cut := 0, false
	err := s.each(func(row []driver.Value) (bool, error) {
		e, err := r.envelope(row)
		if err != nil {
			return false, err
		}
		if e.Stream = stream; stream == "" {
			name, _ := row[7].(string)
			e.Stream = es.StreamID(name)
		}
		into = append(into, e)
		size += len(e.Data) + len(e.Meta)
		cut = size >= pageBytes
		return !cut, nil
	}, args...)
	return into, cut, err
}

func (r *reader) envelope(row []driver.Value) (es.Envelope, error) {
	at, ok1 := row[0].(int64)
	revision, ok2 := row[1].(int64)
	kind, ok3 := row[2].(int64)
	id, ok4 := row[3].([]byte)
	recorded, ok5 := row[4].(int64)
	name, ok6 := r.types.name(kind)
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || len(id) != len(es.ID{}) {
		return es.Envelope{}, damaged("event at position %v", row[0])
	}
	data, _ := row[5].([]byte) // the driver answers nil for an empty one
	meta, _ := row[6].([]byte)
	return es.Envelope{
		ID: es.ID(id), Revision: es.Revision(revision), Position: position(at),
		Type: name, Data: data, Meta: meta, Recorded: time.UnixMicro(recorded).UTC(),
	}, nil
}

// with lends a reader for the time of one page.
func (s *Store) with(ctx context.Context, use func(*reader) error) error {
	if err := s.using.enter(); err != nil {
		return err
	}
	defer s.using.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case r := <-s.readers:
		defer func() { s.readers <- r }()
		return use(r)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cursor fetches the next page into the given buffer and says whether another one
// follows.
type cursor func(r *reader, page []es.Envelope) ([]es.Envelope, bool, error)

// fetched is one page and what is known after it.
type fetched struct {
	page []es.Envelope
	more bool
	err  error
}

// pages yields the events of page after page. While the caller works on one, the
// next is read: a rebuild decodes on one core and scans on another.
func (s *Store) pages(ctx context.Context, doing string, fetch cursor) iter.Seq2[es.Envelope, error] {
	next := func(buffer []es.Envelope) (f fetched) {
		f.err = s.with(ctx, func(r *reader) (err error) {
			f.page, f.more, err = fetch(r, buffer[:0])
			return err
		})
		return f
	}
	return func(yield func(es.Envelope, error) bool) {
		var spare []es.Envelope
		ahead := make(chan fetched, 1) // a caller who leaves early leaves it behind
		for f := next(nil); ; f = <-ahead {
			if f.err != nil {
				yield(es.Envelope{}, classify(doing, f.err))
				return
			}
			if f.more {
				go func(buffer []es.Envelope) { ahead <- next(buffer) }(spare)
			}
			for _, e := range f.page {
				if !yield(e, nil) {
					return
				}
			}
			if !f.more {
				return
			}
			spare = f.page
		}
	}
}

// Read yields the stream from the revision on.
func (s *Store) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		limit := int64(firstPage)
		next := max(from, 0)
		s.pages(ctx, "read "+string(stream), func(r *reader, page []es.Envelope) ([]es.Envelope, bool, error) {
			page, cut, err := r.page(r.forward, page, stream, string(stream), int64(next), limit)
			if err != nil {
				return nil, false, err
			}
			if len(page) == 0 && limit == firstPage {
				return nil, false, r.mustExist(stream)
			}
			for _, e := range page {
				if e.Revision != next {
					return nil, false, damaged("stream %s has no revision %d", stream, next)
				}
				next++
			}
			more := cut || int64(len(page)) == limit
			limit = fullPage
			return page, more, nil
		})(yield)
	}
}

// ReadBack yields the stream from the revision backwards.
func (s *Store) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		limit := int64(firstPage)
		next, first := from, true
		s.pages(ctx, "read "+string(stream), func(r *reader, page []es.Envelope) ([]es.Envelope, bool, error) {
			page, _, err := r.page(r.backward, page, stream, string(stream), int64(next), limit)
			if err != nil {
				return nil, false, err
			}
			if len(page) == 0 && first {
				return nil, false, r.mustExist(stream)
			}
			for _, e := range page {
				if !first && e.Revision != next || e.Revision > next {
					return nil, false, damaged("stream %s has no revision %d", stream, next)
				}
				next, first = e.Revision-1, false
			}
			limit = fullPage
			if len(page) == 0 {
				return nil, false, damaged("stream %s has no revision %d", stream, next)
			}
			return page, next >= 0, nil
		})(yield)
	}
}

// mustExist tells a stream that has no events from one that has none to show.
func (r *reader) mustExist(stream es.StreamID) error {
	found := false
	err := r.exists.each(func([]driver.Value) (bool, error) {
		found = true
		return false, nil
	}, string(stream))
	if err == nil && !found {
		err = fmt.Errorf("%s: %w", stream, es.ErrStreamNotFound)
	}
	return err
}

// ReadAll yields the log after the position up to the head at the first step.
func (s *Store) ReadAll(ctx context.Context, from es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		last, head := after(from), s.tail.head()
		s.pages(ctx, "read the log", func(r *reader, page []es.Envelope) ([]es.Envelope, bool, error) {
			page, err := r.span(page, last, head)
			last += int64(len(page))
			return page, last < head, err
		})(yield)
	}
}

// span is the next page of the log after last, not beyond head. Positions have no
// gaps: a missing one is damage, never a shorter page.
func (r *reader) span(page []es.Envelope, last, head int64) ([]es.Envelope, error) {
	if last >= head {
		return nil, nil
	}
	page, _, err := r.page(r.log, page, "", last, head, int64(fullPage))
	if err != nil {
		return nil, err
	}
	for i, e := range page {
		if e.Position != position(last+1+int64(i)) {
			return nil, damaged("no event at position %d", last+1+int64(i))
		}
	}
	if len(page) == 0 {
		return nil, damaged("no event at position %d", last+1)
	}
	return page, nil
}
