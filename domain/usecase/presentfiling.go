package usecase

import (
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// narrowed is what is left of a field for a consumer-role account that looks at another
// complainant: the name's mask, and nothing of who filed.
func (p *presenting) narrowed(field string, show Show) Show {
	if p.actor.Role != RoleConsumer || show == ShowNothing || p.own == p.about {
		return show
	}
	switch {
	case field == "consumer.name":
		return ShowMask
	case strings.HasPrefix(field, "consumer."), strings.HasPrefix(field, "filer"):
		return ShowNothing
	}
	return show
}

// behind shows who stands behind the complaint.
func (p *presenting) behind(v *CaseView) {
	f := p.s.Filing
	if f == nil {
		return
	}
	if p.sees("intake") {
		o := f.ReceivedOn
		v.Intake = &IntakeView{Channel: f.Channel, ReceivedOn: o.On, Source: o.Source, Late: o.Late}
	}
	if v.Filer != nil {
		v.Filer.Authority = p.authority(v)
	}
	if p.sees("duplicates") {
		for _, d := range p.s.Duplicates {
			v.Duplicates = append(v.Duplicates, DuplicateView(d))
		}
	}
	if len(p.s.Behind.Joined) > 0 && p.sees("joint") {
		v.Joint = p.joint()
	}
}

func (p *presenting) authority(v *CaseView) *AuthorityView {
	today := calendar.DateOf(p.c.Now())
	if v.AsOf != nil {
		today = calendar.DateOf(*v.AsOf)
	}
	state := p.s.AuthorityOn(today)
	if state == "" {
		return nil
	}
	shown := &AuthorityView{State: state}
	if a := p.s.Behind.Authority; a != nil {
		shown.Document, shown.Scope, shown.Until, shown.SeenOn, shown.IDType = a.Document, a.Scope, a.Until, a.Occurred.On, a.IDType
		shown.Matter = p.value("filer.person", fieldReason, a.Matter)
		shown.IDNumber = p.value("filer.id_number", fieldFilerID, a.IDNumber)
	}
	return shown
}

func (p *presenting) joint() *JointView {
	v := &JointView{Complainants: []ComplainantView{}}
	if formed := p.s.Behind.Joint; formed != nil {
		if formed.Occurred != nil {
			v.FormedOn = formed.Occurred.On
		}
		if p.sees("joint.consents") {
			v.Document = formed.Document
		}
	}
	defer func() { p.about = complaint.MainComplainant }()
	for _, c := range p.s.Complainants() {
		p.about = c.ID
		shown := ComplainantView{ID: c.ID, Representative: p.s.Represents(c.ID), You: p.actor.Role == RoleConsumer && p.own == c.ID}
		if p.sees("consumer.name") {
			shown.Person = p.person(c.Person)
		}
		if p.sees("joint.consents") {
			shown.Consents = p.consents(c.ID)
		}
		v.Complainants = append(v.Complainants, shown)
	}
	return v
}

func (p *presenting) consents(complainant string) []JointConsentView {
	var list []JointConsentView
	for _, c := range p.s.Behind.Consents {
		if c.Complainant == complainant {
			list = append(list, JointConsentView{To: c.To, Offer: c.Offer, On: c.Occurred.On, Answer: map[bool]string{true: "no", false: "yes"}[c.Refused]})
		}
	}
	return list
}
