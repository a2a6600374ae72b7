package calendar

// Calendar is a table of days off and make-up working days (调休) over a range of
// dates. It is immutable and safe for use by many goroutines. Dates outside the
// range are answered by the plain week, Monday to Friday, and reported as unknown.
type Calendar struct {
	version     string
	first, last Date
	days        []dayEntry // one a date, from first
	nth         []int32    // offsets of the working days, in order
	before      int        // plain weekdays before first
	groups      []group    // breaks; index 0 is "none"
	festivals   map[string]Festival

	statutoryOnly bool      // the strict reading knows the festivals' own days only
	local         *Calendar // the wide reading where local festivals are days off
}

// dayEntry is what the table knows of one date.
type dayEntry struct {
	worked int32 // working days from first up to and including this date
	group  uint16
	work   bool
	legal  bool // a statutory day of a festival (全体公民放假的节日)
}

// group is one break of one notice; it may cover two festivals (国庆节、中秋节).
type group struct {
	code, name string
	notice     int
}

// Festival is a public holiday (法定节假日) by its code and its names.
type Festival struct{ Code, ZH, EN string }

// Version names the table, for example CN-2026.1. It is pinned in every event that
// carries a date computed from it.
func (c *Calendar) Version() string { return c.version }

// Range returns the first and the last date that the table knows.
func (c *Calendar) Range() (first, last Date) { return c.first, c.last }

// Covers says whether the table knows d.
func (c *Calendar) Covers(d Date) bool { return d >= c.first && d <= c.last }

// Working says whether d is a working day (工作日). Outside the table the plain
// week answers and known is false.
func (c *Calendar) Working(d Date) (working, known bool) {
	if !c.Covers(d) {
		return weekdays(d) != weekdays(d-1), false
	}
	return c.days[d-c.first].work, true
}

// Festival returns the Chinese name of the break that d belongs to. ok is false on
// ordinary days, on make-up working days and outside the table.
func (c *Calendar) Festival(d Date) (name string, ok bool) {
	g := c.breakOf(d)
	return g.name, g.code != ""
}

// FestivalCode is Festival by code; a break of two festivals joins both codes with
// "+", in the order of the notice.
func (c *Calendar) FestivalCode(d Date) (code string, ok bool) {
	g := c.breakOf(d)
	return g.code, g.code != ""
}

// FestivalByCode returns the names of one festival.
func (c *Calendar) FestivalByCode(code string) (Festival, bool) {
	f, ok := c.festivals[code]
	return f, ok
}

// MakeUp says whether d is a Saturday or Sunday that is worked (调休上班).
func (c *Calendar) MakeUp(d Date) bool {
	return c.Covers(d) && c.days[d-c.first].work && weekdays(d) == weekdays(d-1)
}

// Statutory says whether d is a day of a festival itself (全体公民放假的节日), not one
// in lieu or a weekend beside it.
func (c *Calendar) Statutory(d Date) bool { return c.Covers(d) && c.days[d-c.first].legal }

// breakOf returns the break in which d is a day off.
func (c *Calendar) breakOf(d Date) group {
	if !c.Covers(d) || c.days[d-c.first].work {
		return group{}
	}
	return c.groups[c.days[d-c.first].group]
}

// AddWorkingDays returns the n-th working day after from; from itself is not
// counted (Order 121 art 45; 民法典 201). n is taken between 0 and MaxPeriod, and
// 0 gives from back. provisional is true when a date outside the table was counted.
func (c *Calendar) AddWorkingDays(from Date, n int) (d Date, provisional bool) {
	n = min(max(n, 0), MaxPeriod)
	if n == 0 {
		return from, false
	}
	d = c.nthWorking(c.worked(from) + n)
	return d, from+1 < c.first || d > c.last
}

// WorkingDaysBetween counts the working days after from up to and including to. It
// is negative when to lies before from.
func (c *Calendar) WorkingDaysBetween(from, to Date) int { return c.worked(to) - c.worked(from) }

// NextWorking returns d itself when it is a working day, else the next one.
func (c *Calendar) NextWorking(d Date) Date { return c.nthWorking(c.worked(d-1) + 1) }

// worked counts working days from the zero date up to and including d: the plain
// week before the table, the table, the plain week after it.
func (c *Calendar) worked(d Date) int {
	switch {
	case d < c.first:
		return weekdays(d)
	case d > c.last:
		return c.before + len(c.nth) + weekdays(d) - weekdays(c.last)
	}
	return c.before + int(c.days[d-c.first].worked)
}

// nthWorking is the inverse of worked: the earliest date with worked(d) = k.
func (c *Calendar) nthWorking(k int) Date {
	switch in := k - c.before; {
	case in <= 0:
		return weekday(k)
	case in > len(c.nth):
		return weekday(in - len(c.nth) + weekdays(c.last))
	default:
		return c.first + Date(c.nth[in-1])
	}
}

// weekdays counts Monday to Friday from the zero date (a Sunday) up to and
// including d.
func weekdays(d Date) int {
	week, day := floorDiv(int(d), 7)
	return 5*week + min(day, 5)
}

// weekday is the inverse of weekdays: the k-th weekday.
func weekday(k int) Date {
	week, day := floorDiv(k-1, 5)
	return Date(7*week + day + 1)
}

func floorDiv(a, b int) (quotient, remainder int) {
	quotient, remainder = a/b, a%b
	if remainder < 0 {
		quotient, remainder = quotient-1, remainder+b
	}
	return quotient, remainder
}
