package disclosure_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
)

// entry is a public record as a second way to it has it: by reading the events of one
// case, sharing no code with the projection.
type entry struct {
	source, merchant, region, outcome, statement, consent, closed string
	day                                                           calendar.Date
	public, narrative, sealed                                     bool
}

func (e *entry) add(data any) {
	down := func(why string) { *e = entry{source: e.source, closed: why} }
	switch d := data.(type) {
	case *complaint.Disclosed:
		*e = entry{source: "native", merchant: d.Record.Merchant.ID, region: d.Record.Region, outcome: string(d.Record.Outcome), statement: e.statement, day: d.On, public: true}
	case *complaint.DisclosureWithdrawn:
		if e.public {
			down(d.Class)
		}
	case *complaint.StatementAdded:
		e.statement = d.Text
	case *complaint.RespondentReplaced:
		if e.public && e.merchant != d.To.ID && d.From.ID != d.To.ID {
			down("wrong_merchant")
		} else if !e.public && d.From.ID != d.To.ID {
			e.statement = ""
		}
	case *complaint.ConsentChanged:
		if e.public && !d.Consent.Publish {
			down("consent_withdrawn")
		}
	case *complaint.ForeignRecorded:
		*e = entry{source: "cfpb", merchant: d.Case.Merchant.ID, region: d.Case.State, outcome: d.Case.Response, consent: d.Case.Consent, day: d.Case.Received, public: true, sealed: d.Case.Narrative != nil}
	case *complaint.ForeignChanged:
		for _, f := range d.Fields {
			switch f {
			case "consent":
				e.consent = d.Case.Consent
			case "merchant":
				e.merchant = d.Case.Merchant.ID
			case "response":
				e.outcome = d.Case.Response
			case "received_on":
				e.day = d.Case.Received
			case "state":
				e.region = d.Case.State
			case "narrative":
				e.sealed = d.Case.Narrative != nil
			}
		}
	}
	e.narrative = e.sealed && e.consent == "Consent provided"
}

func drawNative(t *rapid.T, day calendar.Date) any {
	who := rapid.SampledFrom([]complaint.Identity{hotel, shop}).Draw(t, "who")
	to := rapid.SampledFrom([]complaint.Identity{hotel, shop}).Draw(t, "to")
	switch rapid.IntRange(0, 7).Draw(t, "native") {
	case 0:
		return &complaint.DisclosureWithdrawn{Class: "court", On: day}
	case 1:
		return &complaint.StatementAdded{Text: rapid.SampledFrom([]string{"甲", "乙"}).Draw(t, "text")}
	case 2:
		return &complaint.RespondentReplaced{From: who, To: to}
	case 3:
		return &complaint.ConsentChanged{Consent: complaint.Consent{Publish: rapid.Bool().Draw(t, "publish")}}
	}
	r := record(who, rapid.SampledFrom([]string{"150102", "150202", "150100"}).Draw(t, "region"), "")
	r.Outcome = rapid.SampledFrom([]complaint.Outcome{complaint.OutcomeAgreement, complaint.OutcomeSettlement}).Draw(t, "outcome")
	return &complaint.Disclosed{Record: r, On: day}
}

func drawForeign(t *rapid.T, id string) any {
	c := foreign(id, id, "2020-03-18", rapid.SampledFrom([]string{"Consent provided", "Consent withdrawn"}).Draw(t, "consent")).Case
	c.Received += calendar.Date(rapid.IntRange(0, 40).Draw(t, "received"))
	c.Merchant = rapid.SampledFrom([]complaint.Identity{{ID: "e", Name: "EQUIFAX, INC."}, {ID: "t", Name: "TRANSUNION"}}).Draw(t, "company")
	c.Response = rapid.SampledFrom([]string{"", "Closed with explanation"}).Draw(t, "response")
	c.State = rapid.SampledFrom([]string{"FL", "TX"}).Draw(t, "state")
	if rapid.Bool().Draw(t, "no text") {
		c.Narrative = nil
	}
	all := []string{"consent", "merchant", "response", "received_on", "state", "narrative"}
	return &complaint.ForeignChanged{Fields: rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 6, rapid.ID).Draw(t, "fields"), Case: c}
}

// Lists, counts and single records are what a reading of each case alone gives, in
// whatever order facts come.
func TestRegisterAgainstRecomputation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := projectiontest.NewLog(t, "2026-06-01")
		want := map[string]*entry{}
		for i := range rapid.IntRange(1, 5).Draw(rt, "cases") {
			id := fmt.Sprint("c", i)
			want[id] = &entry{}
			add := func(e any) { l.Add(id, e); want[id].add(e) }
			imported := rapid.Bool().Draw(rt, "imported")
			if imported {
				add(foreign(id, id, "2020-03-18", "Consent provided"))
			}
			day := days("2026-06-01")
			for range rapid.IntRange(0, 8).Draw(rt, "facts") {
				day += calendar.Date(rapid.IntRange(0, 9).Draw(rt, "later"))
				if imported {
					add(drawForeign(rt, id))
				} else {
					add(drawNative(rt, day))
				}
			}
		}
		m := l.Rebuild(fresh())
		compareRegister(rt, m, want)
		l.Same(fresh(), func() projections.Projection { return fresh() })
	})
}

func compareRegister(t *rapid.T, m readmodel.Model, want map[string]*entry) {
	ctx := context.Background()
	tallies := map[string]map[disclosure.Tally]int64{}
	for id, e := range want {
		r, err := disclosure.Get(ctx, m, id)
		switch {
		case !e.public && e.closed == "":
			if !errors.Is(err, readmodel.ErrNotFound) {
				t.Fatalf("%s: %+v (%v)", id, r, err)
			}
			continue
		case err != nil || r.Withdrawn != e.closed || r.Merchant.ID != e.merchant || string(r.Outcome) != e.outcome || r.Statement != e.statement && e.public || r.Published != e.day:
			t.Fatalf("%s: %+v, want %+v (%v)", id, r, e, err)
		case e.source == "cfpb" && (r.Foreign.HasNarrative != e.narrative || (r.Foreign.Narrative != (*sealed.Value)(nil)) != e.narrative):
			t.Fatalf("%s: narrative %+v, want %v", id, r.Foreign, e.narrative)
		}
		if e.public {
			if tallies[e.merchant] == nil {
				tallies[e.merchant] = map[disclosure.Tally]int64{}
			}
			tallies[e.merchant][disclosure.Tally{Source: e.source, Outcome: e.outcome}]++
		}
	}
	for _, id := range []string{"m1", "m2", "e", "t"} {
		page, err := disclosure.MerchantPage(ctx, m, id)
		got := map[disclosure.Tally]int64{}
		for _, c := range page.Counts {
			got[disclosure.Tally{Source: c.Source, Outcome: c.Outcome}] = c.N
		}
		if len(tallies[id]) == 0 && errors.Is(err, readmodel.ErrNotFound) {
			continue
		}
		if err != nil || !maps.Equal(got, tallies[id]) {
			t.Fatalf("%s: %v, want %v (%v)", id, got, tallies[id], err)
		}
	}
	for _, f := range []disclosure.Filter{{}, {Source: "cfpb"}, {Region: "150100"}, {Source: "cfpb", Region: "TX"}, {Merchant: "m1"}, {Outcome: "settlement"}, {Source: "cfpb", Q: "trans"}, {Q: "兴安"}, {From: days("2026-06-04"), To: days("2026-06-20")}} {
		if got, expected := pagewise(t, m, f), expect(want, f); !slices.Equal(got, expected) {
			t.Fatalf("%+v: %v, want %v", f, got, expected)
		}
	}
}

// pagewise lists the register in pages of two.
func pagewise(t *rapid.T, m readmodel.Model, f disclosure.Filter) []string {
	ids := []string{}
	for cursor := ""; ; {
		p, err := disclosure.List(context.Background(), m, f, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Records {
			ids = append(ids, r.Case)
		}
		if cursor = p.Next; cursor == "" {
			if p.Total.N != int64(len(ids)) {
				t.Fatalf("%+v: total %v of %v", f, p.Total, ids)
			}
			return ids
		}
	}
}

func expect(want map[string]*entry, f disclosure.Filter) []string {
	ids := []string{}
	for id, e := range want {
		source := f.Source
		if source == "" {
			source = "native"
		}
		region := f.Region == "" || f.Region == e.region || f.Region == "150100" && len(e.region) == 6 && e.region[:4] == "1501"
		words := f.Q == "" || f.Q == "trans" && e.merchant == "t" || f.Q == "兴安" && e.merchant == "m1"
		if e.public && e.source == source && region && words && (f.Merchant == "" || f.Merchant == e.merchant) &&
			(f.Outcome == "" || f.Outcome == e.outcome) && e.day >= f.From && (f.To == 0 || e.day <= f.To) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		if d := int(want[b].day - want[a].day); d != 0 {
			return d
		}
		if es.StreamID(a) < es.StreamID(b) {
			return 1
		}
		return -1
	})
	return ids
}
