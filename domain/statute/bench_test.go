package statute

import (
	"testing"

	"fangxin/domain/calendar"
)

func BenchmarkCompute(b *testing.B) {
	cal, rs := loadCalendar(b), at(b, load(b), "2026-01-05")
	for b.Loop() {
		if _, err := Compute(cal, rs.Mediation(), calendar.MustDate("2026-01-05"), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	cal, rs := loadCalendar(b), at(b, load(b), "2026-05-06")
	pauses := []Pause{{PauseAppraisal, calendar.Span{From: day("2026-06-01"), To: day("2026-06-20")}}}
	for b.Loop() {
		if _, err := Explain(cal, rs.Mediation(), day("2026-05-06"), pauses); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNamedIn(b *testing.B) {
	plain, local := load(b), refined(b)
	for name, c := range map[string]*Catalogue{"nothing refined": plain, "refined": local} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.NamedIn("ORD-121", "150721", day("2026-06-01")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
