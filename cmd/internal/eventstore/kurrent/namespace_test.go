package kurrent_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// namespace is a part of a server's log that looks like a log of its own: the
// streams under one prefix, from the head at its creation on.
type namespace struct {
	prefix string
	base   es.Position

	mu    sync.Mutex
	names map[es.StreamID]es.StreamID // outside, inside
	head  es.Position                 // the newest event known
	seen  es.Position                 // of the whole log, up to here
}

func newNamespace(t testing.TB, s es.Store) *namespace {
	t.Helper()
	base, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &namespace{prefix: "fangxin-test-" + rand.Text() + "-", base: base, seen: base, names: map[es.StreamID]es.StreamID{}}
}

// outside is the stream's name on the server. Names that are refused stay as they
// are, and names that would become too long are hashed.
func (n *namespace) outside(inside es.StreamID) es.StreamID {
	if es.CheckStream(inside) != nil {
		return inside
	}
	name := es.StreamID(n.prefix) + inside
	if len(name) > es.MaxStreamID {
		sum := sha256.Sum256([]byte(inside))
		name = es.StreamID(n.prefix + hex.EncodeToString(sum[:]))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names[name] = inside
	return name
}

func (n *namespace) inside(e es.Envelope) (es.Envelope, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, ok := n.names[e.Stream]
	if ok {
		e.Stream = name
	}
	return e, ok
}

func (n *namespace) after(p es.Position) es.Position {
	if p.Before(n.base) {
		return n.base
	}
	return p
}

// namespaced is one connection to the namespace.
type namespaced struct {
	es.Store
	*namespace
}

func (s namespaced) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	if err := es.CheckAppend(stream, expected, events); err != nil {
		return es.Receipt{}, err
	}
	r, err := s.Store.Append(ctx, s.outside(stream), expected, events)
	if conflict := (*es.ConflictError)(nil); errors.As(err, &conflict) {
		conflict.Stream = stream
	}
	return r, err
}

func (s namespaced) renamed(all iter.Seq2[es.Envelope, error]) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for e, err := range all {
			e, mine := s.inside(e)
			if (mine || err != nil) && !yield(e, err) {
				return
			}
		}
	}
}

func (s namespaced) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return s.renamed(s.Store.Read(ctx, s.outside(stream), from))
}

func (s namespaced) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return s.renamed(s.Store.ReadBack(ctx, s.outside(stream), from))
}

func (s namespaced) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return s.renamed(s.Store.ReadAll(ctx, s.after(after)))
}

// Head reads what was written since the last look.
func (s namespaced) Head(ctx context.Context) (es.Position, error) {
	s.mu.Lock()
	head, seen := s.namespace.head, s.seen
	s.mu.Unlock()
	for e, err := range s.Store.ReadAll(ctx, seen) {
		if err != nil {
			return es.Position{}, err
		}
		if _, mine := s.inside(e); mine {
			head = e.Position
		}
		seen = e.Position
	}
	if err := ctx.Err(); err != nil {
		return es.Position{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen.Before(seen) {
		s.namespace.head, s.seen = head, seen
	}
	return head, nil
}

func (s namespaced) Subscribe(ctx context.Context, after es.Position) (es.Subscription, error) {
	sub, err := s.Store.Subscribe(ctx, s.after(after))
	return &namespacedSubscription{Subscription: sub, store: s, last: after}, err
}

type namespacedSubscription struct {
	es.Subscription
	store namespaced
	last  es.Position
}

func (s *namespacedSubscription) Next(ctx context.Context) (es.Delivery, error) {
	for {
		d, err := s.Subscription.Next(ctx)
		if d.Event == nil {
			d.Position = s.last
			return d, err
		}
		if e, mine := s.store.inside(*d.Event); mine {
			s.last = d.Position
			return es.Delivery{Event: &e, Position: d.Position}, err
		}
	}
}

// inNamespaces is a factory of namespaces on one server.
func inNamespaces(o kurrent.Options, clean func(testing.TB, []es.StreamID)) estest.Factory {
	return func(t testing.TB) estest.Instance {
		n := newNamespace(t, opened(t, o))
		t.Cleanup(func() {
			var all []es.StreamID
			for name := range n.names {
				all = append(all, name)
			}
			clean(t, all)
		})
		return estest.Instance{
			Store:  namespaced{opened(t, o), n},
			Reopen: func(t testing.TB) es.Store { return namespaced{opened(t, o), n} },
		}
	}
}

const whole = "the server is not ours to damage; kurrenttest stands in"

// TestConformanceInNamespaces proves the namespaces, on a server that others use
// and where the last test has left its events.
func TestConformanceInNamespaces(t *testing.T) {
	if testing.Short() {
		t.Log("the namespaces serve tests only; left to the long run")
		return
	}
	server := served(t, &noisy{Store: estest.NewStore()}, kurrenttest.Options{})
	appended(t, opened(t, quick(server)), "case.1", 0)
	estest.Run(t, inNamespaces(quick(server), func(testing.TB, []es.StreamID) {}), estest.Without(estest.Faults, whole))
}

// TestConformanceOnRealServer runs on the server that FANGXIN_KURRENT_URL names,
// with streams of its own, which it deletes afterwards.
func TestConformanceOnRealServer(t *testing.T) {
	address := os.Getenv("FANGXIN_KURRENT_URL")
	if address == "" {
		if slices.Contains(strings.Split(os.Getenv("FANGXIN_REQUIRE"), ","), "kurrent") {
			t.Fatal("FANGXIN_KURRENT_URL names no server")
		}
		t.Skip("FANGXIN_KURRENT_URL names no server")
	}
	o := kurrent.Options{Address: address, BackOff: 10 * time.Millisecond}
	estest.Run(t, inNamespaces(o, func(t testing.TB, all []es.StreamID) { deleted(t, address, all) }), estest.Without(estest.Faults, whole))
}

// deleted hides the streams: the server removes them when it scavenges.
func deleted(t testing.TB, address string, all []es.StreamID) {
	conf, err := esdb.ParseConnectionString(address)
	if err != nil {
		t.Fatal(err)
	}
	conf.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(conf)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, name := range all {
		_, err := client.DeleteStream(ctx, string(name), esdb.DeleteStreamOptions{ExpectedRevision: esdb.StreamExists{}})
		// Streams that were only looked for cannot be deleted: a wrong expected
		// version, which this client words but does not code.
		if err != nil && !strings.Contains(strings.ToLower(err.Error()), "wrong expected version") && !strings.Contains(err.Error(), "WrongExpectedVersion") {
			t.Errorf("delete %s: %v", name, err)
		}
	}
}
