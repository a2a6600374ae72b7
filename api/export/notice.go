package export

import "fangxin/domain/calendar"

// Cover is what a list or file of the register covers: the days of publication from the
// beginning of From to the beginning of To, zero for no bound, as of a day.
type Cover struct{ From, To, AsOf calendar.Date }

// Notice are the three sentences that stand with everything of the register: complaints
// are the parties' statements, the result of a mediation is no finding of illegality,
// and which period is covered.
func (w Words) Notice(c Cover) []string {
	period := "notice.period.all"
	switch {
	case c.From != 0 && c.To != 0:
		period = "notice.period.both"
	case c.From != 0:
		period = "notice.period.from"
	case c.To != 0:
		period = "notice.period.to"
	}
	return []string{
		w.say("notice.statements"), w.say("notice.finding"),
		w.say(period, "{from}", c.From.String(), "{to}", c.To.String(), "{day}", c.AsOf.String()),
	}
}
