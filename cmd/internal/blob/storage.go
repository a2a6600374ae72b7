package blob

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
)

// place names one copy of a blob: its group holds the copies of all subjects.
type place struct{ group, copy string }

// source is a sealed file as it is read. ReadAt answers usecase.ErrBlobUnavailable
// where it cannot say what stands there.
type source interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// errStands: there is a copy already, and it was left alone.
var errStands = errors.New("a copy stands")

// storage is where sealed files lie. What it writes is durable and whole, or not
// there.
type storage interface {
	// draft makes a file to be filled, and published or forgotten. The caller closes
	// and removes it.
	draft() (*os.File, error)
	// publish brings a draft to its place; errStands where a storage does not replace
	// what may be being read.
	publish(ctx context.Context, draft *os.File, at place) error
	// replace is publish, whatever stands.
	replace(ctx context.Context, draft *os.File, at place) error
	// copies lists the copies of a group; none where there is no group.
	copies(ctx context.Context, group string) iter.Seq2[string, error]
	// open reads a copy, while the context lasts.
	open(ctx context.Context, at place) (source, error)
}
