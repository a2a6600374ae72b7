package complaint

import (
	"errors"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

func (RecordDeadlinePassed) may(t *deciding) error { return t.by(bySystem) }

// decide records that a limit passed, once per rule and due date, if that very clock
// still runs and its last day on the wide reading is over. The time to object to a
// publication is no duty of anybody: when it is over, the record goes public.
func (a RecordDeadlinePassed) decide(t *deciding) error {
	if a.Rule == ClockPublic {
		return a.takeDown(t)
	}
	c, ok := t.Clock(a.Rule)
	if !ok || c.Due != a.Due || c.State != ClockRunning || c.Paused() || !t.over(c.Clock) {
		return t.refuse("moved_on", "", houseCase)
	}
	again, err := t.recomputed(c)
	if err != nil {
		return err
	}
	if again != c.Clock {
		t.emit(&ClockRecomputed{From: c.Clock, Clock: again})
		if c.Clock = again; !t.over(again) {
			return nil
		}
	}
	if a.Rule == statute.ClockPubObject {
		if t.publishable() != nil && t.Disclosure.State == DisclosureTold && !t.merchantTold() {
			t.emit(&DeadlinePassed{Rule: c.Rule, Due: c.Due, DueWide: c.DueWide})
			return nil // time runs anew once the merchant is told
		}
		if t.publishable() != nil {
			return t.refuse("moved_on", "", houseObjection)
		}
		return Publish{}.decide(t)
	}
	t.emit(&DeadlinePassed{Rule: c.Rule, Due: c.Due, DueWide: c.DueWide})
	return nil
}

// takeDown ends the publication of a record whose period is over, unless it was
// withdrawn or published anew.
func (a RecordDeadlinePassed) takeDown(t *deciding) error {
	if d := t.Disclosure; d.State != DisclosurePublic || d.Until != a.Due || t.today <= d.Until {
		return t.refuse("moved_on", "", houseCase)
	}
	return WithdrawDisclosure{Class: "period_over"}.decide(t)
}

// recomputed is a clock whose date was provisional under the calendar of now: no
// limit is recorded as passed before the holidays of its year were looked at again.
func (t *deciding) recomputed(c ClockState) (Clock, error) {
	rule, ok := t.law.ClockRule(&t.State, t.rules, c.Rule)
	if !c.Provisional || !ok || c.Calendar == t.calendar.Version() {
		return c.Clock, nil
	}
	if c.Extended {
		rule = rule.Extended()
	}
	now, err := statute.Compute(t.calendar, rule, c.StartedOn, c.Pauses)
	if err != nil || now.Suspended {
		return c.Clock, err
	}
	again := c.Clock
	again.Due, again.DueWide, again.Provisional, again.Calendar = now.Due, now.DueWide, now.Provisional, now.Calendar
	return again, nil
}

func (RecordForeignCase) may(t *deciding) error {
	if t.Actor.Role != RoleSystem && t.Actor.Role != RoleAdmin {
		return t.refuse("not_your_part", "", houseAccess)
	}
	return nil
}

// decide takes the case over the first time; later it adds what the source states
// otherwise now, and nothing where nothing changed.
func (a RecordForeignCase) decide(t *deciding) error {
	if t.Foreign == nil {
		return a.record(t)
	}
	switch now := t.Foreign.Case; {
	case a.Ruleset != t.Ruleset, a.Case.System != now.System, a.Case.Number != now.Number:
		return t.refuse("other_foreign_case", "/number", houseImport)
	}
	changed := &ForeignChanged{}
	sent := false
	for _, f := range foreignFields() {
		if f.name == "narrative" && a.NarrativeChanged || f.name != "narrative" && f.differs(&t.Foreign.Case, &a.Case) {
			changed.Fields = append(changed.Fields, f.name)
			f.take(&changed.Case, &a.Case)
			sent = sent || f.name == "sent_on"
		}
	}
	if len(changed.Fields) == 0 {
		return nil
	}
	if sent {
		var err error
		if changed.Clocks, err = t.foreignClocks(a.Case); err != nil {
			return err
		}
	}
	t.emit(changed)
	return nil
}

func (a RecordForeignCase) record(t *deciding) error {
	rules, err := t.law.Catalogue.Named(a.Ruleset)
	if errors.Is(err, statute.ErrNoRuleSet) || err == nil && !rules.Foreign() {
		return t.refuse("no_rule_set", "/ruleset", houseImport)
	}
	if err != nil {
		return err
	}
	t.rules = rules
	switch c := a.Case; {
	case a.ID == "" || c.System == "" || c.Number == "":
		return t.refuse("number_invalid", "/number", houseImport)
	case c.Received.IsZero():
		return t.refuse("date_missing", "/received_on", houseImport)
	case c.Merchant.ID == "":
		return t.refuse("identity_incomplete", "/merchant", houseImport)
	}
	policy, err := t.law.Catalogue.PolicyFor(rules.ID, t.today)
	if err != nil {
		return t.refuse("no_policy", "", houseImport)
	}
	clocks, err := t.foreignClocks(a.Case)
	if err != nil {
		return err
	}
	t.emit(&ForeignRecorded{
		ID: a.ID, Ruleset: rules.ID, Policy: policy.Version, Case: a.Case, Clocks: clocks, Internal: !policy.Public(),
	})
	return nil
}

// foreignClocks run from the day the source sent the case to the company.
func (t *deciding) foreignClocks(c ForeignCase) ([]Clock, error) {
	if c.Sent.IsZero() {
		return nil, nil
	}
	var clocks []Clock
	for _, id := range t.rules.ClockIDs {
		clock, err := t.start(id, c.Sent)
		if err != nil {
			return nil, err
		}
		clocks = append(clocks, clock)
	}
	return clocks, nil
}

// foreignField compares and copies one field of a foreign case under its JSON name.
type foreignField struct {
	name    string
	differs func(a, b *ForeignCase) bool
	take    func(into, from *ForeignCase)
}

// field makes a foreignField from a way to reach it.
func field[T comparable](name string, at func(*ForeignCase) *T) foreignField {
	return foreignField{
		name:    name,
		differs: func(a, b *ForeignCase) bool { return *at(a) != *at(b) },
		take:    func(into, from *ForeignCase) { *at(into) = *at(from) },
	}
}

// foreignFields lists every field of a foreign case but the two that identify it.
func foreignFields() []foreignField {
	text := func(name string, at func(*ForeignCase) *string) foreignField { return field(name, at) }
	return []foreignField{
		field("received_on", func(c *ForeignCase) *calendar.Date { return &c.Received }),
		field("sent_on", func(c *ForeignCase) *calendar.Date { return &c.Sent }),
		field("merchant", func(c *ForeignCase) *Identity { return &c.Merchant }),
		text("product", func(c *ForeignCase) *string { return &c.Product }),
		text("sub_product", func(c *ForeignCase) *string { return &c.SubProduct }),
		text("issue", func(c *ForeignCase) *string { return &c.Issue }),
		text("sub_issue", func(c *ForeignCase) *string { return &c.SubIssue }),
		text("state", func(c *ForeignCase) *string { return &c.State }),
		text("zip", func(c *ForeignCase) *string { return &c.ZIP }),
		text("tags", func(c *ForeignCase) *string { return &c.Tags }),
		text("consent", func(c *ForeignCase) *string { return &c.Consent }),
		text("via", func(c *ForeignCase) *string { return &c.Via }),
		text("response", func(c *ForeignCase) *string { return &c.Response }),
		text("public_response", func(c *ForeignCase) *string { return &c.PublicResponse }),
		text("timely", func(c *ForeignCase) *string { return &c.Timely }),
		text("disputed", func(c *ForeignCase) *string { return &c.Disputed }),
		field("narrative", func(c *ForeignCase) *Text { return &c.Narrative }),
		{
			name:    "official",
			differs: func(a, b *ForeignCase) bool { return a.official() != b.official() },
			take:    func(into, from *ForeignCase) { into.Official = from.Official },
		},
	}
}

func (c *ForeignCase) official() OfficialFacts {
	if c.Official == nil {
		return OfficialFacts{}
	}
	return *c.Official
}
