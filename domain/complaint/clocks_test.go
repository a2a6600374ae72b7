package complaint

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// span is the days for which the rule sets and the calendar both know everything.
func span(t *rapid.T, name string) calendar.Date {
	return calendar.Date(rapid.Int32Range(int32(day("2020-01-02")), int32(day("2026-09-01"))).Draw(t, name))
}

// byHand counts days one by one: an independent reading of Order 121 art 45.
func byHand(cal *calendar.Calendar, start calendar.Date, working, calendarDays int) calendar.Date {
	d := start
	for working > 0 {
		d++
		if w, _ := cal.Working(d); w {
			working--
		}
	}
	d += calendar.Date(calendarDays)
	for {
		if w, _ := cal.Working(d); w {
			return d
		}
		d++
	}
}

func filedOn(d calendar.Date) Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = d
	return Command{At: d.Start().Add(time.Hour), Actor: consumer, Do: f}
}

func TestAcceptanceIs7WorkingDaysFromReceipt_Order121Art15_45(t *testing.T) {
	d, cal := complaints(t), law(t).Calendar
	rapid.Check(t, func(t *rapid.T) {
		start := span(t, "filed")
		events, err := d.Decide(d.Initial, filedOn(start))
		if err != nil {
			t.Fatal(err)
		}
		c := events[1].(*Received).Clock
		if want := byHand(cal, start, 7, 0); c.DueWide != want || c.Due != want {
			t.Fatalf("from %s: %s, wide %s, not %s", start, c.Due, c.DueWide, want)
		}
	})
}

// Whatever the day of filing and acceptance: 45 working days (Order 20 art 21(5)), the earlier
// of these and 60 days (Regulation 778 art 46), 60 days (Order 121 art 23(5)).
func TestMediationLimitByHand_Rules3_3(t *testing.T) {
	d, l := complaints(t), law(t)
	rapid.Check(t, func(t *rapid.T) {
		start := span(t, "filed")
		s := d.Initial
		for _, c := range []Command{
			filedOn(start),
			{At: start.Start().Add(2 * time.Hour), Actor: officer, Do: ConfirmRespondent{Merchant: shop, Source: "register"}},
			{At: start.Start().Add(3 * time.Hour), Actor: officer, Do: Accept{}},
		} {
			events, err := d.Decide(s, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				s = d.Evolve(s, e)
			}
		}
		m1, m3 := byHand(l.Calendar, start, 45, 0), byHand(l.Calendar, start, 0, 60)
		want := map[string]calendar.Date{"CP.MEDIATE.M1": m1, "CP.MEDIATE.M2": min(m1, m3), "CP.MEDIATE.M3": m3}
		c, ok := s.mediationClock()
		if !ok || c.DueWide != want[c.Rule] || c.Due > c.DueWide {
			t.Fatalf("filed %s: %s ends %s, not %s", start, c.Rule, c.DueWide, want[c.Rule])
		}
	})
}

// However notices and decisions fall, the duty of art 15 is on time exactly when
// both had happened by the wide day.
func TestAcceptanceOnTimeByHand_Order121Art15(t *testing.T) {
	d := complaints(t)
	past := after(t, d, confirmed()...)
	rapid.Check(t, func(t *rapid.T) {
		decided := day("2026-06-02") + calendar.Date(rapid.IntRange(0, 14).Draw(t, "decided"))
		told := decided + calendar.Date(rapid.IntRange(0, 14).Draw(t, "told"))
		entered := told + calendar.Date(rapid.IntRange(0, 5).Draw(t, "entered"))
		about, decision := AboutAcceptance, Action(Accept{})
		if rapid.Bool().Draw(t, "declined") {
			about, decision = AboutDecline, decline("NA1_SCOPE").Do
		}
		s := d.Given(past...).State()
		for _, c := range []Command{
			{At: decided.Start(), Actor: officer, Do: decision},
			{At: entered.Start(), Actor: officer, Do: Notify{
				Notice: "n-1", About: about, Recipient: Consumer, Channel: "letter",
				Occurred: Occurred{On: told, Reason: words()},
			}},
		} {
			events, err := d.Decide(s, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				s = d.Evolve(s, e)
			}
		}
		want := ClockMet
		if told > day("2026-06-10") {
			want = ClockMetLate
		}
		if c, _ := s.Clock(statute.ClockAccept); c.State != want || c.MetOn != told {
			t.Fatalf("decided %s, told %s: %s on %s", decided, told, c.State, c.MetOn)
		}
	})
}

// The end of a day is 24:00 in Shanghai, wherever the server stands.
func TestPassedIsJudgedAtShanghaiMidnight(t *testing.T) {
	d := complaints(t)
	s := d.Given(after(t, d, received()...)...).State()
	end := time.Date(2026, 6, 10, 16, 0, 0, 0, time.UTC)
	for offset, fine := range map[time.Duration]bool{-time.Microsecond: false, 0: true, time.Hour: true} {
		_, err := d.Decide(s, Command{At: end.Add(offset), Actor: machine, Do: RecordDeadlinePassed{Rule: "CP.ACCEPT", Due: day("2026-06-10")}})
		if (err == nil) != fine {
			t.Errorf("%s: %v", offset, err)
		}
		if err != nil && !errors.Is(err, &Refusal{Code: "moved_on"}) {
			t.Error(err)
		}
	}
}

// A limit that ends after the known calendar is marked provisional.
func TestAClockBeyondTheCalendarIsProvisional(t *testing.T) {
	_, last := law(t).Calendar.Range()
	c := walk(t).When(filedOn(last - 2)).State().Clocks[0]
	if !c.Provisional || c.Calendar == "" {
		t.Fatalf("%+v", c)
	}
}

func TestPeriodsOfPolicyDoNotRoll(t *testing.T) {
	dec := deciding{law: law(t), calendar: law(t).Calendar}
	for want, p := range map[string]calendar.Period{
		"2026-10-03": {N: 2, Unit: calendar.CalendarDays}, // inside the National Day break
		"2026-11-01": {N: 1, Unit: calendar.Months},
		"2027-10-01": {N: 1, Unit: calendar.Years},
		"2026-10-08": {N: 1, Unit: calendar.WorkingDays},
	} {
		if got := dec.addPeriod(day("2026-10-01"), p); got != day(want) {
			t.Errorf("%s from 2026-10-01: %s, not %s", p, got, want)
		}
	}
}
