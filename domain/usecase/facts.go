package usecase

import (
	"context"
	"errors"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// Revisions are the reader's own. A revision counts the facts in the history of the one
// who asks, from 0, wherever it is told: in the view, its ETag, the history and its
// cursor, a live change, the answer to a conflict. With the stream's own revision a gap
// would tell a merchant that something was written which it may not know of, a tip-off
// split from the case for instance (Order 121 art 37), and an If-Match of it would fail
// for no reason that it can see. Office and auditor see every fact, so theirs is the
// revision of the stream.
//
// If-Match is held against the same count: it asks whether the caller has seen every
// fact that it may see, which is all that its command can rest on. What a view shows
// beside the facts of its history (the unit, the state of a notice) changes without the
// revision: it follows the office's own work, and no command of a party rests on it.
// Positions in the log stay as they are: they count the events of all cases and of
// their readings together.

// ShowsFact says whether a fact stands in the history that a role sees: by its type, and
// a fact about a clock only where the role sees that clock. It does not depend on how far
// the case has come, so a revision once told never changes.
func (a *Access) ShowsFact(role Role, typ string, e complaint.Event) bool {
	return a.showsStep(role, step{typ, clockOf(e)})
}

func (a *Access) showsStep(role Role, s step) bool {
	return a.InHistory(role, s.typ) && (s.clock == "" || a.ShowsClock(role, s.clock, StageAccepted))
}

// counts says for the runner which facts count for a role; the program itself counts all.
func (c *Complaints) counts(role Role) func(string, complaint.Event) bool {
	if role == roleSystem {
		return nil
	}
	return func(typ string, e complaint.Event) bool { return c.access.ShowsFact(role, typ, e) }
}

// step is one fact of a case, as far as it decides who sees it.
type step struct{ typ, clock string }

// clockOf is the rule of the clock that a fact is about, or "".
func clockOf(e complaint.Event) string {
	switch e := e.(type) {
	case *complaint.DeadlinePassed:
		return e.Rule
	case *complaint.ClockRecomputed:
		return e.Clock.Rule
	}
	return ""
}

// seenBy is the revision as a role counts it.
func (f *folded) seenBy(role Role, a *Access) es.Revision {
	if f.trail == nil {
		return f.seen
	}
	seen := es.None
	for _, s := range f.trail {
		if a.showsStep(role, s) {
			seen++
		}
	}
	return seen
}

// shows says whether a stored fact stands in the history that a role sees. What cannot
// be read does not.
func (c *Complaints) shows(role Role, env *es.Envelope) bool {
	if !c.access.InHistory(role, env.Type) {
		return false
	}
	e, err := c.event(env)
	return err == nil && c.access.ShowsFact(role, env.Type, e)
}

// Sees says whether the actor may know of an event of a case: it may view the case, and
// the event stands in its history. The revision is as the actor counts it. An envelope
// without a type stands for the case itself.
func (c *Complaints) Sees(ctx context.Context, actor Actor, env *es.Envelope) (es.Revision, bool) {
	if env.Type != "" && !c.shows(actor.Role, env) {
		return es.None, false
	}
	f, err := c.load(ctx, env.Stream.Key(), nil)
	if err != nil || c.access.Check(c.Law.Catalogue.Regions(), actor, "view", &f.now) != nil {
		return es.None, false
	}
	if actor.Case != "" && c.stillGood(actor, &f.now) != nil {
		return es.None, false
	}
	if env.Type != "" {
		f.trail = f.trail[:min(len(f.trail), int(env.Revision)+1)]
	}
	return f.seenBy(actor.Role, c.access), true
}

// Fact is a fact without what it holds.
type Fact struct {
	Type string
	At   time.Time
	Role string
}

// MovedOnError: somebody else was there first. It says where the case stands now, and
// what the last fact was, both as the caller may see them. It wraps *es.StaleError,
// *es.ConflictError or *complaint.Refusal.
type MovedOnError struct {
	Err      error
	Revision es.Revision
	Last     Fact
}

func (e *MovedOnError) Error() string { return e.Err.Error() }

func (e *MovedOnError) Unwrap() error { return e.Err }

// movedOn tells a conflict as the caller may see it: the store's own numbers count what
// is hidden from it. A refusal says the same, for what the caller saw may be what somebody
// else decided about since. Other errors pass.
func (c *Complaints) movedOn(ctx context.Context, actor Actor, id string, err error) error {
	var stale *es.StaleError
	var conflict *es.ConflictError
	var refusal *complaint.Refusal
	refused := errors.As(err, &refusal)
	if err == nil || actor.Role == roleSystem || !refused && !errors.As(err, &stale) && !errors.As(err, &conflict) {
		return err
	}
	moved := &MovedOnError{Err: err, Revision: es.None}
	for env, failed := range c.Store.Read(ctx, Stream(id), 0) {
		if failed != nil && refused {
			return err // the refusal stands, whatever became of the store
		}
		if failed != nil {
			return failed
		}
		if !c.shows(actor.Role, &env) {
			continue
		}
		m, err := c.Registry.DecodeMetadata(&env)
		if err != nil {
			return err
		}
		moved.Revision++
		moved.Last = Fact{Type: env.Type, At: m.At, Role: m.Role}
	}
	return moved
}

// linkRow is the line of the field table for a linked case: those that the parties take
// part in themselves are named, whatever else grew from the case is shown as a tip-off is
// (Order 121 art 37).
func linkRow(l *complaint.Linked) string {
	if l.Relation == complaint.SplitFrom {
		return "links.split"
	}
	if complaint.OfficeOnlyLink(l.Relation) {
		return "duplicates"
	}
	switch l.Kind {
	case "complaint", "compensation", "return", "dispute":
		return "links"
	}
	return "links.tip_off"
}
