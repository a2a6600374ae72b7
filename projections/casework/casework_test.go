package casework_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/projectiontest"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

var (
	on    = projectiontest.On
	limit = projectiontest.Limit
)

func town(t testing.TB) *projectiontest.Log {
	l := projectiontest.NewLog(t, "2026-05-01")
	file := func(id, number, day, region, merchant, item string) {
		l.On(day).Add(id, projectiontest.Filed(id, number, day, region, merchant, item, 5000))
	}
	file("a", "NM2026-000017", "2026-05-06", "150102", "兴安百货有限公司", "羊肉干")
	file("b", "NM2026-000025", "2026-05-07", "150103", "Apple Store", "手机 iPhone")
	file("c", "NM2026-000033", "2026-05-08", "150202", "兴安饭店", "套餐")
	l.On("2026-05-09").Add("a",
		&complaint.RespondentConfirmed{Merchant: complaint.Identity{ID: "m1", Name: "兴安百货有限公司"}},
		&complaint.Received{Region: "150102", Unit: "u1", Occurred: on("2026-05-09"), Clock: limit("CP.ACCEPT", "2026-05-20", "2026-05-21")})
	l.Add("c",
		&complaint.RespondentConfirmed{Merchant: complaint.Identity{ID: "m2", Name: "兴安饭店"}},
		&complaint.Received{Region: "150202", Unit: "u2", Occurred: on("2026-05-09"), Clock: limit("CP.ACCEPT", "2026-05-18", "2026-05-18")})
	l.Add("x", &complaint.ForeignRecorded{ID: "x", Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
		System: "cfpb", Number: "7523056", Received: projectiontest.Days("2023-08-25"), Product: "Mortgage", Issue: "Fees", State: "FL",
		Merchant: complaint.Identity{ID: "f1", Name: "EQUIFAX, INC."},
	}})
	return l
}

func list(t testing.TB, m readmodel.Model, f casework.Filter) []string {
	t.Helper()
	p, err := casework.List(context.Background(), m, f, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, r := range p.Rows {
		ids = append(ids, r.ID)
	}
	if p.Total.N != int64(len(ids)) || p.Total.AtLeast {
		t.Fatalf("%+v: total %v of %v", f, p.Total, ids)
	}
	if p.AsOf.IsStart() {
		t.Fatal("no place in the log")
	}
	return ids
}

// Lists are ordered by what is due; each filter is an index.
func TestList(t *testing.T) {
	m := town(t).Rebuild(casework.New())
	for _, c := range []struct {
		name string
		f    casework.Filter
		want []string
	}{
		{"native, the most urgent first", casework.Filter{}, []string{"c", "a", "b"}},
		{"all sources", casework.Filter{Source: casework.SourceAll}, []string{"c", "a", "b", "x"}},
		{"an import", casework.Filter{Source: "cfpb"}, []string{"x"}},
		{"status", casework.Filter{Status: "received"}, []string{"c", "a"}},
		{"kind", casework.Filter{Kind: "complaint", Lane: "department"}, []string{"c", "a", "b"}},
		{"region by prefix", casework.Filter{Region: "1501"}, []string{"a", "b"}},
		{"region as a code", casework.Filter{Region: "150100"}, []string{"a", "b"}},
		{"the whole of it", casework.Filter{Region: "150000"}, []string{"c", "a", "b"}},
		{"a district", casework.Filter{Region: "150103"}, []string{"b"}},
		{"unit", casework.Filter{Unit: "u2"}, []string{"c"}},
		{"merchant", casework.Filter{Merchant: "m1"}, []string{"a"}},
		{"account", casework.Filter{Account: "acc-b"}, []string{"b"}},
		{"due before: not that day", casework.Filter{DueBefore: projectiontest.Days("2026-05-20")}, []string{"c"}},
		{"a pair of characters", casework.Filter{Q: "兴安"}, []string{"c", "a"}},
		{"a phrase", casework.Filter{Q: "兴安饭"}, []string{"c"}},
		{"the last character", casework.Filter{Q: "店"}, []string{"c"}},
		{"in the middle", casework.Filter{Q: "货"}, []string{"a"}},
		{"two words, of merchant and item", casework.Filter{Q: "apple 手机"}, []string{"b"}},
		{"the beginning of a word", casework.Filter{Q: "IPH"}, []string{"b"}},
		{"no such words", casework.Filter{Q: "兴安 手机"}, []string{}},
		{"a number", casework.Filter{Q: "NM2026-000025"}, []string{"b"}},
		{"the beginning of a number", casework.Filter{Q: "nm2026-0000"}, []string{"c", "a", "b"}},
		{"nothing to search", casework.Filter{Q: " …! "}, []string{"c", "a", "b"}},
		{"all at once", casework.Filter{Status: "received", Kind: "complaint", Region: "15", Unit: "u1", Merchant: "m1", Account: "acc-a", Lane: "department", Q: "羊肉"}, []string{"a"}},
	} {
		if got := list(t, m, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPagesGoOn(t *testing.T) {
	m := town(t).Rebuild(casework.New())
	for _, q := range []string{"", "兴安", "nm2026-0000"} {
		var got []string
		cursor := ""
		for range 9 {
			p, err := casework.List(context.Background(), m, casework.Filter{Q: q}, cursor, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				got = append(got, r.ID)
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if want := list(t, m, casework.Filter{Q: q}); !slices.Equal(got, want) {
			t.Errorf("%q: page by page %v, at once %v", q, got, want)
		}
	}
	if _, err := casework.List(context.Background(), m, casework.Filter{}, "no cursor", 1); !errors.Is(err, readmodel.ErrCursor) {
		t.Errorf("bad cursor: %v", err)
	}
}

// The road of a case moves its row; a passed limit stays on top until its duty is
// met, which for acceptance is: decided and told (Order 121 art 15).
func TestRowFollowsTheCase(t *testing.T) {
	l := town(t)
	row := func() casework.Row {
		r, err := casework.Get(context.Background(), l.Rebuild(casework.New()), "complaint.a")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	clock := func(want string) {
		t.Helper()
		got := ""
		if c := row().Clock; c != nil {
			got = c.Rule
		}
		if got != want {
			t.Fatalf("clock %q, want %q", got, want)
		}
	}
	clock("CP.ACCEPT")
	l.On("2026-05-22").Add("a", &complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: projectiontest.Days("2026-05-20"), DueWide: projectiontest.Days("2026-05-21")})
	clock("CP.ACCEPT")
	l.Add("a", &complaint.Accepted{Region: "150102", Unit: "u1", Occurred: on("2026-05-22"), Clock: limit("CP.MEDIATE.M3", "2026-07-21", "2026-07-21")})
	clock("CP.ACCEPT")
	l.Add("a", &complaint.NoticeIssued{Notice: "n", Recipient: complaint.Consumer, About: "acceptance"}, &complaint.NoticeSent{Notice: "n", Occurred: on("2026-05-22")})
	clock("CP.MEDIATE.M3")
	l.Add("a", &complaint.AppraisalCommissioned{Appraisal: "q", Occurred: on("2026-05-23")})
	clock("")
	l.Add("a", &complaint.AppraisalReported{Appraisal: "q", Occurred: on("2026-06-02"), Clock: limit("CP.MEDIATE.M3", "2026-07-31", "2026-07-31")})
	clock("CP.MEDIATE.M3")
	l.Add("a", &complaint.Terminated{Ground: "TM_TIMEOUT", Occurred: on("2026-07-31"), Clock: limit("CP.TERM_NOTICE", "2026-08-11", "2026-08-11")})
	clock("CP.TERM_NOTICE")
	l.Add("a", &complaint.NoticeIssued{Notice: "t1", Recipient: complaint.Consumer, About: "termination"},
		&complaint.NoticeIssued{Notice: "t2", Recipient: complaint.Merchant, About: "termination"}, &complaint.NoticeSent{Notice: "t1", Occurred: on("2026-08-03")})
	clock("CP.TERM_NOTICE")
	l.Add("a", &complaint.NoticeSent{Notice: "t2", Occurred: on("2026-08-04")}, &complaint.Closed{Outcome: complaint.OutcomeNoAgreement, Occurred: on("2026-08-05")})
	clock("")
	if r := row(); r.Status != "closed" || r.Outcome != "no_agreement" || r.Revision != 14 || !r.UpdatedAt.Equal(l.Now) {
		t.Fatalf("row %+v", r)
	}
	l.Same(casework.New(), func() projections.Projection { return casework.New() })
}

// A replaced respondent leaves the old merchant's list at once.
func TestRespondentReplaced(t *testing.T) {
	l := town(t)
	l.Add("a", &complaint.RespondentReplaced{From: complaint.Identity{ID: "m1"}, To: complaint.Identity{ID: "m9", Name: "东方超市"}})
	m := l.Rebuild(casework.New())
	if got := list(t, m, casework.Filter{Merchant: "m1"}); len(got) > 0 {
		t.Fatalf("the old merchant sees %v", got)
	}
	if got := list(t, m, casework.Filter{Merchant: "m9", Q: "东方"}); !slices.Equal(got, []string{"a"}) {
		t.Fatalf("the new merchant sees %v", got)
	}
	if got := list(t, m, casework.Filter{Q: "百货"}); len(got) > 0 {
		t.Fatalf("found by the old name: %v", got)
	}
}

// A restricted subject's case leaves every list and search (PIPL 47); an erased
// one's leaves the account's.
func TestErasure(t *testing.T) {
	for _, c := range []struct {
		manner string
		want   []string
	}{{"restricted", []string{"c", "b"}}, {"erased", []string{"c", "a", "b"}}} {
		l := town(t)
		// The event stands in another case's stream: it is broadcast.
		l.Add("c", &complaint.SubjectErased{Subject: "s-a", Manner: c.manner})
		m := l.Rebuild(casework.New())
		if got := list(t, m, casework.Filter{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.manner, got, c.want)
		}
		if got := list(t, m, casework.Filter{Account: "acc-a"}); len(got) > 0 {
			t.Errorf("%s: the account still lists %v", c.manner, got)
		}
		for key := range readmodeltest.Content(m, readmodel.First(casework.Name, casework.Version), func(any) string { return "" }) {
			if key == "index subject/s-a complaint.a" && c.manner == "erased" {
				t.Errorf("%s: %s is left", c.manner, key)
			}
		}
		l.Same(casework.New(), func() projections.Projection { return casework.New() })
	}
}

// A respondent who is a natural person is listed by its mask, until it is erased.
func TestNaturalPerson(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	f := projectiontest.Filed("p", "N", "2026-05-01", "150102", "", "沙发", 1)
	f.Respondent = complaint.Told{Subject: "s-p-r", Region: "150102", Person: &sealed.Value{Suite: "A1", Subject: "s-p-r", Mask: "李*"}}
	l.Add("p", f)
	row := func() casework.Row {
		r, err := casework.Get(context.Background(), l.Rebuild(casework.New()), "complaint.p")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := row(); r.Merchant != "李*" {
		t.Fatalf("merchant %q", r.Merchant)
	}
	l.Add("p", &complaint.SubjectErased{Subject: "s-p-r", Manner: "erased"})
	if r := row(); r.Merchant != "" {
		t.Fatalf("merchant %q", r.Merchant)
	}
}

// Who was restricted can be erased later, told in any stream.
func TestRestrictedThenErased(t *testing.T) {
	l := town(t)
	l.Add("c", &complaint.SubjectErased{Subject: "s-a", Manner: "restricted"})
	l.Add("c", &complaint.SubjectErased{Subject: "s-a", Manner: "erased"})
	m := l.Rebuild(casework.New())
	for key := range readmodeltest.Content(m, readmodel.First(casework.Name, casework.Version), func(any) string { return "" }) {
		if key == "index subject/s-a complaint.a" {
			t.Errorf("%s is left", key)
		}
	}
	if got := list(t, m, casework.Filter{}); !slices.Equal(got, []string{"c", "a", "b"}) {
		t.Errorf("lists %v", got)
	}
	l.Same(casework.New(), func() projections.Projection { return casework.New() })
}

// A reopened case goes back to where it stood, as the decider has it; a corrected
// consumer does not lose the case.
func TestReopened(t *testing.T) {
	l := town(t)
	l.Add("b", &complaint.Withdrawn{}, &complaint.Reopened{}, &complaint.ConsumerCorrected{Consumer: complaint.Person{Subject: "s-b"}})
	l.Add("a", &complaint.Withdrawn{}, &complaint.Reopened{})
	l.Add("c", &complaint.Accepted{Region: "150202", Occurred: on("2026-05-12"), Clock: limit("CP.MEDIATE.M3", "2026-07-11", "2026-07-13")},
		&complaint.Terminated{}, &complaint.Closed{}, &complaint.Reopened{})
	m := l.Rebuild(casework.New())
	for status, want := range map[string][]string{"filed": {"b"}, "received": {"a"}, "accepted": {"c"}} {
		if got := list(t, m, casework.Filter{Status: status}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", status, got, want)
		}
	}
	if got := list(t, m, casework.Filter{Account: "acc-b", Unit: ""}); !slices.Equal(got, []string{"b"}) {
		t.Errorf("the account lists %v", got)
	}
	if got := list(t, m, casework.Filter{Unit: "u2"}); !slices.Equal(got, []string{"c"}) {
		t.Errorf("the unit lists %v", got)
	}
}

// A search text that begins many words and many numbers misses no row.
func TestOneLetterFindsAll(t *testing.T) {
	l := projectiontest.NewLog(t, "2026-05-01")
	want := 0
	for i := range 20 {
		id := string(rune('a' + i))
		l.Add(id, projectiontest.Filed(id, "N"+id, "2026-05-06", "150102", "7"+id, "货", 1))
		l.Add("o"+id, projectiontest.Filed("o"+id, "7"+id, "2026-05-06", "150102", "别家", "货", 1))
		want += 2
	}
	if got := list(t, l.Rebuild(casework.New()), casework.Filter{Q: "7"}); len(got) != want {
		t.Errorf("%d rows, want %d", len(got), want)
	}
}
