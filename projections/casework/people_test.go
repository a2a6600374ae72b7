package casework_test

import (
	"context"
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

func owned(t testing.TB, m readmodel.Model, account string) []string {
	t.Helper()
	var all []string
	for cursor := ""; ; {
		ids, next, err := casework.Owned(context.Background(), m, account, cursor, 1)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ids...)
		if cursor = next; cursor == "" {
			return all
		}
	}
}

func citing(t testing.TB, m readmodel.Model, file string) []string {
	t.Helper()
	ids, err := casework.Citing(context.Background(), m, file, 9)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

// What an officer is asked to decide is found, until it is decided.
func TestErasureToDecide_PIPL47(t *testing.T) {
	l := town(t)
	l.Add("a", &complaint.ErasureRequested{Request: "e", Occurred: on("2026-06-01")})
	l.Add("b", &complaint.RetentionOver{Class: "complaint_file", Until: projectiontest.Days("2026-06-01")})
	for what, want := range map[string][]string{casework.ErasureAsked: {"a"}, casework.ErasureOver: {"b"}} {
		if got := list(t, l.Rebuild(casework.New()), casework.Filter{Erasure: what}); !slices.Equal(got, want) {
			t.Errorf("%s: %v", what, got)
		}
	}
	l.Add("a", &complaint.ErasureDecided{Request: "e", Result: "refused", Basis: "held", On: projectiontest.Days("2026-06-02")})
	m := l.Rebuild(casework.New())
	if got := list(t, m, casework.Filter{Erasure: casework.ErasureAsked}); len(got) > 0 {
		t.Errorf("decided, and still listed: %v", got)
	}
	if got := list(t, m, casework.Filter{Account: "acc-a"}); !slices.Equal(got, []string{"a"}) {
		t.Errorf("refused, and gone: %v", got)
	}
	l.Same(casework.New(), func() projections.Projection { return casework.New() })
}

// PIPL 47(2): from the decision on a restricted case is out of every list and count; its
// consumer still finds it, and so does who asks which cases need a file.
func TestRestrictedIsOutOfTheLists_PIPL47(t *testing.T) {
	l := town(t)
	l.Add("a", &complaint.Supplemented{Evidence: []string{"sha256:f"}, Occurred: on("2026-05-20")})
	l.Add("b", &complaint.EvidenceAdded{By: complaint.Consumer, Evidence: "sha256:f"})
	if got := citing(t, l.Rebuild(casework.New()), "sha256:f"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("cited by %v", got)
	}
	l.Add("a", &complaint.ErasureDecided{Result: "restricted", Basis: "request", Subjects: []sealed.Subject{"s-a"}, On: projectiontest.Days("2026-06-02")})
	for _, step := range []any{nil, &complaint.SubjectErased{Subject: "s-a", Manner: "restricted"}} {
		if step != nil {
			l.Add("a", step)
		}
		m := l.Rebuild(casework.New())
		for _, f := range []casework.Filter{{}, {Account: "acc-a"}, {Merchant: "m1"}, {Region: "15"}, {Q: "羊肉"}, {Q: "NM2026-000017"}, {Status: "received"}} {
			page, err := casework.List(context.Background(), m, f, "", 9)
			if err != nil || slices.ContainsFunc(page.Rows, func(r casework.Row) bool { return r.ID == "a" }) || int(page.Total.N) != len(page.Rows) {
				t.Errorf("%+v: %+v, %v", f, page, err)
			}
		}
		if got := owned(t, m, "acc-a"); !slices.Equal(got, []string{"a"}) {
			t.Errorf("owned: %v", got)
		}
		if got := citing(t, m, "sha256:f"); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("cited by %v", got)
		}
	}
	l.Add("a", &complaint.SubjectErased{Subject: "s-a", Manner: "erased"})
	m := l.Rebuild(casework.New())
	if got := append(owned(t, m, "acc-a"), owned(t, m, "")...); len(got) > 0 {
		t.Errorf("erased, and owned: %v", got)
	}
	if got := citing(t, m, "sha256:f"); !slices.Equal(got, []string{"b"}) {
		t.Errorf("cited by %v", got)
	}
	for key := range readmodeltest.Content(m, readmodel.First(casework.Name, casework.Version), func(any) string { return "" }) {
		if key == "index owner/acc-a complaint.a" {
			t.Errorf("%s is left", key)
		}
	}
	l.Same(casework.New(), func() projections.Projection { return casework.New() })
}
