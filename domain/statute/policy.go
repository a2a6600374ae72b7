package statute

import (
	"fmt"
	"slices"

	"fangxin/domain/calendar"
)

// DisclosurePolicy says what of an ended complaint is public (消费投诉信息公示). The
// text of the departmental rule was not read, so every native policy is a decision of
// this project, versioned and replaceable; each public record names its version.
type DisclosurePolicy struct {
	Version  string        `json:"version"`
	Title    Text          `json:"title"`
	From     calendar.Date `json:"from,omitzero"` // by the day of publication
	To       calendar.Date `json:"to,omitzero"`
	RuleSets []string      `json:"rule_sets"` // cases of which rule sets it covers

	// PublishAll publishes every case, ended or not (imported public data).
	PublishAll bool `json:"publish_all,omitempty"`
	// PublishOutcomes are the outcomes with which an accepted case must have ended.
	PublishOutcomes []string `json:"publish_outcomes,omitempty"`
	// NeverGrounds are grounds of refusal or termination that keep a case private.
	NeverGrounds []string `json:"never_grounds,omitempty"`
	// NeverWhen are circumstances that keep a case private.
	NeverWhen []string `json:"never_when,omitempty"`
	// RequiresConsent: the consumer must have agreed to publication.
	RequiresConsent bool `json:"requires_consent"`
	// NarrativeByConsent: the consumer's own words are shown only with consent.
	NarrativeByConsent bool `json:"narrative_by_consent"`
	// ReviewedTextOnly: free text is shown only after an officer's review.
	ReviewedTextOnly bool `json:"reviewed_text_only"`

	ObjectionPeriod  *calendar.Period `json:"objection_period,omitempty"`  // after notice to the merchant
	CorrectionPeriod *calendar.Period `json:"correction_period,omitempty"` // after a correction is due
	Period           *calendar.Period `json:"period,omitempty"`            // how long a record stays

	// Classes of records, in the order in which they are tried.
	Classes []RecordClass `json:"classes,omitempty"`
	// Withdrawals are the classes of reason under which a record is taken down.
	Withdrawals []string `json:"withdrawals,omitempty"`
	// StatementMax is how many characters the merchant's statement may have; 0: none is
	// taken.
	StatementMax int `json:"statement_max,omitempty"`

	Fields      []string   `json:"fields"`                 // public fields
	NeverFields []string   `json:"never_fields,omitempty"` // never public, whatever else is said
	AmountBands []int64    `json:"amount_bands,omitempty"` // lower edges in fen, ascending, first 0
	SmallCell   int        `json:"small_cell"`             // statistics below it are withheld
	Marks       []Note     `json:"marks"`                  // what each part rests on
	Citations   []Citation `json:"citations"`
}

// RecordClass (公示类别) tells records apart that the public reads differently: a dispute
// that the merchant settled and performed before any office accepted it is no ordinary
// one.
type RecordClass struct {
	ID    string `json:"id"`
	Title Text   `json:"title"`
	// BeforeAcceptance: for cases settled by the sides before acceptance (先行和解).
	BeforeAcceptance bool `json:"before_acceptance,omitempty"`
	// Performed: only where what was agreed was done and confirmed.
	Performed bool `json:"performed,omitempty"`
	Mark      Mark `json:"mark"`
}

// Outcomes with which a case can end, as policies name them.
const (
	OutcomeAgreed     = "agreed"     // 调解达成协议
	OutcomeSettled    = "settled"    // 自行和解
	OutcomeTerminated = "terminated" // 终止调解
)

// Circumstances that policies name.
const (
	WhenNotAccepted   = "not_accepted"
	WhenReferral      = "police_referral" // Order 121 art 42
	WhenWithdrawn     = "withdrawn"       // without settlement
	WhenIdentityTheft = "identity_theft"
	WhenTipOff        = "tip_off"
	WhenNoConsent     = "consent_refused"
	WhenAppraisal     = "appraisal_pending"
	WhenCourt         = "court_pending"
)

// Band returns the edges of the amount band that holds fen: lo included, hi not; hi
// is 0 in the last band. Without bands, or for a negative amount, ok is false.
func (p DisclosurePolicy) Band(fen int64) (lo, hi int64, ok bool) {
	if len(p.AmountBands) == 0 || fen < p.AmountBands[0] {
		return 0, 0, false
	}
	i, found := slices.BinarySearch(p.AmountBands, fen)
	if !found {
		i--
	}
	if i+1 < len(p.AmountBands) {
		hi = p.AmountBands[i+1]
	}
	return p.AmountBands[i], hi, true
}

// Publishes says whether a case that ended with the outcome, on a ground (if any),
// under the given circumstances may be published, and if not, the circumstance or
// ground that forbids it, or "outcome". A termination counts only with its ground.
func (p DisclosurePolicy) Publishes(outcome, ground string, when ...string) (ok bool, reason string) {
	if p.PublishAll {
		return true, ""
	}
	for _, w := range when {
		if slices.Contains(p.NeverWhen, w) {
			return false, w
		}
	}
	if ground != "" && slices.Contains(p.NeverGrounds, ground) {
		return false, ground
	}
	if !slices.Contains(p.PublishOutcomes, outcome) || outcome == OutcomeTerminated && ground == "" {
		return false, "outcome"
	}
	return true, ""
}

// Class finds the class of a record, "" where the policy has none for such a case.
func (p DisclosurePolicy) Class(accepted, settled, performed bool) string {
	for _, c := range p.Classes {
		if c.BeforeAcceptance == !accepted && (accepted || settled) && (!c.Performed || performed) {
			return c.ID
		}
	}
	return ""
}

// Timed gives a clock of publication the policy's own period; other rules, and those
// that the policy does not speak of, stay as they are.
func (p DisclosurePolicy) Timed(rule ClockRule) ClockRule {
	period := map[string]*calendar.Period{ClockPubObject: p.ObjectionPeriod, ClockPubCorrect: p.CorrectionPeriod}[rule.ID]
	if period != nil {
		rule.Periods = []Limb{{Period: *period}}
	}
	return rule
}

// Public says whether anything can ever be published under the policy.
func (p DisclosurePolicy) Public() bool { return p.PublishAll || len(p.PublishOutcomes) > 0 }

// Shows says whether a field is public under the policy.
func (p DisclosurePolicy) Shows(field string) bool { return slices.Contains(p.Fields, field) }

// Policy returns a disclosure policy by its version.
func (c *Catalogue) Policy(version string) (DisclosurePolicy, bool) {
	for _, p := range c.policies {
		if p.Version == version {
			return p, true
		}
	}
	return DisclosurePolicy{}, false
}

// PolicyAt returns the policy for native cases published on d.
func (c *Catalogue) PolicyAt(d calendar.Date) (DisclosurePolicy, error) {
	for _, rs := range c.ruleSets {
		if !rs.Foreign() {
			return c.PolicyFor(rs.ID, d)
		}
	}
	return DisclosurePolicy{}, ErrNoRuleSet
}

// PolicyFor returns the policy for cases of a rule set that are reviewed on d: of those
// that hold, the one that began last. A record made before keeps its own. The error wraps
// ErrNoRuleSet.
func (c *Catalogue) PolicyFor(ruleSet string, d calendar.Date) (DisclosurePolicy, error) {
	var last *DisclosurePolicy
	for i := range c.policies {
		p := &c.policies[i]
		if slices.Contains(p.RuleSets, ruleSet) && d >= p.From && (p.To.IsZero() || d <= p.To) && (last == nil || p.From > last.From) {
			last = p
		}
	}
	if last != nil {
		return *last, nil
	}
	return DisclosurePolicy{}, fmt.Errorf("disclosure of %q on %s: %w", ruleSet, d, ErrNoRuleSet)
}

// Policies returns all disclosure policies.
func (c *Catalogue) Policies() []DisclosurePolicy { return slices.Clone(c.policies) }
