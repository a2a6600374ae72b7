package usecase

import (
	"maps"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// Actions maps each action of a complaint (the last part of its route) to a maker
// of its input. The map is the caller's own.
func (*Complaints) Actions() map[string]func() any {
	all := map[string]func() any{
		"change-lane":         func() any { return new(ChangeLane) },
		"assign":              func() any { return new(Assign) },
		"return-to-desk":      func() any { return new(ReturnToDesk) },
		"identify-merchant":   func() any { return new(IdentifyMerchant) },
		"accept":              func() any { return new(Accept) },
		"decline":             func() any { return new(Decline) },
		"notify":              func() any { return new(Notify) },
		"respond":             func() any { return new(Respond) },
		"offer":               func() any { return new(Offer) },
		"accept-offer":        func() any { return new(AnswerOffer) },
		"refuse-offer":        func() any { return new(AnswerOffer) },
		"agree":               func() any { return new(Agree) },
		"settle":              func() any { return new(Settle) },
		"withdraw":            func() any { return new(Withdraw) },
		"terminate":           func() any { return new(Terminate) },
		"supplement":          func() any { return new(Supplement) },
		"perform":             func() any { return new(Perform) },
		"confirm-performance": func() any { return new(ConfirmPerformance) },
		"rate":                func() any { return new(Rate) },
		"close":               func() any { return new(Close) },
		"review-disclosure":   func() any { return new(ReviewDisclosure) },
		"object-disclosure":   func() any { return new(ObjectDisclosure) },
		"decide-objection":    func() any { return new(DecideObjection) },
		"publish":             func() any { return new(Publish) },
		"withdraw-disclosure": func() any { return new(WithdrawDisclosure) },
	}
	maps.Copy(all, roadInputs())
	maps.Copy(all, paperInputs())
	maps.Copy(all, filingInputs())
	maps.Copy(all, peopleInputs())
	maps.Copy(all, respondentInputs())
	maps.Copy(all, linkInputs())
	maps.Copy(all, recordInputs())
	return all
}

// later gives the action once its personal fields are sealed.
type later func() complaint.Action

func ready[A complaint.Action](a *A) later { return func() complaint.Action { return *a } }

// action turns the input of a route into what the decider is asked. nil: there is
// no such route, or the input does not belong to it.
func (m *mapping) action(route string, command es.ID, in any) later {
	do := m.intakeAction(in)
	if do == nil {
		do = m.respondentAction(in)
	}
	if do == nil {
		do = m.deskAction(in)
	}
	if do == nil {
		do = m.mediationAction(command, in)
	}
	if do == nil {
		do = m.sessionAction(command, in)
	}
	if do == nil {
		do = m.leadAction(command, in)
	}
	if do == nil {
		do = m.filingAction(command, in)
	}
	if do == nil {
		do = m.talkAction(route, command, in)
	}
	if do == nil {
		do = m.endAction(in)
	}
	if do == nil {
		do = m.disclosureAction(in)
	}
	if do == nil {
		do = m.recordAction(command, in)
	}
	if do == nil {
		do = m.paperAction(in)
	}
	if do == nil {
		do = m.peopleAction(command, in)
	}
	if do == nil {
		do = m.linkAction(in)
	}
	if do == nil || do().Route() != route {
		return nil
	}
	return do
}

func (m *mapping) intakeAction(in any) later {
	switch in := in.(type) {
	case *ChangeLane:
		c := &complaint.ChangeLane{To: complaint.Lane(in.To), Wording: in.Wording, Warned: in.Warned}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	case *Assign:
		return ready(&complaint.Assign{Unit: in.Unit, Officer: in.Officer})
	case *ReturnToDesk:
		c := &complaint.ReturnToDesk{}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	case *IdentifyMerchant:
		return m.identify(in)
	case *Accept:
		c := &complaint.Accept{}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Decline:
		c := &complaint.Decline{Ground: in.Ground, Factors: in.Factors, Routes: in.Routes}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Supplement:
		c := &complaint.Supplement{Evidence: in.Evidence}
		m.text(fieldSupplement, in.Text, &c.Text)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

func (m *mapping) identify(in *IdentifyMerchant) later {
	switch in.State {
	case "proposed":
		c := &complaint.ProposeRespondent{Candidates: make([]complaint.Candidate, len(in.Candidates))}
		for i := range in.Candidates {
			c.Candidates[i].By = in.Candidates[i].By
			m.identity("/candidates/"+itoa(i), &in.Candidates[i].IdentityInput, &c.Candidates[i].Identity)
		}
		return ready(c)
	case "confirmed":
		c := &complaint.ConfirmRespondent{Source: in.Source}
		if in.Merchant == nil {
			m.faults.add("/merchant", FaultRequired)
			return ready(c)
		}
		m.identity("/merchant", in.Merchant, &c.Merchant)
		return ready(c)
	case "unknown":
		c := &complaint.RespondentNotFound{}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	}
	m.faults.add("/state", FaultRequired)
	return ready(&complaint.RespondentNotFound{})
}

func (m *mapping) identity(pointer string, in *IdentityInput, to *complaint.Identity) {
	*to = complaint.Identity{
		ID: identityID(m.id, in), USCC: m.creditCode(pointer+"/uscc", in.USCC), Name: in.Name,
		Region: in.Region, Store: in.Store, Industry: in.Industry,
	}
	if !isOpaque(in.ID) || !impersonalID(in.ID) {
		m.faults.add(pointer+"/id", FaultPersonal)
	}
	if in.ID == "" && in.USCC == "" && in.Name == "" && in.Person == "" {
		m.faults.add(pointer, FaultUnrecognisable)
	}
	m.region(pointer+"/region", in.Region, true)
	m.put(whoRespondent, fieldPerson, sealed.Name, in.Person, &to.Person)
}

func (m *mapping) talkAction(route string, command es.ID, in any) later {
	switch in := in.(type) {
	case *Notify:
		return m.notify(command, in)
	case *Respond:
		c := &complaint.Respond{Kind: in.Kind, Evidence: in.Evidence, Via: in.Via}
		m.text(fieldResponse, in.Text, &c.Text)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Offer:
		c := &complaint.MakeOffer{
			Offer: es.DeriveID(command, "offer").String(), Answers: in.Answers,
			ValidTo: m.date("/valid_to", in.ValidTo),
		}
		m.terms(&in.Terms, &c.Terms)
		m.spoken(&in.SpokenInput, &c.Spoken)
		return ready(c)
	case *AnswerOffer:
		if route == "accept-offer" {
			c := &complaint.AcceptOffer{Offer: in.Offer}
			m.spoken(&in.SpokenInput, &c.Spoken)
			return ready(c)
		}
		c := &complaint.RefuseOffer{Offer: in.Offer}
		m.spoken(&in.SpokenInput, &c.Spoken)
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	}
	return nil
}

// notify seals the notice's words. Their hash stands in the event once the words
// are kept (see keepNotice).
func (m *mapping) notify(command es.ID, in *Notify) later {
	c := &complaint.Notify{
		Notice: es.DeriveID(command, "notice").String(), About: in.About,
		Recipient: complaint.Party(in.Recipient), Channel: in.Channel, Number: in.Number,
	}
	m.occurred(in.Occurred, &c.Occurred)
	m.notice = &notice{words: in.Text, hash: &c.TextHash}
	return ready(c)
}

func (m *mapping) endAction(in any) later {
	switch in := in.(type) {
	case *Agree:
		c := &complaint.Agree{
			Form: in.Form, Offer: in.Offer, SignedBy: parties(in.SignedBy), Sealed: in.Sealed, Copies: in.Copies, InPerson: in.InPerson,
		}
		m.terms(&in.Terms, &c.Terms)
		m.text(fieldRecord, in.Record, &c.Record)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Settle:
		c := &complaint.Settle{Offer: in.Offer, InPerson: in.InPerson}
		m.terms(&in.Terms, &c.Terms)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Withdraw:
		c := &complaint.Withdraw{InPerson: in.InPerson}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Terminate:
		c := &complaint.Terminate{Ground: in.Ground, Party: complaint.Party(in.Party), Found: in.Found}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *Perform:
		c := &complaint.Perform{Via: in.Via, AmountFen: in.AmountFen, Instalment: in.Instalment, Evidence: in.Evidence}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *ConfirmPerformance:
		return ready(&complaint.ConfirmPerformance{Instalment: in.Instalment})
	case *Rate:
		c := &complaint.Rate{View: complaint.ConsumerView(in.View), Merchant: in.Merchant, Office: in.Office}
		m.text(fieldRating, in.Text, &c.Text)
		return ready(c)
	case *Close:
		c := &complaint.Close{}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

func (m *mapping) disclosureAction(in any) later {
	switch in := in.(type) {
	case *ReviewDisclosure:
		m.public = in.Summary
		return ready(&complaint.ReviewDisclosure{Summary: in.Summary, Channel: in.Channel})
	case *ObjectDisclosure:
		c := &complaint.ObjectDisclosure{}
		m.text(fieldObjection, in.Text, &c.Text)
		return ready(c)
	case *DecideObjection:
		m.public = in.Summary
		c := &complaint.DecideObjection{Result: in.Result, Summary: in.Summary}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	case *Publish:
		return ready(&complaint.Publish{})
	case *WithdrawDisclosure:
		c := &complaint.WithdrawDisclosure{Class: in.Class}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	}
	return nil
}

func (m *mapping) occurred(in *OccurredInput, to *complaint.Occurred) {
	if in == nil {
		return
	}
	to.On, to.Source = m.date("/occurred/on", in.On), in.Source
	m.text(fieldOccurred, in.Reason, &to.Reason)
}

func (m *mapping) terms(in *TermsInput, to *complaint.Terms) {
	to.Kind, to.AmountFen = in.Kind, in.AmountFen
	to.PerformBy = m.date("/terms/perform_by", in.PerformBy)
	for i, part := range in.Instalments {
		due := m.date("/terms/instalments/"+itoa(i)+"/due", part.Due)
		to.Instalments = append(to.Instalments, complaint.Instalment{AmountFen: part.AmountFen, Due: due})
	}
	m.text(fieldTerms, in.Text, &to.Text)
}
