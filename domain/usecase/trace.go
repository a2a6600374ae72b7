package usecase

import (
	"context"
	"errors"
	"time"

	"fangxin/domain/es"
)

// maxWriters bounds how often one writer of a trace gives way to others.
const maxWriters = 100

// trace appends the one event of a command that belongs to no case: a reading, an
// offer of evidence. It goes behind whatever stands in the stream, at a time not
// before it. Writers meet as conflicts; each conflict is another one that got
// through.
func (c *Complaints) trace(ctx context.Context, actor Actor, stream es.StreamID, command es.ID, name string, fact func(at time.Time) any) error {
	for try := 0; ; try++ {
		last, at, err := c.lastTrace(ctx, stream, c.Now().UTC().Truncate(time.Microsecond))
		if err != nil {
			return err
		}
		pending, err := c.packFact(actor, command, name, at, fact(at))
		if err != nil {
			return err
		}
		err = c.appendTrace(ctx, stream, last, []es.Pending{pending})
		var conflict *es.ConflictError
		if !errors.As(err, &conflict) || try == maxWriters {
			return err
		}
	}
}

// lastTrace is the end of the stream and a time not before its last event.
func (c *Complaints) lastTrace(ctx context.Context, stream es.StreamID, at time.Time) (es.Revision, time.Time, error) {
	for env, err := range c.Store.ReadBack(ctx, stream, es.Last) {
		if errors.Is(err, es.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return es.None, at, err
		}
		m, err := c.Registry.DecodeMetadata(&env)
		if m.At.After(at) {
			at = m.At
		}
		return env.Revision, at, err
	}
	return es.None, at, nil
}

// packFact makes the one event of a command that is no case's: a reading, an offer of
// evidence.
func (c *Complaints) packFact(actor Actor, command es.ID, name string, at time.Time, fact any) (es.Pending, error) {
	stored, data, err := c.Registry.Encode(fact)
	if err != nil {
		return es.Pending{}, err
	}
	salt, err := c.entropy.salt()
	if err != nil {
		return es.Pending{}, err
	}
	meta, err := c.Registry.EncodeMetadata(&es.Metadata{
		At: at, Actor: actor.ID, Role: string(actor.Role), Command: command, Name: name,
		Schema: 1, Source: sourceNative, Salt: salt,
	})
	if err != nil {
		return es.Pending{}, err
	}
	return es.Pending{ID: es.EventID(command, 0), Type: stored, Data: data, Meta: meta}, nil
}

// appendTrace repeats an append whose outcome is unknown until it is known.
func (c *Complaints) appendTrace(ctx context.Context, s es.StreamID, last es.Revision, p []es.Pending) error {
	for attempt := 0; ; attempt++ {
		_, err := c.Store.Append(ctx, s, last, p)
		if !errors.Is(err, es.ErrUnknownOutcome) || c.Wait(ctx, attempt) != nil {
			return err
		}
	}
}
