package statute

import (
	"slices"

	"fangxin/domain/calendar"
)

// Entry is one line of law with what every line has. It holds in the rule sets it
// names; in each of them it cites the laws in force there.
type Entry struct {
	Code      string     `json:"code"`
	RuleSets  []string   `json:"rule_sets"`
	Title     Text       `json:"title"`
	Citations []Citation `json:"citations"`
	Notes     []Note     `json:"notes,omitempty"`
	Mark      Mark       `json:"mark"`
}

func (e *Entry) entry() *Entry { return e }

// held returns the lines that hold in a rule set, with its citations.
func held[T any, P interface {
	*T
	entry() *Entry
}](all []T, rs *RuleSet) []T {
	var out []T
	for _, x := range all {
		e := P(&x).entry()
		if slices.Contains(e.RuleSets, rs.ID) {
			e.Citations = rs.cited(e.Citations)
			out = append(out, x)
		}
	}
	return out
}

// find returns the line with the given code.
func find[T any, P interface {
	*T
	entry() *Entry
}](list []T, code string) (T, bool) {
	for i := range list {
		if P(&list[i]).entry().Code == code {
			return list[i], true
		}
	}
	var none T
	return none, false
}

// Provision is a rule that either holds in a rule set or does not; it holds when it
// is listed.
type Provision struct {
	Entry
	// Number is the count that the rule speaks of: copies, representatives, days.
	Number int `json:"number,omitempty"`
}

// Codes of provisions that the program asks for.
const (
	// SplitMixed: a submission that mixes complaint and tip-off is split.
	SplitMixed = "split_mixed"
	// TrueIdentity: a complaint must carry true identity information.
	TrueIdentity = "true_identity"
	// IdentityProof: the department may demand proof of identity.
	IdentityProof = "identity_proof"
	// AgentPower: an agent needs the original power of attorney (授权委托书).
	AgentPower = "agent_power"
	// JointMayForm: complaints of the same dispute may be handled as one
	// (共同投诉); Number is the least count of complainants.
	JointMayForm = "joint_may_form"
	// JointTwoRepresentatives: Number representatives, chosen in writing.
	JointTwoRepresentatives = "joint_two_representatives"
	// JointConsent: waiver, change and settlement need each represented person.
	JointConsent = "joint_consent"
	// Through12315: every act runs through the national 12315 platform.
	Through12315 = "through_12315"
	// FirstReceiver: of several competent departments the first handles it.
	FirstReceiver = "first_receiver"
	// SuperiorDesignates: the common superior ends a dispute of competence.
	SuperiorDesignates = "superior_designates"
	// ReturnToDesk: a unit without competence returns the case to the desk.
	ReturnToDesk = "return_to_desk"
	// FactorsRefinable: regions may say the factors of art 17 in more detail.
	FactorsRefinable = "factors_refinable"
	// PoliceReferral: suspected planting and the like goes to the police.
	PoliceReferral = "police_referral"
	// MediationNeedsBoth: mediation needs the consent of both sides.
	MediationNeedsBoth = "mediation_needs_both"
	// DelegationNeedsBoth: mediation may be delegated (委托调解) only if both
	// sides consent.
	DelegationNeedsBoth = "delegation_needs_both"
	// DelegateOtherUnits: units other than mediation bodies may be entrusted.
	DelegateOtherUnits = "delegate_other_units"
	// NoSubdelegation: the delegate delegates no further.
	NoSubdelegation = "no_subdelegation"
	// SessionAnnounced: time, place and mediator of a session on site are
	// announced beforehand.
	SessionAnnounced = "session_announced"
	// RecusalSuspends: an application for recusal (回避) suspends the mediation,
	// not its period.
	RecusalSuspends = "recusal_suspends"
	// BodyMayBeDesignated: the department may designate the appraisal body when
	// the parties do not agree on one.
	BodyMayBeDesignated = "body_may_be_designated"
	// FeeByAgreement: the parties agree on who pays for the appraisal.
	FeeByAgreement = "fee_by_agreement"
	// OfficialSampling: major disputes may go into official spot checks.
	OfficialSampling = "official_sampling"
	// DocumentOnSite: agreement reached on site needs a mediation document
	// (调解书) unless performed at once or waived by both.
	DocumentOnSite = "document_on_site"
	// RecordRemote: without a document a record (调解记录) is kept.
	RecordRemote = "record_remote"
	// RemedyRoutes: the routes of CRPL 39 are open against the result.
	RemedyRoutes = "remedy_routes"
	// LeadExtensionByHead: the head of the department approves more time.
	LeadExtensionByHead = "lead_extension_by_head"
	// TimeOutByDecision: a passed limit ends nothing by itself.
	TimeOutByDecision = "time_out_by_decision"
	// TerminationKeepsLeads: termination ends no check of leads.
	TerminationKeepsLeads = "termination_keeps_leads"
	// ChannelsOpen: the list of channels is not closed.
	ChannelsOpen = "channels_open"
)

// Provision returns the rule with the given code, if it holds in the rule set.
func (rs RuleSet) Provision(code string) (Provision, bool) { return find(rs.in().provisions, code) }

// Provisions returns the rules that hold in the rule set.
func (rs RuleSet) Provisions() []Provision { return slices.Clone(rs.in().provisions) }

// Has says whether the provision holds in the rule set.
func (rs RuleSet) Has(code string) bool { _, ok := rs.Provision(code); return ok }

// Need says when a field must be given.
type Need string

// The needs.
const (
	NeedRequired  Need = "required"   // 必须提供
	NeedMayDemand Need = "may_demand" // 部门可以要求
	NeedDeclared  Need = "declared"   // 投诉人声明
	NeedAgent     Need = "agent"      // 委托代理时
	NeedJoint     Need = "joint"      // 共同投诉时
	NeedForm      Need = "form"       // the official form asks, the law does not
)

// Field is one thing that a complaint carries (投诉应当提供的内容).
type Field struct {
	Entry
	Need Need `json:"need"`
}

// Fields returns the fields of a need in the order of the law; all of them for "".
func (rs RuleSet) Fields(need Need) []Field {
	var out []Field
	for _, f := range rs.in().fields {
		if need == "" || f.Need == need {
			out = append(out, f)
		}
	}
	return out
}

// Missing returns the required fields, and those of the further needs, that has does
// not find, in the order of the law.
func (rs RuleSet) Missing(has func(code string) bool, further ...Need) []Field {
	var out []Field
	for _, f := range rs.in().fields {
		if (f.Need == NeedRequired || slices.Contains(further, f.Need)) && !has(f.Code) {
			out = append(out, f)
		}
	}
	return out
}

// Field returns a field by its code.
func (rs RuleSet) Field(code string) (Field, bool) { return find(rs.in().fields, code) }

// Channel is a way to file (投诉渠道). FiledAs are the channels of this program that
// count as it.
type Channel struct {
	Entry
	FiledAs []string `json:"filed_as,omitempty"`
}

// Channels returns the channels of the law; with ChannelsOpen there may be others.
func (rs RuleSet) Channels() []Channel { return slices.Clone(rs.in().channels) }

// FiledAs returns the channel of the law as which this program's channel counts;
// what a region added comes before the law's "and other channels".
func (rs RuleSet) FiledAs(channel string) (Channel, bool) {
	for _, c := range slices.Backward(rs.in().channels) {
		if slices.Contains(c.FiledAs, channel) {
			return c, true
		}
	}
	return Channel{}, false
}

// Matter is what is no complaint (不适用本办法的事项): the person is told of the
// route that is open.
type Matter struct {
	Entry
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
}

// OutOfScope returns the matters that were out of scope on the filing day.
func (rs RuleSet) OutOfScope(filedOn calendar.Date) []Matter {
	var out []Matter
	for _, m := range rs.in().scope {
		if filedOn >= m.From && (m.To.IsZero() || filedOn <= m.To) {
			out = append(out, m)
		}
	}
	return out
}
