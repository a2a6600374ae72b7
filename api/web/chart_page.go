package web

import (
	"fmt"
	"strconv"
)

// viewBox of every drawing.
const viewBox = "0 0 420 230"

// seriesClass is the look of a series.
func seriesClass(i int) string { return "series-" + strconv.Itoa(i+1) }

// text is what stands in the table for a step.
func (s series) text(p *page, i int) string {
	if i < len(s.Values) && s.Values[i].Text != "" {
		return s.Values[i].Text
	}
	return p.T("chart.none")
}

// months makes the steps of a chart: a tick at each month that has room for one, with
// the year where it begins and at the first.
func (p *page) months(list []yearMonth) []step {
	const room = 4
	labels := make([]string, len(list))
	for i, m := range list {
		labels[i] = p.T("month.tick", "y", fmt.Sprintf("%02d", m.Year%100), "month", p.T("month.short."+strconv.Itoa(m.Month)))
	}
	steps := make([]step, len(list))
	for i, tick := range thin(labels, room) {
		m := list[i]
		steps[i] = step{Label: p.Month(m.Year, m.Month), Tick: tick, ISO: m.String()}
	}
	return steps
}
