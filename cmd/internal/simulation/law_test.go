package simulation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/projections/deadlines"
)

// refinements are what two cities of a made-up region add: a shorter period, and a day off.
const refinements = `{
  "version": "SIM-TEST.1",
  "title": {"zh": "细化规定（测试数据，非真实规定）", "en": "Refinements (test data, no real rules)"},
  "laws": [{"id": "SIM-1", "title": {"zh": "某市细化规定", "en": "Rules of a city"}, "number": "测试〔2026〕1号", "from": "2026-04-15", "mark": "verified", "from_mark": "verified"}],
  "refinements": [
    {"id": "accept-5", "kind": "period", "region": "1502", "rule_sets": ["ORD-121"], "from": "2026-04-20", "clock": "CP.ACCEPT", "period": {"n": 5, "unit": "WD"}, "citations": ["SIM-1 3"], "mark": "verified"},
    {"id": "nadam", "kind": "days_off", "region": "1501", "code": "nadam", "title": {"zh": "那达慕", "en": "Naadam"}, "off": ["2026-08-24"], "citations": ["HOLIDAYS 4", "SIM-1 9"], "mark": "recalled"}
  ]
}`

// table2027 is a table of days with a notice for 2027, which the compiled one does not
// know: dates beyond 2026 are provisional without it.
const table2027 = `calendar CN-TEST-2027
range 2020-01-01..2027-12-31
festival new_year 元旦 New Year
notice 2027
new_year off 01-01..01-05 work 01-09
`

// refined is a law to which regions add.
func refined(law complaint.Law) (complaint.Law, error) {
	file, err := statute.ReadRefinements(strings.NewReader(refinements))
	if err != nil {
		return law, err
	}
	if law.Catalogue, err = statute.LoadWith(file); err != nil {
		return law, err
	}
	law.Calendars, err = law.Catalogue.Calendars(law.Calendar)
	return law, err
}

// renew gives all nodes the calendar of another year, as an operator does who starts
// them anew with another table: one after the other, in one night.
func (w *world) renew() error {
	table, err := calendar.Parse(strings.NewReader(table2027))
	if err != nil {
		return err
	}
	w.note("the calendar is replaced")
	w.law.Calendar = table
	if w.law.Calendars, err = w.law.Catalogue.Calendars(table); err != nil {
		return err
	}
	if w.other, err = w.cases(w.log); err != nil {
		return err
	}
	for _, n := range w.nodes {
		n.crash()
		if err := n.start(); err != nil {
			return err
		}
	}
	return nil
}

// unsure lists the cases that wait for another calendar than today's.
func (n *node) unsure(ctx context.Context, _ string, limit int) ([]string, string, error) {
	versions, err := deadlines.Unsure(ctx, n.model)
	if err != nil {
		return nil, "", err
	}
	for _, v := range versions {
		if slices.Contains(n.w.law.Versions(), v) {
			continue
		}
		items, _, err := deadlines.UnsureUnder(ctx, n.model, v, "", limit)
		cases := make([]string, len(items))
		for i, item := range items {
			cases[i] = item.Case
		}
		return slices.Compact(cases), "", err
	}
	return nil, "", nil
}

func (n *node) recount(ctx context.Context, id string) (bool, error) {
	n.w.upset(n)
	changed, err := n.cases.RecomputeClocks(ctx, id)
	n.w.note("recount %s: %v, %v", short(id), changed, err)
	return changed, err
}

// checkCounted: where the calendar was replaced, no clock runs on by the old one.
func (w *world) checkCounted(state *complaint.State) error {
	if w.config.renewed == 0 {
		return nil
	}
	for _, c := range state.Outdated(w.law.Calendar) {
		return fmt.Errorf("%s of %s was counted by %s only", c.Rule, c.Due, c.Calendar)
	}
	return nil
}

// The seeds meet what they are there for: dates counted again under a newer calendar, and
// a shorter period of a city.
func TestSeedsMeetOtherLaw(t *testing.T) {
	recounted, shorter := 0, 0
	for seed := uint64(1); seed <= 400 && (recounted == 0 || shorter == 0); seed++ {
		c := small(seed)
		if c.renewed == 0 && !c.refined {
			continue
		}
		w, err := run(t, c)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		log, err := w.read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, facts := range log.streams {
			for _, f := range facts {
				switch e := f.data.(type) {
				case *complaint.ClockRecomputed:
					recounted++
				case *complaint.Received:
					five, _ := w.law.Calendar.AddWorkingDays(e.Clock.StartedOn, 5)
					if c.refined && strings.HasPrefix(e.Region, "1502") && e.Clock.Due == five {
						shorter++
					}
				}
			}
		}
	}
	t.Log(recounted, shorter)
	if recounted == 0 || shorter == 0 {
		t.Errorf("%d dates counted again, %d shorter periods", recounted, shorter)
	}
}
