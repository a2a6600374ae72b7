package statute

import (
	"fmt"
	"slices"
	"strings"

	"fangxin/domain/calendar"
)

// DateRule is a date that people set, not the law: the day of a session, a report
// back, the days of performance. Such a date is a clock too. Instalments of one date
// carry its code and a number: CP.PERFORM.2.
type DateRule struct {
	Entry
	SetBy  string `json:"set_by"` // officer, parties
	Starts string `json:"starts"`
	MetBy  string `json:"met_by"`
}

// Codes of dates that people set.
const (
	DateIdentity   = "CP.IDENTITY"    // 限期提供身份证明材料, form 4
	DateSupplement = "CP.SUPPLEMENT"  // 补充材料
	DateReportBack = "CP.REPORT_BACK" // 分送后反馈, form 3
	DateHearing    = "CP.HEARING"     // 调解会, form 7
	DateRecusal    = "CP.RECUSAL"     // 申请回避, form 7
	DatePerform    = "CP.PERFORM"     // 履行
)

// DateRule returns the rule for a date that people set, also for an instalment.
func (rs RuleSet) DateRule(code string) (DateRule, bool) {
	if i := strings.LastIndexByte(code, '.'); i > 0 && strings.Trim(code[i+1:], "0123456789") == "" {
		code = code[:i]
	}
	return find(rs.in().dates, code)
}

// DateRules returns the dates that people set.
func (rs RuleSet) DateRules() []DateRule { return slices.Clone(rs.in().dates) }

// On returns the clock of a date that was set on the day start. No calendar takes
// part: the day that was named is that day, on both readings. A day that is missing
// or lies before the day on which it was set gives calendar.ErrPeriod.
func (d DateRule) On(start, due calendar.Date) (Clock, error) {
	if start < calendar.MinDate || due < start || due > calendar.MaxDate {
		return Clock{}, fmt.Errorf("%s set on %s for %s: %w", d.Code, start, due, calendar.ErrPeriod)
	}
	return Clock{Rule: d.Code, StartedOn: start, Due: due, DueWide: due}, nil
}

// Measure is a length of time that is counted and has no limit.
type Measure struct {
	Entry
	Starts string        `json:"starts"`
	Ends   string        `json:"ends"`
	Unit   calendar.Unit `json:"unit"`
}

// MeasureSinceIntake runs from the first receipt by anyone; the period of acceptance
// runs from receipt by the competent department (Order 121 art 15).
const MeasureSinceIntake = "CP.SINCE_INTAKE"

// Measure returns a measure by its code.
func (rs RuleSet) Measure(code string) (Measure, bool) { return find(rs.in().measures, code) }

// Count returns the days of the measure after from up to and including to.
func (m Measure) Count(cal *calendar.Calendar, from, to calendar.Date) int {
	if m.Unit == calendar.WorkingDays {
		return cal.WorkingDaysBetween(from, to)
	}
	return int(to - from)
}
