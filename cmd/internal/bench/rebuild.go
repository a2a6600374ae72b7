package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections"
)

// Goals of a rebuild, beside the fastest decoder alone on events in memory.
const (
	foldGoal    = 0.55
	projectGoal = 0.25
)

// Rebuild compares reading a log, folding its cases and making all lists anew with
// the fastest decoder on the same events, alone, on events that lie in memory.
func Rebuild(open OpenStore, all MakeProjections) Bench {
	return Bench{Name: "rebuild", About: "decode, fold and project a whole log", Run: func(ctx context.Context, r *Run) (err error) {
		l, err := makeLog(ctx, r, open)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, l.store.Close()) }()
		m, err := r.SideBySide(ctx, "events/s",
			Side{"decode, encoding/json", l.rateInMemory(l.decoder(es.StdCodec{}))},
			Side{"decode, goccy/go-json", l.rateInMemory(l.decoder(codec.JSON{}))},
			Side{"decode and fold", l.rateInMemory(l.fold)},
			Side{"scan", l.rate(l.scan)},
			Side{"scan and decode", l.rate(l.scanAndDecode)},
			Side{"scan, decode and all projections", l.rate(func(ctx context.Context) error { return l.project(ctx, all) })},
		)
		if err != nil {
			return err
		}
		fastest := max(m[0], m[1])
		r.AtLeast("decode and fold / fastest decoder alone", m[2]/fastest, foldGoal)
		r.Ratio("scan and decode / fastest decoder alone", m[4]/fastest)
		r.AtLeast("scan, decode and project / fastest decoder alone", m[5]/fastest, projectGoal)
		return nil
	}}
}

// caseLog is a store with a made-up log.
type caseLog struct {
	store    es.Store
	registry *es.Registry
	events   int
	// loaded are all events, in memory.
	loaded []es.Envelope
}

// makeLog writes a log once, through the program's encoder and its store.
func makeLog(ctx context.Context, r *Run, open OpenStore) (*caseLog, error) {
	dir, err := r.Dir()
	if err != nil {
		return nil, err
	}
	store, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	l := &caseLog{store: store, registry: usecase.NewRegistry(codec.JSON{}), events: r.cases * EventsPerCase}
	begin := time.Now()
	if err := newTown(l.registry).fill(ctx, store, r.cases); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	r.Note("%d events of %d cases written in %s", l.events, r.cases, time.Since(begin).Round(time.Millisecond))
	return l, nil
}

func (l *caseLog) load(ctx context.Context) error {
	l.loaded = make([]es.Envelope, 0, l.events)
	for env, err := range l.store.ReadAll(ctx, es.Position{}) {
		if err != nil {
			return err
		}
		// The store's buffers hold more than one event: keep no more than is needed.
		env.Data, env.Meta = slices.Clone(env.Data), slices.Clone(env.Meta)
		l.loaded = append(l.loaded, env)
	}
	if len(l.loaded) != l.events {
		return fmt.Errorf("%d of %d events: %w", len(l.loaded), l.events, errShort)
	}
	return nil
}

// errShort: a side went through less than the whole log.
var errShort = errors.New("log was not read to its end")

// rate is how many events a second a pass over the whole log takes.
func (l *caseLog) rate(pass func(context.Context) error) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		begin := time.Now()
		err := pass(ctx)
		return float64(l.events) / time.Since(begin).Seconds(), err
	}
}

// rateInMemory is rate with all events in memory while it is measured, and only then:
// the other sides do not drag them along.
func (l *caseLog) rateInMemory(pass func(context.Context) error) func(context.Context) (float64, error) {
	once := l.rate(pass)
	return func(ctx context.Context) (float64, error) {
		if err := l.load(ctx); err != nil {
			return 0, err
		}
		defer func() { l.loaded = nil }()
		return once(ctx)
	}
}

func (l *caseLog) decoder(c es.Codec) func(context.Context) error {
	registry := usecase.NewRegistry(c)
	return func(context.Context) error {
		for i := range l.loaded {
			if _, err := registry.Decode(&l.loaded[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

// fold decodes each case and folds it into its state.
func (l *caseLog) fold(context.Context) error {
	decider := complaint.NewDecider(complaint.Law{})
	var stream es.StreamID
	var state complaint.State
	for i := range l.loaded {
		env := &l.loaded[i]
		decoded, err := l.registry.Decode(env)
		if err != nil {
			return err
		}
		if env.Stream != stream {
			stream, state = env.Stream, decider.Initial()
		}
		event, ok := decoded.(complaint.Event)
		if !ok {
			return es.ErrUnknownType
		}
		state = decider.Evolve(state, event)
	}
	if state.Status != complaint.StatusClosed {
		return fmt.Errorf("last case is %s: %w", state.Status, errShort)
	}
	return nil
}

func (l *caseLog) scan(ctx context.Context) error {
	n := 0
	for _, err := range l.store.ReadAll(ctx, es.Position{}) {
		if err != nil {
			return err
		}
		n++
	}
	return l.whole(n)
}

func (l *caseLog) scanAndDecode(ctx context.Context) error {
	n := 0
	for env, err := range l.store.ReadAll(ctx, es.Position{}) {
		if err == nil {
			_, err = l.registry.Decode(&env)
		}
		if err != nil {
			return err
		}
		n++
	}
	return l.whole(n)
}

// project is the program's own rebuild.
func (l *caseLog) project(ctx context.Context, all MakeProjections) error {
	ps, err := all()
	if err != nil {
		return err
	}
	n := 0
	err = projections.Rebuild(ctx, l.store, l.registry, memory.New(), ps, func(events int) { n += events })
	return errors.Join(err, l.whole(n))
}

func (l *caseLog) whole(n int) error {
	if n != l.events {
		return fmt.Errorf("%d of %d events: %w", n, l.events, errShort)
	}
	return nil
}
