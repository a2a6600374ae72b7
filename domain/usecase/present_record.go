package usecase

import "fangxin/domain/complaint"

// disclosure shows where publication stands.
func (p *presenting) disclosure(d *complaint.DisclosureState) *DisclosureView {
	if d.State == complaint.DisclosureNone || !p.sees("disclosure") {
		return nil
	}
	v := &DisclosureView{
		State: d.State, Record: p.record(d.Record), Until: d.Until, Disputed: d.Disputed, RevisedOn: d.RevisedOn,
		Statement: d.Statement, Offered: p.statement(d),
	}
	// Why a case stays private can tell of a referral to the police.
	if d.State != complaint.DisclosureNot || p.sees("disclosure.why") {
		v.Why = d.Why
	}
	return v
}

// statement shows what the merchant handed in and does not stand beside its record.
func (p *presenting) statement(d *complaint.DisclosureState) *StatementView {
	const row = "disclosure.statement"
	switch {
	case !p.sees(row):
		return nil
	case d.Offered != nil:
		return &StatementView{ID: d.Offered.Statement, State: "waiting", Text: p.value(row, fieldStatement, d.Offered.Text)}
	case d.Unfit != nil:
		return &StatementView{ID: d.Unfit.Statement, State: "refused", Reason: p.value(row, fieldReason, d.Unfit.Reason), On: d.Unfit.On}
	}
	return nil
}
