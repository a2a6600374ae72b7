package complaint

import (
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// A record leaves the register when its period is over, not before, and once.
func TestThePeriodOfARecordEnds(t *testing.T) {
	shown := append(notified(), by(machine, "2026-07-02", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")}))
	until := walk(t, shown...).State().Disclosure.Until
	over := func(on calendar.Date, due calendar.Date) Command {
		return by(machine, on.String(), RecordDeadlinePassed{Rule: ClockPublic, Due: due})
	}
	walk(t, shown...).When(over(until+1, until)).Then(t, &DisclosureWithdrawn{Class: "period_over", On: until + 1})
	refused(t, shown, over(until, until), "moved_on", "")
	refused(t, shown, over(until+9, until-1), "moved_on", "")
	refused(t, append(shown, over(until+1, until)), over(until+2, until), "moved_on", "")
	refused(t, notified(), over(until+1, until), "moved_on", "")
}

// A newer calendar that leaves a passed day as it was lets it pass at once: the
// same limit is not asked for a second time.
func TestARecomputedLimitThatIsOverPasses(t *testing.T) {
	law := law(t)
	past := walk(t, by(consumer, "2026-12-28", filing(LaneDepartment))).State()
	was, _ := past.Clock(statute.ClockAccept)
	newer, err := calendar.Parse(strings.NewReader("calendar CN-2027.0\nrange 2026-01-01..2027-12-31\n" +
		"festival new_year 元旦 New Year's Day\nnotice 2027\nnew_year off 01-01..01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	law.Calendar = newer
	events, err := NewDecider(law).Decide(past, by(machine, "2027-02-01", RecordDeadlinePassed{Rule: was.Rule, Due: was.Due}))
	if err != nil || len(events) != 2 {
		t.Fatal(events, err)
	}
	now := events[0].(*ClockRecomputed).Clock
	if p := events[1].(*DeadlinePassed); p.Due != now.Due || p.DueWide != now.DueWide {
		t.Fatalf("%+v after %+v", p, now)
	}
}
