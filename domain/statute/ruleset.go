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
	Notices      []NoticeRule  `json:"notices,omitempty"`
	Forms        []Form        `json:"forms,omitempty"`
	NumberFormat string        `json:"number_format,omitempty"` // of documents
	Mark         Mark          `json:"mark"`

	// Refined names the files of Refinements that took part, in their order.
	Refined []string `json:"-"`

	held *contents
}

// contents is what holds in a rule set, with the citations that are in force there.
type contents struct {
	clocks     map[string]*ClockRule
	grounds    map[string]*Ground
	order      []string // codes of grounds, in the order of the law
	provisions []Provision
	fields     []Field
	channels   []Channel
	competence []CompetenceRule
	scope      []Matter
	dates      []DateRule
	measures   []Measure
}

// in returns the contents; a rule set that was not loaded holds nothing.
func (rs RuleSet) in() *contents {
	if rs.held == nil {
		return &contents{}
	}
	return rs.held
}

// NoticeRule says what a notice must contain and to whom it goes.
type NoticeRule struct {
	Kind       string     `json:"kind"`
	Form       int        `json:"form,omitempty"`
	Clock      string     `json:"clock,omitempty"`    // the period in which it must be sent
	Recipients []string   `json:"recipients"`         // complainant, respondent, authority
	Contents   []string   `json:"contents,omitempty"` // what it must say
	Channels   []string   `json:"channels,omitempty"` // that the official form names
	Citations  []Citation `json:"citations"`
}

// Kinds and contents of notices.
const (
	NoticeAcceptance    = "acceptance"
	NoticeNonAcceptance = "non_acceptance"
	NoticeTermination   = "termination"
	NoticeMediation     = "mediation"  // 调解通知书
	NoticeIdentity      = "identity"   // 限期提供身份证明材料通知书
	NoticeForwarding    = "forwarding" // 分送通知书
	ContentReason       = "reason"     // 不予受理的理由
	ContentRoutes       = "routes"     // 解决争议的其他途径, CRPL 39
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
	if r, ok := rs.in().clocks[id]; ok {
		return *r, true
	}
	return ClockRule{}, false
}

// Accepting returns the clock of the decision on acceptance (受理期限); it is the
// zero rule in a foreign rule set.
func (rs RuleSet) Accepting() ClockRule { r, _ := rs.Clock(rs.Acceptance); return r }

// Mediation returns the clock of mediation (调解期限); it is the zero rule in a
// foreign rule set.
func (rs RuleSet) Mediation() ClockRule { r, _ := rs.Clock(rs.Mediate); return r }

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
	Side      string     `json:"side,omitempty"`   // the only side whose conduct is the ground
	Bodies    []string   `json:"bodies,omitempty"` // whose handling of the same dispute is the ground
	Citations []Citation `json:"citations"`
	Mark      Mark       `json:"mark"` // of the content; the codes are this project's
}

// SideRespondent: Order 20 art 21(3) knows only the respondent's refusal, Order 121 art
// 23(2) either side's.
const SideRespondent = "respondent"

// Factor is a consideration for an official, never a threshold (Order 121 art 17).
type Factor struct {
	Code  string `json:"code"`
	Title Text   `json:"title"`
	// Refines is the factor of the law that a region says in more detail.
	Refines   string     `json:"refines,omitempty"`
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
	g, ok := rs.in().grounds[code]
	if !ok || g.Kind != kind {
		return Ground{}, false
	}
	return *g, true
}

// Closes returns the ground for not accepting a dispute that the body has already
// accepted or handled: what going there first closes here (Order 121 art 16(2)).
func (rs RuleSet) Closes(body string) (Ground, bool) {
	for _, g := range rs.Grounds(Decline) {
		if slices.Contains(g.Bodies, body) {
			return g, true
		}
	}
	return Ground{}, false
}

// Grounds returns all grounds of a kind in the order of the law.
func (rs RuleSet) Grounds(kind GroundKind) []Ground {
	var out []Ground
	held := rs.in()
	for _, code := range held.order {
		if g := held.grounds[code]; g.Kind == kind {
			out = append(out, *g)
		}
	}
	return out
}
