// Package objects is the port to an object store (对象存储) and its adapter to any
// server that speaks the S3 protocol.
//
// The port asks for little, so that many servers serve it: whole objects, created
// only where none stands (If-None-Match: *), read by ranges, listed in the order of
// their names. What is written is seen by everybody at once: S3 is strongly
// consistent for objects and listings since December 2020, MinIO always was.
//
// # Unknown outcomes
//
// A write that answers ErrUnavailable or a context's error may have happened. Put and
// Delete are repeated as they are. PutIfAbsent is repeated too, and then ErrExists may
// speak of the caller's own object: who must know reads it.
package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// What a store may answer.
var (
	// ErrNotFound: no such object.
	ErrNotFound = errors.New("no such object")
	// ErrExists: an object of this name stands; perhaps the caller's own, of an
	// attempt whose answer was lost.
	ErrExists = errors.New("object exists")
	// ErrUnavailable: the store cannot answer now. A write may have happened.
	ErrUnavailable = errors.New("object store unavailable")
	// ErrDenied: the credentials are wrong or may not do this.
	ErrDenied = errors.New("object store refuses the credentials")
	// ErrRange: the object is shorter than the offset asked for.
	ErrRange = errors.New("range outside the object")
	// ErrInvalid: the name or size can never be stored. It is a fault of the program.
	ErrInvalid = errors.New("not a storable object")
)

const (
	// MaxPage bounds the entries of one listing.
	MaxPage = 1000
	// MaxPart bounds what one Get reads into memory, in bytes.
	MaxPart = 8 << 20
	// MaxSize bounds one object, in bytes. It is written by one request.
	MaxSize = 1 << 30
	// maxName bounds a name with its prefix, in bytes; S3 takes 1,024.
	maxName = 1024
)

// Part is what Get read of an object.
type Part struct {
	Content []byte
	// Size is the length of the whole object, in bytes.
	Size int64
}

// Entry is one object of a listing.
type Entry struct {
	Name string
	// Size in bytes.
	Size int64
	// Modified is when it was last written, by the server's clock, often in whole
	// seconds.
	Modified time.Time
}

// Store is the port. All methods may be called from many goroutines.
type Store interface {
	// Put writes an object whole: readers see the old or the new, never a mixture.
	// ErrUnavailable, ErrDenied, ErrInvalid, ErrVersioned where the old stays, the
	// context's error.
	Put(ctx context.Context, name string, content io.ReaderAt, size int64) error
	// PutIfAbsent writes an object unless one of this name stands: of many writers
	// one wins. ErrExists and as Put.
	PutIfAbsent(ctx context.Context, name string, content io.ReaderAt, size int64) error
	// Get reads at most length bytes from offset on; a negative offset asks for the
	// last length bytes. length is at most MaxPart. ErrNotFound, ErrRange and as Put.
	Get(ctx context.Context, name string, offset, length int64) (Part, error)
	// Delete removes an object; one that does not stand is no error.
	Delete(ctx context.Context, name string) error
	// List answers the objects whose names begin with prefix and come after the name
	// after, in the order of the bytes of their names, at most limit and MaxPage.
	// Fewer than asked for are the last.
	List(ctx context.Context, prefix, after string, limit int) ([]Entry, error)
}

// All lists everything under a prefix, page by page. It ends after an error. A
// server that does not keep the order of names ends it with ErrUnavailable.
func All(ctx context.Context, s Store, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		after := ""
		for {
			page, err := s.List(ctx, prefix, after, MaxPage)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range page {
				if e.Name <= after {
					yield(Entry{}, fmt.Errorf("list %s: names are not in order: %w", prefix, ErrUnavailable))
					return
				}
				if after = e.Name; !yield(e, nil) {
					return
				}
			}
			if len(page) < MaxPage {
				return
			}
		}
	}
}

// checkName takes the characters that every server and every proxy leaves alone.
func checkName(name string) error {
	if name == "" || len(name) > maxName || name[0] == '/' {
		return fmt.Errorf("object name %.40q: %w", name, ErrInvalid)
	}
	for i := range len(name) {
		c := name[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
		// A segment of dots, or an empty one, is resolved away by some proxies.
		slash := c == '/' && name[i-1] != '/' && name[i-1] != '.'
		if !plain && !slash {
			return fmt.Errorf("object name %.40q: %w", name, ErrInvalid)
		}
	}
	return nil
}
