package usecase

import (
	"errors"
	"slices"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

const narrative = "They charged my card twice and nobody answered my letters."

func foreignCase() ForeignInput {
	return ForeignInput{
		Ruleset: "CFPB", Narrative: narrative,
		Case: complaint.ForeignCase{
			System: "cfpb", Number: "2345678",
			Received: calendar.MustDate("2017-03-01"), Sent: calendar.MustDate("2017-03-02"),
			Merchant: complaint.Identity{Name: "EXAMPLE BANK, N.A."}, Product: "Credit card", Issue: "Billing disputes",
			State: "CA", Consent: "Consent provided", Via: "Web", Response: "In progress", Timely: "Yes",
		},
	}
}

func (w *world) foreign(in ForeignInput, changed bool, events int) Receipt {
	w.t.Helper()
	did, r, err := w.RecordForeign(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	if n := len(w.envelopes()); did != changed || n != events {
		w.t.Errorf("changed %v, %d events; want %v, %d", did, n, changed, events)
	}
	return r
}

func TestAForeignRecordIsTakenOverOnce(t *testing.T) {
	w := newWorld(t)
	in := foreignCase()
	r := w.foreign(in, true, 1)
	for range 3 {
		w.foreign(in, false, 1)
	}
	w.never(narrative, "charged my card")
	v := w.view(auditor, r.ID)
	if v.Source != "cfpb" || v.Status != "foreign" || v.Ruleset != "CFPB" || v.Foreign.Narrative != nil || v.Facts != "" ||
		v.Merchant.ID != ForeignMerchantID("cfpb", "Example  Bank, N.A.") || len(v.Actions) != 0 || len(v.Clocks) != 2 {
		t.Errorf("%+v", v)
	}
	if !v.FiledAt.Equal(day("2017-03-01")) {
		t.Error("at is the source's date:", v.FiledAt)
	}
	if seen := w.view(desk, r.ID); seen.Facts != narrative || len(seen.Actions) != 0 {
		t.Errorf("%q %v", seen.Facts, seen.Actions)
	}
}

func TestOnlyWhatChangedIsAppended(t *testing.T) {
	w := newWorld(t)
	in := foreignCase()
	w.foreign(in, true, 1)
	in.Case.Response, in.Case.Disputed = "Closed with explanation", "No"
	w.foreign(in, true, 2)
	w.foreign(in, false, 2)
	in.Narrative += " Later they did."
	r := w.foreign(in, true, 3)
	w.foreign(in, false, 3)
	in.Case.Response = "In progress" // and back again
	w.foreign(in, true, 4)
	w.foreign(in, false, 4)
	in.Narrative = ""
	w.foreign(in, true, 5)
	w.foreign(in, false, 5)

	all := w.envelopes()
	changed, err := w.Registry.Decode(&all[1])
	if err != nil {
		t.Fatal(err)
	}
	if got := changed.(*complaint.ForeignChanged).Fields; !slices.Equal(got, []string{"response", "disputed"}) {
		t.Error(got)
	}
	if s, _, err := w.State(t.Context(), r.ID); err != nil || s.Foreign.Case.Disputed != "No" || s.Foreign.Case.Response != "In progress" {
		t.Errorf("%+v, %v", s.Foreign, err)
	}
}

func TestAnErasedNarrativeIsNotBroughtBack(t *testing.T) {
	w := newWorld(t)
	in := foreignCase()
	r := w.foreign(in, true, 1)
	if err := w.keyring.Erase(t.Context(), subjectOf(r.ID, "consumer")); err != nil {
		t.Fatal(err)
	}
	w.foreign(in, false, 1)
	in.Narrative = "another text"
	w.foreign(in, false, 1)
	in.Case.Disputed = "Yes"
	w.foreign(in, true, 2)
}

func TestAForeignRecordThatIsNone(t *testing.T) {
	w := newWorld(t)
	in := foreignCase()
	in.Ruleset = "ORD-121"
	if _, _, err := w.RecordForeign(t.Context(), in); !errors.Is(err, &complaint.Refusal{Code: "no_rule_set"}) {
		t.Error(err)
	}
	in = foreignCase()
	in.Case.Received = 0
	var refusal *complaint.Refusal
	if _, _, err := w.RecordForeign(t.Context(), in); !errors.As(err, &refusal) {
		t.Error(err)
	}
	if n := len(w.envelopes()); n != 0 {
		t.Error(n)
	}
	r := w.foreign(foreignCase(), true, 1)
	w.refused(&complaint.Refusal{Code: "foreign_case"}, desk, r.ID, "accept", &Accept{})
	if _, err := w.History(t.Context(), anyConsumer, r.ID, es.None, 0); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}
