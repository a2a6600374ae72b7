package caselogtest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

// register is a log of public records of few values, native and imported, some of them
// withdrawn.
func register(t testing.TB) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2026-05-20")
	one := func(i int, of ...string) string { return of[i%len(of)] }
	for i := range 90 {
		id, day := fmt.Sprintf("0b9d5ce4-7a4d-5d11-8f5e-%012d", i*7919), calendar.MustDate("2026-06-01")+calendar.Date(i/3)
		if i%5 == 4 {
			l.Add(id, &complaint.ForeignRecorded{ID: id, Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
				System: "cfpb", Number: fmt.Sprint(3384500 + i), Received: day, Merchant: complaint.Identity{ID: one(i, "e", "t"), Name: one(i, "EQUIFAX, INC.", "TRANSUNION")},
				Product: "Credit reporting", SubProduct: one(i, "Other report", ""), Issue: one(i, "Incorrect information", "Improper use"), State: one(i, "FL", "TX"), Response: "Closed",
			}})
			continue
		}
		name := one(i, "兴安饭店", "东方超市", "暖阳 Apple 店")
		l.Add(id, &complaint.Disclosed{On: day, Until: day + 365, Record: complaint.PublicRecord{
			Policy: "NM-2026.1", Merchant: complaint.Identity{ID: "m-" + name + one(i/3, "", "2"), Name: name, Store: one(i, "", "一店")}, Region: one(i, "150102", "150202", "150100", "152501"),
			Category: one(i, "food", "fitness"), Kind: one(i, "goods", "service"), Requests: []string{"refund", one(i, "repair", "apologise")}, Band: one(i, "0-10000", "10000-50000"),
			Outcome: complaint.Outcome(one(i, "agreement", "settlement", "no_agreement")), Class: "ordinary", FiledOn: day - 20, EndedOn: day - 10, Office: one(i, "150102", "150202"),
			Summary: one(i, "", "退还定金", "定金不退，协商三次", "更换手机15"),
		}})
		if i%11 == 0 {
			l.Add(id, &complaint.DisclosureWithdrawn{Class: "court", On: day})
		}
	}
	return l
}

func questions(t testing.TB) []search.Filter {
	l := search.NewLexicon(map[string][]string{"food": {"食品"}, "fitness": {"健身"}})
	f := search.Filter{}
	out := []search.Filter{
		f, f.With(search.Region, "1501"), f.With(search.Region, "150102", "150200").Without(search.Category, "food"),
		f.With(search.Source, "cfpb", "native"), f.With(search.Source, "cfpb").With(search.Category, "Credit reporting•Other report"),
		f.With(search.Merchant, "m-兴安饭店", "m-东方超市2").Without(search.Outcome, "settlement"), f.With(search.Request, "repair").Without(search.Band, "0-10000"),
		{From: calendar.MustDate("2026-06-05"), To: calendar.MustDate("2026-06-15")},
	}
	for _, q := range []string{"定金", "定金不退 OR 手机", "-定金", "兴安 -(协商 OR 食品)", `"暖阳 apple"`, "app 店", "3384504", "2026-0", "健身 定金", "金"} {
		query, err := search.Parse(q, l)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, search.Filter{Query: query}, search.Filter{Query: query}.With(search.Source, "native", "cfpb").With(search.Region, "15", "TX"))
	}
	return out
}

// Questions holds what a read model answers to the questions of the register against
// what the plain one does. The model is empty and knows the documents of Projections.
func Questions(t *testing.T, m readmodel.Model) {
	ctx := t.Context()
	log := register(t)
	fresh := func() projections.Projection { return disclosure.New(publishAll) }
	plain := log.Rebuild(fresh())
	if err := projections.Rebuild(ctx, log.Store, log.Types, m, []projections.Projection{fresh()}, nil); err != nil {
		t.Fatal(err)
	}
	for _, f := range questions(t) {
		for _, o := range []search.Order{search.Newest, search.Oldest} {
			if d := cmp.Diff(found(t, plain, f, o), found(t, m, f, o)); d != "" {
				t.Errorf("%s (-plain +model):\n%s", f, d)
			}
		}
		want, err := search.Facets(ctx, plain, f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := search.Facets(ctx, m, f)
		if d := cmp.Diff(want.Facets, got.Facets); d != "" || err != nil {
			t.Errorf("facets of %s: %v (-plain +model):\n%s", f, err, d)
		}
	}
	for _, typed := range []string{"兴安", "暖阳a", "超市", "equi"} {
		want, _ := search.Suggest(ctx, plain, typed, 5)
		got, err := search.Suggest(ctx, m, typed, 5)
		if d := cmp.Diff(want, got); d != "" || err != nil || len(want) == 0 {
			t.Errorf("%s: %v (-plain +model):\n%s", typed, err, d)
		}
	}
	for _, source := range []string{"native", "cfpb"} {
		if d := cmp.Diff(changed(t, plain, source), changed(t, m, source)); d != "" {
			t.Errorf("changes of %s (-plain +model):\n%s", source, d)
		}
	}
}

// found are the ids of all pages and the total of each.
func found(t *testing.T, m readmodel.Model, f search.Filter, o search.Order) (out []string) {
	for cursor := ""; ; {
		p, err := search.Find(context.Background(), m, f, o, cursor, 7)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for _, r := range p.Records {
			out = append(out, r.Case)
		}
		if cursor = p.Next; cursor == "" {
			return append(out, fmt.Sprint(p.Total))
		}
	}
}

func changed(t *testing.T, m readmodel.Model, source string) (out []string) {
	for since := ""; ; {
		p, err := search.Changes(context.Background(), m, source, since, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Changes {
			out = append(out, fmt.Sprint(c.ID, c.State, c.Position))
		}
		if len(p.Changes) == 0 {
			w, err := search.WithdrawnRows(context.Background(), m, source, "", 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range w.Rows {
				out = append(out, fmt.Sprint("withdrawn ", c.ID, c.On, c.Reason))
			}
			return append(out, fmt.Sprint(w.Total))
		}
		since = p.Next
	}
}
