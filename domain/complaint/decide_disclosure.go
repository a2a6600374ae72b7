package complaint

import (
	"slices"
	"strconv"

	"fangxin/domain/statute"
)

func (ReviewDisclosure) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	switch {
	case !t.Ended():
		return t.refuse("not_ended", "", lawPublication)
	case t.Disclosure.State != DisclosureNone && !t.reviewable():
		return t.refuse("disclosure_decided", "", lawPublication)
	}
	return nil
}

// reviewable: what kept the case private no longer holds, for instance an appraisal
// that was pending; the record told of an end that was taken back; or the consumer, who
// had withdrawn its consent, gives it again. An objection that was
// upheld stays upheld.
func (t *deciding) reviewable() bool {
	d := t.Disclosure
	if d.State == DisclosureOff && (d.Why == whyReopened || d.Why == "consent_withdrawn" && t.Consent.Publish) {
		return true
	}
	if d.State != DisclosureNot || d.Why == whyUpheld {
		return false
	}
	policy, err := t.law.Catalogue.PolicyFor(t.Ruleset, t.today)
	return err == nil && t.private(policy) != d.Why
}

// decide makes the exact record and shows it to the merchant, or states which rule
// of the policy keeps the case private.
func (a ReviewDisclosure) decide(t *deciding) error {
	policy, err := t.law.Catalogue.PolicyFor(t.Ruleset, t.today)
	if err != nil {
		return t.refuse("no_policy", "", lawPublication)
	}
	if why := t.private(policy); why != "" {
		t.emit(&DisclosureRefused{Why: why, Policy: policy.Version})
		return nil
	}
	if a.Channel != "" && !slices.Contains(noticeChannels(), a.Channel) {
		return t.refuse("channel_unknown", "/channel", houseObjection)
	}
	return t.showMerchant(t.record(policy, a.Summary), a.Channel)
}

// private says which rule keeps the case off the register, or "". A natural person
// as respondent is never shown: the name is personal information (PIPL 4).
func (t *deciding) private(policy statute.DisclosurePolicy) string {
	var when []string
	note := func(is bool, circumstance string) {
		if is {
			when = append(when, circumstance)
		}
	}
	note(t.class(policy) == "", statute.WhenNotAccepted)
	note(t.Police != nil, statute.WhenReferral)
	note(t.EndedAs == StatusWithdrawn, statute.WhenWithdrawn)
	note(t.IdentityResult == "false_name", statute.WhenIdentityTheft)
	note(policy.RequiresConsent && !t.Consent.Publish, statute.WhenNoConsent)
	note(len(t.Mediation.pending()) > 0, statute.WhenAppraisal)
	note(t.inCourt(), statute.WhenCourt)
	if ok, why := policy.Publishes(string(t.EndedAs), t.ground(), when...); !ok {
		return why
	}
	switch {
	case t.Identity != IdentityConfirmed || t.Respondent == nil:
		return "respondent_unknown"
	case t.Respondent.Person != nil:
		return "natural_person"
	case t.mistaken():
		return whyWrongMerchant
	}
	return ""
}

// class of the record under the policy, "" where it publishes no such case: one that
// was not accepted, unless the sides settled it before and the policy has a class for it.
func (t *deciding) class(policy statute.DisclosurePolicy) string {
	return policy.Class(!t.AcceptedOn.IsZero(), t.Outcome == OutcomePrior, t.Performance == PerformanceSeen)
}

// inCourt: the same matter is before a court or an arbitration body.
func (t *deciding) inCourt() bool {
	return slices.ContainsFunc(t.ExternalRefs, func(r ExternalRef) bool {
		return r.System == "court" || r.System == "arbitration"
	})
}

// ground is the ground on which the case was declined or terminated, if any.
func (s State) ground() string {
	switch {
	case s.Declined != nil:
		return s.Declined.Ground
	case s.Terminated != nil:
		return s.Terminated.Ground
	}
	return ""
}

// record is exactly what the register would show: codes, classes and bands.
func (t *deciding) record(policy statute.DisclosurePolicy, summary string) PublicRecord {
	office := t.Region
	if t.Unit != "" {
		office += "/" + t.Unit
	}
	requests := make([]string, 0, len(t.Requests))
	for _, r := range t.Requests {
		if !slices.Contains(requests, r.Kind) {
			requests = append(requests, r.Kind)
		}
	}
	return PublicRecord{
		Policy: policy.Version, Merchant: *t.Respondent, Region: t.Region,
		Category: t.Filing.Purchase.Category, Kind: t.Filing.Purchase.Kind, Requests: requests,
		Band: band(policy, t.Filing.Purchase.AmountFen), Outcome: t.Outcome, Ground: t.ground(),
		Class: t.class(policy), FiledOn: t.Filing.ReceivedOn.On, EndedOn: t.EndedOn,
		Days: int(t.EndedOn - max(t.ReceivedOn, t.Filing.ReceivedOn.On)), Office: office, Summary: summary,
	}
}

// band names an amount band by its edges in fen: "10000-50000", and the last one
// "10000000-".
func band(policy statute.DisclosurePolicy, fen int64) string {
	lo, hi, ok := policy.Band(fen)
	switch {
	case !ok:
		return ""
	case hi == 0:
		return strconv.FormatInt(lo, 10) + "-"
	}
	return strconv.FormatInt(lo, 10) + "-" + strconv.FormatInt(hi, 10)
}

func (ObjectDisclosure) may(t *deciding) error {
	if err := t.by(byMerchant); err != nil {
		return err
	}
	d := t.Disclosure
	c, _ := t.Clock(statute.ClockPubObject)
	switch {
	case d.State == DisclosureContested || d.Disputed || d.AskedBack || d.State == DisclosureTold && d.Heard:
		return t.refuse("already_objected", "", houseObjection)
	case d.State == DisclosurePublic: // it asks for the public record to be corrected
		return nil
	case d.State != DisclosureTold:
		return t.refuse("not_notified", "", houseObjection)
	case t.over(c.Clock):
		return t.refuse("objection_over", "", houseObjection)
	}
	return nil
}

func (a ObjectDisclosure) decide(t *deciding) error {
	if a.Text == nil {
		return t.refuse("text_required", "/text", houseObjection)
	}
	clock, err := t.publicationClock(statute.ClockPubCorrect, t.today)
	if err != nil {
		return err
	}
	t.emit(&DisclosureObjected{Text: a.Text, Clock: clock})
	return nil
}

// whyUpheld says that a case stays private because the merchant's objection was right.
const whyUpheld = "objection_upheld"

// Results of an objection.
const (
	ObjectionUpheld    = "upheld"
	ObjectionDismissed = "dismissed"
	ObjectionCorrected = "corrected"
)

func (DecideObjection) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if d := t.Disclosure; d.State != DisclosureContested && !d.Disputed || d.Record == nil {
		return t.refuse("no_objection", "", houseObjection)
	}
	return nil
}

func (a DecideObjection) decide(t *deciding) error {
	decided := &ObjectionDecided{Result: a.Result, On: t.today, Reason: a.Reason}
	switch a.Result {
	case ObjectionUpheld, ObjectionDismissed:
	case ObjectionCorrected:
		policy, ok := t.law.Catalogue.Policy(t.Disclosure.Record.Policy)
		if !ok {
			return t.refuse("no_policy", "", lawPublication)
		}
		if err := t.confirmed(); err != nil {
			return err
		}
		record := t.record(policy, a.Summary)
		decided.Record = &record
	default:
		return t.refuse("result_unknown", "/result", houseObjection)
	}
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", houseObjection)
	}
	wasPublic := t.Disclosure.State == DisclosurePublic
	t.emit(decided)
	if wasPublic {
		return t.afterHearing(decided)
	}
	return nil
}

func (Publish) may(t *deciding) error {
	return first(t.by(byOfficer|bySystem), t.publishable())
}

// publishable: the merchant was shown the record, and either its time to object is
// over or its objection was decided.
func (t *deciding) publishable() error {
	d := t.Disclosure
	c, _ := t.Clock(statute.ClockPubObject)
	switch {
	case d.State == DisclosurePublic:
		return t.refuse("already_public", "", lawPublication)
	case d.State == DisclosureContested:
		return t.refuse("objection_open", "", houseObjection)
	case d.State != DisclosureTold || d.Record == nil:
		return t.refuse("not_notified", "", houseObjection)
	case !d.Heard && !t.over(c.Clock):
		return t.refuse("objection_time_runs", "", houseObjection)
	case !t.merchantTold():
		return t.refuse("merchant_not_told", "", houseObjection)
	}
	return nil
}

// decide publishes, unless something came up since the review that forbids it.
func (Publish) decide(t *deciding) error {
	record := *t.Disclosure.Record
	policy, ok := t.law.Catalogue.Policy(record.Policy)
	if !ok {
		return t.refuse("no_policy", "", lawPublication)
	}
	why := t.private(policy)
	if why == "" && record.Merchant.ID != t.Respondent.ID {
		why = whyWrongMerchant
	}
	if why != "" {
		t.emit(&DisclosureRefused{Why: why, Policy: policy.Version})
		return nil
	}
	public := &Disclosed{Record: record, On: t.today}
	if policy.Period != nil {
		public.Until = t.addPeriod(t.today, *policy.Period)
	}
	t.emit(public)
	return nil
}

func (WithdrawDisclosure) may(t *deciding) error {
	if err := t.by(byOfficer | bySystem); err != nil {
		return err
	}
	if t.Disclosure.State != DisclosurePublic {
		return t.refuse("not_public", "", lawPublication)
	}
	return nil
}

func (a WithdrawDisclosure) decide(t *deciding) error {
	classes := []string{"consent_withdrawn", "corrected", "wrong_merchant", "period_over", "court", "reopened", "personal_data", "other"}
	switch until := t.Disclosure.Until; {
	case !slices.Contains(classes, a.Class), a.Class == whyReopened: // that comes with the reopening
		return t.refuse("class_unknown", "/class", lawPublication)
	case a.Class == "period_over" && (until.IsZero() || t.today <= until):
		return t.refuse("period_runs", "/class", lawPublication)
	case a.Class == "other" && a.Reason == nil:
		return t.refuse("reason_required", "/reason", lawPublication)
	}
	t.emit(&DisclosureWithdrawn{Class: a.Class, On: t.today, Reason: a.Reason})
	return nil
}
