package disclosure_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

var days = projectiontest.Days

func policies(version string) (statute.DisclosurePolicy, bool) {
	return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, version == "CFPB-public"
}

func fresh() *disclosure.Projection { return disclosure.New(policies) }

func record(merchant complaint.Identity, region, summary string) complaint.PublicRecord {
	return complaint.PublicRecord{
		Policy: "NM-2026.1", Merchant: merchant, Region: region, Category: "food", Kind: "goods",
		Band: "100-500", Outcome: complaint.OutcomeAgreement, Class: "ordinary",
		FiledOn: days("2026-05-01"), EndedOn: days("2026-05-10"), Days: 9, Office: "150102", Summary: summary,
	}
}

var (
	hotel = complaint.Identity{ID: "m1", Name: "兴安饭店", Region: "150102"}
	shop  = complaint.Identity{ID: "m2", Name: "东方超市", Region: "150202"}
)

func foreign(id, number, received, consent string) *complaint.ForeignRecorded {
	return &complaint.ForeignRecorded{ID: id, Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
		System: "cfpb", Number: number, Received: days(received), Sent: days(received) + 1,
		Merchant: complaint.Identity{ID: "e", Name: "EQUIFAX, INC."}, Product: "Credit reporting", Issue: "Incorrect information", State: "FL",
		Response: "Closed with explanation", Timely: "Yes", Consent: consent,
		Narrative: &sealed.Value{Suite: "A1", Subject: sealed.Subject("s-" + id), Cipher: []byte("secret")},
	}}
}

// internal is a record that its policy never publishes.
func internal(id string) *complaint.ForeignRecorded {
	r := foreign(id, id, "2026-03-18", "Consent provided")
	r.Ruleset, r.Policy, r.Case.System, r.Case.State, r.Internal = "12315", "12315-internal", "12315", "150102", true
	return r
}

// Internal records and what later files say of them leave nothing in the register.
func TestInternalRecordsAreNotListed_Order121Art40(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-06-01")
	l.Add("i", internal("i"))
	l.Add("i", &complaint.ForeignChanged{Fields: []string{"merchant", "consent"}, Case: complaint.ForeignCase{Merchant: hotel, Consent: "Consent provided"}})
	if got := list(t, l.Rebuild(fresh()), disclosure.Filter{Source: "12315"}); len(got) > 0 {
		t.Errorf("%v", got)
	}
	if got := list(t, l.Rebuild(fresh()), disclosure.Filter{}); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

func register(t testing.TB) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2026-06-01")
	publish := func(id, day string, r complaint.PublicRecord) {
		l.On(day).Add(id, projectiontest.Filed(id, id, "2026-05-01", r.Region, r.Merchant.Name, "货", 1), &complaint.Disclosed{Record: r, On: days(day), Until: days(day) + 365})
	}
	publish("a", "2026-06-01", record(hotel, "150102", "退还定金"))
	publish("b", "2026-06-03", record(shop, "150202", ""))
	r := record(hotel, "150102", "")
	r.Outcome = complaint.OutcomeSettlement
	publish("c", "2026-06-02", r)
	l.Add("d", projectiontest.Filed("d", "d", "2026-05-01", "150102", "兴安饭店", "货", 1))
	l.Add("x", foreign("x", "1", "2020-03-18", "Consent provided"))
	l.Add("y", foreign("y", "2", "2020-03-19", "Consent not provided"))
	return l
}

func list(t testing.TB, m readmodel.Model, f disclosure.Filter) []string {
	t.Helper()
	p, err := disclosure.List(context.Background(), m, f, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, r := range p.Records {
		ids = append(ids, r.Case)
	}
	if p.Total.N != int64(len(ids)) {
		t.Fatalf("%+v: total %v of %v", f, p.Total, ids)
	}
	return ids
}

func TestRegister(t *testing.T) {
	m := register(t).Rebuild(fresh())
	for _, c := range []struct {
		name string
		f    disclosure.Filter
		want []string
	}{
		{"native, newest first", disclosure.Filter{}, []string{"b", "c", "a"}},
		{"merchant", disclosure.Filter{Merchant: "m1"}, []string{"c", "a"}},
		{"region", disclosure.Filter{Region: "1501"}, []string{"c", "a"}},
		{"category", disclosure.Filter{Category: "food", Outcome: "settlement"}, []string{"c"}},
		{"days, both in", disclosure.Filter{From: days("2026-06-02"), To: days("2026-06-03")}, []string{"b", "c"}},
		{"words of the merchant", disclosure.Filter{Q: "兴安饭"}, []string{"c", "a"}},
		{"words of the summary", disclosure.Filter{Q: "定金"}, []string{"a"}},
		{"an import", disclosure.Filter{Source: "cfpb"}, []string{"y", "x"}},
		{"an import by words", disclosure.Filter{Source: "cfpb", Q: "equifax incorrect", Region: "FL"}, []string{"y", "x"}},
		{"an import by days", disclosure.Filter{Source: "cfpb", To: days("2020-03-18")}, []string{"x"}},
	} {
		if got := list(t, m, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A record is shown exactly as its event has it.
func TestRecordIsTheEvents(t *testing.T) {
	m := register(t).Rebuild(fresh())
	got, err := disclosure.Get(context.Background(), m, "a")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(got.PublicRecord)
	b, _ := json.Marshal(record(hotel, "150102", "退还定金"))
	if string(a) != string(b) || got.Published != days("2026-06-01") || got.Until != days("2027-06-01") || got.Position.IsStart() {
		t.Fatalf("%s %+v", a, got)
	}
	if _, err := disclosure.Get(context.Background(), m, "d"); !errors.Is(err, readmodel.ErrNotFound) {
		t.Fatalf("a case that was not published: %v", err)
	}
}

// The narrative is there only while the source states the consumer's consent.
func TestNarrativeByConsent(t *testing.T) {
	l := register(t)
	has := func(id string) bool {
		t.Helper()
		r, err := disclosure.Get(context.Background(), l.Rebuild(fresh()), id)
		if err != nil {
			t.Fatal(err)
		}
		if r.Foreign.HasNarrative != (r.Foreign.Narrative != nil) {
			t.Fatalf("%+v", r.Foreign)
		}
		return r.Foreign.HasNarrative
	}
	if !has("x") || has("y") {
		t.Fatal("consent is not followed")
	}
	l.Add("x", &complaint.ForeignChanged{Fields: []string{"consent"}, Case: complaint.ForeignCase{Consent: "Consent withdrawn"}})
	l.Add("y", &complaint.ForeignChanged{Fields: []string{"consent"}, Case: complaint.ForeignCase{Consent: "Consent provided"}})
	if has("x") || !has("y") {
		t.Fatal("a changed consent is not followed")
	}
	// Erasure, told in any stream, takes the sealed text away for good.
	l.Add("a", &complaint.SubjectErased{Subject: "s-y", Manner: "erased"})
	if has("y") {
		t.Fatal("erased, and still there")
	}
	m := l.Rebuild(fresh())
	for k, v := range readmodeltest.Content(m, readmodel.First(disclosure.Name, disclosure.Version).Next(), nil) {
		t.Fatal(k, v)
	}
	for k := range readmodeltest.Content(m, readmodel.First(disclosure.Name, disclosure.Version), func(any) string { return "" }) {
		if strings.Contains(k, "subject/s-y") {
			t.Fatalf("%s is left", k)
		}
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// A withdrawn record leaves every list and count; a stone stays.
func TestWithdrawn(t *testing.T) {
	l := register(t)
	l.Add("a", &complaint.DisclosureWithdrawn{Class: "consent_withdrawn", On: days("2026-06-20")})
	m := l.Rebuild(fresh())
	if got := list(t, m, disclosure.Filter{}); !slices.Equal(got, []string{"b", "c"}) {
		t.Fatalf("listed %v", got)
	}
	for _, f := range []disclosure.Filter{{Q: "定金"}, {Merchant: "m1", Outcome: "agreement"}} {
		if got := list(t, m, f); len(got) > 0 {
			t.Fatalf("%+v finds %v", f, got)
		}
	}
	r, err := disclosure.Get(context.Background(), m, "a")
	if err != nil || r.Withdrawn != "consent_withdrawn" || r.Merchant.Name != "" || r.Summary != "" || r.WithdrawnOn != days("2026-06-20") {
		t.Fatalf("%+v (%v)", r, err)
	}
	one, err := disclosure.MerchantPage(context.Background(), m, "m1")
	if err != nil || one.Total != 1 || one.First != days("2026-06-02") {
		t.Fatalf("%+v (%v)", one, err)
	}
	l.Add("c", &complaint.DisclosureWithdrawn{Class: "court", On: days("2026-06-21")})
	m = l.Rebuild(fresh())
	if _, err := disclosure.MerchantPage(context.Background(), m, "m1"); !errors.Is(err, readmodel.ErrNotFound) {
		t.Fatalf("a merchant without records: %v", err)
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

func TestMerchants(t *testing.T) {
	m := register(t).Rebuild(fresh())
	one, err := disclosure.MerchantPage(context.Background(), m, "m1")
	if err != nil {
		t.Fatal(err)
	}
	want := []disclosure.Tally{{Source: "native", Outcome: "agreement", N: 1}, {Source: "native", Outcome: "settlement", N: 1}}
	if one.Name != "兴安饭店" || one.Total != 2 || !slices.Equal(one.Counts, want) || one.First != days("2026-06-01") || one.Last != days("2026-06-02") {
		t.Fatalf("%+v", one)
	}
	find := func(q string) []string {
		t.Helper()
		var out []string
		cursor := ""
		for range 9 {
			p, err := disclosure.FindMerchants(context.Background(), m, q, cursor, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				out = append(out, r.ID)
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		return out
	}
	for q, want := range map[string][]string{"": {"e", "m1", "m2"}, "equi": {"e"}, "饭店": {"m1"}, "东": {"m2"}, "饭店 东": nil} {
		if got := find(q); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", q, got, want)
		}
	}
}

// The merchant's statement stands beside the record, whenever it came.
func TestStatement(t *testing.T) {
	l := register(t)
	l.Add("a", &complaint.StatementAdded{Text: "已退款"})
	l.Add("d", &complaint.StatementAdded{Text: "早先"}, &complaint.Disclosed{Record: record(hotel, "150102", ""), On: days("2026-06-30")})
	m := l.Rebuild(fresh())
	for id, want := range map[string]string{"a": "已退款", "d": "早先"} {
		if r, err := disclosure.Get(context.Background(), m, id); err != nil || r.Statement != want {
			t.Errorf("%s: %q (%v)", id, r.Statement, err)
		}
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// A merchant who turns out not to be the respondent is off the register at once, with
// its counts and its statement.
func TestRespondentReplaced(t *testing.T) {
	l := register(t)
	replaced := &complaint.RespondentReplaced{From: shop, To: complaint.Identity{ID: "m9", Name: "另一店"}}
	l.On("2026-06-20").Add("b", &complaint.StatementAdded{Text: "与我无关"}, replaced)
	l.Add("d", &complaint.StatementAdded{Text: "与我无关"}, replaced)
	l.Add("c", &complaint.RespondentReplaced{From: hotel, To: hotel})
	m := l.Rebuild(fresh())
	if got := list(t, m, disclosure.Filter{}); !slices.Equal(got, []string{"c", "a"}) {
		t.Fatalf("listed %v", got)
	}
	if _, err := disclosure.MerchantPage(context.Background(), m, "m2"); !errors.Is(err, readmodel.ErrNotFound) {
		t.Fatalf("the wrong merchant keeps a page: %v", err)
	}
	if r, err := disclosure.Get(context.Background(), m, "b"); err != nil || r.Withdrawn != "wrong_merchant" || r.WithdrawnOn != days("2026-06-20") || r.Merchant.ID != "" || r.Statement != "" {
		t.Fatalf("%+v (%v)", r, err)
	}
	right := record(complaint.Identity{ID: "m9", Name: "另一店"}, "150202", "")
	l.On("2026-07-01").Add("b", &complaint.Disclosed{Record: right, On: days("2026-07-01")})
	l.Add("d", &complaint.Disclosed{Record: right, On: days("2026-07-01")})
	m = l.Rebuild(fresh())
	if got := list(t, m, disclosure.Filter{Merchant: "m9"}); !slices.Equal(got, []string{"d", "b"}) {
		t.Fatalf("listed %v", got)
	}
	if r, err := disclosure.Get(context.Background(), m, "d"); err != nil || r.Statement != "" {
		t.Fatalf("the wrong merchant's statement: %+v (%v)", r, err)
	}
	l.Same(fresh(), func() projections.Projection { return fresh() })
}

// A record stands only while the consumer agrees, where its policy says so; what was
// agreed to again is public when it is published again.
func TestConsentOfANativeCase(t *testing.T) {
	asks := func(version string) (statute.DisclosurePolicy, bool) {
		return statute.DisclosurePolicy{Version: version, RequiresConsent: version == "NM-2026.1"}, true
	}
	l := register(t)
	free := record(hotel, "150102", "")
	free.Policy = "FREE"
	l.Add("d", &complaint.Disclosed{Record: free, On: days("2026-06-04")})
	for _, id := range []string{"a", "b", "d"} {
		l.Add(id, &complaint.ConsentChanged{Consent: complaint.Consent{Publish: id == "b"}})
	}
	p := func() projections.Projection { return disclosure.New(asks) }
	if got := list(t, l.Rebuild(p()), disclosure.Filter{}); !slices.Equal(got, []string{"d", "b", "c"}) {
		t.Fatalf("listed %v", got)
	}
	l.Add("a", &complaint.ConsentChanged{Consent: complaint.Consent{Publish: true}})
	if got := list(t, l.Rebuild(p()), disclosure.Filter{Merchant: "m1"}); !slices.Equal(got, []string{"d", "c"}) {
		t.Fatalf("listed %v", got)
	}
	l.Same(p(), p)
}

// One character that begins many words misses none of them.
func TestOneCharacterFindsAll(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-06-01")
	want := []string{}
	for i, r := range []rune("东南西北中发白春夏秋冬梅兰竹菊") {
		id := string(rune('a' + i))
		l.Add(id, &complaint.Disclosed{Record: record(complaint.Identity{ID: "m-" + id, Name: "新店" + string(r) + "店" + string(r) + "x" + id + "y"}, "150102", ""), On: days("2026-06-01")})
		l.Add("n"+id, &complaint.Disclosed{Record: record(complaint.Identity{ID: "k-" + id, Name: "无关"}, "150102", ""), On: days("2026-06-02")})
		want = append([]string{id}, want...)
	}
	m := l.Rebuild(fresh())
	for _, q := range []string{"店", "x", "店 x", "新店 x"} {
		if got := list(t, m, disclosure.Filter{Q: q}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", q, got, want)
		}
	}
	page, err := disclosure.FindMerchants(context.Background(), m, "店", "", 50)
	if err != nil || len(page.Rows) != len(want) {
		t.Errorf("%d merchants (%v)", len(page.Rows), err)
	}
}
