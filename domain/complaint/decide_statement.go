package complaint

import (
	"strconv"

	"fangxin/domain/statute"
)

// Results of a statement's review.
const (
	StatementAccepted = "accepted"
	StatementUnfit    = "refused"
)

// maxStatements bounds how many statements a merchant hands in for one record.
const maxStatements = 20

// AddStatement: the merchant states its view of the public record (经营者说明). Length is
// that of the text in characters, which is sealed.
type AddStatement struct {
	Statement string
	Text      Text
	Length    int
}

// ReviewStatement: an officer lets the statement stand beside the record, word for word,
// or does not, with the reason. Text is what was handed in, opened.
type ReviewStatement struct {
	Statement string
	Result    string
	Text      string
	Reason    Text
}

// ReviseDisclosure (更正公示): the public record is put right or reviewed again, with the
// facts as they are now. A new record revises the old one.
type ReviseDisclosure struct {
	Summary string
	Reason  Text
}

// Route names.
func (AddStatement) Route() string     { return "add-statement" }
func (ReviewStatement) Route() string  { return "review-statement" }
func (ReviseDisclosure) Route() string { return "revise-disclosure" }

// may: from the day on which it was shown the record, as long as that stands.
func (AddStatement) may(t *deciding) error {
	if err := t.by(byMerchant); err != nil {
		return err
	}
	switch d := t.Disclosure; {
	case d.State != DisclosureTold && d.State != DisclosureContested && d.State != DisclosurePublic:
		return t.refuse("no_record", "", houseObjection)
	case d.Statements >= maxStatements:
		return t.refuse("too_many", "", houseObjection)
	}
	return nil
}

// decide takes it in; a statement that still waits for its review is replaced. How long
// it may be the record's policy says.
func (a AddStatement) decide(t *deciding) error {
	policy, known := t.recordPolicy()
	switch {
	case !known:
		return t.refuse("no_policy", "", lawPublication)
	case a.Text == nil || a.Length == 0:
		return t.refuse("text_required", "/text", houseObjection)
	case a.Length > policy.StatementMax:
		return t.refuse("statement_too_long", "/text", houseObjection)
	case a.Statement == "":
		return t.refuse("statement_unknown", "", houseObjection)
	case t.Disclosure.Offered != nil && t.Disclosure.Offered.Statement == a.Statement:
		return t.refuse("statement_exists", "", houseObjection)
	}
	t.emit(&StatementOffered{Statement: a.Statement, Text: a.Text})
	return nil
}

func (ReviewStatement) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if t.Disclosure.Offered == nil {
		return t.refuse("no_statement", "", houseObjection)
	}
	return nil
}

// decide: an officer changes nothing in the merchant's words. What may not be public is
// refused with the reason, and the merchant hands in another.
func (a ReviewStatement) decide(t *deciding) error {
	offered := t.Disclosure.Offered
	if a.Statement != "" && a.Statement != offered.Statement {
		return t.refuse("statement_unknown", "/statement", houseObjection)
	}
	switch a.Result {
	case StatementAccepted:
		if a.Text == "" {
			return t.refuse("text_required", "", houseObjection)
		}
		t.emit(&StatementAdded{Text: a.Text, Reviewed: t.Actor.ID, Statement: offered.Statement})
	case StatementUnfit:
		if a.Reason == nil {
			return t.refuse("reason_required", "/reason", houseObjection)
		}
		t.emit(&StatementRefused{Statement: offered.Statement, Reason: a.Reason, On: t.today})
	default:
		return t.refuse("result_unknown", "/result", houseObjection)
	}
	return nil
}

func (ReviseDisclosure) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if d := t.Disclosure; d.State != DisclosurePublic || d.Record == nil {
		return t.refuse("not_public", "", lawPublication)
	}
	return nil
}

// decide publishes the record as the facts and the officer have it now, at once: what is
// known to be wrong does not stay for another period of objection (analogy to the
// provisions on publishing penalties, article 11) [design]. The merchant is told the
// exact text and may ask for it to be corrected.
func (a ReviseDisclosure) decide(t *deciding) error {
	if a.Reason == nil {
		return t.refuse("reason_required", "/reason", houseObjection)
	}
	policy, known := t.recordPolicy()
	if !known {
		return t.refuse("no_policy", "", lawPublication)
	}
	if why := t.private(policy); why != "" {
		t.emit(&DisclosureWithdrawn{Class: takenDownBy(why), On: t.today})
		return nil
	}
	c, reviewed := t.Clock(statute.ClockPubCorrect)
	record := t.record(policy, a.Summary)
	same, err := sameRecord(record, *t.Disclosure.Record)
	switch {
	case err != nil:
		return err
	case same && !(reviewed && c.Open()):
		return t.refuse("nothing_revised", "/summary", houseObjection)
	}
	return t.revise(record, a.Reason)
}

// takenDownBy is the public class for what keeps a case private.
func takenDownBy(why string) string {
	switch why {
	case statute.WhenNoConsent:
		return "consent_withdrawn"
	case statute.WhenCourt:
		return "court"
	case whyWrongMerchant, "respondent_unknown":
		return whyWrongMerchant
	case "natural_person":
		return WithdrawnPersonal
	}
	return "corrected"
}

func sameRecord(a, b PublicRecord) (bool, error) {
	x, err := a.Hash()
	if err != nil {
		return false, err
	}
	y, err := b.Hash()
	return x == y, err
}

// revise puts the new record in place of the public one and tells the merchant.
func (t *deciding) revise(record PublicRecord, reason Text) error {
	d := t.Disclosure
	t.emit(&Disclosed{
		Record: record, On: d.On, Until: d.Until, Revises: strconv.Itoa(max(d.Records, 1)), RevisedOn: t.today, Reason: reason,
	})
	return t.tellMerchant(record, "")
}

// afterHearing does what an officer decided on a public record.
func (t *deciding) afterHearing(e *ObjectionDecided) error {
	switch {
	case e.Result == ObjectionUpheld:
		t.emit(&DisclosureWithdrawn{Class: "corrected", On: t.today})
	case e.Record != nil:
		return t.revise(*e.Record, e.Reason)
	}
	return nil
}
