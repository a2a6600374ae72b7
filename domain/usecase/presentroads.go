package usecase

import (
	"slices"

	"fangxin/domain/complaint"
)

// roads shows what lies beside the main road of the case.
func (p *presenting) roads(v *CaseView) {
	if h := p.s.Handovers; p.sees("handovers") && h.Forwarded+h.Returned > 0 {
		v.Handovers = &HandoversView{Forwarded: h.Forwarded, Returned: h.Returned, Back: h.Back, From: h.From}
	}
	for _, a := range p.s.Asked {
		if p.sees("asked") {
			v.Asked = append(v.Asked, AskedView{
				Items: append([]string{}, a.Items...), By: a.By, Text: p.value("asked.text", fieldSupplement, a.Text),
			})
		}
	}
	if p.sees("lanes") {
		v.Lanes = p.lanes()
	}
	if p.sees("leads") {
		v.Leads = p.leads()
	}
	if p.sees("mediation") {
		v.Mediation = p.mediation()
	}
}

// clocksFor leaves out the clocks that a role does not see.
func (c *Complaints) clocksFor(role Role, stage Stage, clocks []complaint.ClockState) []complaint.ClockState {
	return slices.DeleteFunc(slices.Clone(clocks), func(k complaint.ClockState) bool { return !c.access.ShowsClock(role, k.Rule, stage) })
}

// mediation is nil where nothing of the kind happened.
func (p *presenting) mediation() *MediationView {
	m := p.s.Mediation
	v := &MediationView{
		Suspended: m.Suspended, Delegated: m.Delegated,
		Consents: []ConsentView{}, Appraisals: []AppraisalView{},
	}
	for _, party := range []complaint.Party{complaint.Consumer, complaint.Merchant} {
		if yes, said := m.Consents[party]; said {
			v.Consents = append(v.Consents, ConsentView{Party: string(party), Answer: map[bool]string{true: "yes", false: "no"}[yes]})
		}
	}
	for _, a := range m.Appraisals {
		shown := AppraisalView{ID: a.Appraisal, Institution: a.Institution, By: a.By, FeePayer: a.FeePayer, Cause: a.Cause, CommissionedOn: a.Occurred.On}
		if r := a.Report; r != nil {
			shown.Result, shown.ReportedOn = r.Result, r.Occurred.On
			if p.sees("evidence") {
				shown.Report = r.Report
			}
		}
		v.Appraisals = append(v.Appraisals, shown)
	}
	v.Sessions = p.sessions()
	if !v.Suspended && v.Delegated == "" && len(v.Consents)+len(v.Appraisals)+len(v.Sessions) == 0 {
		return nil
	}
	return v
}

func (p *presenting) leads() []LeadView {
	var list []LeadView
	for _, l := range p.s.Leads {
		shown := LeadView{ID: l.Lead, FoundOn: l.Occurred.On, Text: p.value("leads.text", fieldLead, l.Text)}
		if c := l.Checked; c != nil {
			shown.Result, shown.CheckedOn = c.Result, c.Occurred.On
		}
		list = append(list, shown)
	}
	return list
}

// instalments are those of terms, and what became of them where they were agreed.
func instalments(list []complaint.Instalment, became map[int]complaint.InstalmentState) []InstalmentView {
	var views []InstalmentView
	for n, part := range list {
		v := InstalmentView{AmountFen: part.AmountFen, Due: part.Due, State: string(complaint.PerformanceDue)}
		switch now := became[n+1]; {
		case now.Confirmed:
			v.State = string(complaint.PerformanceSeen)
		case now.Performed:
			v.State = string(complaint.PerformanceDone)
		case now.Broken:
			v.State = string(complaint.PerformanceNotInTime)
		}
		views = append(views, v)
	}
	return views
}

// lanes are those to which the case can move up, with what acceptance there closes.
func (p *presenting) lanes() []LaneView {
	var list []LaneView
	for _, o := range p.c.decider.Lanes(*p.s) {
		v := LaneView{Lane: string(o.Lane)}
		if g := o.Closes; g.Code != "" {
			v.Closes = &ClosesView{Ground: g.Code, Title: Bilingual(g.Title), Rule: o.Rule, Citation: o.Citation}
		}
		list = append(list, v)
	}
	return list
}
