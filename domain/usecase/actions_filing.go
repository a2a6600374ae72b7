package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// filingInputs makes the inputs of the routes about who stands behind a complaint.
func filingInputs() map[string]func() any {
	return map[string]func() any{
		"join-complainant": func() any { return new(JoinComplainant) },
		"consent-joint":    func() any { return new(ConsentJoint) },
		"form-joint":       func() any { return new(FormJoint) },
		"authorise-filer":  func() any { return new(AuthoriseFiler) },
		"change-requests":  func() any { return new(ChangeRequests) },
		"withdraw-request": func() any { return new(WithdrawRequest) },
		routeOfferClaim:    func() any { return new(OfferClaim) },
		routeClaim:         func() any { return new(Claim) },
		"link-account":     func() any { return new(LinkAccount) },
		"flag-duplicate":   func() any { return new(FlagDuplicate) },
		"decide-duplicate": func() any { return new(DecideDuplicate) },
	}
}

func (m *mapping) filingAction(command es.ID, in any) later {
	switch in := in.(type) {
	case *JoinComplainant:
		return m.join(command, in)
	case *ConsentJoint:
		c := &complaint.ConsentJoint{
			Complainant: in.Complainant, To: in.To, Offer: in.Offer, Yes: in.Answer == "yes", Document: in.Document,
		}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *FormJoint:
		c := &complaint.FormJoint{Representatives: in.Representatives, Document: in.Document}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *AuthoriseFiler:
		return m.authorise(in)
	case *ChangeRequests:
		c := &complaint.ChangeRequests{Requests: m.requests(in.Requests), InPerson: in.InPerson}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *WithdrawRequest:
		c := &complaint.WithdrawRequest{Request: in.Request, InPerson: in.InPerson}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *OfferClaim: // these two have an errand at the keyring first: claim.go
		return ready(&complaint.OfferClaim{})
	case *Claim:
		return ready(&complaint.Claim{})
	case *LinkAccount:
		if !isOpaque(in.Account) || !impersonalID(in.Account) {
			m.faults.add("/account", FaultPersonal)
		}
		return ready(&complaint.LinkAccount{Account: in.Account})
	case *FlagDuplicate:
		return ready(&complaint.FlagDuplicate{Case: in.Case})
	case *DecideDuplicate:
		c := &complaint.DecideDuplicate{Case: in.Case, Result: in.Result}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	}
	return nil
}

func (m *mapping) requests(in []RequestInput) []complaint.Request {
	list := make([]complaint.Request, len(in))
	for i, r := range in {
		list[i] = complaint.Request{Kind: r.Kind, AmountFen: r.AmountFen}
		m.text(fieldRequest, r.Text, &list[i].Text)
	}
	return list
}

func (m *mapping) authorise(in *AuthoriseFiler) later {
	c := &complaint.AuthoriseFiler{
		Document: in.Document, Scope: in.Scope, Until: m.date("/until", in.Until), Signed: in.Signed, IDType: in.IDType,
	}
	m.text(fieldReason, in.Matter, &c.Matter)
	m.put(whoFiler, fieldFilerID, sealed.IDNumber, in.IDNumber, &c.IDNumber)
	m.occurred(in.Occurred, &c.Occurred)
	return ready(c)
}

// join seals a further complainant under a subject of its own. Its phone is not kept as
// one by which others are recognised: neighbours who complain together are no signal.
func (m *mapping) join(command es.ID, in *JoinComplainant) later {
	m.complainant = es.DeriveID(command, "complainant").String()
	c := &complaint.JoinComplainant{Complainant: m.complainant}
	p, given := &c.Person, &in.Complainant
	p.Subject = m.subject(whoComplainant)
	p.Region, p.IDType, p.Language, p.Account = given.Region, given.IDType, given.Language, given.Account
	if !isOpaque(given.Account) || !impersonalID(given.Account) {
		m.faults.add("/complainant/account", FaultPersonal)
	}
	m.region("/complainant/region", given.Region, true)
	m.put(whoComplainant, fieldConsumerName, sealed.Name, given.Name, &p.Name)
	m.put(whoComplainant, fieldConsumerPhone, sealed.Phone, given.Phone, &p.Phone)
	m.put(whoComplainant, fieldConsumerAddress, sealed.Address, given.Address, &p.Address)
	m.put(whoComplainant, fieldConsumerID, sealed.IDNumber, given.IDNumber, &p.IDNumber)
	p.Contacts = make([]complaint.ContactWay, len(given.ContactWays))
	for i, w := range given.ContactWays {
		p.Contacts[i].Kind = w.Kind
		m.put(whoComplainant, fieldConsumerContact, sealed.Contact, w.Value, &p.Contacts[i].Value)
	}
	return ready(c)
}

// intake is how a complaint came: who files on line says nothing about it.
func (m *mapping) intake(actor Actor, in *FileComplaint, c *complaint.File) {
	c.Channel = "online"
	if actor.Role != RoleOfficer {
		if in.ReceivedOn != "" {
			m.faults.add("/received_on", FaultOfficersOnly)
		}
		if in.Intake != nil {
			m.faults.add("/intake", FaultOfficersOnly)
		}
		return
	}
	c.Channel = "counter"
	c.ReceivedOn = complaint.Occurred{On: m.date("/received_on", in.ReceivedOn), Source: "record"}
	if in.Intake == nil {
		return
	}
	if in.Intake.Channel != "" {
		c.Channel = in.Intake.Channel
	}
	c.ReceivedOn.Source = in.Intake.Source
	if c.ReceivedOn.Source == "" {
		c.ReceivedOn.Source = sourceOf(c.Channel)
	}
	m.text(fieldOccurred, in.Intake.Reason, &c.ReceivedOn.Reason)
}

// sourceOf is where the day of receipt is known from, unless the officer says otherwise.
func sourceOf(channel string) string {
	switch channel {
	case "counter":
		return "counter"
	case "phone", "hotline":
		return "call"
	}
	return "record"
}
