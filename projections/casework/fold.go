package casework

import (
	"cmp"
	"slices"

	"fangxin/domain/complaint"
	"fangxin/projections"
)

// fold takes status, outcome, place and respondent from an event.
func (v *View) fold(e *projections.Event) {
	switch d := e.Data.(type) {
	case *complaint.RespondentConfirmed:
		v.merchant(&d.Merchant)
	case *complaint.RespondentReplaced:
		v.merchant(&d.To)
	case *complaint.RespondentUnknown:
		v.Row.MerchantID, v.Store = "", ""
	case *complaint.LaneChanged:
		v.Row.Lane = string(d.To)
	case *complaint.Received:
		v.status(complaint.StatusReceived)
		v.place(d.Region, d.Unit)
		v.Received = true
	case *complaint.Assigned:
		v.place(d.Region, d.Unit)
	case *complaint.ReturnedToDesk:
		v.place(d.Region, "")
	case *complaint.Forwarded:
		v.place(d.To, "")
	case *complaint.JurisdictionDecided:
		v.place(d.Region, v.Row.Unit)
	case *complaint.Accepted:
		v.status(complaint.StatusAccepted)
		v.place(d.Region, cmp.Or(d.Unit, v.Row.Unit))
		v.Accepted = true
	case *complaint.Corrected:
		v.corrected(d)
	default:
		v.foldEnd(e.Data)
		v.foldPeople(e.Data)
	}
}

func (v *View) foldEnd(data any) {
	switch d := data.(type) {
	case *complaint.Declined:
		v.status(complaint.StatusDeclined)
		v.outcome(complaint.OutcomeDeclined)
	case *complaint.Agreed:
		v.status(complaint.StatusAgreed)
		v.outcome(complaint.OutcomeAgreement)
	case *complaint.Settled:
		v.status(complaint.StatusSettled)
		v.outcome(complaint.OutcomeSettlement)
		if d.Before {
			v.outcome(complaint.OutcomePrior)
		}
	case *complaint.Withdrawn:
		v.status(complaint.StatusWithdrawn)
		v.outcome(complaint.OutcomeWithdrawn)
	case *complaint.Terminated:
		v.status(complaint.StatusTerminated)
		v.outcome(complaint.OutcomeNoAgreement)
	case *complaint.Closed:
		v.status(complaint.StatusClosed)
		v.outcome(d.Outcome)
	case *complaint.Reopened:
		v.reopen(d.Stage)
	case *complaint.Claimed:
		v.also(v.Account)
		v.Account = d.Account
	case *complaint.ComplainantJoined:
		v.also(d.Person.Account)
	case *complaint.ForeignRecorded:
		v.foreign(&d.Case, nil)
	case *complaint.ForeignChanged:
		v.foreign(&d.Case, d.Fields)
	}
}

// also keeps a further account; the older view shares the list.
func (v *View) also(account string) {
	if account != "" {
		v.Others = append(slices.Clip(v.Others), account)
	}
}

// accounts are the indexes of all that find the case.
func (v *View) accounts() []string {
	var names []string
	for _, a := range append([]string{v.Account}, v.Others...) {
		if a != "" {
			names = append(names, ixAccount+a)
		}
	}
	return names
}

// reopen takes the case back to where it was before it ended.
func (v *View) reopen(stage string) {
	v.outcome(complaint.OutcomeNone)
	v.Accepted = v.Accepted && stage != complaint.StageAcceptance
	switch {
	case v.Accepted:
		v.status(complaint.StatusAccepted)
	case v.Received:
		v.status(complaint.StatusReceived)
	default:
		v.status(complaint.StatusFiled)
	}
}

// foreign takes over what a source states; fields are the JSON names of what it
// states anew, nil for all.
func (v *View) foreign(c *complaint.ForeignCase, fields []string) {
	set := func(field string, do func()) {
		if fields == nil || slices.Contains(fields, field) {
			do()
		}
	}
	set("number", func() { v.Row.Number = c.Number })
	set("received_on", func() { v.Row.FiledOn = c.Received })
	set("merchant", func() { v.merchant(&c.Merchant) })
	set("product", func() { v.Row.Category = c.Product })
	set("issue", func() { v.Row.Item = c.Issue })
	set("state", func() { v.Row.Region = c.State })
	set("response", func() { v.Row.Outcome = c.Response })
}
