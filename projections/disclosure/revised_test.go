package disclosure_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

func get(t *testing.T, m readmodel.Model, id string) disclosure.Record {
	t.Helper()
	r, err := disclosure.Get(context.Background(), m, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A record that revises another takes its place: it keeps the day on which the case became
// public and its end, says when it was put right, and the statement stays beside it.
func TestARevisedRecordTakesThePlaceOfTheOld(t *testing.T) {
	l := register(t)
	right := record(hotel, "150102", "已全额退还定金")
	right.Category = "catering"
	l.On("2026-06-08").Add("a", &complaint.StatementAdded{Text: "已妥善处理"},
		&complaint.Disclosed{Record: right, On: days("2026-06-01"), Until: days("2027-06-01"), Revises: "1", RevisedOn: days("2026-06-08")})
	m := l.Rebuild(fresh())
	r := get(t, m, "a")
	if r.Published != days("2026-06-01") || r.Until != days("2027-06-01") || r.Corrected != days("2026-06-08") || r.Revises != "1" ||
		r.Summary != "已全额退还定金" || r.Statement != "已妥善处理" {
		t.Errorf("%+v", r)
	}
	if got := list(t, m, disclosure.Filter{Category: "catering"}); !slices.Equal(got, []string{"a"}) {
		t.Errorf("%v", got)
	}
	if one, err := disclosure.MerchantPage(context.Background(), m, "m1"); err != nil || one.Total != 2 {
		t.Errorf("counted twice: %+v %v", one, err)
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// How an objection was decided stands with the record that the merchant was then shown,
// and not with one of which it was told anew; one after publication stands at once.
func TestTheObjectionStandsWithTheRecord(t *testing.T) {
	l := register(t)
	published := &complaint.Disclosed{Record: record(hotel, "150102", ""), On: days("2026-07-01")}
	decided := func(result string) *complaint.ObjectionDecided { return &complaint.ObjectionDecided{Result: result} }
	notified := &complaint.DisclosureNotified{}
	l.Add("d", notified, decided(complaint.ObjectionDismissed), published)
	l.Add("e", notified, decided(complaint.ObjectionCorrected), published)
	l.Add("f", notified, decided(complaint.ObjectionDismissed), notified, published)
	l.Add("g", published, decided(complaint.ObjectionDismissed))
	l.Add("h", notified, decided(complaint.ObjectionUpheld), published)
	m := l.Rebuild(fresh())
	for id, want := range map[string]string{"d": "dismissed", "e": "corrected", "f": "", "g": "dismissed", "h": ""} {
		if got := get(t, m, id).Objection; got != want {
			t.Errorf("%s: %q, not %q", id, got, want)
		}
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// A statement that was accepted for a record that is never published is told nowhere, nor
// beside the record of another end.
func TestAStatementGoesWithTheRecordItWasMadeFor(t *testing.T) {
	l := register(t)
	l.Add("d", &complaint.StatementAdded{Text: "甲"}, &complaint.DisclosureRefused{Why: "court_pending", Policy: "NM-2026.1"},
		&complaint.Disclosed{Record: record(hotel, "150102", ""), On: days("2026-07-01")})
	l.Add("e", &complaint.StatementAdded{Text: "乙"}, &complaint.ObjectionDecided{Result: complaint.ObjectionUpheld},
		&complaint.Disclosed{Record: record(hotel, "150102", ""), On: days("2026-07-01")})
	l.Add("f", &complaint.StatementAdded{Text: "丙"}, &complaint.ObjectionDecided{Result: complaint.ObjectionDismissed},
		&complaint.Disclosed{Record: record(hotel, "150102", ""), On: days("2026-07-01")})
	m := l.Rebuild(fresh())
	for id, want := range map[string]string{"d": "", "e": "", "f": "丙"} {
		if got := get(t, m, id).Statement; got != want {
			t.Errorf("%s: %q", id, got)
		}
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// A natural person whose data are erased leaves the register, with all that was said; the
// stone takes no new content.
func TestAnErasedPersonLeavesTheRegister_PIPL47(t *testing.T) {
	l := register(t)
	person := foreign("z", "3", "2020-03-20", "Consent provided")
	person.Case.Merchant = complaint.Identity{ID: "p-1", Person: &sealed.Value{Suite: "A1", Subject: "s-person", Cipher: []byte("x"), Mask: "张*"}}
	own := record(complaint.Identity{ID: "p-2", Person: person.Case.Merchant.Person}, "150102", "退款")
	l.Add("n", &complaint.Disclosed{Record: own, On: days("2026-06-04")}, &complaint.StatementAdded{Text: "说明"})
	l.On("2026-06-20").Add("q", &complaint.SubjectErased{Subject: "s-person", Manner: "erased"})
	m := l.Rebuild(fresh())
	r := get(t, m, "n")
	if r.Withdrawn != complaint.WithdrawnPersonal || r.WithdrawnOn != days("2026-06-20") || r.Merchant.ID != "" || r.Summary+r.Statement != "" {
		t.Errorf("%+v", r)
	}
	if got := list(t, m, disclosure.Filter{}); slices.Contains(got, "n") {
		t.Errorf("listed %v", got)
	}
	l.Add("n", &complaint.ForeignChanged{Fields: []string{"issue"}, Case: complaint.ForeignCase{Issue: "again"}})
	if r := get(t, l.Rebuild(fresh()), "n"); r.Foreign != nil || r.Withdrawn == "" {
		t.Errorf("the stone took content: %+v", r)
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// Merchants of one name are told apart, a chain by its stores; no free text of a record
// brings personal data into a document of the read model.
func TestMerchantsOfOneNameAndTheSecondNet(t *testing.T) {
	l := register(t)
	for id, m := range map[string]complaint.Identity{
		"k1": {ID: "c1", USCC: "91150100MA0N2B3C4D", Name: "青城家电", Region: "150102", Store: "一店", Industry: "retail"},
		"k2": {ID: "c1", USCC: "91150100MA0N2B3C4D", Name: "青城家电", Region: "150102", Store: "二店", Industry: "retail"},
		"k3": {ID: "c2", USCC: "91150200MA0N9X8Y7Z", Name: "青城家电", Region: "150202", Store: "联系人：张小三"},
	} {
		l.Add(id, &complaint.Disclosed{Record: record(m, m.Region, "电话 138 1234 1234"), On: days("2026-06-05")})
	}
	m := l.Rebuild(fresh())
	one, err := disclosure.MerchantPage(context.Background(), m, "c1")
	other, err2 := disclosure.MerchantPage(context.Background(), m, "c2")
	if err != nil || err2 != nil || one.CodeTail != "2B3C4D" || other.CodeTail != "9X8Y7Z" || one.Stores != 2 || one.Industry != "retail" || one.Region == other.Region {
		t.Errorf("%+v %+v", one, other)
	}
	if r := get(t, m, "k3"); r.Summary != "电话 *** **** ****" || strings.Contains(r.Merchant.Store, "张") {
		t.Errorf("%+v", r)
	}
	shown := get(t, m, "k3").Netted()
	shown.Merchant.Name = "changed"
	if get(t, m, "k3").Merchant.Name != "青城家电" {
		t.Error("what is shown is the document itself")
	}
}
