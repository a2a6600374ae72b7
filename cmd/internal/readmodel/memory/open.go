package memory

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fangxin/projections/readmodel"
)

// Options of a model that is kept on disk.
type Options struct {
	// Dir is where the snapshot stands; it is made where it does not exist.
	Dir string
	// Types lists the documents of a space; nil for a space the program does not
	// know, which is then left out.
	Types func(readmodel.Space) []readmodel.DocType
	// Changes and Every say after how many changes, and after what time with any
	// change, a snapshot is written in the background. Zero means eight million changes
	// and five minutes.
	Changes int
	Every   time.Duration
	// Failed is told of a snapshot that could not be written; it may be nil.
	Failed func(error)
}

// Loaded says what Open found.
type Loaded struct {
	// Spaces that were read from the snapshot.
	Spaces int
	// Damaged is why a snapshot was put aside, nil where it was good or missing.
	Damaged error
}

// Open starts from the snapshot in the folder. Only a folder that cannot be used is
// an error; a snapshot that cannot be used means an empty model.
func Open(o Options) (*Model, Loaded, error) {
	m := New()
	var found Loaded
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, found, fmt.Errorf("read model: %w", err)
	}
	if err := clean(o.Dir); err != nil {
		return nil, found, fmt.Errorf("read model: %w", err)
	}
	b, err := os.ReadFile(filepath.Join(o.Dir, fileName))
	if err == nil {
		err = m.decode(b, o.Types)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		found.Damaged = err
	}
	found.Spaces = len(m.spaces)
	if o.Changes <= 0 {
		o.Changes = 8_000_000
	}
	if o.Every <= 0 {
		o.Every = 5 * time.Minute
	}
	m.saver = &saver{options: o, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go m.saver.run(m)
	return m, found, nil
}

// saver writes snapshots in the background.
type saver struct {
	options Options
	wake    chan struct{}
	stop    chan struct{}
	done    chan struct{}
	closing sync.Once

	mu      sync.Mutex
	pending int
	dirty   bool
}

// changed counts a commit; an empty one moved a checkpoint.
func (s *saver) changed(n int) {
	s.mu.Lock()
	s.pending += n
	s.dirty = true
	full := s.pending >= s.options.Changes
	s.mu.Unlock()
	if full {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *saver) run(m *Model) {
	defer close(s.done)
	tick := time.NewTicker(s.options.Every)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-s.wake:
		case <-tick.C:
		}
		if err := s.save(m); err != nil && s.options.Failed != nil {
			s.options.Failed(err)
		}
	}
}

// save writes a snapshot if anything changed since the last one.
func (s *saver) save(m *Model) error {
	s.mu.Lock()
	dirty, n := s.dirty, s.pending
	s.dirty, s.pending = false, 0
	s.mu.Unlock()
	if !dirty {
		return nil
	}
	b, err := m.encode()
	if err == nil {
		err = write(s.options.Dir, b)
	}
	if err != nil {
		s.mu.Lock()
		s.dirty, s.pending = true, s.pending+n
		s.mu.Unlock()
		return fmt.Errorf("read model snapshot: %w", err)
	}
	return nil
}

func (s *saver) close(m *Model) (err error) {
	s.closing.Do(func() {
		close(s.stop)
		<-s.done
		err = s.save(m)
	})
	return err
}
