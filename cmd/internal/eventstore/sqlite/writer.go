package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"runtime"
	"time"

	code "modernc.org/sqlite/lib"

	"fangxin/domain/es"
)

// Bounds of one group. A larger group saves nothing more and keeps its first
// member waiting.
const (
	groupRequests = 1024
	groupBytes    = 8 << 20
	headsCached   = 1 << 15 // of one generation
)

// writer is the one goroutine that writes. It takes everything that waits, puts
// it into one transaction, and acknowledges all of it after the one commit.
type writer struct {
	conn     *conn
	types    *typeNames
	tail     *tail
	now      func() time.Time
	queue    chan *request
	requests requests
	done     chan struct{}

	begin, commit, rollback  *statement
	insert, insertNew        *statement
	headOf, written, addType *statement
	allTypes                 *statement

	heads  *heads
	last   int64         // position of the newest event, this transaction included
	at     time.Time     // recorded time of this transaction
	group  []*request    // taken for this transaction
	fresh  []es.Envelope // inserted by this transaction
	broken error         // a commit failed in the dark: nothing is written any more
}

func newWriter(ctx context.Context, c *conn, types *typeNames, t *tail, now func() time.Time) (*writer, error) {
	w := &writer{
		conn: c, types: types, tail: t, now: now,
		queue: make(chan *request, groupRequests), done: make(chan struct{}),
		heads: newHeads(headsCached), last: t.head(),
	}
	const insert = `INSERT INTO events (position, stream, revision, type, id, recorded, data, meta) VALUES (?,?,?,?,?,?,?,?)`
	for into, sql := range map[**statement]string{
		&w.begin:     `BEGIN IMMEDIATE`,
		&w.commit:    `COMMIT`,
		&w.rollback:  `ROLLBACK`,
		&w.insert:    insert,
		&w.insertNew: insert + ` ON CONFLICT (stream, revision) DO NOTHING`,
		&w.headOf:    `SELECT max(revision) FROM events WHERE stream = ?`,
		&w.written:   `SELECT id, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?`,
		&w.addType:   `INSERT INTO types (no, name) VALUES (?,?)`,
		&w.allTypes:  `SELECT no, name FROM types ORDER BY no`,
	} {
		var err error
		if *into, err = c.prepare(ctx, sql); err != nil {
			return nil, err
		}
	}
	return w, types.load(w.allTypes)
}

// run writes until the queue is closed and empty.
func (w *writer) run() {
	defer close(w.done)
	for first := range w.queue {
		w.collect(first)
		if len(w.group) == 0 {
			continue
		}
		if err := w.write(); err != nil {
			for _, r := range w.group {
				r.receipt, r.err = es.Receipt{}, err
			}
		} else {
			w.tail.publish(w.last, w.fresh)
		}
		for _, r := range w.group {
			r.done <- struct{}{}
		}
	}
}

// collect takes what waits. The callers of the last group have just been woken: they
// are let go first for as long as more of them come, else the first would make a
// group alone.
func (w *writer) collect(first *request) {
	clear(w.group)
	w.group = w.group[:0]
	size, seen := 0, 0
	for r := first; ; {
		if r.state.CompareAndSwap(waiting, taken) {
			w.group = append(w.group, r)
			size += r.size
		}
		if len(w.group) >= groupRequests || size >= groupBytes {
			return
		}
		if len(w.queue) == 0 && len(w.group) > seen {
			seen = len(w.group)
			runtime.Gosched()
		}
		var open bool
		select {
		case r, open = <-w.queue:
			if !open {
				return
			}
		default:
			return
		}
	}
}

// write decides and writes the group in one transaction. An error means that no
// member of the group was written, or, es.ErrUnknownOutcome, that nobody knows.
func (w *writer) write() error {
	if w.broken != nil {
		return w.broken
	}
	clear(w.fresh)
	w.fresh = w.fresh[:0]
	last := w.last
	w.at = w.now().UTC().Truncate(time.Microsecond)
	if _, err := w.begin.exec(); err != nil {
		return classify("begin", err)
	}
	for _, r := range w.group {
		if err := w.decide(r); err != nil {
			w.undo(last)
			return classify("append to "+string(r.stream), err)
		}
	}
	_, err := w.commit.exec()
	if err == nil {
		return nil
	}
	w.undo(last)
	if c := primary(err); c == code.SQLITE_FULL || c == code.SQLITE_BUSY {
		return classify("commit", err) // no commit record was written
	}
	// The commit record may be on disk although the sync failed, and a later sync
	// may report success for pages the kernel has dropped. Only a new start, which
	// reads back what is there, can be trusted.
	w.broken = fmt.Errorf("%w: a commit failed, the store must be opened again: %w", es.ErrUnavailable, err)
	return fmt.Errorf("commit: %w: %w", es.ErrUnknownOutcome, err)
}

// undo returns to the last commit, on disk and in memory.
func (w *writer) undo(last int64) {
	// Some errors have rolled back already; then this one fails harmlessly. If the
	// transaction should stay open, the next begin fails and nothing is written.
	_, _ = w.rollback.exec()
	w.last = last
	w.heads.forget()
	if err := w.types.load(w.allTypes); err != nil {
		w.broken = classify("read types", err)
	}
}

// decide answers one request and inserts its events. A conflict is an answer, no
// error: the others of the group do not notice it.
func (w *writer) decide(r *request) error {
	head, known := w.heads.get(r.stream)
	if !known && r.expected == es.None && len(r.events) > 0 {
		// A new stream needs no look-up: the index refuses what is not new.
		if fresh, err := w.put(w.insertNew, r, 0); err != nil || fresh {
			return w.finish(r, 1, err)
		}
	}
	if !known {
		var err error
		if head, err = w.head(r.stream); err != nil {
			return err
		}
	}
	if head != r.expected {
		return w.repeated(r, head)
	}
	if len(r.events) == 0 {
		r.receipt = es.Receipt{Revision: head}
		return nil
	}
	return w.finish(r, 0, nil)
}

// finish inserts the events from the given one on and writes the receipt.
func (w *writer) finish(r *request, from int, err error) error {
	for i := from; i < len(r.events) && err == nil; i++ {
		_, err = w.put(w.insert, r, i)
	}
	if err != nil {
		return err
	}
	last := r.expected + es.Revision(len(r.events))
	w.heads.set(r.stream, last)
	r.receipt = es.Receipt{Revision: last, Position: position(w.last)}
	return nil
}

// put inserts the i-th event of the request, at the next position if it is new.
func (w *writer) put(insert *statement, r *request, i int) (bool, error) {
	e := &r.events[i]
	kind, ok := w.types.numbers[e.Type]
	if !ok {
		kind = w.types.add(e.Type)
		if _, err := w.addType.exec(kind, e.Type); err != nil {
			return false, err
		}
	}
	revision := r.expected + 1 + es.Revision(i)
	n, err := insert.exec(w.last+1, string(r.stream), int64(revision), kind, e.ID[:], w.at.UnixMicro(), e.Data, e.Meta)
	if err != nil || n == 0 {
		return false, err
	}
	w.last++
	w.fresh = append(w.fresh, es.Envelope{
		ID: e.ID, Stream: r.stream, Revision: revision, Position: position(w.last),
		Type: e.Type, Data: e.Data, Meta: e.Meta, Recorded: w.at,
	})
	return true, nil
}

// head asks the database for the newest revision of a stream.
func (w *writer) head(stream es.StreamID) (es.Revision, error) {
	head := es.None
	err := w.headOf.each(func(row []driver.Value) (bool, error) {
		if r, ok := row[0].(int64); ok {
			head = es.Revision(r)
			w.heads.set(stream, head)
		}
		return false, nil
	}, string(stream))
	return head, err
}

// repeated answers a request that does not expect the stream's head: with the
// first receipt if the very same ids stand there, with the conflict otherwise.
func (w *writer) repeated(r *request, head es.Revision) error {
	last := r.expected + es.Revision(len(r.events))
	same, end := 0, int64(0)
	if r.expected < head && last <= head && len(r.events) > 0 {
		err := w.written.each(func(row []driver.Value) (bool, error) {
			id, ok1 := row[0].([]byte)
			at, ok2 := row[1].(int64)
			if !ok1 || !ok2 || string(id) != string(r.events[same].ID[:]) {
				return false, nil
			}
			same, end = same+1, at
			return true, nil
		}, string(r.stream), int64(r.expected), int64(len(r.events)))
		if err != nil {
			return err
		}
	}
	if len(r.events) == 0 || same < len(r.events) {
		r.err = &es.ConflictError{Stream: r.stream, Expected: r.expected, Actual: head}
		return nil
	}
	r.receipt = es.Receipt{Revision: last, Position: position(end), Repeated: true}
	return nil
}
