package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// sessionAction maps sessions of mediation, and what comes after an end.
func (m *mapping) sessionAction(command es.ID, in any) later {
	switch in := in.(type) {
	case *ScheduleSession:
		return m.schedule(command, in)
	case *CancelSession:
		c := &complaint.CancelSession{}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *CannotAttend:
		c := &complaint.CannotAttend{Party: complaint.Party(in.Party)}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *HoldSession:
		return m.hold(command, in)
	case *WithdrawOffer:
		c := &complaint.WithdrawOffer{Offer: in.Offer, Party: complaint.Party(in.Party)}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Reopen:
		c := &complaint.Reopen{Basis: in.Basis, Stage: in.Stage}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *CallBack:
		c := &complaint.CallBack{Kind: in.Kind, Asked: complaint.Party(in.Asked), Reached: in.Reached}
		m.text(fieldCallBack, in.Result, &c.Result)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

func sessionID(command es.ID) string { return es.DeriveID(command, "session").String() }

func (m *mapping) schedule(command es.ID, in *ScheduleSession) later {
	c := &complaint.ScheduleSession{
		Session: in.Session, Again: in.Session != "", Form: in.Form, On: m.date("/on", in.On), Time: in.Time,
		Mediator: in.Mediator, RecuseBy: m.date("/recuse_by", in.RecuseBy),
	}
	if !c.Again {
		c.Session = sessionID(command)
	}
	m.put(whoConsumer, fieldSessionPlace, sealed.Address, in.Place, &c.Place)
	m.text(fieldReason, in.Reason, &c.Reason)
	m.occurred(in.Occurred, &c.Occurred)
	return ready(c)
}

func (m *mapping) hold(command es.ID, in *HoldSession) later {
	c := &complaint.HoldSession{
		Session: sessionID(command), Form: in.Form, Mediator: in.Mediator, Present: parties(in.Present), Result: in.Result,
	}
	for _, a := range in.Absent {
		c.Absent = append(c.Absent, complaint.Absence{Party: complaint.Party(a.Party), Excused: a.Excused})
	}
	m.text(fieldRecord, in.Record, &c.Record)
	m.occurred(in.Occurred, &c.Occurred)
	return ready(c)
}

func parties(names []string) []complaint.Party {
	var list []complaint.Party
	for _, n := range names {
		list = append(list, complaint.Party(n))
	}
	return list
}
