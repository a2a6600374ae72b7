package blob

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"strings"

	"fangxin/cmd/internal/objects"
)

const evidenceFolder = "evidence/"

const (
	// firstRead is what opening asks for, from the end: most files whole.
	firstRead = 64 << 10
	// readAhead is what a later request asks for: 16 chunks.
	readAhead = 16 * sealedSize
)

// bucket is the storage in an object store.
type bucket struct {
	store objects.Store
	temp  string
}

// draft is removed at once where the system allows it: a crash leaves nothing.
func (b bucket) draft() (*os.File, error) {
	f, err := os.CreateTemp(b.temp, "evidence-*")
	if err == nil {
		// Where an open file cannot be removed, the caller does it in the end.
		_ = os.Remove(f.Name())
	}
	return f, err
}

func (b bucket) nameOf(at place) string { return evidenceFolder + at.group + "/" + at.copy }

func (b bucket) publish(ctx context.Context, draft *os.File, at place) error {
	err := b.write(draft, at, func(name string, size int64) error { return b.store.PutIfAbsent(ctx, name, draft, size) })
	if errors.Is(err, objects.ErrExists) {
		return errStands
	}
	return err
}

func (b bucket) replace(ctx context.Context, draft *os.File, at place) error {
	return b.write(draft, at, func(name string, size int64) error { return b.store.Put(ctx, name, draft, size) })
}

func (b bucket) write(draft *os.File, at place, put func(name string, size int64) error) error {
	info, err := draft.Stat()
	if err != nil {
		return err
	}
	return put(b.nameOf(at), info.Size())
}

func (b bucket) copies(ctx context.Context, group string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for e, err := range objects.All(ctx, b.store, evidenceFolder+group+"/") {
			if !yield(strings.TrimPrefix(e.Name, evidenceFolder+group+"/"), err) {
				return
			}
		}
	}
}

func (b bucket) open(ctx context.Context, at place) (source, error) {
	p, err := b.store.Get(ctx, b.nameOf(at), -1, firstRead)
	// An object of no bytes has no ranges; it is a file that was cut.
	if err != nil && !errors.Is(err, objects.ErrRange) {
		return nil, err
	}
	return &object{ctx: ctx, store: b.store, name: b.nameOf(at), size: p.Size, part: p.Content, from: p.Size - int64(len(p.Content))}, nil
}

// object reads an object by ranges and keeps the last one. It is used by one
// goroutine, and by it alone while the context lasts with which it was opened.
type object struct {
	ctx   context.Context
	store objects.Store
	name  string
	size  int64
	part  []byte
	from  int64
}

// Size implements source.
func (o *object) Size() int64 { return o.size }

// Close implements io.Closer.
func (o *object) Close() error {
	o.part = nil
	return nil
}

// ReadAt implements io.ReaderAt.
func (o *object) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at+int64(len(p)) > o.size {
		return 0, io.ErrUnexpectedEOF
	}
	if end := o.from + int64(len(o.part)); at < o.from || at+int64(len(p)) > end {
		part, err := o.store.Get(o.ctx, o.name, at, max(int64(len(p)), min(readAhead, o.size-at)))
		if err != nil {
			return 0, unavailable(err)
		}
		if part.Size != o.size || len(part.Content) < len(p) {
			// It was written anew; who opens it again reads the new one.
			return 0, unavailable(errChanged)
		}
		o.part, o.from = part.Content, at
	}
	return copy(p, o.part[at-o.from:]), nil
}

var errChanged = errors.New("the object has changed")
