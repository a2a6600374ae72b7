package es

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a store may answer. Adapters wrap these; callers test with errors.Is and
// errors.As.
var (
	// ErrStreamNotFound: the stream has no events.
	ErrStreamNotFound = errors.New("stream not found")
	// ErrUnknownOutcome: the append may or may not have been written. Sending the
	// same ids at the same expected revision again is safe and decides it.
	ErrUnknownOutcome = errors.New("outcome of the append is unknown")
	// ErrUnavailable: the store cannot answer now. Nothing was written.
	ErrUnavailable = errors.New("event store unavailable")
	// ErrFull: no room on the disk. Wraps ErrUnavailable.
	ErrFull = fmt.Errorf("no room left for events: %w", ErrUnavailable)
	// ErrLocked: another process holds the store. Wraps ErrUnavailable.
	ErrLocked = fmt.Errorf("event store is held by another process: %w", ErrUnavailable)
	// ErrDamaged: what is stored cannot be trusted.
	ErrDamaged = errors.New("event store damaged")
	// ErrNewerSchema: a newer program wrote the store.
	ErrNewerSchema = errors.New("event store was written by a newer version")
	// ErrClosed: the store or the subscription was closed.
	ErrClosed = errors.New("event store closed")
	// ErrInvalidAppend: the append can never be written.
	ErrInvalidAppend = errors.New("invalid append")
)

// ConflictError: the stream is not where the append expected it.
type ConflictError struct {
	Stream   StreamID
	Expected Revision
	Actual   Revision
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("stream %s is at revision %d, not %d", e.Stream, e.Actual, e.Expected)
}

// TooLargeError: the append exceeds MaxAppend. Sizes are in bytes.
type TooLargeError struct{ Size, Limit int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("append of %d bytes exceeds %d", e.Size, e.Limit)
}

// Bounds of one append: what every supported server accepts, counted as data +
// metadata + twice the type's length.
const (
	MaxAppend       = 1 << 20
	MaxAppendEvents = 1000
	MaxType         = 200
)

// CheckAppend finds what makes an append impossible in every store. Adapters call
// it first.
func CheckAppend(stream StreamID, expected Revision, events []Pending) error {
	if err := CheckStream(stream); err != nil {
		return err
	}
	if expected < None {
		return fmt.Errorf("expected revision %d: %w", expected, ErrInvalidAppend)
	}
	if len(events) > MaxAppendEvents {
		return fmt.Errorf("%d events in one append, at most %d: %w", len(events), MaxAppendEvents, ErrInvalidAppend)
	}
	size := 0
	for i, e := range events {
		if e.ID.IsZero() || e.Type == "" || len(e.Type) > MaxType || !utf8.ValidString(e.Type) {
			return fmt.Errorf("event %d: id and type are required: %w", i, ErrInvalidAppend)
		}
		for j := range i {
			if events[j].ID == e.ID {
				return fmt.Errorf("events %d and %d share an id: %w", j, i, ErrInvalidAppend)
			}
		}
		size += len(e.Data) + len(e.Meta) + 2*len(e.Type)
	}
	if size > MaxAppend {
		return &TooLargeError{Size: size, Limit: MaxAppend}
	}
	return nil
}

// CheckStream refuses names no store may hold.
func CheckStream(stream StreamID) error {
	s := string(stream)
	if s == "" || len(s) > MaxStreamID || s[0] == '$' || !utf8.ValidString(s) ||
		strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return fmt.Errorf("stream name %.40q: %w", s, ErrInvalidAppend)
	}
	return nil
}
