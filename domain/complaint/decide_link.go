package complaint

import "fangxin/domain/calendar"

// Bounds of links [design]. The order of days is that of the mediation period (60 days)
// and its notices; a number fits one byte of the code.
const (
	LinkDays    = 30
	MaxLinkDays = 90
	maxLinks    = 50
)

// concerns: the respondent is known, and it is its turn to know of the case: in the
// department's lane from acceptance on (受理), in the other lanes at once; and the case
// is not closed.
func (t *deciding) concerns() error {
	if err := t.confirmed(); err != nil {
		return err
	}
	switch {
	case t.Lane == LaneDepartment && t.AcceptedOn.IsZero():
		return t.refuse("not_accepted", "", lawAcceptance)
	case !t.ClosedOn.IsZero():
		return t.refuse("case_closed", "", houseCase)
	}
	return nil
}

// may: also after the proceedings have ended, for what was agreed has to be performed.
func (IssueLink) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.concerns()); err != nil {
		return err
	}
	if len(t.AnswerLinks) >= maxLinks {
		return t.refuse("too_many", "", houseCase)
	}
	return nil
}

// decide: a further link leaves the ones before as they are; a letter and a message may
// be under way at once.
func (a IssueLink) decide(t *deciding) error {
	most, days := a.Most, a.Days
	if most <= 0 || most > MaxLinkDays {
		most = MaxLinkDays
	}
	if days == 0 {
		days = min(LinkDays, most)
	}
	switch {
	case a.Channel != "sms" && a.Channel != "letter":
		return t.refuse("channel_unknown", "/channel", houseAccess)
	case days < 1 || days > most:
		return t.refuse("link_days", "/days", houseAccess)
	}
	t.emit(&LinkIssued{Link: len(t.AnswerLinks) + 1, Until: t.today + calendar.Date(days), Channel: a.Channel})
	return nil
}

// may: while there is a link to end.
func (RevokeLink) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	for _, l := range t.AnswerLinks {
		if l.Stands(t.today) {
			return nil
		}
	}
	return t.refuse("no_link", "", houseAccess)
}

func (a RevokeLink) decide(t *deciding) error {
	l, known := t.AnswerLink(a.Link)
	switch {
	case !known:
		return t.refuse("link_unknown", "/link", houseAccess)
	case !l.Stands(t.today):
		return t.refuse("link_over", "/link", houseAccess)
	}
	t.emit(&LinkRevoked{Link: a.Link, Reason: a.Reason})
	return nil
}
