package projections_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// The events of a made-up log.
type (
	added struct {
		N    int64  `json:"n"`
		Name string `json:"name"`
		Of   string `json:"of,omitempty"`
	}
	erased struct {
		Of string `json:"of"`
	}
	noted struct{}
	// later is known to newer programs only.
	later struct{}
)

func toyTypes() *es.Registry {
	r := es.NewRegistry(es.StdCodec{})
	es.Register[added](r, "added.v1")
	es.Register[erased](r, "erased.v1")
	es.Register[noted](r, "noted.v1")
	return r
}

func newerTypes() *es.Registry {
	r := toyTypes()
	es.Register[later](r, "later.v1")
	return r
}

// toy uses every way in which a projection can change a read model, and remembers
// names so as not to repeat them.
type toy struct {
	name    string
	ignores []string
	told    map[string]string
}

type toyView struct {
	Seen []es.Revision `json:"seen"`
	Sum  int64         `json:"sum"`
	Of   string        `json:"of,omitempty"`
	// Heard are the broadcasts that reached it from elsewhere, in order.
	Heard []uint64 `json:"heard,omitempty"`
}

type toyName struct {
	Name string `json:"name"`
}

func newToy(name string, ignores ...string) *toy {
	return &toy{name: name, ignores: append(ignores, "noted.v1"), told: map[string]string{}}
}

func (p *toy) Name() string            { return p.name }
func (*toy) Version() int              { return 3 }
func (*toy) Handles() []string         { return []string{"added.v1", "erased.v1"} }
func (p *toy) Ignores() []string       { return p.ignores }
func (*toy) Broadcasts() []string      { return []string{"erased.v1"} }
func (p *toy) Forget()                 { clear(p.told) }
func (*toy) Docs() []readmodel.DocType { return nil }

func (*toy) Begin(view any) any {
	v := *view.(*toyView)
	v.Seen, v.Heard = append([]es.Revision(nil), v.Seen...), append([]uint64(nil), v.Heard...)
	return &v
}

func (*toy) Concerns(e *projections.Event) string {
	if d, ok := e.Data.(*erased); ok {
		return "of/" + d.Of
	}
	return ""
}

func (*toy) Holds(view any, e *projections.Event) bool {
	return view.(*toyView).Of == e.Data.(*erased).Of
}

func (p *toy) Project(view any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	v, _ := view.(*toyView)
	if v == nil {
		v = &toyView{}
	}
	switch d := e.Data.(type) {
	case *added:
		v.Seen, v.Sum, v.Of = append(v.Seen, e.Envelope.Revision), v.Sum+d.N, d.Of
		out = append(out, readmodel.Count("sum", d.N), readmodel.Count("of "+d.Name, 1))
		if key := fmt.Sprintf("name/%d", d.N%3); p.told[key] != d.Name {
			p.told[key] = d.Name
			out = append(out, readmodel.Put(key, &toyName{d.Name}))
		}
	case *erased:
		if v.Of == d.Of && v.Of != "" {
			v.Of = ""
			out = append(out, readmodel.Count("erased", 1))
		}
		v.Heard = append(v.Heard, e.Envelope.Position.Commit)
	}
	return v, out
}

func (*toy) Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change {
	index := func(v any) (by, of string) {
		if v == nil {
			return "", ""
		}
		w := v.(*toyView)
		if by = fmt.Sprintf("by/%d", w.Sum%4); w.Of != "" {
			of = "of/" + w.Of
		}
		return by, of
	}
	by1, of1 := index(was)
	by2, of2 := index(is)
	for _, m := range [][2]string{{by1, by2}, {of1, of2}} {
		if m[0] == m[1] {
			continue
		}
		if m[0] != "" {
			out = append(out, readmodel.Remove(m[0], string(stream)))
		}
		if m[1] != "" {
			out = append(out, readmodel.Add(m[1], string(stream), 1))
		}
	}
	return out
}

func toys(ignores ...string) []projections.Projection {
	return []projections.Projection{newToy("one", ignores...), newToy("two", ignores...)}
}

// toyLog is a log of added, erased and noted events.
type toyLog struct {
	t     testing.TB
	store *estest.Store
	last  map[es.StreamID]es.Revision
	all   []es.Pending
	of    []es.StreamID
}

func newToyLog(t testing.TB) *toyLog {
	return &toyLog{t: t, store: estest.NewStore(), last: map[es.StreamID]es.Revision{}}
}

func (l *toyLog) add(stream es.StreamID, kind string, event any) es.Position {
	data, err := json.Marshal(event)
	if err != nil {
		l.t.Fatal(err)
	}
	id := es.DeriveID(es.Namespace, fmt.Sprint(len(l.all)), string(stream))
	return l.write(stream, es.Pending{ID: id, Type: kind, Data: data, Meta: []byte(`{"at":"2026-05-01T01:02:03Z"}`)})
}

func (l *toyLog) write(stream es.StreamID, p es.Pending) es.Position {
	expected, ok := l.last[stream]
	if !ok {
		expected = es.None
	}
	got, err := l.store.Append(context.Background(), stream, expected, []es.Pending{p})
	if err != nil {
		l.t.Fatal(err)
	}
	l.last[stream] = got.Revision
	l.all, l.of = append(l.all, p), append(l.of, stream)
	return got.Position
}

// prefix is a log of its own that holds the first n events.
func (l *toyLog) prefix(n int) *toyLog {
	p := newToyLog(l.t)
	for i := range n {
		p.write(l.of[i], l.all[i])
	}
	return p
}

func (l *toyLog) head() es.Position {
	head, err := l.store.Head(context.Background())
	if err != nil {
		l.t.Fatal(err)
	}
	return head
}

// scratch is what one projection makes of the whole log, folded at once in one
// partition.
func (l *toyLog) scratch(p projections.Projection) map[string]string {
	m := readmodeltest.NewSimple()
	if err := projections.Rebuild(context.Background(), l.store, toyTypes(), m, []projections.Projection{p}, nil); err != nil {
		l.t.Fatal(err)
	}
	return readmodeltest.Content(m, readmodel.First(p.Name(), p.Version()), showJSON)
}

func showJSON(doc any) string {
	b, err := json.Marshal(doc)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// published is what readers of a projection see, and up to where.
func published(m *readmodeltest.Simple, p projections.Projection) (map[string]string, es.Position, error) {
	s, at, err := readmodel.Reading(context.Background(), m, p.Name(), p.Version())
	if err != nil {
		return nil, at, err
	}
	return readmodeltest.Content(m, s, showJSON), at, nil
}

// differs tells the first places in which two contents differ, "" where none does.
func differs(got, want map[string]string) string {
	var out []string
	for k, v := range want {
		if got[k] != v {
			out = append(out, fmt.Sprintf("%s: %q, want %q", k, got[k], v))
		}
	}
	for k, v := range got {
		if _, ok := want[k]; !ok {
			out = append(out, fmt.Sprintf("%s: %q, want nothing", k, v))
		}
	}
	return strings.Join(out[:min(3, len(out))], "; ")
}

func tick(d time.Duration) <-chan time.Time { return time.After(d) }

func pause(ctx context.Context, attempt int) error {
	select {
	case <-time.After(min(time.Second, time.Duration(attempt)*20*time.Millisecond)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
