package responsetime

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// ErrNotClosed: a month that is not closed has no revisions; its figures still change.
var ErrNotClosed = errors.New("the period is not closed")

// RevisionQuestion asks what changed in a month after it was closed.
type RevisionQuestion struct {
	// Period is a month, "2026-05".
	Period string
	// Closing is since which closing; 0 and 1 are the first one.
	Closing int
	// Source as in Question.
	Source string
	// Everyone includes what changed of undisclosed cases: for officers.
	Everyone bool
}

// RevisionReason says why a figure of a closed month is another now.
type RevisionReason string

// Reasons.
const (
	RevisedEntered     RevisionReason = "entered"     // it came in before, and was entered later
	RevisedMovedIn     RevisionReason = "moved_in"    // its day was corrected into the month
	RevisedMovedOut    RevisionReason = "moved_out"   // its day was corrected out of it
	RevisedDisclosed   RevisionReason = "disclosed"   // it was published
	RevisedUndisclosed RevisionReason = "undisclosed" // it is public no longer
	RevisedCorrected   RevisionReason = "corrected"   // merchant, region or category
	RevisedReclassed   RevisionReason = "reclassed"   // it is undisclosed for another reason
	RevisedWentOn      RevisionReason = "went_on"     // the case itself went on
)

// RevisionReasons lists the reasons.
func RevisionReasons() []RevisionReason {
	return []RevisionReason{
		RevisedEntered, RevisedMovedIn, RevisedMovedOut, RevisedDisclosed, RevisedUndisclosed, RevisedCorrected, RevisedReclassed, RevisedWentOn,
	}
}

// Revision is what became known on one day of one case that counts in a closed month.
type Revision struct {
	Case   string         `json:"case"`
	Known  calendar.Date  `json:"known_on"`
	Reason RevisionReason `json:"reason"`
	// Class of the case from that day on.
	Class Class `json:"class,omitempty"`
	// Measures that count since then, and with a negative n those that do no longer.
	Measures []RevisedMeasure `json:"measures,omitempty"`
}

// RevisedMeasure is a change of one measure.
type RevisedMeasure struct {
	Measure string `json:"measure"`
	Code    string `json:"code,omitempty"`
	// Value in days or fen, where the measure has one.
	Value int64 `json:"value,omitempty"`
	N     int64 `json:"n"`
}

// RevisionPage is a page of revisions, by case and then by day.
type RevisionPage struct {
	Closing int
	// AsOf is the day as of which the month was closed: later facts are revisions.
	AsOf     calendar.Date
	Position es.Position
	Rows     []Revision
	Next     string
}

// Revisions lists what became known of a month after it was closed. *QuestionError,
// ErrNotClosed, readmodel.ErrCursor, readmodel.ErrUnavailable.
//
// Together the rows are the difference between the figures as of the closing and as of
// now; what passes with time alone, as that an open duty is overdue now, has no row. A page
// can end early, with a cursor, where it had to look at too many cases.
func Revisions(ctx context.Context, m readmodel.Model, q RevisionQuestion, cursor string, limit int) (RevisionPage, error) {
	month, ok := monthNumber(q.Period)
	if !ok {
		return RevisionPage{}, &QuestionError{"period", q.Period}
	}
	q.Source, q.Closing = cmp.Or(q.Source, SourceNative), max(1, q.Closing)
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return RevisionPage{}, err
	}
	r := reader{ctx: ctx, model: m, space: s, left: maxLooked * caseSize}
	closings, err := r.settled(at)
	if err != nil {
		return RevisionPage{}, err
	}
	if _, ok := closings.of(month, 1); !ok {
		return RevisionPage{}, ErrNotClosed
	}
	since, ok := closings.of(month, q.Closing)
	if !ok {
		return RevisionPage{}, &QuestionError{"closing", strconv.Itoa(q.Closing)}
	}
	page := RevisionPage{Closing: q.Closing, AsOf: since.asOf, Position: at, Rows: []Revision{}}
	after, err := q.resume(cursor)
	if err != nil {
		return RevisionPage{}, err
	}
	return page, r.revisions(&q, month, after, min(MaxCases, max(1, limit)), &page)
}

// revisions fills a page.
func (r *reader) revisions(q *RevisionQuestion, month int, after string, limit int, page *RevisionPage) error {
	p := plan{Question: Question{Source: q.Source}}
	at := readmodel.Page{Where: p.where(month), Order: readmodel.Oldest, Limit: readmodel.MaxPage, After: after}
	for {
		rows, views, err := r.page(at)
		if err != nil {
			return err
		}
		for i, v := range views {
			if v == nil {
				continue
			}
			page.Rows = append(page.Rows, v.revised(strings.TrimPrefix(rows.Rows[i].Member, kind+"."), month, page.AsOf, q.Everyone)...)
			if len(page.Rows) >= limit {
				page.Next = q.mark() + "." + readmodel.CursorOf(rows.Rows[i])
				return nil
			}
		}
		if rows.Next == "" {
			return nil
		}
		if at.After = rows.Next; r.left <= 0 {
			page.Next = q.mark() + "." + rows.Next
			return nil
		}
	}
}

// A cursor is a mark of the question and the place; one of another question is none.
func (q *RevisionQuestion) resume(cursor string) (after string, err error) {
	if cursor == "" {
		return "", nil
	}
	mark, after, ok := strings.Cut(cursor, ".")
	if !ok || mark != q.mark() {
		return "", readmodel.ErrCursor
	}
	_, err = readmodel.ParseCursor(after)
	return after, err
}

func (q *RevisionQuestion) mark() string {
	h := fnv.New32a()
	for _, s := range []string{q.Period, strconv.Itoa(q.Closing), q.Source, strconv.FormatBool(q.Everyone)} {
		h.Write([]byte(s))
		h.Write([]byte{sep})
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// standing is how a case counts in a month as of a day.
type standing struct {
	place *place
	class uint8
	on    bool
	seen  map[seen]int64
}

// seen is an observation that counts.
type seen struct {
	measure measure
	observation
}

// standing of a case; without everyone it counts while it is public. Its class is a
// measure only among all cases.
func (v *View) standing(day calendar.Date, month int, everyone bool) standing {
	s := standing{place: v.placeAt(day), class: v.classAt(day)}
	if s.place == nil || s.place.Filed == 0 || !everyone && s.class != publicCode {
		return s
	}
	if y, m, _ := s.place.Filed.Civil(); y*12+int(m)-1 != month {
		return s
	}
	s.on, s.seen = true, map[seen]int64{}
	v.entries(day, func(m measure, o *observation, n int64) {
		if everyone || m != mDisclosure {
			s.seen[seen{m, *o}] += n
		}
	})
	return s
}

// revised lists the days after a closing on which the case began to count otherwise.
func (v *View) revised(id string, month int, since calendar.Date, everyone bool) (out []Revision) {
	for _, day := range v.knownAfter(since) {
		was, is := v.standing(day-1, month, everyone), v.standing(day, month, everyone)
		if !was.on && !is.on {
			continue
		}
		row := Revision{Case: id, Known: day, Reason: reasonOf(&was, &is), Measures: changed(was.seen, is.seen)}
		if row.Reason == RevisedWentOn && len(row.Measures) == 0 {
			continue
		}
		if is.class != 0 {
			row.Class = classes()[is.class-1]
		}
		out = append(out, row)
	}
	return out
}

// knownAfter lists the days after a day on which anything of the case became known.
func (v *View) knownAfter(since calendar.Date) []calendar.Date {
	days := map[calendar.Date]bool{}
	for i := range v.Places {
		days[v.Places[i].Known] = true
	}
	for i := range v.Classes {
		days[v.Classes[i].Known] = true
	}
	for i := 0; i+entrySize <= len(v.Ledger); i += entrySize {
		days[calendar.Date(get24(v.Ledger[i+2:]))] = true
	}
	maps.DeleteFunc(days, func(d calendar.Date, _ bool) bool { return d <= since })
	return slices.Sorted(maps.Keys(days))
}

func reasonOf(was, is *standing) RevisionReason {
	switch {
	case was.place == nil:
		return RevisedEntered
	case !was.on && was.place.Filed != is.place.Filed:
		return RevisedMovedIn
	case !was.on:
		return RevisedDisclosed
	case !is.on && was.place.Filed != is.place.Filed:
		return RevisedMovedOut
	case !is.on:
		return RevisedUndisclosed
	case !was.place.at(*is.place):
		return RevisedCorrected
	case was.class == is.class:
		return RevisedWentOn
	case is.class == publicCode:
		return RevisedDisclosed
	case was.class == publicCode:
		return RevisedUndisclosed
	}
	return RevisedReclassed
}

// changed is the difference of what counts, in the order of the measures.
func changed(was, is map[seen]int64) (out []RevisedMeasure) {
	net := map[seen]int64{}
	for o, n := range is {
		net[o] += n
	}
	for o, n := range was {
		net[o] -= n
	}
	maps.DeleteFunc(net, func(_ seen, n int64) bool { return n == 0 })
	table := measureTable()
	for _, o := range slices.SortedFunc(maps.Keys(net), seen.compare) {
		row := RevisedMeasure{Measure: table[o.measure].id, Value: int64(o.First), N: net[o]}
		if o.measure.money() {
			row.Value = o.Fen
		}
		if codes := table[o.measure].codes; o.Code > 0 && int(o.Code) <= len(codes) {
			row.Code = codes[o.Code-1]
		}
		out = append(out, row)
	}
	return out
}

func (o seen) compare(p seen) int {
	return cmp.Or(
		cmp.Compare(o.measure, p.measure), cmp.Compare(o.Code, p.Code), cmp.Compare(o.Flag, p.Flag),
		cmp.Compare(o.First, p.First), cmp.Compare(o.Second, p.Second), cmp.Compare(o.Fen, p.Fen),
	)
}
