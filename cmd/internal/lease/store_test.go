package lease

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"fangxin/cmd/internal/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// long outlives any test, short runs out soon.
	long  = time.Minute
	short = 20 * time.Millisecond
)

// bench is a store under test with what stands around it.
type bench struct {
	store Store
	// pass lets the time go by.
	pass func(d time.Duration)
	// flush loses everything.
	flush func()
}

func onMemory(t *testing.T) bench {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	m := NewMemory(func() time.Time { return now })
	return bench{
		store: m,
		pass:  func(d time.Duration) { now = now.Add(d) },
		flush: func() { m.lose(); now = now.Add(time.Millisecond) },
	}
}

func (m *Memory) lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.groups)
}

func onRedis(address string, flush func(context.Context) error) func(t *testing.T) bench {
	return func(t *testing.T) bench {
		must(t, flush(t.Context()))
		client := redistest.Client(t, address)
		return bench{
			store: NewRedis(client),
			pass: func(d time.Duration) {
				until := client.Time(t.Context()).Val().Add(d)
				for !client.Time(t.Context()).Val().After(until) {
					continue // the server's clock is the only one that counts
				}
			},
			flush: func() { must(t, flush(t.Context())) },
		}
	}
}

func TestMemoryConforms(t *testing.T) { conforms(t, onMemory) }

func TestRedisConforms(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	conforms(t, onRedis(s.Address(), s.Flush))
}

func TestRedisClusterConforms(t *testing.T) {
	c := redistest.RunCluster(t, 3)
	conforms(t, onRedis(c.Address(), c.Flush))
}

func conforms(t *testing.T, on func(t *testing.T) bench) {
	for name, test := range map[string]func(*testing.T, bench){
		"one holder":        oneHolder,
		"at most so many":   atMost,
		"it runs out":       runsOut,
		"it is renewed":     isRenewed,
		"it is given back":  isGivenBack,
		"nodes come and go": nodesComeAndGo,
		"flush":             flushed,
		"groups":            groupsAreApart,
		"strange names":     strangeNames,
		"bad requests":      badRequests,
		"races":             races,
	} {
		t.Run(name, func(t *testing.T) { test(t, on(t)) })
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b bench) claim(t *testing.T, node string, ttl time.Duration, most int, names ...string) []Held {
	t.Helper()
	held, err := b.store.Claim(t.Context(), "g", node, names, most, ttl)
	must(t, err)
	return held
}

func wantNames(t *testing.T, held []Held, names ...string) {
	t.Helper()
	if got := strings.Join(namesOf(held), " "); got != strings.Join(names, " ") {
		t.Errorf("holds %q, want %q", got, names)
	}
}

func oneHolder(t *testing.T, b bench) {
	first := b.claim(t, "n1", long, 9, "a", "b")
	wantNames(t, first, "a", "b")
	wantNames(t, b.claim(t, "n2", long, 9, "a", "b", "c"), "c")
	if d := cmp.Diff(first, b.claim(t, "n1", long, 9, "a", "b", "c")); d != "" {
		t.Errorf("what is the node's stays under its fence: %s", d)
	}
	for _, h := range first {
		if h.Fence == 0 {
			t.Error("a fence of nothing")
		}
	}
}

func atMost(t *testing.T, b bench) {
	wantNames(t, b.claim(t, "n1", long, 0, "a", "b"))
	wantNames(t, b.claim(t, "n1", long, -1, "a", "b"))
	wantNames(t, b.claim(t, "n1", long, 2, "c", "a", "b"), "c", "a")
	wantNames(t, b.claim(t, "n2", long, 1, "a", "b"), "b")
	wantNames(t, b.claim(t, "n2", long, 1))
}

func runsOut(t *testing.T, b bench) {
	old := b.claim(t, "n1", short, 1, "a")
	b.pass(short)
	taken := b.claim(t, "n2", long, 1, "a")
	wantNames(t, taken, "a")
	if taken[0].Fence <= old[0].Fence {
		t.Errorf("fence %d after %d", taken[0].Fence, old[0].Fence)
	}
	still, err := b.store.Renew(t.Context(), "g", "n1", old, long)
	must(t, err)
	wantNames(t, still)
	must(t, b.store.Release(t.Context(), "g", "n1", old))
	wantNames(t, b.claim(t, "n3", long, 1, "a"))

	// What ran out and is taken again by the same node has a new fence too.
	again := b.claim(t, "n1", short, 1, "z")
	b.pass(short)
	if next := b.claim(t, "n1", short, 1, "z"); next[0].Fence <= again[0].Fence {
		t.Errorf("fence %d after %d", next[0].Fence, again[0].Fence)
	}
}

func isRenewed(t *testing.T, b bench) {
	held := b.claim(t, "n1", short, 9, "a", "b")
	still, err := b.store.Renew(t.Context(), "g", "n1", held, long)
	must(t, err)
	if d := cmp.Diff(held, still); d != "" {
		t.Error(d)
	}
	b.pass(short)
	wantNames(t, b.claim(t, "n2", long, 9, "a", "b"))

	// One that ran out and was taken by nobody is still the node's.
	late := b.claim(t, "n1", short, 1, "c")
	b.pass(short)
	still, err = b.store.Renew(t.Context(), "g", "n1", late, long)
	must(t, err)
	wantNames(t, still, "c")

	// Another's lease, another fence and an unknown name are nobody's.
	strange := []Held{{Name: "a", Fence: held[0].Fence + 1}, {Name: "y", Fence: 1}}
	still, err = b.store.Renew(t.Context(), "g", "n1", strange, long)
	must(t, err)
	wantNames(t, still)
	still, err = b.store.Renew(t.Context(), "g", "n2", held, long)
	must(t, err)
	wantNames(t, still)
	still, err = b.store.Renew(t.Context(), "g", "n1", nil, long)
	must(t, err)
	wantNames(t, still)
}

func isGivenBack(t *testing.T, b bench) {
	held := b.claim(t, "n1", long, 9, "a", "b")
	must(t, b.store.Release(t.Context(), "g", "n2", held))
	must(t, b.store.Release(t.Context(), "g", "n1", []Held{{Name: "a", Fence: held[0].Fence + 1}}))
	wantNames(t, b.claim(t, "n2", long, 9, "a", "b"))
	for range 2 { // a repeat changes nothing
		must(t, b.store.Release(t.Context(), "g", "n1", held[:1]))
	}
	taken := b.claim(t, "n2", long, 9, "a", "b")
	wantNames(t, taken, "a")
	if taken[0].Fence <= held[0].Fence {
		t.Errorf("fence %d after %d", taken[0].Fence, held[0].Fence)
	}
	must(t, b.store.Release(t.Context(), "g", "n1", held[:1]))
	wantNames(t, b.claim(t, "n3", long, 9, "a"))
}

func nodesComeAndGo(t *testing.T, b bench) {
	beat := func(node string, ttl time.Duration, want ...Member) {
		t.Helper()
		got, err := b.store.Beat(t.Context(), "g", node, ttl)
		must(t, err)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	beat("n2", long, Member{Node: "n2"})
	b.claim(t, "n2", long, 9, "a", "b", "c")
	beat("n1", short, Member{Node: "n1"}, Member{Node: "n2", Held: 3})
	held := b.claim(t, "n1", short, 9, "d")
	beat("n10", long, Member{"n1", 1}, Member{"n10", 0}, Member{"n2", 3})
	b.pass(short)
	beat("n10", long, Member{"n10", 0}, Member{"n2", 3})
	must(t, b.store.Release(t.Context(), "g", "n1", held))
	must(t, b.store.Leave(t.Context(), "g", "n2"))
	must(t, b.store.Leave(t.Context(), "g", "n2"))
	beat("n10", long, Member{"n10", 0})
	wantNames(t, b.claim(t, "n10", long, 9, "a")) // who left keeps its leases until they run out
}

func flushed(t *testing.T, b bench) {
	held := b.claim(t, "n1", long, 9, "a")
	_, err := b.store.Beat(t.Context(), "g", "n1", long)
	must(t, err)
	b.flush()
	still, err := b.store.Renew(t.Context(), "g", "n1", held, long)
	must(t, err)
	wantNames(t, still)
	live, err := b.store.Beat(t.Context(), "g", "n2", long)
	must(t, err)
	if d := cmp.Diff([]Member{{Node: "n2"}}, live); d != "" {
		t.Error(d)
	}
	if taken := b.claim(t, "n2", long, 9, "a"); taken[0].Fence <= held[0].Fence {
		t.Errorf("after the flush fence %d, before %d", taken[0].Fence, held[0].Fence)
	}
}

func groupsAreApart(t *testing.T, b bench) {
	b.claim(t, "n1", long, 9, "a")
	_, err := b.store.Beat(t.Context(), "g", "n1", long)
	must(t, err)
	for _, group := range []string{"g2", "g}", "g}:leases", "{g"} {
		held, err := b.store.Claim(t.Context(), group, "n2", []string{"a"}, 1, long)
		must(t, err)
		wantNames(t, held, "a")
		live, err := b.store.Beat(t.Context(), group, "n2", long)
		must(t, err)
		if d := cmp.Diff([]Member{{"n2", 1}}, live); d != "" {
			t.Errorf("%s: %s", group, d)
		}
	}
}

func strangeNames(t *testing.T, b bench) {
	node, names := "n 1 2\n%s 案", []string{"a b", "1", "1 2 3", "%d", "投诉", "a\x00"}
	held := b.claim(t, node, long, 9, names...)
	wantNames(t, held, names...)
	still, err := b.store.Renew(t.Context(), "g", node, held, long)
	must(t, err)
	wantNames(t, still, names...)
	live, err := b.store.Beat(t.Context(), "g", node, long)
	must(t, err)
	if d := cmp.Diff([]Member{{node, len(names)}}, live); d != "" {
		t.Error(d)
	}
	must(t, b.store.Release(t.Context(), "g", node, held))
	wantNames(t, b.claim(t, "n2", long, 9, names...), names...)
}

func badRequests(t *testing.T, b bench) {
	ctx, wide := t.Context(), strings.Repeat("x", maxName+1)
	_, e1 := b.store.Beat(ctx, "", "n", long)
	_, e2 := b.store.Beat(ctx, "g", wide, long)
	_, e3 := b.store.Beat(ctx, "g", "n", 0)
	_, e4 := b.store.Claim(ctx, "g", "n", []string{""}, 1, long)
	_, e5 := b.store.Claim(ctx, "g", "n", make([]string, maxLeases+1), 1, long)
	_, e6 := b.store.Renew(ctx, "g", "n", nil, 2*maxTTL)
	e7 := b.store.Release(ctx, "g", "n", []Held{{Name: wide}})
	e8 := b.store.Leave(ctx, "g", "")
	for i, err := range []error{e1, e2, e3, e4, e5, e6, e7, e8} {
		if !errors.Is(err, ErrRequest) {
			t.Errorf("request %d: %v", i+1, err)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := b.store.Beat(ended, "g", "n", long); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Whoever claims at the same time, every lease has one holder.
func races(t *testing.T, b bench) {
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprint("p", i))
	}
	results := make(chan []Held)
	for i := range 8 {
		go func() {
			held, err := b.store.Claim(t.Context(), "g", fmt.Sprint("n", i), names, 20, long)
			if err != nil {
				t.Error(err)
			}
			results <- held
		}()
	}
	holders := map[string]int{}
	for range 8 {
		for _, h := range <-results {
			holders[h.Name]++
		}
	}
	for _, name := range names {
		if holders[name] != 1 {
			t.Errorf("%s has %d holders", name, holders[name])
		}
	}
}

func TestSharesAreFair(t *testing.T) {
	for _, c := range []struct {
		held []int
		all  int
		want []int
	}{
		{[]int{0}, 16, []int{16}},
		{[]int{16, 0, 0}, 16, []int{6, 5, 5}},
		{[]int{0, 0, 16}, 16, []int{5, 5, 6}},
		{[]int{5, 6, 5}, 16, []int{5, 6, 5}},
		{[]int{4, 4, 4}, 14, []int{5, 5, 4}},
		{[]int{0, 1, 0}, 1, []int{0, 1, 0}},
		{[]int{0, 0}, 1, []int{1, 0}},
		{[]int{3, 3}, 0, []int{0, 0}},
	} {
		var members []Member
		for i, h := range c.held {
			members = append(members, Member{Node: fmt.Sprint("n", i), Held: h})
		}
		var got []int
		for i := range members {
			got = append(got, share(members, members[i].Node, c.all))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%v: %s", c.held, d)
		}
	}
}
