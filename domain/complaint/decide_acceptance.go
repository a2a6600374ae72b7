package complaint

import (
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// undecided: only the department decides on acceptance, once, on what it received.
func undecided(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	switch {
	case t.Declined != nil:
		return t.refuse("already_declined", "", lawAcceptance)
	case !t.AcceptedOn.IsZero() && !t.Ended():
		return t.refuse("already_accepted", "", lawAcceptance)
	case t.Ended():
		return t.refuse("ended", "", houseCase)
	case t.Lane != LaneDepartment:
		return t.refuse("not_competent_lane", "", lawGrounds)
	case t.Status != StatusReceived:
		return t.refuse("not_received", "", lawAcceptance)
	}
	return nil
}

func (Accept) may(t *deciding) error { return first(undecided(t), t.confirmed()) }

func (a Accept) decide(t *deciding) error {
	o, err := t.occurred(a.Occurred, t.ReceivedOn)
	if err != nil {
		return err
	}
	clock, err := t.start(t.rules.Mediation().ID, o.On)
	if err != nil {
		return err
	}
	t.emit(&Accepted{Region: t.Region, Unit: t.Unit, Occurred: o, Clock: clock})
	return nil
}

func (Decline) may(t *deciding) error { return undecided(t) }

// decide checks the ground against the closed list of the pinned rule set, and from
// 2024-07-01 that reason and other routes are given (Regulation 778 art 46).
func (a Decline) decide(t *deciding) error {
	ground, ok := t.rules.DeclineGround(a.Ground)
	if !ok {
		return t.refuse("ground_unknown", "/ground", lawGrounds)
	}
	if err := a.factors(t, ground); err != nil {
		return err
	}
	rule, _ := t.rules.Notice(statute.NoticeNonAcceptance)
	if (rule.Needs(statute.ContentReason) || a.Ground == residualDecline) && a.Reason == nil {
		return t.refuse("reason_required", "/reason", lawReason)
	}
	if rule.Needs(statute.ContentRoutes) && len(a.Routes) == 0 {
		return t.refuse("routes_required", "/routes", lawRoutes)
	}
	for i, route := range a.Routes {
		if _, ok := t.law.Catalogue.Vocabulary().Route(route); !ok {
			return t.refuse("route_unknown", "/routes/"+strconv.Itoa(i), lawRoutes)
		}
	}
	o, err := t.occurred(a.Occurred, t.ReceivedOn)
	if err != nil {
		return err
	}
	t.emit(&Declined{Ground: a.Ground, Factors: a.Factors, Reason: a.Reason, Routes: a.Routes, Occurred: o})
	return nil
}

// The grounds "other in law" say nothing by themselves: they need a reason.
const (
	residualDecline     = "NA7_OTHER"
	residualTermination = "TM_OTHER"
)

// factors: considerations for an official, which the law ties to one ground.
func (a Decline) factors(t *deciding, ground statute.Ground) error {
	for i, f := range a.Factors {
		if !slices.ContainsFunc(ground.Factors, func(g statute.Factor) bool { return g.Code == f }) {
			return t.refuse("factor_out_of_place", "/factors/"+strconv.Itoa(i), lawFactors)
		}
	}
	return nil
}

// What a notice is about.
const (
	AboutAcceptance  = "acceptance"
	AboutDecline     = "decline"
	AboutTermination = "termination"
	AboutMediation   = "mediation"
	AboutIdentity    = "identity"
	// AboutPublication: the merchant is shown the record that is to be public.
	AboutPublication = "publication"
)

// notice is one kind of notice that may go out now.
type notice struct {
	about string
	to    []Party
	since calendar.Date
	form  int
	once  bool // one notice that arrives is enough
}

// notices lists what can be told now, and to whom.
func (t *deciding) notices() []notice {
	var list []notice
	decision := func(about, kind string, since calendar.Date) {
		rule, _ := t.rules.Notice(kind)
		n := notice{about: about, since: since, form: rule.Form, once: true}
		for _, r := range rule.Recipients {
			n.to = append(n.to, map[string]Party{"complainant": Consumer, "respondent": Merchant}[r])
		}
		list = append(list, n)
	}
	if !t.AcceptedOn.IsZero() {
		decision(AboutAcceptance, statute.NoticeAcceptance, t.AcceptedOn)
	}
	if t.Declined != nil {
		decision(AboutDecline, statute.NoticeNonAcceptance, t.Declined.Occurred.On)
	}
	if on, ok := t.terminatedOn(); ok {
		decision(AboutTermination, statute.NoticeTermination, on)
	}
	if t.Status == StatusAccepted {
		list = append(list, notice{about: AboutMediation, since: t.AcceptedOn, to: []Party{Consumer, Merchant}, form: t.form(formMediation)})
	}
	if t.Status == StatusReceived && t.rules.Has(statute.IdentityProof) {
		list = append(list, notice{about: AboutIdentity, since: t.ReceivedOn, to: []Party{Consumer}, form: t.form(formIdentity)})
	}
	if d := t.Disclosure; d.State == DisclosureTold && d.Record != nil {
		c, _ := t.Clock(statute.ClockPubObject)
		list = append(list, notice{about: AboutPublication, since: c.StartedOn, to: []Party{Merchant}, once: true})
	}
	return list
}

// terminatedOn is the day on which mediation ended in a way that both sides must be
// told of: terminated, withdrawn or settled after acceptance.
func (t *deciding) terminatedOn() (calendar.Date, bool) {
	c, ok := t.Clock(statute.ClockTermNotice)
	ended := t.EndedAs == StatusTerminated || t.EndedAs == StatusWithdrawn || t.EndedAs == StatusSettled
	return c.StartedOn, ok && ended
}

// Numbers of official forms (2026) that no notice rule names.
const (
	formIdentity  = 4
	formMediation = 7
)

// form returns the number if the rule set has official forms.
func (t *deciding) form(number int) int {
	f, _ := t.rules.Form(number)
	return f.Number
}

// open says whether this recipient still has to be told.
func (n notice) open(t *deciding, to Party) bool {
	_, told := t.told(n.about, to)
	return slices.Contains(n.to, to) && !(n.once && told)
}

func (Notify) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.room(len(t.Notices))); err != nil {
		return err
	}
	for _, n := range t.notices() {
		if n.open(t, Consumer) || n.open(t, Merchant) {
			return nil
		}
	}
	return t.refuse("nothing_to_tell", "", lawAcceptance)
}

func (a Notify) decide(t *deciding) error {
	i := slices.IndexFunc(t.notices(), func(n notice) bool { return n.about == a.About })
	if i < 0 {
		return t.refuse("nothing_to_tell", "/about", lawAcceptance)
	}
	n := t.notices()[i]
	switch {
	case !slices.Contains(n.to, a.Recipient):
		return t.refuse("not_a_recipient", "/recipient", lawAcceptance)
	case !n.open(t, a.Recipient):
		return t.refuse("already_notified", "/about", lawAcceptance)
	case a.Notice == "" || t.notice(a.Notice) >= 0:
		return t.refuse("notice_exists", "", houseCase)
	}
	if a.Channel != "" && !slices.Contains(noticeChannels(), a.Channel) {
		return t.refuse("channel_unknown", "/channel", lawAcceptance)
	}
	if t.waiting(a.About, a.Recipient) {
		return t.refuse("notice_not_sent", "/about", lawAcceptance)
	}
	o, err := t.occurred(a.Occurred, n.since)
	if err != nil {
		return err
	}
	form := "letter"
	if n.form > 0 {
		form = strconv.Itoa(n.form)
	}
	t.emit(&NoticeIssued{
		Notice: a.Notice, Form: form, Number: a.Number, TextHash: a.TextHash,
		Recipient: a.Recipient, Contact: a.Contact, About: a.About,
	})
	if a.Channel != "" {
		t.emit(&NoticeSent{Notice: a.Notice, Channel: a.Channel, Occurred: o})
		return t.shownAnew(a.About)
	}
	return nil
}

// waiting: the same was made out for the same recipient and is not sent yet.
func (t *deciding) waiting(about string, to Party) bool {
	return slices.ContainsFunc(t.Notices, func(n NoticeState) bool {
		return n.About == about && n.Recipient == to && n.State == NoticeOut && !n.Past
	})
}
