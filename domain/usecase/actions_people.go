package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// peopleInputs makes the inputs of the rights of the persons of a case, by their routes.
func peopleInputs() map[string]func() any {
	return map[string]func() any{
		"correct-person":    func() any { return new(CorrectPerson) },
		"refuse-correction": func() any { return new(RefuseCorrection) },
		"change-consent":    func() any { return new(ChangeConsent) },
		"request-erasure":   func() any { return new(RequestErasure) },
		"decide-erasure":    func() any { return new(DecideErasure) },
		"lift-restriction":  func() any { return new(LiftRestriction) },
		"hold":              func() any { return new(Hold) },
		"release-hold":      func() any { return new(ReleaseHold) },
	}
}

// peopleAction maps what persons ask about their data, and what is decided on it.
func (m *mapping) peopleAction(command es.ID, in any) later {
	switch in := in.(type) {
	case *CorrectPerson:
		return m.correct(in)
	case *RefuseCorrection:
		c := &complaint.RefuseCorrection{Fields: in.Fields}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *ChangeConsent:
		c := &complaint.ChangeConsent{Publish: in.Publish, DelegateMediation: in.DelegateMediation, Wording: in.Wording}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *RequestErasure:
		c := &complaint.RequestErasure{Request: es.DeriveID(command, "erasure").String()}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *DecideErasure:
		c := &complaint.DecideErasure{Result: in.Result, Basis: in.Basis}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	case *LiftRestriction:
		c := &complaint.LiftRestriction{}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Hold:
		c := &complaint.PlaceHold{Hold: es.DeriveID(command, "hold").String(), Kind: in.Kind}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *ReleaseHold:
		c := &complaint.ReleaseHold{Hold: in.Hold}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

func (m *mapping) correct(in *CorrectPerson) later {
	c := &complaint.CorrectConsumer{}
	p := &c.Consumer
	p.Region, p.IDType, p.Language = in.Region, in.IDType, in.Language
	if in.Region != "" {
		m.region("/region", in.Region, true)
	}
	m.put(whoConsumer, fieldConsumerName, sealed.Name, in.Name, &p.Name)
	m.known(whoConsumer, fieldConsumerPhone, sealed.Phone, in.Phone, &p.Phone)
	m.put(whoConsumer, fieldConsumerAddress, sealed.Address, in.Address, &p.Address)
	m.known(whoConsumer, fieldConsumerID, sealed.IDNumber, in.IDNumber, &p.IDNumber)
	if in.ContactWays != nil {
		p.Contacts = make([]complaint.ContactWay, len(in.ContactWays))
	}
	for i, w := range in.ContactWays {
		p.Contacts[i].Kind = w.Kind
		m.put(whoConsumer, fieldConsumerContact, sealed.Contact, w.Value, &p.Contacts[i].Value)
	}
	return ready(c)
}
