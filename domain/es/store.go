package es

import (
	"context"
	"iter"
)

// Store is the event store port.
//
// All methods may be called from many goroutines. Each returns soon after its
// context ends, with the context's error. After Close every method answers
// ErrClosed. A store that cannot be reached or read answers an error that wraps
// ErrUnavailable or ErrDamaged: never a shorter result.
type Store interface {
	// Append writes events to one stream, all or none, with consecutive revisions
	// that follow expected. It returns when they are durable.
	//
	// expected is None or an exact revision. If the stream is elsewhere the answer
	// is *ConflictError, unless the very same ids stand at expected+1 onwards: then
	// it is the first receipt with Repeated set. No events: nothing is written and
	// the receipt is the expected revision, or a conflict.
	//
	// ErrInvalidAppend and *TooLargeError are found before anything is sent (see
	// CheckAppend). ErrUnknownOutcome: the events may or may not be written; send
	// the same again.
	Append(ctx context.Context, stream StreamID, expected Revision, events []Pending) (Receipt, error)

	// Read yields the stream's events from the given revision (inclusive) in
	// order. A stream without events yields ErrStreamNotFound; one that ends before
	// from yields nothing. The first error ends the sequence.
	Read(ctx context.Context, stream StreamID, from Revision) iter.Seq2[Envelope, error]

	// ReadBack yields the stream's events from the given revision (inclusive, or
	// Last) backwards to the first.
	ReadBack(ctx context.Context, stream StreamID, from Revision) iter.Seq2[Envelope, error]

	// ReadAll yields every event after the position, in log order, up to the head
	// as it was at some moment after the call.
	ReadAll(ctx context.Context, after Position) iter.Seq2[Envelope, error]

	// Head is the position of the newest event.
	Head(ctx context.Context) (Position, error)

	// Subscribe delivers every event after the position, in log order, without
	// gap or duplicate, first those written, then those being written.
	Subscribe(ctx context.Context, after Position) (Subscription, error)

	// Close ends subscriptions, waits for appends under way and releases the
	// store. Closing twice is one close.
	Close() error
}

// Subscription is one reader of the log. It is used by one goroutine at a time.
type Subscription interface {
	// Next waits for the next delivery. After any error but the caller's own
	// context ending, the subscription is over.
	Next(ctx context.Context) (Delivery, error)
	Close() error
}

// Delivery is an event, or the mark that everything written so far has been
// delivered. The mark comes once when the reader first reaches the head and again
// whenever it had fallen behind.
type Delivery struct {
	Event *Envelope
	// CaughtUp is true when there is no Event. Position is then the head reached.
	CaughtUp bool
	Position Position
}
