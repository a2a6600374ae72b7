package usecase

import (
	"context"
	"errors"
	"slices"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// folded is a case as its stream tells it, up to a time.
type folded struct {
	state    complaint.State // up to the time asked for
	now      complaint.State // whole
	revision es.Revision
	trail    []step // its facts, up to the time asked for
	seen     es.Revision
	filedAt  time.Time
	source   string
	ids      []es.ID     // of the facts read
	last     es.Envelope // the last of them
	asOf     *time.Time
	// dismissed is the revision at which the last wrong respondent went.
	dismissed es.Revision
}

// load folds a case, from where it was left last. With asOf it also gives the longest
// prefix whose at is not later. ErrNotFound, es.ErrUnknownType, *es.DecodeError and the
// store's errors.
func (c *Complaints) load(ctx context.Context, id string, asOf *time.Time) (folded, error) {
	stream := Stream(id)
	if es.CheckStream(stream) != nil {
		return folded{}, ErrNotFound
	}
	if f, ok := c.remembered.get(stream); ok && asOf == nil {
		known := len(f.ids)
		if ok, err := c.goOn(ctx, &f); ok || err != nil {
			if err == nil && len(f.ids) > known {
				c.remembered.put(stream, f)
			}
			return f, err
		}
	}
	f, err := c.fold(ctx, stream, asOf)
	if err == nil && asOf == nil {
		c.remembered.put(stream, f)
	}
	return f, err
}

// fold folds a case from its first fact.
func (c *Complaints) fold(ctx context.Context, stream es.StreamID, asOf *time.Time) (folded, error) {
	f := folded{state: c.decider.Initial(), now: c.decider.Initial(), revision: es.None, asOf: asOf, dismissed: es.None}
	past := false
	for env, err := range c.Store.Read(ctx, stream, 0) {
		if errors.Is(err, es.ErrStreamNotFound) {
			return f, ErrNotFound
		}
		if err != nil {
			return f, err
		}
		if past, err = c.dated(&f, &env, past); err != nil {
			return f, err
		}
		if err := c.add(&f, &env, past); err != nil {
			return f, err
		}
	}
	if f.state.ID == "" {
		return f, ErrNotFound
	}
	return f, nil
}

// goOn adds what came behind what is remembered; ok says that the log still has that.
func (c *Complaints) goOn(ctx context.Context, f *folded) (ok bool, err error) {
	more, ok, err := c.behind(ctx, f.last)
	if err != nil || len(more) == 0 {
		return ok, err
	}
	next := *f
	next.trail, next.ids = slices.Clip(f.trail), slices.Clip(f.ids) // others read on from here too
	for i := range more {
		if err := c.add(&next, &more[i], false); err != nil {
			return false, err
		}
	}
	*f = next
	return true, nil
}

// behind reads what follows an event; ok says that the log has it as it was.
func (c *Complaints) behind(ctx context.Context, last es.Envelope) (more []es.Envelope, ok bool, err error) {
	for env, err := range c.Store.Read(ctx, last.Stream, last.Revision) {
		switch {
		case errors.Is(err, es.ErrStreamNotFound):
			return nil, false, nil
		case err != nil:
			return nil, false, err
		case ok:
			more = append(more, env)
		case !last.Same(&env):
			return nil, false, nil
		}
		ok = true
	}
	return more, ok, nil
}

// dated reads when a fact was written, where that matters: at the filing, and as long as
// the past is asked for.
func (c *Complaints) dated(f *folded, env *es.Envelope, past bool) (bool, error) {
	if f.now.ID != "" && f.asOf == nil {
		return past, nil
	}
	m, err := c.Registry.DecodeMetadata(env)
	if f.now.ID == "" {
		f.filedAt, f.source = m.At, m.Source
	}
	return past || f.asOf != nil && m.At.After(*f.asOf), err
}

// add adds a fact to the case; what lies past the time asked for only to the case as
// it is now.
func (c *Complaints) add(f *folded, env *es.Envelope, past bool) error {
	event, err := c.event(env)
	if err != nil {
		return err
	}
	former := len(f.now.Former)
	c.decider.Apply(&f.now, event)
	f.ids, f.last = append(f.ids, env.ID), *env
	if len(f.now.Former) > former {
		f.dismissed = env.Revision
	}
	if !past {
		f.state, f.revision = f.now, env.Revision
		f.trail = append(f.trail, step{env.Type, clockOf(event)})
	}
	return nil
}

// past is what is remembered of a case, for the command that goes on from there.
func (c *Complaints) past(q request) *es.Past[complaint.State] {
	f, ok := c.remembered.get(Stream(q.id))
	if !ok || q.opens {
		return nil
	}
	seen := f.revision // the program itself counts every fact
	if q.actor.Role != roleSystem {
		seen = f.seenBy(q.actor.Role, c.access)
	}
	return &es.Past[complaint.State]{State: f.now, Seen: seen, Last: f.last, IDs: f.ids}
}

func (c *Complaints) event(env *es.Envelope) (complaint.Event, error) {
	v, err := c.Registry.Decode(env)
	if err != nil {
		return nil, err
	}
	e, ok := v.(complaint.Event)
	if !ok {
		return nil, &es.DecodeError{Type: env.Type, Stream: env.Stream, At: env.Revision, Err: es.ErrUnknownType}
	}
	return e, nil
}

// State folds a case for checks: its state, its revision. ErrNotFound.
func (c *Complaints) State(ctx context.Context, id string) (complaint.State, es.Revision, error) {
	f, err := c.load(ctx, id, nil)
	return f.state, f.revision, err
}
