package calendar

import (
	"testing"
	"time"
)

func TestDateWeekdayAndRoundTrip(t *testing.T) {
	for d := MinDate; d <= MaxDate; d += 1 {
		y, m, day := d.Civil()
		want := time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
		if d.Weekday() != want.Weekday() || d.String() != want.Format(time.DateOnly) {
			t.Fatalf("%d: %s %s, want %s", d, d, d.Weekday(), want)
		}
		if back := MustDate(d.String()); back != d {
			t.Fatalf("%s parsed as %s", d, back)
		}
		if DateOf(d.Start()) != d || DateOf(d.End().Add(-1)) != d || DateOf(d.End()) != d+1 {
			t.Fatalf("%s: day edges", d)
		}
	}
}
