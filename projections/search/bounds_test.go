package search_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

// many publishes n records that all hold the words of a phrase, every third of them the
// phrase itself.
func many(t testing.TB, n int) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2026-06-01")
	for i := range n {
		summary := []string{"定金不退", "金不换，不退", "定金，不退"}[i%3]
		l.Add(fmt.Sprint("c", i), native{id: fmt.Sprint("c", i), on: "2026-06-01", merchant: "店" + fmt.Sprint(i%7), region: "150102", category: "food", kind: "goods", summary: summary}.events()...)
	}
	return l
}

// What no index says is looked at record by record, and no more than so many: past them
// counts are lower bounds and pages end early, but nothing is missed.
func TestCountsPastTheBoundAreLowerBounds(t *testing.T) {
	const n = 4500
	m := many(t, n).Rebuild(fresh())
	f := search.Filter{Query: ask(t, `"金不退"`)}
	p, err := search.Find(context.Background(), m, f, search.Newest, "", 20)
	if err != nil || len(p.Records) != 20 || !p.Total.AtLeast || p.Total.N == 0 || p.Total.N > n/3 {
		t.Fatalf("%d records, %+v, %v", len(p.Records), p.Total, err)
	}
	walked := 0
	err = search.Walk(context.Background(), m, f, search.Newest, func(list []*search.Record, _ es.Position) error {
		walked += len(list)
		return nil
	})
	if err != nil || walked != n/3 {
		t.Fatalf("%d of %d (%v)", walked, n/3, err)
	}
	facets, err := search.Facets(context.Background(), m, f)
	if err != nil || !facets.Facets[1].Values[0].N.AtLeast {
		t.Fatalf("%+v %v", facets.Facets[1], err)
	}
	if exact, err := search.Find(context.Background(), m, search.Filter{Query: ask(t, "不退")}, search.Newest, "", 1); err != nil || exact.Total != (readmodel.Number{N: n}) {
		t.Errorf("what an index says is counted: %+v %v", exact.Total, err)
	}
}

// No filter and no query asks the port for more terms than it takes.
func TestTermsAreBounded(t *testing.T) {
	m := register(t)
	f := search.Filter{Query: ask(t, strings.Repeat("定金 ", 8)+"(退 OR 卡 OR 店 OR 饭 OR 手) -服务 -金 -a")}
	for _, field := range disclosure.Fields() {
		if field == search.Statement || field == search.Narrative || field == search.Source {
			continue
		}
		var in []string
		for i := range search.MaxValues {
			in = append(in, fmt.Sprint("v", i))
		}
		f = f.With(field, in...).Without(field, "w")
	}
	if got := find(t, m, f); len(got) != 0 {
		t.Error(got)
	}
	if _, err := search.Facets(context.Background(), m, f); err != nil {
		t.Error(err)
	}
	wide := search.Filter{Query: ask(t, "定金 OR 退 OR 卡 OR 饭 OR 手 OR 机 OR 15 OR a OR b OR c OR 协 OR 商 OR 三 OR 次")}
	if got := find(t, m, wide.Without(search.Region, "1525")); !slices.Equal(got, []string{"d", idB, "c", idA}) {
		t.Error(got)
	}
}

// A walk goes on when a rebuild takes the place of the build it began with.
func TestWalkOutlivesARebuild(t *testing.T) {
	const n = 700
	l := many(t, n)
	m := l.Rebuild(fresh())
	seen := map[string]int{}
	err := search.Walk(context.Background(), m, search.Filter{}, search.Oldest, func(list []*search.Record, _ es.Position) error {
		if len(seen) == 0 {
			if err := projections.Rebuild(context.Background(), l.Store, l.Types, m, []projections.Projection{fresh()}, nil); err != nil {
				return err
			}
		}
		for _, r := range list {
			seen[r.Case]++
		}
		return nil
	})
	if err != nil || len(seen) != n {
		t.Fatalf("%d of %d (%v)", len(seen), n, err)
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s came %d times", id, times)
		}
	}
	stop := errors.New("enough")
	if err := search.Walk(context.Background(), m, search.Filter{}, search.Oldest, func([]*search.Record, es.Position) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// behind is a model of which one partition lags.
type behind struct {
	readmodel.Model
	at es.Position
}

func (b behind) Lowest(context.Context, readmodel.Space) (es.Position, error) { return b.at, nil }

// The change feed goes up to the lowest checkpoint, tells each record once, and loses
// none that changed while it was read.
func TestChangesUpToTheLowestCheckpoint(t *testing.T) {
	ctx := context.Background()
	l := log(t)
	m := l.Rebuild(fresh())
	told := func(m readmodel.Model, since string) (list []string, next string) {
		p, err := search.Changes(ctx, m, "", since, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Changes {
			list = append(list, c.ID+" "+string(c.State))
			if p.AsOf.Before(c.Position) {
				t.Errorf("%s stands behind %s", c.Position, p.AsOf)
			}
		}
		return list, p.Next
	}
	first, next := told(behind{m, es.Position{Commit: 2, Prepare: 2}}, "")
	if !slices.Equal(first, []string{idA + " published", idB + " published"}) {
		t.Fatal(first)
	}
	l.On("2026-07-05").Add("c", &complaint.DisclosureWithdrawn{Class: "court", On: day("2026-07-05")})
	corrected := natives()[3].record()
	l.Add("d", &complaint.Corrected{On: day("2026-07-05"), Record: &corrected})
	m = l.Rebuild(fresh())
	second, next := told(m, next)
	third, next := told(m, next)
	if all := append(second, third...); !slices.Equal(all, []string{"e published", "c withdrawn", "d corrected"}) {
		t.Fatal(all)
	}
	if last, same := told(m, next); len(last) != 0 || same != next {
		t.Error(last)
	}
	if none, next := told(behind{m, es.Position{}}, ""); len(none) != 0 || next == "" {
		t.Error(none)
	}
	gone, err := search.WithdrawnRows(ctx, m, "", "", 10)
	if err != nil || len(gone.Rows) != 1 || gone.Rows[0].ID != "c" || gone.Rows[0].Reason != "court" || gone.Total.N != 1 {
		t.Errorf("%+v %v", gone, err)
	}
	if got := find(t, m, search.Filter{}); slices.Contains(got, "c") {
		t.Error("a withdrawn record stands in a list")
	}
}

// A filter is its address and an address its filter.
func TestFilterRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFilter(t)
		again, faults := search.Read(f.Values(), lexicon())
		if len(faults) > 0 || again.String() != f.String() || !reflect.DeepEqual(again.Values(), f.Values()) {
			t.Fatalf("%s is %s (%v)", f, again, faults)
		}
	})
}

func TestFacetsAreNested(t *testing.T) {
	page, err := search.Facets(context.Background(), register(t), search.Filter{}.With(search.Region, "150200"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var write func(list []search.Value, depth int)
	write = func(list []search.Value, depth int) {
		for _, v := range list {
			in := ""
			if v.In {
				in = "*"
			}
			got = append(got, fmt.Sprintf("%s%s%s %d", strings.Repeat(" ", depth), v.Value, in, v.N.N))
			write(v.Below, depth+1)
		}
	}
	for _, f := range page.Facets {
		if f.Field == search.Region || f.Field == search.Category {
			write(f.Values, 0)
		}
	}
	// Regions are counted without the choice of a region, counties where one is chosen.
	want := []string{"15 5", " 1501 2", " 1502* 2", "  150202 2", " 1525 1", "goods 1", " goods•food 1", "service 1", " service•catering 1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
