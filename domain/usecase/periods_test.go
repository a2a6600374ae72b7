package usecase

import (
	"errors"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

var published = Publication{Formulas: []string{"count.filed@1"}, Policy: "TABLES-1"}

func (w *world) closePeriod(month, asOf, key string) (Receipt, Closing, error) {
	return w.ClosePeriod(w.t.Context(), Actor{ID: "a-1", Role: RoleAuditor}, month, ClosePeriod{AsOf: asOf}, published, Options{Key: key})
}

// A period is closed by who audits or runs the installation, and by nobody else.
func TestWhoClosesPeriods(t *testing.T) {
	w := newWorld(t)
	w.at("2026-07-01")
	for _, role := range everyRole {
		_, _, err := w.ClosePeriod(t.Context(), Actor{ID: "x", Role: role}, "2026-05", ClosePeriod{AsOf: "2026-06-30"}, published, Options{Key: "k"})
		if may := role == RoleAuditor || role == RoleAdmin; may != (err == nil || refusedAs(err, "closed_already")) || !may && !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
}

func refusedAs(err error, code string) bool {
	return errors.Is(err, &complaint.Refusal{Code: code})
}

func TestClosingPeriods(t *testing.T) {
	w := newWorld(t)
	w.at("2026-06-10")
	if all, err := w.Closings(t.Context()); len(all) != 0 || err != nil {
		t.Fatal(all, err)
	}
	first, c, err := w.closePeriod("2026-05", "2026-06-09", "one")
	if err != nil || c.Closing != 1 || c.AsOf != calendar.MustDate("2026-06-09") || c.On != calendar.MustDate("2026-06-10") || first.Position.IsStart() {
		t.Fatalf("%+v %+v %v", first, c, err)
	}
	w.at("2026-06-12")
	again, same, err := w.closePeriod("2026-05", "2026-06-09", "one")
	if err != nil || !again.Repeated || same.Closed != c.Closed || again.Revision != first.Revision {
		t.Errorf("%+v %+v %v", again, same, err)
	}
	if _, _, err := w.closePeriod("2026-05", "2026-06-10", "one"); !errors.Is(err, es.ErrKeyReused) {
		t.Error(err)
	}
	if _, _, err := w.closePeriod("2026-04", "2026-06-08", "two"); !refusedAs(err, "as_of_before_closing") {
		t.Error(err)
	}
	if _, second, err := w.closePeriod("2026-05", "2026-06-11", "three"); err != nil || second.Closing != 2 {
		t.Errorf("%+v %v", second, err)
	}
	all, err := w.Closings(t.Context())
	if err != nil || len(all) != 2 || all[1].AsOf != calendar.MustDate("2026-06-11") || !all[0].Position.Before(all[1].Position) {
		t.Errorf("%+v %v", all, err)
	}
	var invalid *InvalidError
	for _, bad := range [][2]string{{"2026-13", "2026-06-11"}, {"", "2026-06-11"}, {"2026-05", "2026-02-30"}} {
		if _, _, err := w.closePeriod(bad[0], bad[1], ""); !errors.Is(err, ErrNotFound) && !errors.As(err, &invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}
