package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Lane is the road a case runs on (受理路径): it says who acts and whether a
// statutory clock runs.
type Lane string

// Lanes.
const (
	// LaneDirect: the merchant only (先行和解, ODR); no office has received anything.
	LaneDirect Lane = "direct"
	// LaneAssociation: a consumer association or another mediation body, in its own name (消协).
	LaneAssociation Lane = "association"
	// LaneDepartment: the market regulation department (市场监管部门), Order 121.
	LaneDepartment Lane = "department"
	// LaneForeign: a case that another system handled; it is shown, not run.
	LaneForeign Lane = "foreign"
)

// Status is where a case stands.
type Status string

// Statuses.
const (
	StatusNone       Status = ""
	StatusFiled      Status = "filed"      // 已提交
	StatusReceived   Status = "received"   // 已接收, the acceptance clock runs
	StatusAccepted   Status = "accepted"   // 已受理, mediation (调解) runs
	StatusDeclined   Status = "declined"   // 不予受理
	StatusAgreed     Status = "agreed"     // 达成协议
	StatusSettled    Status = "settled"    // 自行和解
	StatusWithdrawn  Status = "withdrawn"  // 撤回
	StatusTerminated Status = "terminated" // 终止调解
	StatusClosed     Status = "closed"     // 办结
	StatusForeign    Status = "foreign"    // recorded from another system
)

// Outcome is what the proceedings led to, apart from status and from the
// consumer's view.
type Outcome string

// Outcomes.
const (
	OutcomeNone        Outcome = ""
	OutcomeAgreement   Outcome = "agreement"    // 调解达成协议
	OutcomeSettlement  Outcome = "settlement"   // 自行和解 after acceptance
	OutcomePrior       Outcome = "prior"        // 先行和解: settled before acceptance
	OutcomeNoAgreement Outcome = "no_agreement" // 终止调解 without agreement
	OutcomeWithdrawn   Outcome = "withdrawn"
	OutcomeDeclined    Outcome = "declined"
)

// ConsumerView is the consumer's own answer on the end of the case.
type ConsumerView string

// Views; the empty one means not asked or not answered.
const (
	ViewResolved ConsumerView = "resolved"
	ViewPartly   ConsumerView = "partly"
	ViewNot      ConsumerView = "not_resolved"
)

// Party is a side of the dispute.
type Party string

// Parties.
const (
	Consumer Party = "consumer"
	Merchant Party = "merchant"
	Office   Party = "office"
)

// Text is free text: it can contain personal data and is always sealed.
type Text = *sealed.Value

// Occurred is the day of an act and where it is known from. An entry made later
// than the next working day, or of a day before an earlier fact, needs a reason
// and is marked for the auditor.
type Occurred struct {
	On     calendar.Date `json:"on"`
	Source string        `json:"source,omitempty"` // online, counter, call, postmark, record
	Reason Text          `json:"reason,omitempty"`
	Late   bool          `json:"late,omitempty"`
}

// Clock is a legal time limit as Decide computed it; projections copy it.
type Clock struct {
	Rule        string        `json:"rule"`
	StartedOn   calendar.Date `json:"started_on"`
	Due         calendar.Date `json:"due"`
	DueWide     calendar.Date `json:"due_wide"`
	Provisional bool          `json:"provisional,omitempty"`
	Calendar    string        `json:"calendar"`
}

// Person is a natural person of the case. Every field but region and language is
// sealed under the person's subject.
type Person struct {
	Subject  sealed.Subject `json:"subject"`
	Name     *sealed.Value  `json:"name,omitempty"`
	Phone    *sealed.Value  `json:"phone,omitempty"`
	Address  *sealed.Value  `json:"address,omitempty"`
	Region   string         `json:"region,omitempty"`
	IDType   string         `json:"id_type,omitempty"`
	IDNumber *sealed.Value  `json:"id_number,omitempty"`
	Language string         `json:"language,omitempty"`
	Contacts []ContactWay   `json:"contacts,omitempty"`
	// Account is the opaque id of the account that files, if any.
	Account string `json:"account,omitempty"`
}

// ContactWay is a way to reach a person.
type ContactWay struct {
	Kind  string        `json:"kind"`
	Value *sealed.Value `json:"value,omitempty"`
}

// Filer is who files where that is not the consumer alone (代理人, 监护人, 代表人).
type Filer struct {
	As              string         `json:"as"` // self, guardian, agent, representative, heir
	Subject         sealed.Subject `json:"subject,omitempty"`
	Name            *sealed.Value  `json:"name,omitempty"`
	Phone           *sealed.Value  `json:"phone,omitempty"`
	PowerOfAttorney string         `json:"power_of_attorney,omitempty"`
	Helper          *Helper        `json:"helper,omitempty"`
}

// Helper wrote the complaint down for the consumer: family, a service station
// (消费维权服务站) or an officer. Its phone never counts as shared contact.
type Helper struct {
	Kind string        `json:"kind"`
	Name *sealed.Value `json:"name,omitempty"`
	Unit string        `json:"unit,omitempty"`
	// Phone and Address are the helper's own and never the consumer's.
	Phone   *sealed.Value `json:"phone,omitempty"`
	Address *sealed.Value `json:"address,omitempty"`
}

// Told is the respondent (被投诉人) as the consumer describes it. A natural
// person's name, phone, address and payee name are sealed under Subject; the link to
// an offer under the consumer's. Name, Sign, Market and Platform are those of a
// business, with personal numbers hidden.
type Told struct {
	Subject  sealed.Subject `json:"subject,omitempty"`
	USCC     string         `json:"uscc,omitempty"`
	Name     string         `json:"name,omitempty"`
	Sign     string         `json:"sign,omitempty"`
	Person   *sealed.Value  `json:"person,omitempty"`
	Phone    *sealed.Value  `json:"phone,omitempty"`
	Address  *sealed.Value  `json:"address,omitempty"`
	Region   string         `json:"region"`
	Landmark *sealed.Value  `json:"landmark,omitempty"`
	Market   *Market        `json:"market,omitempty"`
	Platform *Platform      `json:"platform,omitempty"`
	Payee    *Payee         `json:"payee,omitempty"`
	Photos   []string       `json:"photos,omitempty"`
	// Warnings are codes such as uscc_checksum: shown to the officer, never a refusal.
	Warnings []string `json:"warnings,omitempty"`
}

// Market is a stall in a market.
type Market struct {
	Name  string `json:"name"`
	Stall string `json:"stall,omitempty"`
}

// Platform is the online platform (平台) on which the respondent sells.
type Platform struct {
	USCC         string        `json:"uscc,omitempty"`
	Name         string        `json:"name"`
	Shop         string        `json:"shop,omitempty"`
	URL          *sealed.Value `json:"url,omitempty"` // links carry account and order
	AddressShown *sealed.Value `json:"address_shown,omitempty"`
}

// Payee is who received the money.
type Payee struct {
	Name    *sealed.Value `json:"name,omitempty"`
	Channel string        `json:"channel,omitempty"`
}

// Identity is the respondent as a registered operator. ID is the internal id of
// the merchant; a natural person has Person set and no Name.
type Identity struct {
	ID     string        `json:"id"`
	USCC   string        `json:"uscc,omitempty"`
	Name   string        `json:"name,omitempty"`
	Person *sealed.Value `json:"person,omitempty"`
	Region string        `json:"region,omitempty"`
	Store  string        `json:"store,omitempty"`
	// Industry is a class of the disclosure policy.
	Industry string `json:"industry,omitempty"`
}

// Candidate is a proposed identity and what it was found by.
type Candidate struct {
	Identity
	By string `json:"by"` // uscc, name, alias, payee, address, platform_shop
}

// IdentityState is how sure the respondent is.
type IdentityState string

// States of the respondent's identity.
const (
	IdentityClaimed   IdentityState = "claimed"
	IdentityProposed  IdentityState = "proposed"
	IdentityConfirmed IdentityState = "confirmed"
	IdentityUnknown   IdentityState = "unknown"
)

// Purchase is the goods or service in dispute. Money is in fen.
type Purchase struct {
	Kind        string        `json:"kind"` // goods, service
	Category    string        `json:"category"`
	Name        string        `json:"name"`
	OrderNo     *sealed.Value `json:"order_no,omitempty"`
	Place       *sealed.Value `json:"place,omitempty"`
	BoughtOn    calendar.Date `json:"bought_on"`
	DeliveredOn calendar.Date `json:"delivered_on,omitempty"`
	InstalledOn calendar.Date `json:"installed_on,omitempty"`
	Channel     string        `json:"channel"` // online, offline
	AmountFen   int64         `json:"amount_fen"`
	Brand       string        `json:"brand,omitempty"`
	Model       string        `json:"model,omitempty"`
	Maker       string        `json:"maker,omitempty"`
	Serial      *sealed.Value `json:"serial,omitempty"`
	Batch       string        `json:"batch,omitempty"`
	Quantity    int64         `json:"quantity,omitempty"`
	Prepaid     *Prepaid      `json:"prepaid,omitempty"`
}

// Prepaid is a prepaid card or course (预付式消费).
type Prepaid struct {
	PaidFen    int64 `json:"paid_fen"`
	UsedFen    int64 `json:"used_fen"`
	ShopClosed bool  `json:"shop_closed"`
}

// Request (诉求) is one thing the consumer asks for.
type Request struct {
	Kind      string `json:"kind"` // repair, redo, replace, return, refund, make_up, compensate, apologise, other
	AmountFen int64  `json:"amount_fen,omitempty"`
	Text      Text   `json:"text,omitempty"`
}

// History is what happened before filing.
type History struct {
	KnewOn         calendar.Date `json:"knew_on,omitempty"`
	ToldMerchantOn calendar.Date `json:"told_merchant_on,omitempty"`
	MerchantAnswer Text          `json:"merchant_answer,omitempty"`
	FiledElsewhere []Elsewhere   `json:"filed_elsewhere,omitempty"`
}

// Elsewhere is another body that has the same dispute.
type Elsewhere struct {
	Where  string `json:"where"`
	Number string `json:"number,omitempty"`
	State  string `json:"state"`
}

// Harm says whether people were hurt.
type Harm struct {
	Injury         string `json:"injury,omitempty"` // none, slight, serious, death
	OthersAffected bool   `json:"others_affected,omitempty"`
}

// Consent is what the consumer agreed to and the wording that was shown.
type Consent struct {
	Publish           bool   `json:"publish"`
	DelegateMediation bool   `json:"delegate_mediation"`
	Wording           string `json:"wording"`
}

// ExternalRef names the same matter in another system (12315 is the official
// record of the department lane, Order 121 art 40).
type ExternalRef struct {
	System     string        `json:"system"` // 12315, 12345, association, court, arbitration, other
	Number     string        `json:"number"`
	ReceivedOn calendar.Date `json:"received_on,omitempty"`
	Status     string        `json:"status,omitempty"`
}

// Terms are what parties agree on.
type Terms struct {
	Kind      string        `json:"kind"` // as Request.Kind
	AmountFen int64         `json:"amount_fen,omitempty"`
	Text      Text          `json:"text,omitempty"`
	PerformBy calendar.Date `json:"perform_by,omitempty"`
	// Instalments split the performance (分期履行).
	Instalments []Instalment `json:"instalments,omitempty"`
}

// Instalment is one part of a performance, with its own date.
type Instalment struct {
	AmountFen int64         `json:"amount_fen"`
	Due       calendar.Date `json:"due"`
}
