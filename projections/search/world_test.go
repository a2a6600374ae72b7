package search_test

import (
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

func day(s string) calendar.Date { return calendar.MustDate(s) }

func policies(version string) (statute.DisclosurePolicy, bool) {
	return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, version == "CFPB-public"
}

func fresh() *disclosure.Projection { return disclosure.New(policies) }

func lexicon() *search.Lexicon {
	return search.NewLexicon(map[string][]string{"food": {"食品", "Food"}, "fitness": {"健身服务", "Fitness"}, "beauty": {"美容服务", "Beauty"}})
}

func ask(t testing.TB, text string) search.Query {
	t.Helper()
	q, err := search.Parse(text, lexicon())
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return q
}

// native is a public record of this program.
type native struct {
	id, on, merchant, uscc, store, region, category, kind, outcome, band, class, summary string
	requests                                                                             []string
}

func (n native) record() complaint.PublicRecord {
	return complaint.PublicRecord{
		Policy: "NM-2026.1", Merchant: complaint.Identity{ID: "m-" + n.merchant + n.uscc, Name: n.merchant, USCC: n.uscc, Store: n.store, Region: n.region},
		Region: n.region, Category: n.category, Kind: n.kind, Band: n.band, Outcome: complaint.Outcome(n.outcome), Class: n.class,
		Requests: n.requests, FiledOn: day("2026-05-01"), EndedOn: day("2026-05-10"), Days: 9, Office: n.region, Summary: n.summary,
	}
}

func (n native) events() []any {
	return []any{&complaint.Disclosed{Record: n.record(), On: day(n.on), Until: day(n.on) + 365}}
}

func foreign(id, number, received, company, product, sub, issue, state, consent string) *complaint.ForeignRecorded {
	return &complaint.ForeignRecorded{ID: id, Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
		System: "cfpb", Number: number, Received: day(received), Merchant: complaint.Identity{ID: "c-" + company, Name: company},
		Product: product, SubProduct: sub, Issue: issue, State: state, Response: "Closed with explanation", Consent: consent,
		Narrative: &sealed.Value{Suite: "A1", Subject: sealed.Subject("s-" + id), Cipher: []byte("secret words")},
	}}
}

const (
	idA = "0b9d5ce4-7a4d-5d11-8f5e-3f6d2a1c4b01"
	idB = "1c9d5ce4-7a4d-5d11-8f5e-3f6d2a1c4b02"
)

func natives() []native {
	return []native{
		{idA, "2026-06-01", "兴安饭店", "91150100MA0000001X", "一店", "150102", "catering", "service", "agreement", "0-10000", "ordinary", "退还定金三百元", []string{"refund"}},
		{idB, "2026-06-03", "兴安饭店", "91150200MA0000002X", "", "150202", "catering", "service", "settlement", "10000-50000", "ordinary", "", []string{"refund", "apologise"}},
		{"c", "2026-06-02", "东方超市", "", "", "150202", "food", "goods", "agreement", "0-10000", "prior_settlement", "更换 Apple 手机15", []string{"replace"}},
		{"d", "2026-06-30", "暖阳健身", "", "", "150102", "fitness", "service", "no_agreement", "50000-100000", "ordinary", "预付卡定金不退，协商三次", nil},
		{"e", "2026-07-01", "暖阳健身", "", "二店", "152500", "fitness", "service", "agreement", "50000-100000", "ordinary", "退卡", []string{"refund"}},
	}
}

func log(t testing.TB) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2026-06-01")
	for _, n := range natives() {
		l.On(n.on).Add(n.id, n.events()...)
	}
	l.Add("x", foreign("x", "3384512", "2020-03-18", "EQUIFAX, INC.", "Credit reporting", "Credit reporting", "Incorrect information", "FL", "Consent provided"))
	l.Add("y", foreign("y", "3384599", "2020-03-19", "TRANSUNION", "Credit reporting", "Other report", "Improper use", "TX", "Consent not provided"))
	return l
}

func register(t testing.TB) readmodel.Model { return log(t).Rebuild(fresh()) }

func ids(list []*search.Record) []string {
	out := []string{}
	for _, r := range list {
		out = append(out, r.Case)
	}
	return out
}
