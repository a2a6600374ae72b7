package responsetime

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/period"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// ixClosings is the index of all closings of months (关账). A member tells all of one: the
// month, which closing of it this is, the day as of which, and its place in the log.
const ixClosings = "closings"

// close notes a closing.
func (k *keys) close(e *projections.Event, d *period.Closed, out []readmodel.Change) []readmodel.Change {
	member := strings.Join([]string{
		string(d.Period), strconv.Itoa(d.Closing), d.AsOf.String(), e.Envelope.Position.String(),
	}, "/")
	return append(out, readmodel.Add(k.index(ixClosings, SourceNative, ""), member, int64(d.AsOf)))
}

// closedMonth is a closing that the read model has.
type closedMonth struct {
	month, number int
	asOf          calendar.Date
}

// settled are the closings that stand before a place in the log.
type settled struct {
	all []closedMonth
	// day up to which nothing changes any more: no later fact counts as known by it.
	day calendar.Date
}

// settled reads the closings that stand at or before a place.
func (r *reader) settled(at es.Position) (s settled, err error) {
	members, err := r.list(ixClosings, SourceNative)
	if err != nil {
		return s, err
	}
	for _, member := range members {
		parts := strings.Split(member, "/")
		if len(parts) != 4 {
			continue
		}
		month, ok := monthNumber(parts[0])
		number, err1 := strconv.Atoi(parts[1])
		asOf, err2 := calendar.ParseDate(parts[2])
		place, err3 := es.ParsePosition(parts[3])
		if !ok || err1 != nil || err2 != nil || err3 != nil || at.Before(place) {
			continue
		}
		s.all = append(s.all, closedMonth{month, number, asOf})
		s.day = max(s.day, asOf)
	}
	return s, nil
}

// of finds a closing of a month by its number.
func (s *settled) of(month, number int) (closedMonth, bool) {
	i := slices.IndexFunc(s.all, func(c closedMonth) bool { return c.month == month && c.number == number })
	if i < 0 {
		return closedMonth{}, false
	}
	return s.all[i], true
}

// closedBy is the day on which all months of a span were closed, or 0: from it on the
// figures as of that day stand.
func (p *plan) closedBy(s *settled, months span) (day calendar.Date) {
	if months.from == 0 || months.to == noEnd {
		return 0
	}
	for _, x := range p.steps {
		for m := months.from - x.shift; m <= months.to-x.shift; m++ {
			first, ok := s.of(m, 1)
			if !ok {
				return 0
			}
			day = max(day, first.asOf)
		}
	}
	return day
}

// final says that figures of such months as of the day asked for never change: all the
// months are closed, and no later fact counts as known by that day.
func (p *plan) final(s *settled, months span) bool {
	day := p.closedBy(s, months)
	return day != 0 && p.AsOf >= day && p.AsOf <= s.day
}

// months of one figure.
func (p *plan) months(key []string) span {
	s := p.span
	for i, d := range p.By {
		if d != Month && d != Quarter && d != Year {
			continue
		}
		if of, ok := spanOf(key[i]); ok {
			s = span{max(s.from, of.from), min(s.to, of.to)}
		}
	}
	return s
}

// finish says of the answer and each of its figures whether it is final.
func (r *reader) finish(p *plan, a *Answer) error {
	s, err := r.settled(a.Position)
	if err != nil || len(s.all) == 0 {
		return err
	}
	a.Closed, a.Final = p.closedBy(&s, p.span), p.final(&s, p.span)
	for i := range a.Figures {
		a.Figures[i].Final = p.final(&s, p.months(a.Figures[i].Key))
	}
	return nil
}

// Closing is one closing of a month (关账).
type Closing struct {
	Period string        `json:"period"`
	Number int           `json:"closing"`
	AsOf   calendar.Date `json:"as_of"`
}

// ClosingsOf lists the closings that the read model knows of, in the order of their days.
// readmodel.ErrUnavailable.
func ClosingsOf(ctx context.Context, m readmodel.Model) ([]Closing, error) {
	s, at, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return nil, err
	}
	r := reader{ctx: ctx, model: m, space: s}
	known, err := r.settled(at)
	out := make([]Closing, len(known.all))
	for i, c := range known.all {
		out[i] = Closing{monthName(c.month), c.number, c.asOf}
	}
	return out, err
}
