package redis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-json"
	driver "github.com/redis/go-redis/v9"

	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// slowest is how long one command may keep the server, in microseconds, and costliest
// how much of a processor one run of a script may take on average.
const (
	slowest   = "50000"
	costliest = 10 * time.Millisecond
)

// TestNothingBlocks: with large sets and batches no command keeps the server for long,
// and none is of the kind that could. On a busy machine any command can be slow, so
// that then the server's own processor time decides.
func TestNothingBlocks(t *testing.T) {
	_, client := server(t, "slowlog-log-slower-than "+slowest, "rename-command KEYS \"\"")
	ctx, cases := context.Background(), 200_000
	if testing.Short() {
		cases = 20_000
	}
	m := fresh(t, client, 4, usualSizes())
	var worst time.Duration
	measured := func(f func()) {
		scripts, spent := m.Stats().Scripts, processor(t, client)
		f()
		if n := m.Stats().Scripts - scripts; n > 0 {
			worst = max(worst, (processor(t, client)-spent)/time.Duration(n))
		}
	}
	measured(func() { fill(t, m, cases) })
	for _, where := range questions() {
		for _, p := range []readmodel.Page{
			{Where: where, Limit: 50}, {Where: where, Order: readmodel.Oldest, Limit: 50, Min: 100, Max: int64(cases / 20)},
		} {
			measured(func() {
				_, err := m.Page(ctx, space, p)
				must(t, err)
			})
			measured(func() {
				_, err := m.Count(ctx, space, where, p.Min, p.Max)
				must(t, err)
			})
		}
	}
	must(t, m.Drop(ctx, space))
	measured(func() { must(t, m.Sweep(ctx)) })
	left(t, m)
	if worst > costliest {
		t.Errorf("%v of a processor for one script", worst)
	}
	slow, err := client.SlowLogGet(ctx, 10).Result()
	must(t, err)
	for _, s := range slow {
		t.Logf("%v: %.60q", s.Duration, s.Args)
	}
	t.Logf("%d slow commands, at most %v of a processor for one script", len(slow), worst)
}

// processor is the server's processor time.
func processor(t testing.TB, client driver.UniversalClient) time.Duration {
	t.Helper()
	info, err := client.InfoMap(context.Background(), "cpu").Result()
	must(t, err)
	var sum float64
	for _, name := range []string{"used_cpu_user", "used_cpu_sys"} {
		n, err := strconv.ParseFloat(info["CPU"][name], 64)
		must(t, err)
		sum += n
	}
	return time.Duration(sum * float64(time.Second))
}

// fill commits cases in all partitions, in one batch each: one index with a score for
// all of them, one without, and fifty for a fiftieth each.
func fill(t testing.TB, m *Model, cases int) {
	t.Helper()
	for p := range m.Partitions() {
		changes := make([]readmodel.Change, 0, 3*cases/m.Partitions()+3)
		for i := p; i < cases; i += m.Partitions() {
			name := fmt.Sprintf("complaint.%08d", i*7919%cases)
			changes = append(changes, readmodel.Add("due", name, int64(i/10+1)), readmodel.Add("status/open", name, 0),
				readmodel.Add(fmt.Sprintf("unit/%d", i/m.Partitions()%50), name, 0))
		}
		must(t, m.Commit(context.Background(), readmodel.Batch{Space: space, Partition: p, To: at(1), Changes: changes}))
	}
}

func questions() []readmodel.Expr {
	in := readmodel.In
	return []readmodel.Expr{
		in("due"), in("status/open"), readmodel.All(in("due"), in("status/open")), readmodel.All(in("status/open"), in("unit/7")),
		readmodel.All(in("due"), in("status/open"), in("unit/7")), readmodel.All(in("due"), readmodel.Any("unit/1", "unit/2")),
		{All: []readmodel.Expr{in("due")}, Not: []readmodel.Expr{in("status/open")}},
		readmodel.All(in("due"), in("unit/none")), readmodel.Any("unit/1", "due"),
	}
}

// TestProjections: what the program's own projections make of a log is the same here
// as in the model of the port, committed in one batch or in small ones.
func TestProjections(t *testing.T) {
	_, client := server(t)
	store, reg := caselogtest.New(t, 150)
	simple := readmodeltest.NewSimple()
	must(t, projections.Rebuild(t.Context(), store, reg, simple, caselogtest.Projections(t), nil))
	m, err := Open(t.Context(), Options{Client: client, Partitions: 1, Types: caselogtest.TypesOf(caselogtest.Projections(t)), Every: -1})
	must(t, err)
	t.Cleanup(func() { _ = m.Close() })
	must(t, projections.Rebuild(t.Context(), store, reg, m, caselogtest.Projections(t), nil))
	for _, p := range caselogtest.Projections(t) {
		s := readmodel.First(p.Name(), p.Version())
		want := readmodeltest.Content(simple, s, show)
		same(t, s, contentOf(t, m, s, slices.Sorted(maps.Keys(want))), want)
		dumped := readmodel.Batch{Space: s, To: at(1)}
		must(t, m.Dump(t.Context(), s, 0, func(c readmodel.Change) error {
			dumped.Changes = append(dumped.Changes, c)
			return nil
		}))
		again := readmodeltest.NewSimple()
		must(t, again.Commit(t.Context(), dumped))
		same(t, s, readmodeltest.Content(again, s, show), want)
	}
}

func same(t *testing.T, s readmodel.Space, got, want map[string]string) {
	t.Helper()
	for k, v := range want {
		if got[k] != v {
			t.Fatalf("%s: %s is %.200s, want %.200s", s.Projection, k, got[k], v)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d entries, want %d", s.Projection, len(got), len(want))
	}
}

func show(doc any) string {
	b, err := json.Marshal(doc)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// contentOf is all of a space, as readmodeltest.Content shows it. Documents cannot be
// listed: those of the keys are asked for.
func contentOf(t *testing.T, m *Model, s readmodel.Space, keys []string) map[string]string {
	t.Helper()
	ctx, out := context.Background(), map[string]string{}
	keys = slices.DeleteFunc(keys, func(k string) bool { return !strings.HasPrefix(k, "doc ") })
	for i := range keys {
		keys[i] = strings.TrimPrefix(keys[i], "doc ")
	}
	docs, err := m.GetMany(ctx, s, keys)
	must(t, err)
	for i, d := range docs {
		if d != nil {
			out["doc "+keys[i]] = show(d)
		}
	}
	names, err := m.Indexes(ctx, s, "", "", 1<<20)
	must(t, err)
	for _, name := range names {
		p := readmodel.Page{Where: readmodel.In(name), Min: -maxScore, Limit: readmodel.MaxPage}
		for more := true; more; more = p.After != "" {
			rows, err := m.Page(ctx, s, p)
			must(t, err)
			for _, r := range rows.Rows {
				out["index "+name+" "+r.Member] = fmt.Sprint(r.Score)
			}
			p.After = rows.Next
		}
	}
	counters, err := m.Counters(ctx, s, "", "", 1<<20)
	must(t, err)
	for _, c := range counters {
		if c.Value != 0 {
			out["counter "+c.Key] = fmt.Sprint(c.Value)
		}
	}
	return out
}
