package usecase

import (
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// respondentInputs makes the inputs of the respondent's roads and of those that lead out
// of the case, by their routes.
func respondentInputs() map[string]func() any {
	return map[string]func() any{
		"replace-merchant": func() any { return new(ReplaceMerchant) },
		"refer-police":     func() any { return new(ReferPolice) },
		"split":            func() any { return new(Split) },
	}
}

// respondentAction maps them.
func (m *mapping) respondentAction(in any) later {
	switch in := in.(type) {
	case *ReplaceMerchant:
		c := &complaint.ReplaceRespondent{Source: in.Source}
		if in.Merchant != nil {
			c.Merchant = new(complaint.Identity)
			m.replacement(in.Merchant, c.Merchant)
		}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	case *Split:
		return m.split(in)
	case *ReferPolice:
		c := &complaint.ReferPolice{To: in.To, Document: in.Document}
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}

func (m *mapping) spoken(in *SpokenInput, to *complaint.Spoken) {
	to.Party, to.Via = complaint.Party(in.Party), in.Via
	m.occurred(in.Occurred, &to.Occurred)
}

// replacement maps the right respondent. A natural person is another one than the
// complaint tells of, so a key of its own keeps its name.
func (m *mapping) replacement(in *IdentityInput, to *complaint.Identity) {
	m.matters[whoRespondent].Subject = subjectOf(es.DeriveID(m.command, "replacement").String(), whoName(whoRespondent))
	m.identity("/merchant", in, to)
	if in.ID == "" && in.USCC == "" && in.Name == "" {
		to.ID = personalMerchantID(string(m.matters[whoRespondent].Subject))
	}
}

// heldBy says of an event that it is what a respondent did or was told.
func heldBy(eventType string) bool {
	return slices.Contains([]string{
		"complaint.responded.v1", "complaint.offer_made.v1", "complaint.offer_accepted.v1", "complaint.offer_refused.v1",
		"complaint.offer_withdrawn.v1", "complaint.recusal_requested.v1", "complaint.recusal_decided.v1",
		"complaint.delegation_consented.v1", "complaint.delegated.v1", "complaint.delegation_ended.v1",
		"complaint.mediation_scheduled.v1", "complaint.mediation_held.v1", "complaint.mediation_suspended.v1", "complaint.mediation_resumed.v1",
		"complaint.respondent_confirmed.v1", "complaint.performed.v1", "disclosure.notified.v1", "disclosure.objected.v1",
		"disclosure.objection_decided.v1", "disclosure.statement_added.v1", "disclosure.statement_offered.v1", "disclosure.statement_refused.v1", "disclosure.published.v1", "disclosure.withdrawn.v1", "disclosure.refused.v1",
	}, eventType)
}
