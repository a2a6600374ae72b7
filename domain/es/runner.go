package es

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Decider is the pure core of one kind of stream.
type Decider[S, C, E any] struct {
	Initial func() S
	Decide  func(S, C) ([]E, error)
	Evolve  func(S, E) S
	// At returns the command with its time replaced: the runner moves it forward
	// when the stream is already later, so time never runs backwards in a stream.
	At func(C, time.Time) C
	// Ruleset names the law that the state stands under, for the metadata.
	Ruleset func(S) string
}

// Request is what a command brings beside itself.
type Request struct {
	Stream StreamID
	// Command identifies the request; a retry brings the same.
	Command ID
	// Body is a hash of the normalised command without personal fields.
	Body string
	// IfMatch is the revision the caller saw, as Runner.Counts counts for it, or nil.
	// With it a conflict is final.
	IfMatch *Revision
	// Opens says that the command opens the stream: the first try appends without
	// reading, since nothing can be there but an earlier try.
	Opens bool
	// At is the use case's clock.
	At time.Time
	// Meta holds actor, role, name, correlation, causation, calendar and source.
	Meta Metadata
}

// Outcome is what became of a command.
type Outcome[S, E any] struct {
	State   S
	Events  []E
	Receipt Receipt
	At      time.Time
	// Seen is the revision as the caller counts it, see Runner.Counts.
	Seen Revision
}

// ErrKeyReused: the same command id came with another body.
var ErrKeyReused = errors.New("idempotency key was used for another request")

// StaleError: the case is no longer at the revision the caller saw. Both are as the
// caller counts.
type StaleError struct {
	Seen, Actual Revision
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("revision is %d, not %d", e.Actual, e.Seen)
}

// Runner runs commands on streams of one kind: read, fold, decide, append at the
// revision that was read.
type Runner[S, C, E any] struct {
	Store    Store
	Registry *Registry
	Decider  Decider[S, C, E]
	// Salt returns 16 random bytes in base64. Nothing is written without it.
	Salt func() (string, error)
	// Wait sleeps between tries of an append whose outcome is unknown.
	Wait func(ctx context.Context, attempt int) error
	// Queue lets commands on one stream follow each other inside this process.
	Queue *Queue
	// Counts says whether the caller knows of an event: its revisions count these alone,
	// so that what is hidden from it cannot be counted. nil counts all.
	Counts func(typ string, e E) bool
	// Folds keeps what streams were folded to. nil folds each from its beginning.
	Folds *Folds[S]
	// Past is what the caller knows of the stream already; it comes before Folds.
	Past *Past[S]
}

func (r *Runner[S, C, E]) counts(typ string, e E) bool { return r.Counts == nil || r.Counts(typ, e) }

const maxConflicts = 3

// Run decides and appends. *StaleError (If-Match), *ConflictError after three
// conflicts, ErrKeyReused, ErrUnknownOutcome when the context ended first, what
// Decide answered, and what the store answered.
func (r *Runner[S, C, E]) Run(ctx context.Context, req Request, cmd C) (Outcome[S, E], error) {
	var none Outcome[S, E]
	release, err := r.Queue.enter(ctx, req.Stream)
	if err != nil {
		return none, err
	}
	defer release()
	for try := 0; ; try++ {
		out, err := r.once(ctx, req, cmd, req.Opens && try == 0)
		var conflict *ConflictError
		if !errors.As(err, &conflict) {
			return out, err
		}
		// With If-Match the stream is read once more, so that the answer names the
		// revision that won and a repeated command still meets its receipt.
		if try >= maxConflicts {
			return none, err
		}
	}
}

func (r *Runner[S, C, E]) once(ctx context.Context, req Request, cmd C, blind bool) (Outcome[S, E], error) {
	h := history[S]{state: r.Decider.Initial(), revision: None, seen: None}
	if !blind {
		var err error
		if h, err = r.read(ctx, req); err != nil {
			return Outcome[S, E]{}, err
		}
		if h.found {
			return Outcome[S, E]{State: h.state, Receipt: h.repeat, At: h.at, Seen: h.seen}, nil
		}
		if req.IfMatch != nil && *req.IfMatch != h.seen {
			return Outcome[S, E]{}, &StaleError{Seen: *req.IfMatch, Actual: h.seen}
		}
	}
	at := req.At.UTC().Truncate(time.Microsecond)
	if at.Before(h.at) {
		at = h.at
	}
	events, err := r.Decider.Decide(h.state, r.Decider.At(cmd, at))
	if err != nil && blind {
		// What is refused today may have been done by an earlier try.
		return r.once(ctx, req, cmd, false)
	}
	if err != nil {
		return Outcome[S, E]{}, err
	}
	for _, e := range events {
		h.state = r.Decider.Evolve(h.state, e)
	}
	out := Outcome[S, E]{State: h.state, Events: events, Receipt: Receipt{Revision: h.revision}, At: at, Seen: h.seen}
	if len(events) == 0 {
		return out, nil
	}
	pending, err := r.pack(req, at, h.state, events)
	if err != nil {
		return Outcome[S, E]{}, err
	}
	for i, e := range events {
		if r.counts(pending[i].Type, e) {
			out.Seen++
		}
	}
	out.Receipt, err = r.append(ctx, req.Stream, h.revision, pending)
	if err == nil && out.Receipt.Repeated {
		return r.repeated(ctx, req, out.Receipt)
	}
	return out, err
}

// repeated answers for an append that the store had seen before. Stores compare
// ids only, so the stream says whether it was the same body and what became of it.
func (r *Runner[S, C, E]) repeated(ctx context.Context, req Request, receipt Receipt) (Outcome[S, E], error) {
	h, err := r.read(ctx, req)
	if err != nil {
		return Outcome[S, E]{}, err
	}
	if !h.found { // a fold covers it
		h.repeat = receipt
	}
	return Outcome[S, E]{State: h.state, Receipt: h.repeat, At: h.at, Seen: h.seen}, nil
}

type history[S any] struct {
	state    S
	revision Revision
	seen     Revision
	at       time.Time
	last     Envelope
	first    ID // of the command's first event
	found    bool
	repeat   Receipt
}

// read folds the stream and looks for the command in it.
func (r *Runner[S, C, E]) read(ctx context.Context, req Request) (history[S], error) {
	h, ok, err := r.resume(ctx, req)
	if err != nil {
		return h, err
	}
	if !ok {
		h = history[S]{state: r.Decider.Initial(), revision: None, seen: None, first: EventID(req.Command, 0)}
		for env, err := range r.Store.Read(ctx, req.Stream, 0) {
			if errors.Is(err, ErrStreamNotFound) {
				return h, nil
			}
			if err != nil {
				return h, err
			}
			if err := r.add(&h, req, &env); err != nil {
				return h, err
			}
		}
	}
	r.Folds.put(req.Stream, fold[S]{state: h.state, revision: h.revision, seen: h.seen, last: h.last})
	m, err := r.Registry.DecodeMetadata(&h.last)
	h.at = m.At
	return h, err
}

// add folds one event more.
func (r *Runner[S, C, E]) add(h *history[S], req Request, env *Envelope) error {
	if env.ID == h.first {
		m, err := r.Registry.DecodeMetadata(env)
		if err != nil {
			return err
		}
		if m.Body != req.Body {
			return ErrKeyReused
		}
		h.found, h.repeat = true, Receipt{Revision: env.Revision, Position: env.Position, Repeated: true}
	} else if h.found && env.Revision == h.repeat.Revision+1 && r.sameCommand(env, req.Command) {
		h.repeat.Revision, h.repeat.Position = env.Revision, env.Position
	}
	event, err := r.Registry.Decode(env)
	if err != nil {
		return err
	}
	e, ok := event.(E)
	if !ok {
		return &DecodeError{Type: env.Type, Stream: env.Stream, At: env.Revision, Err: ErrUnknownType}
	}
	h.state = r.Decider.Evolve(h.state, e)
	h.revision, h.last = env.Revision, *env
	if r.counts(env.Type, e) {
		h.seen++
	}
	return nil
}

func (r *Runner[S, C, E]) sameCommand(env *Envelope, command ID) bool {
	m, err := r.Registry.DecodeMetadata(env)
	return err == nil && m.Command == command
}

func (r *Runner[S, C, E]) pack(req Request, at time.Time, state S, events []E) ([]Pending, error) {
	m := req.Meta
	m.At, m.Command, m.Body, m.Schema = at, req.Command, req.Body, 1
	m.Ruleset = r.Decider.Ruleset(state)
	pending := make([]Pending, len(events))
	for i, e := range events {
		name, data, err := r.Registry.Encode(e)
		if err != nil {
			return nil, err
		}
		if m.Salt, err = r.Salt(); err != nil {
			return nil, err
		}
		meta, err := r.Registry.EncodeMetadata(&m)
		if err != nil {
			return nil, err
		}
		pending[i] = Pending{ID: EventID(req.Command, i), Type: name, Data: data, Meta: meta}
	}
	return pending, nil
}

// append sends the same bytes, ids and revision until the store answers
// definitely or the context ends. Absence from the tail would prove nothing, and
// once an outcome is unknown a later "unavailable" says nothing about the first try.
func (r *Runner[S, C, E]) append(ctx context.Context, s StreamID, expected Revision, p []Pending) (Receipt, error) {
	var lost error
	for attempt := 0; ; attempt++ {
		receipt, err := r.Store.Append(ctx, s, expected, p)
		var conflict *ConflictError
		switch {
		case err == nil || errors.As(err, &conflict):
			return receipt, err
		case errors.Is(err, ErrUnknownOutcome):
			lost = err
		case lost == nil:
			return receipt, err
		}
		if errors.Is(err, ErrClosed) || r.Wait(ctx, attempt) != nil {
			return Receipt{}, lost
		}
	}
}
