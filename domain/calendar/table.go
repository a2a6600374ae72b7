package calendar

import (
	_ "embed" // the table is compiled into the program
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

//go:embed data/cn-2020-2026.txt
var embedded string

const (
	maxTableBytes = 64 << 10
	maxTableDays  = 120 * 366
	maxBreakDays  = 31
)

// ErrTable is wrapped by every refusal of a calendar table; the message names the
// line.
var ErrTable = errors.New("calendar table")

// Load returns the calendar that is compiled into the program.
func Load() (*Calendar, error) { return Parse(strings.NewReader(embedded)) }

// Parse reads a table of at most 64 KiB:
//
//	calendar CN-2026.1                  the version
//	range 2020-01-01..2026-12-31        the dates it knows
//	festival new_year 元旦 New Year's Day
//	notice 2026                         the following lines are this year's notice
//	new_year off 01-01..01-03 statutory 01-01 work 01-04
//
// Statutory are those of the days off that are the festival itself. Empty lines and lines that begin with # are left out. A day named twice, a day
// outside the range and a make-up day that is no Saturday or Sunday are refused.
func Parse(r io.Reader) (*Calendar, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxTableBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTable, err)
	}
	if len(text) > maxTableBytes {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrTable, maxTableBytes)
	}
	t := table{c: &Calendar{groups: []group{{}}, festivals: map[string]Festival{}}, named: map[Date]bool{}}
	line := 0
	for text := range strings.Lines(string(text)) {
		line++
		f := strings.Fields(text)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := t.line(f); err != nil {
			return nil, fmt.Errorf("%w, line %d: %w", ErrTable, line, err)
		}
	}
	if t.c.version == "" || t.c.days == nil {
		return nil, fmt.Errorf("%w: version or range missing", ErrTable)
	}
	t.c.count()
	return t.c, nil
}

// table is a calendar while it is being read.
type table struct {
	c      *Calendar
	notice int
	named  map[Date]bool
}

func (t *table) line(f []string) error {
	switch {
	case f[0] == "calendar" && len(f) == 2 && t.c.version == "":
		t.c.version = f[1]
	case f[0] == "range" && len(f) == 2 && t.c.days == nil:
		return t.dates(f[1])
	case f[0] == "festival" && len(f) >= 4:
		return t.festival(f[1], f[2], strings.Join(f[3:], " "))
	case f[0] == "notice" && len(f) == 2 && t.c.days != nil:
		year, ok := digits(f[1])
		if !ok || len(f[1]) != 4 {
			return fmt.Errorf("%q is not a year", bounded(f[1]))
		}
		t.notice = year
	case t.notice != 0 && len(f) >= 3:
		return t.festivalBreak(f[0], f[1:])
	default:
		return fmt.Errorf("cannot read %q here", bounded(f[0]))
	}
	return nil
}

// dates sets the range and fills it with the plain week.
func (t *table) dates(s string) error {
	from, to, err := t.span(s)
	if err != nil {
		return err
	}
	if to-from >= maxTableDays {
		return errors.New("range too long")
	}
	t.c.first, t.c.last = from, to
	t.c.days = make([]dayEntry, to-from+1)
	for i := range t.c.days {
		wd := (from + Date(i)).Weekday()
		t.c.days[i].work = wd != time.Saturday && wd != time.Sunday
	}
	return nil
}

func (t *table) festival(code, zh, en string) error {
	if _, dup := t.c.festivals[code]; dup || strings.Contains(code, "+") {
		return fmt.Errorf("festival %q named twice or with a plus sign", bounded(code))
	}
	t.c.festivals[code] = Festival{Code: code, ZH: zh, EN: en}
	return nil
}

// festivalBreak reads "codes off dates… work dates…".
func (t *table) festivalBreak(codes string, f []string) error {
	g := group{code: codes, notice: t.notice}
	for i, code := range strings.Split(codes, "+") {
		fest, ok := t.c.festivals[code]
		if !ok {
			return fmt.Errorf("festival %q is not declared", bounded(code))
		}
		if i > 0 {
			g.name += "、"
		}
		g.name += fest.ZH
	}
	if len(t.c.groups) > maxTableDays || !markWord(f[0]) {
		return errors.New("want off or work after the festival")
	}
	t.c.groups = append(t.c.groups, g)
	as := ""
	for _, w := range f {
		if markWord(w) {
			as = w
			continue
		}
		if err := t.mark(w, as); err != nil {
			return err
		}
	}
	return nil
}

func markWord(w string) bool { return w == "off" || w == "work" || w == "statutory" }

// mark writes a day or a range of days into the table.
func (t *table) mark(s, as string) error {
	from, to, err := t.span(s)
	if err != nil {
		return err
	}
	if to-from >= maxBreakDays || !t.c.Covers(from) || !t.c.Covers(to) {
		return fmt.Errorf("%s is too long or outside the range", bounded(s))
	}
	work := as == "work"
	for d := from; d <= to; d++ {
		e := &t.c.days[d-t.c.first]
		if as == "statutory" {
			if !t.named[d] || e.work || e.legal {
				return fmt.Errorf("%s is statutory and not a day off, or named twice", d)
			}
			e.legal = true
			continue
		}
		if t.named[d] {
			return fmt.Errorf("%s named twice", d)
		}
		if work && e.work {
			return fmt.Errorf("%s is worked anyhow", d)
		}
		t.named[d] = true
		e.work, e.group = work, uint16(len(t.c.groups)-1)
	}
	return nil
}

// span reads one date or "from..to"; a date without year takes that of the notice.
func (t *table) span(s string) (from, to Date, err error) {
	a, b, two := strings.Cut(s, "..")
	if from, err = t.date(a); err != nil || !two {
		return from, from, err
	}
	if to, err = t.date(b); err == nil && to < from {
		err = fmt.Errorf("%s runs backwards", bounded(s))
	}
	return from, to, err
}

func (t *table) date(s string) (Date, error) {
	if len(s) == 5 && t.notice != 0 {
		s = fmt.Sprintf("%04d-%s", t.notice, s)
	}
	return ParseDate(s)
}

// count fills the sums that make counting independent of the length of a period.
func (c *Calendar) count() {
	c.before = weekdays(c.first - 1)
	for i := range c.days {
		if c.days[i].work {
			c.nth = append(c.nth, int32(i))
		}
		c.days[i].worked = int32(len(c.nth))
	}
	c.nth = slices.Clip(c.nth)
}
