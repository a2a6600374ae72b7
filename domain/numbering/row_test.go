package numbering

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
)

// model is what a clerk with a paper register would know.
type model struct {
	state State
	ids   []string // by number, from 1
	void  map[int]bool
	day   calendar.Date
	past  []State // earlier states, which must not change
	lens  []int
}

func (m *model) decide(t *rapid.T, do Action) ([]Event, error) {
	var d Decider
	c := Command{Row: hohhot, At: m.day.Start().Add(time.Hour), Do: do}
	events, err := d.Decide(m.state, c)
	m.past, m.lens = append(m.past, m.state), append(m.lens, m.state.Last())
	for _, e := range events {
		m.state = d.Evolve(m.state, e)
	}
	return events, err
}

func (m *model) take(t *rapid.T, notice string, style Style) {
	known := 0
	for i, id := range m.ids {
		if id == notice {
			known = i + 1
		}
	}
	events, err := m.decide(t, Take{Notice: notice, Case: "c", Form: 5, Dated: m.day, Style: style})
	switch {
	case known > 0 && m.void[known]:
		if err == nil || len(events) > 0 {
			t.Fatalf("voided %d was given again", known)
		}
	case known > 0: // a retry gets the same number
		if e, ok := m.state.Of(notice); err != nil || len(events) > 0 || !ok || e.Number != known {
			t.Fatalf("%s had %d, now %+v, %v", notice, known, e, err)
		}
	default: // no gap
		m.ids = append(m.ids, notice)
		if err != nil || len(events) != 1 || events[0].(*Taken).Number != len(m.ids) {
			t.Fatalf("%v %v", events, err)
		}
	}
}

func (m *model) check(t *rapid.T) {
	number, texts := len(m.ids), map[string]bool{}
	for e := range m.state.Newest() {
		if e.Number != number || e.Notice != m.ids[number-1] || texts[e.Text] || (e.Void != nil) != m.void[number] {
			t.Fatalf("number %d: %+v", number, e)
		}
		texts[e.Text] = true
		number--
	}
	if number != 0 || m.state.Voids() != len(m.void) || m.state.Next() != len(m.ids)+1 {
		t.Fatalf("%d numbers missing, %d voids", number, m.state.Voids())
	}
	for i, s := range m.past {
		if s.Last() != m.lens[i] {
			t.Fatalf("an earlier state changed")
		}
	}
}

// Properties: no gap, no number twice, a retry gets the same number, a voided number
// is never given again and stays in the row.
func TestRowWithoutGaps(t *testing.T) {
	style := style(t, "150100")
	rapid.Check(t, func(t *rapid.T) {
		m := &model{void: map[int]bool{}, day: day("2026-01-01")}
		notice := rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("n-%d", rapid.IntRange(1, 12).Draw(t, "n")) })
		t.Repeat(map[string]func(*rapid.T){
			"take": func(t *rapid.T) { m.take(t, notice.Draw(t, "notice"), style) },
			"void": func(t *rapid.T) {
				id := notice.Draw(t, "notice")
				before, held := m.state.Of(id)
				events, err := m.decide(t, Void{Notice: id, Why: WhyMisprint})
				if held && before.Void == nil {
					m.void[before.Number] = true
				}
				if (err == nil) != held || len(events) > 0 != (held && before.Void == nil) {
					t.Fatalf("void %s: %v %v", id, events, err)
				}
			},
			"next day": func(*rapid.T) {
				if m.day < day("2026-12-31") {
					m.day++
				}
			},
			"next year": func(t *rapid.T) {
				_, err := m.decide(t, Take{Notice: "other", Case: "c", Form: 5, Dated: day("2027-01-01"), Style: style})
				if err == nil {
					t.Fatal("a number of the next year in this row")
				}
			},
			"": m.check,
		})
	})
}

// A row of a busy year: one decision stays cheap, and folding it is linear.
func BenchmarkTakeInALongRow(b *testing.B) {
	var d Decider
	s, style := d.Initial(), style(b, "150100")
	for n := 1; n <= 20_000; n++ {
		s = d.Evolve(s, &Taken{Number: n, Notice: fmt.Sprintf("0fa9610e-3d52-5c0b-9a41-%012d", n), Dated: day("2026-06-04")})
	}
	c := Command{Row: hohhot, At: day("2026-06-05").Start(), Do: Take{Notice: "new", Case: "c", Form: 5, Dated: day("2026-06-04"), Style: style}}
	for b.Loop() {
		if _, err := d.Decide(s, c); err != nil {
			b.Fatal(err)
		}
	}
}
