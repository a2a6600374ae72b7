package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"fangxin/projections/readmodel"
)

// Goals of the register.
const (
	growthGoal = 1.5
	exportGoal = 50_000
)

// Surface serves a read model over HTTP, with a node's stores in a folder.
type Surface func(ctx context.Context, dir string, model readmodel.Model) (http.Handler, func() error, error)

// errDiffer: both sides were asked the same and answered otherwise.
var errDiffer = errors.New("answers differ")

// Register asks the public side the questions that readers ask, at several sizes, beside
// PostgreSQL with proper indexes on the same data. Both are asked through the query
// layer: neither over HTTP. PostgreSQL is left out where it is not installed, unless it
// is required.
func Register(all MakeProjections, surface Surface, required bool) Bench {
	return Bench{Name: "register", About: "the public register beside postgresql", Run: func(ctx context.Context, r *Run) (err error) {
		dir, err := r.Dir()
		if err != nil {
			return err
		}
		server, err := startPostgres(ctx, dir, 4, registerSettings)
		switch {
		case errors.Is(err, ErrMissing) && !required:
			r.Skip(err.Error())
			server = nil
		case err != nil:
			return err
		default:
			defer func() { err = errors.Join(err, server.stop()) }()
		}
		s := &sizes{Run: r, all: all, surface: surface, server: server}
		for i, cases := range r.sizes {
			s.largest = i == len(r.sizes)-1
			if err := s.measure(ctx, cases); err != nil {
				return fmt.Errorf("%d cases: %w", cases, err)
			}
		}
		return nil
	}}
}

// sizes goes through the sizes of a register.
type sizes struct {
	*Run
	all     MakeProjections
	surface Surface
	server  *postgres
	largest bool
	// smallest is how long a page took as an HTTP answer at the first size.
	smallest float64
}

func (s *sizes) measure(ctx context.Context, cases int) error {
	g, err := buildRegister(ctx, s.Run, cases, s.all)
	if err != nil {
		return err
	}
	if s.largest {
		s.AtMost(fmt.Sprintf("memory a case of %d, in KB", cases), g.memory/1024, memoryGoal/1024)
	}
	if s.server != nil {
		err = s.beside(ctx, g)
	}
	return errors.Join(err, s.served(ctx, g), g.model.Close())
}

// beside asks every question of both sides.
func (s *sizes) beside(ctx context.Context, g *register) error {
	conn, err := s.server.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := loadRegister(ctx, s.Run, conn, g.market); err != nil {
		return err
	}
	for _, q := range g.questions(conn) {
		if err := q.same(ctx); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		ours, theirs, err := s.turns(ctx, &q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		name := fmt.Sprintf("%s, %d cases", q.name, g.cases)
		o := s.Record(name+", p50", "µs", ours.at(0.5))
		s.Record(name+", p99", "µs", ours.at(0.99))
		p := s.Record(name+", postgresql, p50", "µs", theirs.at(0.5))
		s.Record(name+", postgresql, p99", "µs", theirs.at(0.99))
		if s.largest && q.goal > 0 {
			s.AtMost(name+" / postgresql", o/p, q.goal)
		} else {
			s.Ratio(name+" / postgresql", o/p)
		}
	}
	return nil
}

// samePasses is how many times both sides must answer alike before they are measured.
const samePasses = 12

func (q *question) same(ctx context.Context) error {
	for i := range samePasses {
		a, err := q.ours(ctx, i)
		if err != nil {
			return err
		}
		b, err := q.theirs(ctx, i)
		if err != nil {
			return err
		}
		x, y := a(), b()
		if x.total != y.total || !slices.Equal(x.cases, y.cases) || !maps.Equal(x.figures, y.figures) {
			return fmt.Errorf("%w: question %d: %.600v, postgresql %.600v", errDiffer, i, x, y)
		}
	}
	return nil
}

// times are how long single answers took, in microseconds.
type times []float64

// at is a percentile by the nearest rank.
func (t times) at(share float64) float64 {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

// turns asks both sides in turns, each for a part of the span.
func (s *sizes) turns(ctx context.Context, q *question) (ours, theirs times, err error) {
	for range s.rounds {
		if err = asks(ctx, s.span/8, &ours, q.ours); err == nil {
			err = asks(ctx, s.span/4, &theirs, q.theirs)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return ours, theirs, nil
}

// leastAsked is how often a question is asked at least, however long it takes.
const leastAsked = 10

func asks(ctx context.Context, span time.Duration, took *times, ask func(ctx context.Context, i int) (func() answer, error)) error {
	begin := time.Now()
	for i := 0; i < leastAsked || time.Since(begin) < span; i++ {
		at := time.Now()
		if _, err := ask(ctx, i); err != nil {
			return err
		}
		*took = append(*took, float64(time.Since(at).Nanoseconds())/1e3)
	}
	return nil
}
