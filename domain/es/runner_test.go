package es_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// The tests run a counter: it is opened once and then takes amounts.

type opened struct {
	By int `json:"by"`
}

type added struct {
	N  int       `json:"n"`
	At time.Time `json:"at"`
}

type fact any

type add struct {
	open bool
	n    int
	at   time.Time
	// split writes the amount as two events.
	split bool
}

type count struct {
	open  bool
	total int
}

var errNegative = errors.New("below zero")

func counter() es.Decider[count, add, fact] {
	return es.Decider[count, add, fact]{
		Initial: func() count { return count{} },
		Decide: func(s count, c add) ([]fact, error) {
			switch {
			case c.open && !s.open:
				return []fact{&opened{By: c.n}}, nil
			case s.total+c.n < 0:
				return nil, errNegative
			case c.n == 0:
				return nil, nil
			case c.split:
				return []fact{&added{N: c.n / 2, At: c.at}, &added{N: c.n - c.n/2, At: c.at}}, nil
			}
			return []fact{&added{N: c.n, At: c.at}}, nil
		},
		Evolve: func(s count, e fact) count {
			switch e := e.(type) {
			case *opened:
				s.open, s.total = true, e.By
			case *added:
				s.total += e.N
			}
			return s
		},
		At:      func(c add, at time.Time) add { c.at = at; return c },
		Ruleset: func(count) string { return "R" },
	}
}

// store lets a test put itself between the runner and the store.
type store struct {
	es.Store
	beforeAppend func(n int, stream es.StreamID) error // error: nothing is written
	afterAppend  func(n int) error                     // error: it was written
	reads        atomic.Int64
	appends      atomic.Int64
}

func (s *store) Append(ctx context.Context, stream es.StreamID, at es.Revision, p []es.Pending) (es.Receipt, error) {
	n := int(s.appends.Add(1))
	if s.beforeAppend != nil {
		if err := s.beforeAppend(n, stream); err != nil {
			return es.Receipt{}, err
		}
	}
	receipt, err := s.Store.Append(ctx, stream, at, p)
	if err == nil && s.afterAppend != nil {
		if err := s.afterAppend(n); err != nil {
			return es.Receipt{}, err
		}
	}
	return receipt, err
}

func (s *store) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	s.reads.Add(1)
	return s.Store.Read(ctx, stream, from)
}

var noon = time.Date(2026, 11, 23, 4, 0, 0, 123456789, time.UTC)

func newRunner() (*es.Runner[count, add, fact], *store) {
	reg := es.NewRegistry(es.StdCodec{})
	es.Register[opened](reg, "counter.opened.v1")
	es.Register[added](reg, "counter.added.v1")
	s := &store{Store: estest.NewStore()}
	var mu sync.Mutex
	salts := 0
	return &es.Runner[count, add, fact]{
		Store: s, Registry: reg, Decider: counter(), Queue: new(es.Queue),
		Salt: func() (string, error) { mu.Lock(); defer mu.Unlock(); salts++; return strconv.Itoa(salts), nil },
		Wait: func(ctx context.Context, _ int) error { return ctx.Err() },
	}, s
}

func request(key string) es.Request {
	return es.Request{Stream: "counter.a", Command: es.DeriveID(es.Namespace, key), Body: "body of " + key, At: noon,
		Meta: es.Metadata{Actor: "o-1", Role: "officer", Name: "add", Source: "native"}}
}

func opening(key string) es.Request {
	r := request(key)
	r.Opens = true
	return r
}

func must(t *testing.T, r *es.Runner[count, add, fact], req es.Request, c add) es.Outcome[count, fact] {
	t.Helper()
	out, err := r.Run(t.Context(), req, c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func stored(t *testing.T, s es.Store) []es.Envelope {
	t.Helper()
	var all []es.Envelope
	for e, err := range s.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestRunOpensBlindAndWritesMetadata(t *testing.T) {
	r, s := newRunner()
	out := must(t, r, opening("k1"), add{open: true, n: 5})
	if out.State.total != 5 || out.Receipt.Revision != 0 || out.Receipt.Repeated || len(out.Events) != 1 {
		t.Fatalf("%+v", out)
	}
	if s.reads.Load() != 0 {
		t.Fatalf("opening read the stream %d times", s.reads.Load())
	}
	must(t, r, request("k2"), add{n: 3, split: true})
	all := stored(t, s)
	if len(all) != 3 {
		t.Fatalf("%d events", len(all))
	}
	salts := map[string]bool{}
	for i, e := range all[1:] {
		m, err := r.Registry.DecodeMetadata(&e)
		if err != nil {
			t.Fatal(err)
		}
		if e.ID != es.EventID(m.Command, i) || m.Command != request("k2").Command || m.Body != "body of k2" ||
			!m.At.Equal(noon.Truncate(time.Microsecond)) || m.Ruleset != "R" || m.Schema != 1 || m.Actor != "o-1" {
			t.Errorf("event %d: %+v", i, m)
		}
		salts[m.Salt] = true
	}
	if len(salts) != 2 {
		t.Error("events share a salt")
	}
}

func TestRepeatIsOneWrite(t *testing.T) {
	r, s := newRunner()
	first := must(t, r, opening("k1"), add{open: true, n: 5})
	second := must(t, r, request("k2"), add{n: 4, split: true})
	must(t, r, request("k3"), add{n: 1})
	for range 3 {
		a := must(t, r, opening("k1"), add{open: true, n: 5})
		b := must(t, r, request("k2"), add{n: 4, split: true})
		if !a.Receipt.Repeated || a.Receipt.Revision != first.Receipt.Revision {
			t.Errorf("opening again: %+v", a.Receipt)
		}
		if !b.Receipt.Repeated || b.Receipt.Revision != second.Receipt.Revision {
			t.Errorf("adding again: %+v, first %+v", b.Receipt, second.Receipt)
		}
		if a.State.total != 10 || b.State.total != 10 {
			t.Errorf("states %+v %+v", a.State, b.State)
		}
	}
	if n := len(stored(t, s)); n != 4 {
		t.Errorf("%d events", n)
	}
}

// An opening command that would be refused today, but was done, is answered with its
// receipt; one that never was is refused.
func TestARefusedOpeningIsLookedForFirst(t *testing.T) {
	r, s := newRunner()
	first := must(t, r, opening("k1"), add{open: true, n: 5})
	r.Decider.Decide = func(count, add) ([]fact, error) { return nil, errNegative }
	if again := must(t, r, opening("k1"), add{open: true, n: 5}); !again.Receipt.Repeated || again.Receipt.Revision != first.Receipt.Revision {
		t.Errorf("%+v", again.Receipt)
	}
	other := opening("k9")
	other.Body = "another body"
	if _, err := r.Run(t.Context(), other, add{open: true, n: 5}); !errors.Is(err, errNegative) || len(stored(t, s)) != 1 {
		t.Error(err)
	}
}

// A store compares ids only: the runner must look at the body itself, also where
// the stream was opened without reading.
func TestKeyReusedForAnotherBody(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	must(t, r, request("k2"), add{n: 4})
	for _, req := range []es.Request{opening("k1"), request("k1"), request("k2")} {
		req.Body = "another body"
		if _, err := r.Run(t.Context(), req, add{open: req.Opens, n: 9}); !errors.Is(err, es.ErrKeyReused) {
			t.Errorf("opens %v: %v", req.Opens, err)
		}
	}
	if n := len(stored(t, s)); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestRefusalWritesNothing(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	if _, err := r.Run(t.Context(), request("k2"), add{n: -6}); !errors.Is(err, errNegative) {
		t.Fatal(err)
	}
	out := must(t, r, request("k3"), add{n: 0})
	if out.Receipt.Revision != 0 || len(stored(t, s)) != 1 {
		t.Fatalf("%+v", out)
	}
}

// overtake writes another amount before each of the first n appends.
func overtake(s *store, n int) {
	done := 0
	s.beforeAppend = func(_ int, stream es.StreamID) error {
		if done == n {
			return nil
		}
		done++
		last := es.Revision(-1)
		for e, err := range s.Store.ReadBack(context.Background(), stream, es.Last) {
			if err == nil {
				last = e.Revision
			}
			break
		}
		other := es.EventID(es.DeriveID(es.Namespace, "other", strconv.Itoa(done)), 0)
		_, err := s.Store.Append(context.Background(), stream, last, []es.Pending{{ID: other, Type: "counter.added.v1",
			Data: []byte(`{"n":1}`), Meta: []byte(`{"at":"2026-11-23T05:00:00Z","command":"` + other.String() + `"}`)}})
		return err
	}
}

func TestConflictIsDecidedAgainAtMostThreeTimes(t *testing.T) {
	for _, n := range []int{1, 3, 4} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r, s := newRunner()
			must(t, r, opening("k1"), add{open: true, n: 0})
			overtake(s, n)
			s.appends.Store(0)
			out, err := r.Run(t.Context(), request("k2"), add{n: 10})
			var conflict *es.ConflictError
			switch {
			case n <= 3 && (err != nil || out.State.total != n+10):
				t.Errorf("%+v, %v", out.State, err)
			case n > 3 && !errors.As(err, &conflict):
				t.Errorf("after %d conflicts: %v", n, err)
			}
			if want := int64(min(n, 3) + 1); s.appends.Load() != want {
				t.Errorf("%d appends, want %d", s.appends.Load(), want)
			}
		})
	}
}

func TestDecideSeesWhatWonTheConflict(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 0})
	overtake(s, 1)
	out := must(t, r, request("k2"), add{n: 1})
	if out.State.total != 2 {
		t.Fatal(out.State)
	}
}

func TestIfMatch(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	must(t, r, request("k2"), add{n: 1})
	at := func(key string, rev es.Revision) es.Request { q := request(key); q.IfMatch = &rev; return q }

	var stale *es.StaleError
	if _, err := r.Run(t.Context(), at("k3", 0), add{n: 1}); !errors.As(err, &stale) || stale.Actual != 1 || stale.Seen != 0 {
		t.Fatal(err)
	}
	out := must(t, r, at("k4", 1), add{n: 1})
	if out.Receipt.Revision != 2 {
		t.Fatal(out.Receipt)
	}
	// The answer was lost and the client asks again with the same If-Match.
	if again := must(t, r, at("k4", 1), add{n: 1}); !again.Receipt.Repeated || again.Receipt.Revision != 2 {
		t.Fatal(again.Receipt)
	}
	overtake(s, 1)
	if _, err := r.Run(t.Context(), at("k5", 2), add{n: 1}); !errors.As(err, &stale) || stale.Actual != 3 {
		t.Fatal("overtaken between read and append:", err)
	}
}
