package usecase

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// outside shows what concerns the respondent's identity and the roads out of the case.
func (p *presenting) outside(v *CaseView) {
	if p.sees("former") {
		for i := range p.s.Former {
			v.Former = append(v.Former, p.former(&p.s.Former[i]))
		}
	}
	if r := p.s.Police; r != nil && p.sees("police") {
		v.Police = &PoliceView{
			To: r.To, ReferredOn: r.Occurred.On, Document: r.Document,
			Reason: p.value("police.reason", fieldReason, r.Reason),
		}
	}
	if p.sees("splits") {
		v.Splits = p.splits()
	}
	if p.sees("competence") {
		v.Competence = competenceView(p.c.decider.Competence(*p.s))
	}
}

func (p *presenting) former(f *complaint.FormerRespondent) FormerView {
	r := &f.Identity
	v := FormerView{
		ID: r.ID, USCC: r.USCC, Name: r.Name, Responses: []ResponseView{}, Offers: []OfferView{},
		Evidence: append([]string{}, f.Evidence...),
	}
	if r.Person != nil {
		v.Name = p.value("respondent.person", fieldPerson, r.Person)
	}
	for _, r := range f.Responses {
		v.Responses = append(v.Responses, p.response(r))
	}
	for _, o := range f.Offers {
		v.Offers = append(v.Offers, p.offer(&o, calendar.DateOf(p.c.Now())))
	}
	return v
}

func competenceView(c *complaint.Competence) *CompetenceView {
	if c == nil {
		return nil
	}
	v := &CompetenceView{Kind: c.Kind, Places: []CompetenceAtView{}, Closed: []ClosedByView{}}
	for _, place := range c.Places {
		v.Places = append(v.Places, CompetenceAtView{
			Place: place.Place, Region: place.Region, Instead: place.Instead, Here: place.Here, PlaceOfLawView: PlaceOfLawView(place.Cited),
		})
	}
	if c.First.Rule != "" {
		first := PlaceOfLawView(c.First)
		v.First = &first
	}
	for _, b := range c.Closed {
		v.Closed = append(v.Closed, ClosedByView{Body: b.Body, Number: b.Number, ClosesView: ClosesView{
			Ground: b.Ground.Code, Title: Bilingual(b.Ground.Title), Rule: b.Rule, Citation: b.Citation,
		}})
	}
	return v
}

// files says whether a file belongs to what the viewer was shown of the case.
func (v *CaseView) files(id string) bool {
	return slices.Contains(v.Evidence, id) || v.Police != nil && v.Police.Document == id ||
		slices.ContainsFunc(v.Former, func(f FormerView) bool { return slices.Contains(f.Evidence, id) }) || v.proves(id)
}
