package statute

import (
	"slices"

	"fangxin/domain/calendar"
)

// RuleSet is the law in force for a case, chosen by its filing date and pinned on
// it. The laws themselves have no transition clause, so that choice is a decision of
// this project and can be overridden for a case by a recorded event. Slices are
// shared: do not change them.
type RuleSet struct {
	ID           string        `json:"id"`
	Title        Text          `json:"title"`
	Jurisdiction string        `json:"jurisdiction"` // CN, or the country of imported data
	From         calendar.Date `json:"from,omitzero"`
	To           calendar.Date `json:"to,omitzero"` // last day, zero when open
	Laws         []string      `json:"laws"`
	Acceptance   string        `json:"acceptance,omitempty"` // clock of the decision to accept
	Mediate      string        `json:"mediation,omitempty"`  // clock of mediation
	Counting     []Citation    `json:"counting,omitempty"`   // how days are counted (期间计算)
	ClockIDs     []string      `json:"clocks"`
	Provisions   []Provision   `json:"provisions,omitempty"`
	Notices      []NoticeRule  `json:"notices,omitempty"`
	Forms        []Form        `json:"forms,omitempty"`
	NumberFormat string        `json:"number_format,omitempty"` // of documents
	Mark         Mark          `json:"mark"`

	clocks  map[string]ClockRule
	grounds map[string]Ground
	order   []string // codes of grounds, in the order of the law
}

// Provision is a rule that either holds in a rule set or does not; it holds when it
// is listed.
type Provision struct {
	Code      string     `json:"code"`
	Citations []Citation `json:"citations"`
}

// Codes of provisions.
const (
	// DelegationNeedsBoth: mediation may be delegated (委托调解) only if both
	// sides consent.
	DelegationNeedsBoth = "delegation_needs_both"
	// BodyMayBeDesignated: the department may designate the appraisal body when
	// the parties do not agree on one.
	BodyMayBeDesignated = "body_may_be_designated"
	// TrueIdentity: a complaint must carry true identity information.
	TrueIdentity = "true_identity"
	// IdentityProof: the department may demand proof of identity.
	IdentityProof = "identity_proof"
	// RecusalSuspends: an application for recusal (回避) suspends the mediation,
	// not its period.
	RecusalSuspends = "recusal_suspends"
	// DocumentOnSite: agreement reached on site needs a mediation document
	// (调解书) unless performed at once or waived by both.
	DocumentOnSite = "document_on_site"
	// MediationNeedsBoth: mediation needs the consent of both sides.
	MediationNeedsBoth = "mediation_needs_both"
	// Through12315: every act runs through the national 12315 platform.
	Through12315 = "through_12315"
)

// NoticeRule says what a notice must contain and to whom it goes.
type NoticeRule struct {
	Kind       string     `json:"kind"` // acceptance, non_acceptance, termination
	Form       int        `json:"form,omitempty"`
	Recipients []string   `json:"recipients"`         // complainant, respondent
	Contents   []string   `json:"contents,omitempty"` // reason, routes
	Citations  []Citation `json:"citations"`
}

// Kinds and contents of notices.
const (
	NoticeAcceptance    = "acceptance"
	NoticeNonAcceptance = "non_acceptance"
	NoticeTermination   = "termination"
	ContentReason       = "reason" // 不予受理的理由
	ContentRoutes       = "routes" // 解决争议的其他途径, CRPL 39
)

// Needs says whether the notice must contain the given item.
func (n NoticeRule) Needs(content string) bool { return slices.Contains(n.Contents, content) }

// Form is an official form (文书式样) by its number.
type Form struct {
	Number int  `json:"number"`
	Title  Text `json:"title"`
}

// Foreign says whether the rule set belongs to imported data: its clocks are shown
// and never enforced.
func (rs RuleSet) Foreign() bool { return rs.Jurisdiction != "CN" }

// Covers says whether a case filed on d falls under the rule set.
func (rs RuleSet) Covers(d calendar.Date) bool {
	return d >= rs.From && (rs.To.IsZero() || d <= rs.To)
}

// Clock returns a rule of the deadline catalogue, with the citations that this rule
// set has in force.
func (rs RuleSet) Clock(id string) (ClockRule, bool) {
	r, ok := rs.clocks[id]
	return r, ok
}

// Accepting returns the clock of the decision on acceptance (受理期限); it is the
// zero rule in a foreign rule set.
func (rs RuleSet) Accepting() ClockRule { return rs.clocks[rs.Acceptance] }

// Mediation returns the clock of mediation (调解期限); it is the zero rule in a
// foreign rule set.
func (rs RuleSet) Mediation() ClockRule { return rs.clocks[rs.Mediate] }

// Provision returns the rule with the given code, if it holds in the rule set.
func (rs RuleSet) Provision(code string) (Provision, bool) {
	for _, p := range rs.Provisions {
		if p.Code == code {
			return p, true
		}
	}
	return Provision{}, false
}

// Has says whether the provision holds in the rule set.
func (rs RuleSet) Has(code string) bool { _, ok := rs.Provision(code); return ok }

// Notice returns the rule on notices of a kind.
func (rs RuleSet) Notice(kind string) (NoticeRule, bool) {
	for _, n := range rs.Notices {
		if n.Kind == kind {
			return n, true
		}
	}
	return NoticeRule{}, false
}

// Form returns an official form by its number.
func (rs RuleSet) Form(number int) (Form, bool) {
	for _, f := range rs.Forms {
		if f.Number == number {
			return f, true
		}
	}
	return Form{}, false
}

// GroundKind tells grounds for not accepting from grounds for ending.
type GroundKind string

// The kinds of grounds.
const (
	Decline   GroundKind = "decline"   // 不予受理
	Terminate GroundKind = "terminate" // 终止调解
)

// Ground is a ground for not accepting a complaint or for ending its mediation.
type Ground struct {
	Code      string     `json:"code"`
	Kind      GroundKind `json:"kind"`
	RuleSets  []string   `json:"rule_sets"`
	Title     Text       `json:"title"`
	Factors   []Factor   `json:"factors,omitempty"`
	Unless    string     `json:"unless,omitempty"` // fact that displaces the ground
	Citations []Citation `json:"citations"`
	Mark      Mark       `json:"mark"` // of the content; the codes are this project's
}

// Factor is a consideration for an official, never a threshold (Order 121 art 17).
type Factor struct {
	Code      string     `json:"code"`
	Title     Text       `json:"title"`
	Citations []Citation `json:"citations"`
}

// BodyDesignated is the fact that displaces the ground TM_APPRAISAL_BODY while
// Order 20 and Regulation 778 art 47 stand side by side.
const BodyDesignated = "body_designated"

// DeclineGround returns a ground for not accepting (不予受理) by its code.
func (rs RuleSet) DeclineGround(code string) (Ground, bool) { return rs.ground(code, Decline) }

// TerminationGround returns a ground for ending mediation (终止调解) by its code.
func (rs RuleSet) TerminationGround(code string) (Ground, bool) { return rs.ground(code, Terminate) }

func (rs RuleSet) ground(code string, kind GroundKind) (Ground, bool) {
	g, ok := rs.grounds[code]
	if !ok || g.Kind != kind {
		return Ground{}, false
	}
	return g, true
}

// Grounds returns all grounds of a kind in the order of the law.
func (rs RuleSet) Grounds(kind GroundKind) []Ground {
	var out []Ground
	for _, code := range rs.order {
		if g := rs.grounds[code]; g.Kind == kind {
			out = append(out, g)
		}
	}
	return out
}
