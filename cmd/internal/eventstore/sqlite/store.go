// Package sqlite keeps the event log in one SQLite file: the embedded event
// store. README.md argues why an acknowledged event survives.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fangxin/domain/es"
)

// Options change how a store is opened. The zero value is right for production.
type Options struct {
	// Now is the store's own clock, time.Now by default. It sets Recorded.
	Now func() time.Time
	// Readers is the number of connections that read, 4 by default.
	Readers int
	// QuickCheckBelow is the file size in bytes up to which opening also runs
	// SQLite's quick_check; 64 MiB by default, about a quarter of a second.
	// Negative: never. Check finds everything, at any size.
	QuickCheckBelow int64
	// Tail is the number of newest events kept in memory for subscriptions, 4096
	// by default; TailBytes bounds their size, 8 MiB by default.
	Tail      int
	TailBytes int
	// CheckpointPages is the length of the write-ahead log, in pages of 4 KiB, at
	// which it is folded into the file; 8000 by default. A longer one
	// folds pages that change often less often, and makes the next start after a
	// crash read more.
	CheckpointPages int
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.QuickCheckBelow == 0 {
		o.QuickCheckBelow = 64 << 20
	}
	if o.Tail <= 0 {
		o.Tail = 4096
	}
	if o.CheckpointPages <= 0 {
		o.CheckpointPages = 8000
	}
	if o.TailBytes <= 0 {
		o.TailBytes = 8 << 20
	}
	return o
}

// Store is an es.Store in one file.
type Store struct {
	path    string
	lock    *os.File
	types   *typeNames
	writer  *writer
	tail    *tail
	readers chan *reader // those not in use
	using   gate
	closing chan struct{} // closed when Close begins
	closed  chan struct{} // closed when Close is done
	once    sync.Once
	failed  error // of Close; read after closed
}

var _ es.Store = (*Store)(nil)

// Open opens the store at path and creates it when it is missing. It answers
// es.ErrLocked if another process (or another Store of this one) holds it,
// es.ErrDamaged, es.ErrNewerSchema, es.ErrFull, or es.ErrUnavailable.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	options = options.filled()
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, classify("open "+path, err)
	}
	lock, err := hold(absolute + ".lock")
	if err != nil {
		return nil, classify("open "+path, err)
	}
	s, err := open(ctx, absolute, options)
	if err != nil {
		return nil, errors.Join(classify("open "+path, err), lock.Close())
	}
	s.lock = lock
	go s.writer.run()
	return s, nil
}

func open(ctx context.Context, path string, options Options) (_ *Store, err error) {
	if err := private(path); err != nil {
		return nil, err
	}
	c, err := connect(ctx, path, false)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if err = prepareFile(ctx, c); err != nil {
		return nil, err
	}
	if err = c.exec(ctx, fmt.Sprintf(`PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = %d`, options.CheckpointPages)); err != nil {
		return nil, err
	}
	if err = syncDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err = quickCheck(ctx, c, path, options.QuickCheckBelow); err != nil {
		return nil, err
	}
	head, err := inspect(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &Store{
		path: path, types: &typeNames{}, tail: newTail(head, options.Tail, options.TailBytes),
		readers: make(chan *reader, options.Readers),
		closing: make(chan struct{}), closed: make(chan struct{}),
	}
	if s.writer, err = newWriter(ctx, c, s.types, s.tail, options.Now); err != nil {
		return nil, err
	}
	return s, s.openReaders(ctx)
}

// openReaders fills the pool, or leaves nothing open.
func (s *Store) openReaders(ctx context.Context) error {
	for range cap(s.readers) {
		r, err := newReader(ctx, s.path, s.types)
		if err != nil {
			for len(s.readers) > 0 {
				err = errors.Join(err, (<-s.readers).conn.close())
			}
			return err
		}
		s.readers <- r
	}
	return nil
}

// private makes sure that a file SQLite is about to create, and with it the
// write-ahead log, is readable by this user alone. It comes before the first
// connection: closing a file drops the locks of the process on it.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Path is the absolute path of the file.
func (s *Store) Path() string { return s.path }

// Stats are figures for health pages and metrics.
type Stats struct {
	Events int64       // in the log
	Bytes  int64       // on disk: file and write-ahead log
	Head   es.Position // of the newest event
}

// Stats answers from memory and from the file system, in microseconds.
func (s *Store) Stats() (Stats, error) {
	if err := s.using.enter(); err != nil {
		return Stats{}, err
	}
	defer s.using.leave()
	head := s.tail.head()
	stats := Stats{Events: head, Head: position(head)}
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(s.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return Stats{}, classify("stats", err)
		}
		if err == nil {
			stats.Bytes += info.Size()
		}
	}
	return stats, nil
}

// Head is the position of the newest event.
func (s *Store) Head(ctx context.Context) (es.Position, error) {
	if err := s.using.enter(); err != nil {
		return es.Position{}, err
	}
	defer s.using.leave()
	if err := ctx.Err(); err != nil {
		return es.Position{}, err
	}
	return position(s.tail.head()), nil
}

// Close ends subscriptions, lets every append under way finish, folds the
// write-ahead log into the file and gives the lock back.
func (s *Store) Close() error {
	s.once.Do(func() {
		close(s.closing)
		s.using.shut()
		close(s.writer.queue)
		<-s.writer.done
		var all []error
		for range cap(s.readers) {
			all = append(all, (<-s.readers).conn.close())
		}
		// The last connection to go copies the write-ahead log into the file.
		all = append(all, s.writer.conn.close(), s.lock.Close())
		if err := errors.Join(all...); err != nil {
			s.failed = fmt.Errorf("close %s: %w", s.path, err)
		}
		close(s.closed)
	})
	<-s.closed
	return s.failed
}

// gate counts those inside and, once shut, lets nobody in and waits until all
// have left.
type gate struct {
	mu     sync.RWMutex
	closed bool
	inside sync.WaitGroup
}

func (g *gate) enter() error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return es.ErrClosed
	}
	g.inside.Add(1)
	return nil
}

func (g *gate) leave() { g.inside.Done() }

func (g *gate) shut() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.inside.Wait()
}

// position is the n-th place of the log.
func position(n int64) es.Position { return es.Position{Commit: uint64(n), Prepare: uint64(n)} }

// after is the number of places at or before p.
func after(p es.Position) int64 {
	n := p.Commit
	if p.Prepare < n {
		n--
	}
	return int64(min(n, 1<<62))
}
