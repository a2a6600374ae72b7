package memory

import (
	"errors"
	"slices"
	"testing"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// What was worked out is given again until something is committed, and is not kept where
// a commit came while it was worked out, or where working it out failed.
func TestAnswersAreRememberedUntilTheNextCommit(t *testing.T) {
	m := New()
	defer m.Close()
	at := es.Position{}
	commit := func() {
		next := es.Position{Commit: at.Commit + 1, Prepare: 1}
		if err := m.Commit(t.Context(), readmodel.Batch{Space: space1, From: at, To: next}); err != nil {
			t.Fatal(err)
		}
		at = next
	}
	worked := 0
	ask := func(key string, meanwhile func() error) (int, error) {
		return readmodel.Remembered(t.Context(), m, space1, key, func() (int, int, error) {
			worked++
			return worked, 1, meanwhile()
		})
	}
	nothing := func() error { return nil }
	commit()
	for i, step := range []struct {
		key       string
		meanwhile func() error
		want      int
	}{
		{"a", nothing, 1}, {"a", nothing, 1}, {"b", nothing, 2}, {"a", nothing, 1},
		{"c", func() error { commit(); return nil }, 3}, {"c", nothing, 4}, {"c", nothing, 4}, {"a", nothing, 5},
	} {
		if got, err := ask(step.key, step.meanwhile); err != nil || got != step.want {
			t.Fatalf("step %d: %d (%v), want %d", i, got, err, step.want)
		}
	}
	failure := errors.New("failure")
	if _, err := ask("d", func() error { return failure }); !errors.Is(err, failure) {
		t.Fatal(err)
	}
	if got, err := ask("d", nothing); err != nil || got != 7 {
		t.Fatalf("after a failure %d (%v)", got, err)
	}
}

// What is remembered is bounded: what is too large is not kept, and what does not fit
// makes room for what is asked now.
func TestAnswersAreBounded(t *testing.T) {
	var a answers
	a.keep("large", 1, maxAnswers, 0)
	if v, _ := a.find("large"); v != nil {
		t.Error("kept an answer that is larger than its share")
	}
	for i := range 20 {
		a.keep(string(rune('a'+i)), i, maxAnswers/8, 0)
		if v, _ := a.find(string(rune('a' + i))); v != i || a.weight > maxAnswers || len(a.values) > 8 {
			t.Fatalf("%v of %d, %d answers weigh %d", v, i, len(a.values), a.weight)
		}
	}
}

// A page with views is the page, and the views that its rows have.
func TestPageViews(t *testing.T) {
	w := newTown(3)
	defer w.m.Close()
	var changes []readmodel.Change
	for member := range w.indexes["all"] {
		if member[len(member)-1]%2 == 0 {
			changes = append(changes, readmodel.Put(readmodel.ViewPrefix+member, "view of "+member))
		}
	}
	next := es.Position{Commit: w.at.Commit + 1, Prepare: 1}
	if err := w.m.Commit(t.Context(), readmodel.Batch{Space: space1, From: w.at, To: next, Changes: changes}); err != nil {
		t.Fatal(err)
	}
	for _, where := range []readmodel.Expr{
		readmodel.In("all"), readmodel.In("few"), readmodel.Any("days", "few"), readmodel.All(readmodel.In("all"), readmodel.In("half")),
		readmodel.All(readmodel.In("days"), readmodel.In("few")), {All: []readmodel.Expr{readmodel.In("all"), readmodel.In("half")}, Not: []readmodel.Expr{readmodel.In("third")}},
	} {
		p := readmodel.Page{Where: where, Limit: 100}
		plain, err1 := w.m.Page(t.Context(), space1, p)
		rows, views, err2 := w.m.PageViews(t.Context(), space1, p)
		if err := errors.Join(err1, err2); err != nil || !slices.Equal(rows.Rows, plain.Rows) || rows.Next != plain.Next || len(views) != len(rows.Rows) || len(views) == 0 {
			t.Fatalf("%+v: %v, %v (%v)", where, rows, plain, err)
		}
		for i, r := range rows.Rows {
			var want any
			if r.Member[len(r.Member)-1]%2 == 0 {
				want = "view of " + r.Member
			}
			if views[i] != want {
				t.Errorf("%s has %v", r.Member, views[i])
			}
		}
	}
}
