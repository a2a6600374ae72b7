package estest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/es"
)

var modelTests = []test{
	{"random commands give the reference store's log", modelRandom},
}

// modelRandom runs random commands against the adapter and the reference store.
// Every example uses streams of its own in one store, so that opening stores is no
// part of the time.
func modelRandom(t *testing.T, f *fixture) {
	example := 0
	rapid.Check(t, func(rt *rapid.T) {
		example++
		m := &model{f: f, t: rt, reference: NewStore(), prefix: fmt.Sprintf("m%d.", example)}
		defer func() { _ = m.reference.Close() }() // never fails
		m.start = m.head()
		rt.Repeat(map[string]func(*rapid.T){
			"append": m.append, "repeat": m.repeat, "read": m.read, "restart": m.restart, "": func(*rapid.T) {},
		})
		m.compareLogs()
	})
}

type model struct {
	f         *fixture
	t         *rapid.T
	reference *Store
	prefix    string
	start     es.Position // the adapter's head before the example
	sent      []sent
	ids       int
}

type sent struct {
	stream   es.StreamID
	expected es.Revision
	events   []es.Pending
}

func (m *model) head() es.Position {
	p, err := m.f.Store.Head(m.f.ctx)
	if err != nil {
		m.t.Fatalf("head: %v", err)
	}
	return p
}

func (m *model) stream(t *rapid.T) es.StreamID {
	return es.StreamID(m.prefix + rapid.SampledFrom([]string{"a", "b", "A"}).Draw(t, "stream"))
}

// append draws an expectation near the truth and ids that are mostly new.
func (m *model) append(t *rapid.T) {
	s := sent{stream: m.stream(t)}
	actual := es.Revision(len(m.reference.streams[s.stream])) - 1
	s.expected = max(es.None, actual+es.Revision(rapid.SampledFrom([]int{0, 0, 0, 0, -1, -2, -5, 1, 3}).Draw(t, "off")))
	used := map[es.ID]bool{}
	for range rapid.IntRange(0, 4).Draw(t, "events") {
		i := m.ids
		if m.ids > 0 && rapid.IntRange(0, 3).Draw(t, "known") == 0 {
			i = rapid.IntRange(0, m.ids-1).Draw(t, "id")
		} else {
			m.ids++
		}
		if e := event(m.prefix, i); !used[e.ID] {
			e.Data = rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "data")
			s.events, used[e.ID] = append(s.events, e), true
		}
	}
	m.send(t, s)
}

// repeat sends an earlier append again, sometimes a part of it.
func (m *model) repeat(t *rapid.T) {
	if len(m.sent) == 0 {
		return
	}
	s := rapid.SampledFrom(m.sent).Draw(t, "sent")
	from := rapid.IntRange(0, len(s.events)).Draw(t, "from")
	to := rapid.IntRange(from, len(s.events)).Draw(t, "to")
	m.send(t, sent{s.stream, s.expected + es.Revision(from), s.events[from:to]})
}

func (m *model) send(t *rapid.T, s sent) {
	m.sent = append(m.sent, s)
	want, wantErr := m.reference.Append(m.f.ctx, s.stream, s.expected, s.events)
	got, gotErr := m.f.Store.Append(m.f.ctx, s.stream, s.expected, s.events)
	if wantErr != nil || gotErr != nil {
		var w, g *es.ConflictError
		if !errors.As(wantErr, &w) || !errors.As(gotErr, &g) || *w != *g {
			t.Fatalf("append %d events to %s at %d: %v, want %v", len(s.events), s.stream, s.expected, gotErr, wantErr)
		}
		return
	}
	if got.Revision != want.Revision || got.Repeated != want.Repeated {
		t.Fatalf("append %d events to %s at %d: %+v, want %+v", len(s.events), s.stream, s.expected, got, want)
	}
}

func (m *model) read(t *rapid.T) {
	stream := m.stream(t)
	from := rapid.SampledFrom([]es.Revision{0, 1, 2, 5, es.Last}).Draw(t, "from")
	w, wantErr := gathered(m.reference.Read(m.f.ctx, stream, from))
	g, gotErr := gathered(m.f.Store.Read(m.f.ctx, stream, from))
	m.same(t, "read", g, gotErr, w, wantErr)
	w, wantErr = gathered(m.reference.ReadBack(m.f.ctx, stream, from))
	g, gotErr = gathered(m.f.Store.ReadBack(m.f.ctx, stream, from))
	m.same(t, "read back", g, gotErr, w, wantErr)
}

func (m *model) restart(t *rapid.T) {
	if m.f.Reopen == nil || rapid.IntRange(0, 9).Draw(t, "restart") > 0 {
		return
	}
	if err := m.f.Store.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	m.f.Store = m.f.Reopen(m.f.tb)
}

func (m *model) compareLogs() {
	w, wantErr := gathered(m.reference.ReadAll(m.f.ctx, es.Position{}))
	g, gotErr := gathered(m.f.Store.ReadAll(m.f.ctx, m.start))
	m.same(m.t, "log", g, gotErr, w, wantErr)
}

func (m *model) same(t *rapid.T, what string, got []es.Envelope, gotErr error, want []es.Envelope, wantErr error) {
	if (gotErr == nil) != (wantErr == nil) || errors.Is(gotErr, es.ErrStreamNotFound) != errors.Is(wantErr, es.ErrStreamNotFound) {
		t.Fatalf("%s: %v, want %v", what, gotErr, wantErr)
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d events, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.ID != w.ID || g.Stream != w.Stream || g.Revision != w.Revision || g.Type != w.Type ||
			!bytes.Equal(g.Data, w.Data) || !bytes.Equal(g.Meta, w.Meta) {
			t.Fatalf("%s: event %d is %+v, want %+v", what, i, g, w)
		}
	}
}
