package usecase

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/period"
)

const routeClosePeriod = "close-period"

// ClosePeriod /periods/{period}/close: the figures of the month become final as they
// were known at the end of the day.
type ClosePeriod struct {
	AsOf string `json:"as_of" validate:"required,civil"`
}

// Publication is what the program publishes figures by: its metrics as "id@version" in
// order of text, and the version of the rules of its tables.
type Publication struct {
	Formulas []string
	Policy   string
}

// Closing is one closing of a period, with its place in the log: figures as of it are
// whole once everything up to there was counted.
type Closing struct {
	*period.Closed
	At       time.Time
	Position es.Position
}

// closings keeps what was read of the stream of closings.
type closings struct {
	mu  sync.Mutex
	all []Closing
}

// ClosePeriod closes a period, for the first time or again. ErrForbidden, ErrNotFound
// where the text is no month, *InvalidError, *complaint.Refusal, errors of the store.
func (c *Complaints) ClosePeriod(ctx context.Context, actor Actor, month string, in ClosePeriod, p Publication, o Options) (Receipt, Closing, error) {
	if c.access.Standing(actor.Role, routeClosePeriod) != StandingSigned || actor.ID == "" {
		return Receipt{}, Closing{}, ErrForbidden
	}
	m, err := period.ParseMonth(month)
	if err != nil {
		return Receipt{}, Closing{}, ErrNotFound
	}
	asOf, err := calendar.ParseDate(in.AsOf)
	if err != nil {
		var wrong faults
		wrong.add("/as_of", FaultDate)
		return Receipt{}, Closing{}, wrong.err()
	}
	command, err := c.command(actor, routeClosePeriod+" "+month, o)
	if err != nil {
		return Receipt{}, Closing{}, err
	}
	body, err := c.bodies.hash(routeClosePeriod, month, &in)
	if err != nil {
		return Receipt{}, Closing{}, err
	}
	out, err := c.periods().Run(ctx, es.Request{
		Stream: period.Complaints, Command: command, Body: body, IfMatch: o.IfMatch, At: c.Now(),
		Meta: es.Metadata{
			Actor: actor.ID, Role: string(actor.Role), Name: routeClosePeriod, Correlation: o.Correlation, Source: sourceNative,
		},
	}, period.Command{Period: m, AsOf: asOf, Formulas: p.Formulas, Policy: p.Policy})
	if err != nil {
		return Receipt{}, Closing{}, refusedPeriod(err)
	}
	return c.closedBy(ctx, month, out.Receipt)
}

func (c *Complaints) periods() *es.Runner[period.State, period.Command, period.Event] {
	var d period.Decider
	return &es.Runner[period.State, period.Command, period.Event]{
		Store: c.Store, Registry: c.Registry, Salt: c.entropy.salt, Wait: c.Wait, Queue: &c.queue,
		Decider: es.Decider[period.State, period.Command, period.Event]{
			Initial: d.Initial, Decide: d.Decide, Evolve: d.Evolve, At: d.At, Ruleset: d.Ruleset,
		},
	}
}

// closedBy finds the closing that a command wrote: every command writes one.
func (c *Complaints) closedBy(ctx context.Context, month string, r es.Receipt) (Receipt, Closing, error) {
	all, err := c.Closings(ctx)
	if err != nil {
		return Receipt{}, Closing{}, err
	}
	at := int(r.Revision)
	if at >= len(all) {
		return Receipt{}, Closing{}, es.ErrUnavailable
	}
	return Receipt{ID: month, Revision: r.Revision, Position: r.Position, Repeated: r.Repeated}, all[at], nil
}

// refusedPeriod tells a refusal of a closing as one of a case.
func refusedPeriod(err error) error {
	var r *period.Refusal
	if errors.As(err, &r) {
		return &complaint.Refusal{Code: r.Code, Rule: r.Rule, Pointer: r.Pointer}
	}
	return err
}

// PeriodRefusals lists the codes with which a closing is refused.
func PeriodRefusals() []string { return period.Refusals() }

// Closings lists all closings of periods in the order in which they were made, for
// anyone: that figures are final is said where they stand. Errors of the store.
func (c *Complaints) Closings(ctx context.Context) ([]Closing, error) {
	c.closings.mu.Lock()
	defer c.closings.mu.Unlock()
	all := c.closings.all
	for env, err := range c.Store.Read(ctx, period.Complaints, es.Revision(len(all))) {
		if errors.Is(err, es.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		one, err := c.closing(&env)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	c.closings.all = all
	return slices.Clip(all), nil
}

func (c *Complaints) closing(env *es.Envelope) (Closing, error) {
	v, err := c.Registry.Decode(env)
	if err != nil {
		return Closing{}, err
	}
	m, err := c.Registry.DecodeMetadata(env)
	if err != nil {
		return Closing{}, err
	}
	e, ok := v.(*period.Closed)
	if !ok {
		return Closing{}, &es.DecodeError{Type: env.Type, Stream: env.Stream, At: env.Revision, Err: es.ErrUnknownType}
	}
	return Closing{Closed: e, At: m.At, Position: env.Position}, nil
}
