// Package readmodel is the PORT to what people see across cases: documents,
// ordered indexes and counters, written only by projections, together with the
// place in the log up to which they were written.
//
// Everything in a read model can be thrown away and made again from the log.
package readmodel

import (
	"context"
	"errors"
	"fmt"

	"fangxin/domain/es"
)

// Space is where one version of one projection keeps its keys. Spaces do not see
// each other; a rebuild fills the next version beside the current one.
type Space struct {
	Projection string
	Version    int
}

// Change is one of the three kinds of change: a document, an index member or a
// counter. They merge: the last document wins, counters add up, an index change
// overwrites an earlier one of the same member.
type Change struct {
	Op Op
	// Key is the document's key, the index's name or the counter's key.
	Key string
	// Member of an index.
	Member string
	// Doc is the document, never changed after it was handed over.
	Doc any
	// Score orders members of an index; Delta adds to a counter.
	Score int64
	Delta int64
	// At is the place in the log of the fact that a shared document is from: one
	// whose key does not begin with ViewPrefix, and which several partitions may
	// put. The latest wins.
	At es.Position
}

// Op is the kind of a change.
type Op uint8

// Kinds of change.
const (
	PutDoc Op = iota + 1
	DeleteDoc
	AddMember
	RemoveMember
	AddCount
)

// Put, Delete, Add, Remove and Count make changes.
func Put(key string, doc any) Change { return Change{Op: PutDoc, Key: key, Doc: doc} }

// Delete removes a document.
func Delete(key string) Change { return Change{Op: DeleteDoc, Key: key} }

// Add puts a member into an index at a score, or moves it there.
func Add(index, member string, score int64) Change {
	return Change{Op: AddMember, Key: index, Member: member, Score: score}
}

// Remove takes a member out of an index.
func Remove(index, member string) Change {
	return Change{Op: RemoveMember, Key: index, Member: member}
}

// Count adds delta to a counter.
func Count(key string, delta int64) Change { return Change{Op: AddCount, Key: key, Delta: delta} }

// Batch is one atomic step of one partition of one space: the changes and the
// move of the checkpoint, both or neither.
type Batch struct {
	Space     Space
	Partition int
	// Fence is that of the lease under which the partition is held, 0 without
	// leases. A batch under an older lease than the partition has seen is refused.
	Fence uint64
	// From must be the stored checkpoint, or the batch is refused.
	From, To es.Position
	Changes  []Change
}

// Errors of the port.
var (
	// ErrCheckpoint: another runner moved the checkpoint; load it and go on from there.
	ErrCheckpoint = errors.New("read model is at another checkpoint")
	// ErrFenced: another node holds the partition under a later lease.
	ErrFenced = errors.New("partition is held under a later lease")
	// ErrPartition: the model has no such partition.
	ErrPartition = errors.New("no such partition")
	// ErrNotFound: no such document.
	ErrNotFound = errors.New("no such document")
	// ErrTooComplex: an expression has more than MaxTerms terms.
	ErrTooComplex = errors.New("too many terms in one query")
	// ErrUnavailable: the read model cannot answer now.
	ErrUnavailable = errors.New("read model unavailable")
	// ErrFilling: no build of the projection is complete yet. What there is would be
	// a wrong answer, so there is none. Wraps ErrUnavailable.
	ErrFilling = fmt.Errorf("read model is being made: %w", ErrUnavailable)
	// ErrClosed: the read model was closed.
	ErrClosed = errors.New("read model closed")
)

// Bounds of one call.
const (
	MaxTerms = 12
	MaxPage  = 200
	// MaxWork bounds the members that one page or count looks at; past it a count
	// says "at least" and a page ends early with a cursor.
	MaxWork = 100_000
)

// Expr is a set of members: one index, or a combination, of which exactly one of
// Index, All and Any is given; Not is taken away from it. The result is ordered by
// the scores of the first index: of an Index its own, of an All those of its first
// term, of an Any those of the first of its terms that holds the member. An
// expression without any of the three is the empty set.
type Expr struct {
	// Index names one index; the others are then empty.
	Index string
	// All are intersected, Any united, Not taken away.
	All []Expr
	Any []Expr
	Not []Expr
}

// In is the expression of one index.
func In(index string) Expr { return Expr{Index: index} }

// Order of a page.
type Order bool

// Orders.
const (
	Newest Order = false // falling score, then falling member
	Oldest Order = true  // rising score, then rising member
)

// Page asks for members of a set in order of score.
type Page struct {
	Where Expr
	Order Order
	// Min and Max bound the score, both inclusive; zero Max means no upper bound.
	Min, Max int64
	// After is the cursor of the last row seen; "" starts.
	After string
	Limit int
}

// Row is one member of a page with its score.
type Row struct {
	Member string
	Score  int64
}

// Rows is a page. Next is the cursor of the following one, "" at the end. Cursors
// are opaque, name score and member, and stay good while rows come and go.
type Rows struct {
	Rows []Row
	Next string
}

// Number is a count that may be a lower bound.
type Number struct {
	N       int64
	AtLeast bool
}

// Counter is one counter of a range.
type Counter struct {
	Key   string
	Value int64
}

// Model is the read-model port. All methods may be called from many goroutines;
// what a reader sees of a partition is the state after some batch, never half of
// one.
//
// A model has a fixed number of partitions. What belongs to one stream, its view
// (ViewKey) and the index members named after it, is written by the partition of
// that stream (PartitionOf) alone. Other documents and members are shared: several
// partitions may write the same. Of a shared document the latest wins (Change.At);
// a shared member has the same score everywhere, a page shows it once, a count may
// count it once a partition. Counters of the same key add up over the partitions.
type Model interface {
	// Partitions is the number of partitions, at least 1.
	Partitions() int
	// Commit applies a batch. ErrCheckpoint, ErrFenced, ErrPartition.
	Commit(ctx context.Context, b Batch) error
	// Checkpoint of one partition; the start where nothing was committed.
	Checkpoint(ctx context.Context, s Space, partition int) (es.Position, error)
	// Lowest is the lowest checkpoint of all partitions: what is read afterwards is
	// at least as new.
	Lowest(ctx context.Context, s Space) (es.Position, error)
	// Current is the Space.Version of the build that readers of this version of a
	// projection use, 0 where none is complete. Versions of a program that run side
	// by side have builds side by side.
	Current(ctx context.Context, projection string, version int) (int, error)
	// Flip makes a build the current one of its version; Drop removes a build. What
	// was dropped takes no more batches of who held it; its room may be freed later.
	Flip(ctx context.Context, s Space) error
	Drop(ctx context.Context, s Space) error
	// Spaces lists the builds of a projection of which anything is stored, in order.
	Spaces(ctx context.Context, projection string) ([]Space, error)

	// Get returns a document. ErrNotFound.
	Get(ctx context.Context, s Space, key string) (any, error)
	// GetMany returns documents in the order of the keys, nil where there is none.
	GetMany(ctx context.Context, s Space, keys []string) ([]any, error)
	// Page returns rows of a set. ErrTooComplex.
	Page(ctx context.Context, s Space, p Page) (Rows, error)
	// Count counts a set, bounded by MaxWork.
	Count(ctx context.Context, s Space, where Expr, min, max int64) (Number, error)
	// Indexes lists names of indexes with the prefix, in order, after a name.
	Indexes(ctx context.Context, s Space, prefix, after string, limit int) ([]string, error)
	// Counters lists counters whose keys lie in [from, to), in order, at most limit.
	Counters(ctx context.Context, s Space, from, to string, limit int) ([]Counter, error)

	Close() error
}

// DocType tells an adapter that stores bytes how to read documents whose key
// begins with Prefix.
type DocType struct {
	Prefix string
	New    func() any
}
