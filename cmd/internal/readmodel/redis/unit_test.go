package redis

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOptions(t *testing.T) {
	_, client := server(t)
	good := Options{Client: client, Types: readmodeltest.Types}
	for name, change := range map[string]func(*Options){
		"no client": func(o *Options) { o.Client = nil }, "no types": func(o *Options) { o.Types = nil },
		"no partition": func(o *Options) { o.Partitions = -1 }, "many": func(o *Options) { o.Partitions = maxPartitions + 1 },
		"a tag in the name": func(o *Options) { o.Name = "a{b}" }, "a colon": func(o *Options) { o.Name = "a:b" },
	} {
		o := good
		change(&o)
		if _, err := Open(context.Background(), o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := Open(context.Background(), good)
	must(t, err)
	if m.Partitions() != defaultPartitions || m.head(space, 7) != "fangxin:16:weather:1000:{p07}:head" {
		t.Fatalf("%d partitions, head %s", m.Partitions(), m.head(space, 7))
	}
	must(t, m.Close())
	must(t, m.Close())
}

// TestKeySpaces: another number of partitions is another key space, and names of
// projections cannot break out of theirs.
func TestKeySpaces(t *testing.T) {
	_, client := server(t)
	ctx := context.Background()
	one, err := Open(ctx, Options{Client: client, Types: readmodeltest.Types, Partitions: 1})
	must(t, err)
	t.Cleanup(func() { _ = one.Close() })
	two, err := Open(ctx, Options{Client: client, Types: readmodeltest.Types, Partitions: 2})
	must(t, err)
	t.Cleanup(func() { _ = two.Close() })
	must(t, one.Commit(ctx, nth(1)))
	must(t, one.Flip(ctx, space))
	holds(t, two, 0)
	if v, err := two.Current(ctx, space.Projection, 1); err != nil || v != 0 {
		t.Fatalf("current %d (%v)", v, err)
	}
	odd := readmodel.Space{Projection: "a:{p00}", Version: 1}
	must(t, two.Commit(ctx, readmodel.Batch{Space: odd, Partition: 1, To: at(1)}))
	if spaces, err := two.Spaces(ctx, odd.Projection); err != nil || len(spaces) != 1 || spaces[0] != odd {
		t.Fatalf("spaces %v (%v)", spaces, err)
	}
	if spaces, err := two.Spaces(ctx, "a"); err != nil || len(spaces) != 0 {
		t.Fatalf("spaces %v (%v)", spaces, err)
	}
}

// TestMembersForgotten: who is in no index any more has no number, and a new one when
// it comes back.
func TestMembersForgotten(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	n := 0
	commit := func(changes ...readmodel.Change) {
		t.Helper()
		must(t, m.Commit(ctx, readmodel.Batch{Space: space, From: at(n), To: at(n + 1), Changes: changes}))
		n++
	}
	numbered := func(want int64) {
		t.Helper()
		for _, table := range []string{"i", "m"} {
			if got, err := client.HLen(ctx, strings.TrimSuffix(m.head(space, 0), "head")+"1:"+table).Result(); err != nil || got != want {
				t.Fatalf("%d members in %s (%v), want %d", got, table, err, want)
			}
		}
	}
	commit(readmodel.Add("x", "a", 0), readmodel.Add("y", "a", 5), readmodel.Add("x", "b", 0))
	numbered(2)
	commit(readmodel.Add("x", "a", 0), readmodel.Add("y", "a", 6), readmodel.Remove("y", "b"))
	commit(readmodel.Remove("x", "a"), readmodel.Remove("x", "a"), readmodel.Remove("y", "none"))
	numbered(2)
	commit(readmodel.Remove("y", "a"))
	numbered(1)
	commit(readmodel.Add("x", "a", 3))
	numbered(2)
	commit(readmodel.Add("x", "a", 0), readmodel.Remove("x", "b"))
	commit(readmodel.Remove("x", "a"))
	numbered(0)
	names, err := m.Indexes(ctx, space, "", "", 9)
	if err != nil || len(names) != 0 {
		t.Fatalf("names %v (%v)", names, err)
	}
	must(t, m.Drop(ctx, space))
	must(t, m.Sweep(ctx))
	left(t, m)
}

func TestScores(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	var want []readmodel.Row
	var changes []readmodel.Change
	for i, s := range []int64{-maxScore, -7, -1, 0, 1, 1 << 40, maxScore - 1, maxScore} {
		want = append(want, readmodel.Row{Member: fmt.Sprint("m", i), Score: s})
		changes = append(changes, readmodel.Add("i", fmt.Sprint("m", i), s))
	}
	must(t, m.Commit(ctx, readmodel.Batch{Space: space, To: at(1), Changes: changes}))
	p := readmodel.Page{Where: readmodel.In("i"), Order: readmodel.Oldest, Min: -1 << 62, Limit: 3}
	var got []readmodel.Row
	for more := true; more; more = p.After != "" {
		r, err := m.Page(ctx, space, p)
		must(t, err)
		got, p.After = append(got, r.Rows...), r.Next
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for _, s := range []int64{maxScore + 1, -maxScore - 1} {
		err := m.Commit(ctx, readmodel.Batch{Space: space, From: at(1), To: at(2), Changes: []readmodel.Change{readmodel.Add("i", "a", s)}})
		if !errors.Is(err, ErrScore) {
			t.Errorf("score %d: %v", s, err)
		}
	}
}

// TestDocuments that cannot be read are an error, never passed over.
func TestDocuments(t *testing.T) {
	_, client := server(t)
	m, ctx := fresh(t, client, 1, usualSizes()), context.Background()
	large := strings.Repeat("饭", 100_000)
	must(t, m.Commit(ctx, readmodel.Batch{Space: space, To: at(1), Changes: []readmodel.Change{
		readmodel.Put("view/a", &readmodeltest.Doc{Text: large}), {Op: readmodel.PutDoc, Key: "b", Doc: "no object", At: es.Position{Commit: 1}},
	}}))
	d, err := m.Get(ctx, space, "view/a")
	if err != nil || d.(*readmodeltest.Doc).Text != large {
		t.Fatalf("large document: %v", err)
	}
	if _, err := m.GetMany(ctx, space, []string{"view/a", "b"}); !errors.Is(err, readmodel.ErrUnavailable) {
		t.Fatalf("a document of another form: %v", err)
	}
	m.types = func(readmodel.Space) []readmodel.DocType { return nil }
	if _, err := m.Get(ctx, space, "view/a"); !errors.Is(err, readmodel.ErrUnavailable) {
		t.Fatalf("a document of unknown type: %v", err)
	}
}

func TestAdvice(t *testing.T) {
	_, client := server(t, "maxmemory-policy allkeys-lru")
	var log lines
	m, err := Open(context.Background(), Options{
		Client: client, Types: readmodeltest.Types, Every: -1, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	must(t, err)
	m.advise(context.Background())
	must(t, m.Close())
	for _, want := range []string{"maxmemory-policy=allkeys-lru", "set-max-intset-entries=512"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log: %s", want, log.String())
		}
	}
}

// lines is a log that goroutines write to.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestEndOf(t *testing.T) {
	for prefix, want := range map[string]string{"": "+", "a": "(b", "a\xff": "(b", "\xff\xff": "+", "w/饭": "(w/饮"} {
		if got := endOf(prefix); prefix != "w/饭" && got != want || got <= "("+prefix && got != "+" {
			t.Errorf("end of %q is %q, want %q", prefix, got, want)
		}
	}
}
