// Package projections derives what people see across cases from the facts. A
// projection is a pure fold: no clock, no random, no side effect; a rebuild gives
// the same read model.
package projections

import (
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Event is a decoded fact on its way through the projections. It is shared by all
// of them: nobody changes it.
type Event struct {
	Envelope es.Envelope
	// Data is a pointer to the registered Go type.
	Data any
	// At is the metadata's at; Known the day on which the fact became known: the
	// Shanghai day of At, but never one that a closing before it in the log had settled.
	At    time.Time
	Known calendar.Date
	// Closings are the closings of periods that stand before it in the log.
	Closings Closings
	// hash of the stream tells its partition.
	hash uint32
}

// Projection folds events of a case into a view and tells which changes follow.
// A projection is used by one goroutine at a time and may keep caches, never state:
// it folds the streams of all partitions in turn.
//
// The view of a stream is kept as the document readmodel.ViewKey(stream); a nil
// view has no document. A batch of events works on its own copy (Begin), so that
// Project may change it in place; what follows from the view alone is told once a
// batch (Diff), not once an event. That makes a rebuild cheap and cannot differ
// from going event by event: differences add up.
type Projection interface {
	// Name and Version identify the space. A change of meaning is a new version.
	Name() string
	Version() int
	// Handles and Ignores together list every stored type of the registry: an event
	// is wanted or named as not wanted.
	Handles() []string
	Ignores() []string
	// Docs lists the types of the documents, views among them.
	Docs() []readmodel.DocType

	// Begin returns a copy of a stored view that Project may change. It is not
	// called for nil.
	Begin(view any) any
	// Project folds one event into the view, nil where the stream has none yet, and
	// appends the changes that belong to the event itself: counters, and documents
	// that several streams share, whose last writer in log order wins.
	Project(view any, e *Event, out []readmodel.Change) (any, []readmodel.Change)
	// Diff appends the index members and counters that follow from the view alone:
	// those of is, less those of was. Either may be nil. It depends on nothing else.
	Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change
}

// Forgetful is kept by projections that remember what they have told already, so as
// not to repeat themselves. Forget is called before a projection begins, or begins
// again, to write to a space; and before every event where there are several
// partitions, since another partition may have told something else meanwhile.
type Forgetful interface{ Forget() }

// Broadcast is kept by projections for which an event can concern streams beside
// its own, as the erasure of a subject does. Such an event goes to every partition.
type Broadcast interface {
	// Broadcasts lists the stored types for which Concerns may name an index.
	Broadcasts() []string
	// Concerns names the index whose members are the further streams, "" for none.
	Concerns(e *Event) (index string)
	// Holds says whether a view that is not committed yet would be in that index.
	Holds(view any, e *Event) bool
}
