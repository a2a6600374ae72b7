package usecase

import "fangxin/domain/complaint"

func (p *presenting) sessions() []SessionView {
	list := []SessionView{}
	for _, s := range p.s.Mediation.Sessions {
		v := SessionView{
			ID: s.Session, Form: s.Form, On: s.On, Time: s.Time, Mediator: s.Mediator, State: s.State, Moved: s.Moved,
			Place: p.value("session.text", fieldSessionPlace, s.Place),
		}
		for _, e := range s.Excuses {
			v.Excuses = append(v.Excuses, ExcuseView{
				Party: string(e.By), On: e.Occurred.On, Reason: p.value("session.text", fieldReason, e.Reason),
			})
		}
		if h := s.Held; h != nil {
			p.held(h, &v)
		}
		list = append(list, v)
	}
	return list
}

func (p *presenting) held(h *complaint.MediationHeld, v *SessionView) {
	v.HeldOn, v.Result = h.Occurred.On, h.Result
	v.Record = p.value("session.text", fieldRecord, h.Record)
	for _, side := range h.Present {
		v.Present = append(v.Present, string(side))
	}
	for _, a := range h.Absent {
		v.Absent = append(v.Absent, AbsenceView{Party: string(a.Party), Excused: a.Excused})
	}
}

// after shows what came after an end: that the case was taken up again, what the office
// found when it asked, and where the sides can go with a broken agreement.
func (p *presenting) after(v *CaseView) {
	if p.sees("earlier") {
		for _, e := range p.s.Earlier {
			v.Earlier = append(v.Earlier, p.earlier(&e))
		}
	}
	for _, c := range p.s.CallBacks {
		if p.sees("call_backs") {
			v.CallBacks = append(v.CallBacks, CallBackView{
				Kind: c.Kind, Asked: string(c.Asked), On: c.Occurred.On, Reached: c.Reached,
				Result: p.value("call_backs.text", fieldCallBack, c.Result),
			})
		}
	}
	if p.s.Agreement != nil && p.s.Performance == complaint.PerformanceNotInTime {
		v.Remedies = []string{"sue", "arbitrate"} // form 9
	}
}

func (p *presenting) earlier(e *complaint.Ended) EarlierView {
	v := EarlierView{
		Status: string(e.As), Outcome: string(e.Outcome), Ground: e.Ground,
		EndedOn: e.On, ReopenedOn: e.ReopenedOn, Basis: e.Basis, Performance: string(e.Performance),
	}
	if a := e.Agreement; a != nil {
		t := p.terms(&a.Terms)
		t.Form, t.Instalments = a.Form, instalments(a.Terms.Instalments, e.Instalments)
		v.Agreement = &t
	}
	return v
}
