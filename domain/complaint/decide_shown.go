package complaint

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// FormPublicRecord is the form of a notice whose text is the public record itself, as the
// DisclosureNotified before it has it.
const FormPublicRecord = "public_record"

// WithdrawnPersonal is the class of a record that was taken down to protect somebody's
// personal data (PIPL 47).
const WithdrawnPersonal = "personal_data"

// Hash binds a notice to the exact record: SHA-256 of its JSON form, with the prefix that
// names it. There is nothing personal in a record.
func (r PublicRecord) Hash() (string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("public record: %w", err)
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// showMerchant tells the merchant the exact record: from then on it has time to object.
// The notice's text is the record, and its hash says so.
func (t *deciding) showMerchant(record PublicRecord, channel string) error {
	policy, known := t.law.Catalogue.Policy(record.Policy)
	if !known {
		return t.refuse("no_policy", "", lawPublication)
	}
	clock, err := t.clockUnder(policy, statute.ClockPubObject, t.today)
	if err != nil {
		return err
	}
	t.emit(&DisclosureNotified{Record: record, Reviewed: t.Actor.ID, Clock: clock})
	return t.tellMerchant(record, channel)
}

func (t *deciding) tellMerchant(record PublicRecord, channel string) error {
	hash, err := record.Hash()
	if err != nil {
		return err
	}
	if channel == "" {
		channel = "internet"
	}
	n := 1
	for _, told := range t.Notices {
		if told.About == AboutPublication {
			n++
		}
	}
	id := AboutPublication + "-" + strconv.Itoa(n)
	t.emit(&NoticeIssued{Notice: id, Form: FormPublicRecord, TextHash: hash, Recipient: Merchant, About: AboutPublication})
	t.emit(&NoticeSent{Notice: id, Channel: channel, Occurred: t.now()})
	return nil
}

// merchantTold: the notice of the record went out and did not come back. Records from
// before such notices were kept say themselves that the merchant was shown them.
func (t *deciding) merchantTold() bool {
	_, told := t.told(AboutPublication, Merchant)
	return told || !slices.ContainsFunc(t.Notices, func(n NoticeState) bool { return n.About == AboutPublication })
}

// shownAnew gives the merchant the whole time again where the notice of its record is
// sent a second time: the first told it nothing.
func (t *deciding) shownAnew(about string) error {
	d := t.Disclosure
	if about != AboutPublication || d.State != DisclosureTold || d.Heard || d.Record == nil {
		return nil
	}
	clock, err := t.publicationClock(statute.ClockPubObject, t.today)
	if err != nil {
		return err
	}
	t.emit(&DisclosureNotified{Record: *d.Record, Reviewed: t.Actor.ID, Clock: clock})
	return nil
}

// recordPolicy is the policy under which the case's record was made: a later one does
// not change it.
func (t *deciding) recordPolicy() (statute.DisclosurePolicy, bool) {
	if t.Disclosure.Record == nil {
		return statute.DisclosurePolicy{}, false
	}
	return t.law.Catalogue.Policy(t.Disclosure.Record.Policy)
}

// publicationClock starts a clock by the periods of the record's own policy.
func (t *deciding) publicationClock(rule string, on calendar.Date) (Clock, error) {
	policy, _ := t.recordPolicy()
	return t.clockUnder(policy, rule, on)
}

func (t *deciding) clockUnder(policy statute.DisclosurePolicy, rule string, on calendar.Date) (Clock, error) {
	r, ok := t.rules.Clock(rule)
	if !ok {
		return Clock{}, fmt.Errorf("rule set %s has no clock %s", t.rules.ID, rule)
	}
	c, err := statute.Compute(t.calendar, policy.Timed(r), on, nil)
	if err != nil {
		return Clock{}, err
	}
	return clockOf(c), nil
}

// ClockRule is the rule of a clock of the case: of the rule set, and where it is about
// publication with the periods of the policy that the record names.
func (l Law) ClockRule(s *State, rules statute.RuleSet, id string) (statute.ClockRule, bool) {
	r, ok := rules.Clock(id)
	if d := s.Disclosure.Record; ok && d != nil {
		if policy, known := l.Catalogue.Policy(d.Policy); known {
			r = policy.Timed(r)
		}
	}
	return r, ok
}

// takeOff takes the record off the register under a class, or stops one on its way
// there.
func (t *deciding) takeOff(class, why string) {
	switch d := t.Disclosure; {
	case d.State == DisclosurePublic:
		t.emit(&DisclosureWithdrawn{Class: class, On: t.today})
	case (d.State == DisclosureTold || d.State == DisclosureContested) && d.Record != nil:
		t.emit(&DisclosureRefused{Why: why, Policy: d.Record.Policy})
	}
}

// leaveToCourt: where the same dispute came before a court or an arbitration body, the
// record does not anticipate it, as far as its policy says so.
func (t *deciding) leaveToCourt() {
	policy, known := t.recordPolicy()
	if t.inCourt() && known && slices.Contains(policy.NeverWhen, statute.WhenCourt) {
		t.takeOff("court", statute.WhenCourt)
	}
}
