package usecase

// The inputs are requests as they come from outside: plain personal data, checked
// for shape (json and validate tags, read by the edge), never stored. `pii:"…"`
// marks a field that is sealed; it is left out of the body hash.

// ConsumerInput is the consumer (消费者) in a complaint. It may be absent, or hold
// only what differs, once the caller's account holds the rest.
type ConsumerInput struct {
	Name        string         `json:"name" validate:"required,person" pii:"name"`
	Phone       string         `json:"phone" validate:"required,phone" pii:"phone"`
	Address     string         `json:"address" validate:"required,max=300" pii:"address"`
	Region      string         `json:"region" validate:"required,region"`
	IDType      string         `json:"id_type,omitempty" validate:"omitempty,oneof=id_card passport hk_macao_permit taiwan_permit residence_permit other"`
	IDNumber    string         `json:"id_number,omitempty" validate:"omitempty,max=40" pii:"id_number"`
	Language    string         `json:"language,omitempty" validate:"omitempty,max=20"`
	ContactWays []ContactInput `json:"contact_ways,omitempty" validate:"max=5,dive"`
	// Account is the consumer's account where an officer files for one who has it, so
	// that the consumer can open the case. Who files for itself leaves it out.
	Account string `json:"account,omitempty" validate:"max=128"`
}

// ContactInput is a further way to reach a person.
type ContactInput struct {
	Kind  string `json:"kind" validate:"required,oneof=phone email wechat letter other"`
	Value string `json:"value" validate:"required,max=100" pii:"contact"`
}

// FilerInput is who files, where that is not the consumer alone.
type FilerInput struct {
	As              string       `json:"as" validate:"required,oneof=self guardian agent representative heir"`
	Name            string       `json:"name,omitempty" validate:"omitempty,person" pii:"name"`
	Phone           string       `json:"phone,omitempty" validate:"omitempty,phone" pii:"phone"`
	PowerOfAttorney string       `json:"power_of_attorney,omitempty" validate:"omitempty,blob"`
	Helper          *HelperInput `json:"helper,omitempty"`
}

// HelperInput is who wrote the complaint down.
type HelperInput struct {
	Kind string `json:"kind" validate:"required,oneof=family service_station officer"`
	Name string `json:"name" validate:"required,person" pii:"name"`
	Unit string `json:"unit,omitempty" validate:"omitempty,max=100,line"`
	// Phone and Address are the helper's; where the consumer gives the same, they never
	// count as a shared contact (Order 121 art 17, F4).
	Phone   string `json:"phone,omitempty" validate:"omitempty,phone" pii:"phone"`
	Address string `json:"address,omitempty" validate:"max=300" pii:"address"`
}

// MerchantInput is the respondent (被投诉人) as told. One way to recognise it and an
// address, region or platform are enough; a credit code is never required.
type MerchantInput struct {
	USCC     string         `json:"uscc,omitempty" validate:"omitempty,uscc_shape"`
	Name     string         `json:"name,omitempty" validate:"omitempty,max=100,line"`
	Sign     string         `json:"sign,omitempty" validate:"omitempty,max=100,line"`
	Person   string         `json:"person,omitempty" validate:"omitempty,person" pii:"name"`
	Phone    string         `json:"phone,omitempty" validate:"omitempty,phone" pii:"phone"`
	Address  string         `json:"address,omitempty" validate:"max=300" pii:"address"`
	Region   string         `json:"region" validate:"required,region"`
	Landmark string         `json:"landmark,omitempty" validate:"max=200" pii:"address"`
	Market   *MarketInput   `json:"market,omitempty"`
	Platform *PlatformInput `json:"platform,omitempty"`
	Payee    *PayeeInput    `json:"payee,omitempty"`
	Photos   []string       `json:"photos,omitempty" validate:"max=10,dive,blob"`
}

// MarketInput is a stall in a market.
type MarketInput struct {
	Name  string `json:"name" validate:"required,max=100,line"`
	Stall string `json:"stall,omitempty" validate:"max=50"`
}

// PlatformInput is the platform on which the respondent sells.
type PlatformInput struct {
	USCC         string `json:"uscc,omitempty" validate:"omitempty,uscc_shape"`
	Name         string `json:"name" validate:"required,max=100,line"`
	Shop         string `json:"shop" validate:"required,max=100,line"`
	URL          string `json:"url,omitempty" validate:"omitempty,url,max=500" pii:"text"`
	AddressShown string `json:"address_shown,omitempty" validate:"max=300" pii:"address"`
}

// PayeeInput is who received the money.
type PayeeInput struct {
	Name    string `json:"name" validate:"required,max=100" pii:"name"`
	Channel string `json:"channel" validate:"required,max=50"`
}

// PurchaseInput is the goods or service. Money in fen.
type PurchaseInput struct {
	Kind        string        `json:"kind" validate:"required,oneof=goods service"`
	Category    string        `json:"category" validate:"required,category"`
	Name        string        `json:"name" validate:"required,max=100,line"`
	OrderNo     string        `json:"order_no,omitempty" validate:"max=100" pii:"text"`
	Place       string        `json:"place,omitempty" validate:"max=200" pii:"address"`
	BoughtOn    string        `json:"bought_on" validate:"required,civil"`
	DeliveredOn string        `json:"delivered_on,omitempty" validate:"omitempty,civil"`
	InstalledOn string        `json:"installed_on,omitempty" validate:"omitempty,civil"`
	Channel     string        `json:"channel" validate:"required,oneof=online offline"`
	AmountFen   int64         `json:"amount_fen" validate:"min=0,max=100000000000"`
	Brand       string        `json:"brand,omitempty" validate:"omitempty,max=100,line"`
	Model       string        `json:"model,omitempty" validate:"omitempty,max=100,line"`
	Maker       string        `json:"maker,omitempty" validate:"omitempty,max=100,line"`
	Serial      string        `json:"serial,omitempty" validate:"max=100" pii:"text"`
	Batch       string        `json:"batch,omitempty" validate:"omitempty,max=100,line"`
	Quantity    int64         `json:"quantity,omitempty" validate:"min=0,max=1000000"`
	Prepaid     *PrepaidInput `json:"prepaid,omitempty"`
}

// PrepaidInput is a prepaid card.
type PrepaidInput struct {
	PaidFen    int64 `json:"paid_fen" validate:"min=0,max=100000000000"`
	UsedFen    int64 `json:"used_fen" validate:"min=0,max=100000000000"`
	ShopClosed bool  `json:"shop_closed"`
}

// HistoryInput is what happened before filing.
type HistoryInput struct {
	KnewOn         string           `json:"knew_on,omitempty" validate:"omitempty,civil"`
	ToldMerchantOn string           `json:"told_merchant_on,omitempty" validate:"omitempty,civil"`
	MerchantAnswer string           `json:"merchant_answer,omitempty" validate:"max=2000" pii:"text"`
	FiledElsewhere []ElsewhereInput `json:"filed_elsewhere,omitempty" validate:"max=10,dive"`
}

// ElsewhereInput is another body with the same dispute.
type ElsewhereInput struct {
	Where  string `json:"where" validate:"required,max=100,line"`
	Number string `json:"number,omitempty" validate:"max=60"`
	State  string `json:"state" validate:"required,max=50"`
}

// HarmInput says whether people were hurt.
type HarmInput struct {
	Injury         string `json:"injury,omitempty" validate:"omitempty,oneof=none slight serious death"`
	OthersAffected bool   `json:"others_affected,omitempty"`
}

// RequestInput (诉求) is one thing asked for.
type RequestInput struct {
	Kind      string `json:"kind" validate:"required,oneof=repair redo replace return refund make_up compensate apologise other"`
	AmountFen int64  `json:"amount_fen,omitempty" validate:"min=0,max=100000000000"`
	Text      string `json:"text,omitempty" validate:"max=500" pii:"text"`
}

// ConsentInput is what the consumer agrees to; Wording names the text shown.
type ConsentInput struct {
	Publish           bool   `json:"publish"`
	DelegateMediation bool   `json:"delegate_mediation"`
	Wording           string `json:"wording" validate:"required,max=50"`
}

// ExternalRefInput names the matter in another system.
type ExternalRefInput struct {
	System     string `json:"system" validate:"required,oneof=12315 12345 association court arbitration other"`
	Number     string `json:"number" validate:"required,max=60"`
	ReceivedOn string `json:"received_on,omitempty" validate:"omitempty,civil"`
	Status     string `json:"status,omitempty" validate:"max=50"`
}

// FileComplaint (提交投诉) opens a case. Officers may give the day of receipt.
type FileComplaint struct {
	Lane         string             `json:"lane,omitempty" validate:"omitempty,oneof=direct association department"`
	Consumer     *ConsumerInput     `json:"consumer" validate:"required"`
	Filer        *FilerInput        `json:"filer,omitempty"`
	Merchant     MerchantInput      `json:"merchant"`
	Subject      PurchaseInput      `json:"subject"`
	History      *HistoryInput      `json:"history,omitempty"`
	Harm         *HarmInput         `json:"harm,omitempty"`
	Facts        string             `json:"facts" validate:"required,max=5000" pii:"text"`
	Requests     []RequestInput     `json:"requests" validate:"required,min=1,max=10,dive"`
	Evidence     []string           `json:"evidence,omitempty" validate:"max=50,dive,blob"`
	Consent      ConsentInput       `json:"consent"`
	EverydayUse  *bool              `json:"everyday_use,omitempty"`
	Truthful     *bool              `json:"truthful,omitempty"`
	ReceivedOn   string             `json:"received_on,omitempty" validate:"omitempty,civil"`
	Intake       *IntakeInput       `json:"intake,omitempty"`
	ExternalRefs []ExternalRefInput `json:"external_refs,omitempty" validate:"max=10,dive"`
}

// OccurredInput is the day of the act where it is not today.
type OccurredInput struct {
	On     string `json:"on,omitempty" validate:"omitempty,civil"`
	Source string `json:"source,omitempty" validate:"omitempty,oneof=online counter call postmark record"`
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// TermsInput are terms of an offer or agreement.
type TermsInput struct {
	Kind      string `json:"kind" validate:"required,oneof=repair redo replace return refund make_up compensate apologise other"`
	AmountFen int64  `json:"amount_fen,omitempty" validate:"min=0,max=100000000000"`
	Text      string `json:"text,omitempty" validate:"max=2000" pii:"text"`
	PerformBy string `json:"perform_by,omitempty" validate:"omitempty,civil"`
	// Instalments split the performance; each has its own day, the last is the whole's.
	Instalments []InstalmentInput `json:"instalments,omitempty" validate:"max=36,dive"`
}

// InstalmentInput is one instalment (分期履行).
type InstalmentInput struct {
	AmountFen int64  `json:"amount_fen,omitempty" validate:"min=0,max=100000000000"`
	Due       string `json:"due" validate:"required,civil"`
}

// Inputs of the actions of a complaint. The name after the slash is the route.

// ChangeLane /change-lane: the consumer moves the case up.
type ChangeLane struct {
	To      string `json:"to" validate:"required,oneof=association department"`
	Wording string `json:"wording" validate:"required,max=50"`
	// Warned: the wording said what acceptance there closes; lanes of the case names it.
	Warned bool   `json:"warned,omitempty"`
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// Assign /assign: the desk gives the case to a unit.
type Assign struct {
	Unit    string `json:"unit" validate:"required,max=50"`
	Officer string `json:"officer,omitempty" validate:"max=50"`
}

// IdentifyMerchant /identify-merchant: propose candidates, confirm one, or say unknown.
type IdentifyMerchant struct {
	State      string           `json:"state" validate:"required,oneof=proposed confirmed unknown"`
	Candidates []CandidateInput `json:"candidates,omitempty" validate:"required_if=State proposed,max=10,dive"`
	Merchant   *IdentityInput   `json:"merchant,omitempty" validate:"required_if=State confirmed"`
	Source     string           `json:"source,omitempty" validate:"required_if=State confirmed,omitempty,oneof=register licence platform merchant officer"`
	Reason     string           `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// IdentityInput is a registered operator. ID may be left out: it is derived from
// the credit code, or from name and region.
type IdentityInput struct {
	ID       string `json:"id,omitempty" validate:"max=60"`
	USCC     string `json:"uscc,omitempty" validate:"omitempty,uscc_shape"`
	Name     string `json:"name,omitempty" validate:"omitempty,max=100,line"`
	Person   string `json:"person,omitempty" validate:"omitempty,person" pii:"name"`
	Region   string `json:"region" validate:"required,region"`
	Store    string `json:"store,omitempty" validate:"max=60"`
	Industry string `json:"industry,omitempty" validate:"max=40"`
}

// CandidateInput is a proposed identity.
type CandidateInput struct {
	IdentityInput
	By string `json:"by" validate:"required,oneof=uscc name alias payee address platform_shop"`
}

// Accept /accept (受理).
type Accept struct {
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Decline /decline (不予受理).
type Decline struct {
	Ground   string         `json:"ground" validate:"required,max=40"`
	Factors  []string       `json:"factors,omitempty" validate:"max=5,dive,oneof=F1 F2 F3 F4 F5"`
	Reason   string         `json:"reason,omitempty" validate:"max=2000" pii:"text"`
	Routes   []string       `json:"routes,omitempty" validate:"max=10,dive,max=40"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Notify /notify: a notice is made out and, where a channel is given, sent. About
// names the decision. An official form takes the next number of the office, unless
// one that the office gave by hand stands in Number.
type Notify struct {
	About     string         `json:"about" validate:"required,oneof=acceptance decline termination mediation identity publication"`
	Recipient string         `json:"recipient" validate:"required,oneof=consumer merchant"`
	Channel   string         `json:"channel,omitempty" validate:"omitempty,oneof=internet phone sms email letter in_person"`
	Number    string         `json:"number,omitempty" validate:"max=60"`
	Text      string         `json:"text" validate:"required,max=5000" pii:"text"`
	Occurred  *OccurredInput `json:"occurred,omitempty"`
}

// Respond /respond: the merchant answers; an officer may record its answer.
type Respond struct {
	Kind     string         `json:"kind" validate:"required,oneof=interim final"`
	Text     string         `json:"text" validate:"required,max=5000" pii:"text"`
	Evidence []string       `json:"evidence,omitempty" validate:"max=20,dive,blob"`
	Via      string         `json:"via,omitempty" validate:"omitempty,oneof=portal api letter phone sms visit counter"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Offer /offer, by consumer or merchant, or recorded by an officer.
type Offer struct {
	Terms   TermsInput `json:"terms"`
	Answers string     `json:"answers,omitempty" validate:"max=60"`
	ValidTo string     `json:"valid_to,omitempty" validate:"omitempty,civil"`
	SpokenInput
}

// AnswerOffer /accept-offer and /refuse-offer.
type AnswerOffer struct {
	Offer  string `json:"offer" validate:"required,max=60"`
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
	SpokenInput
}

// Agree /agree: an officer records the agreement (调解书 or 调解记录).
type Agree struct {
	Form  string     `json:"form" validate:"required,oneof=document record performed waived"`
	Offer string     `json:"offer,omitempty" validate:"max=60"`
	Terms TermsInput `json:"terms"`
	// SignedBy are the sides that signed or sealed the document, or that waived it; Sealed
	// by the department; Copies made; Record where no session has one.
	SignedBy []string       `json:"signed_by,omitempty" validate:"max=2,dive,oneof=consumer merchant"`
	Sealed   bool           `json:"sealed,omitempty"`
	Copies   int            `json:"copies,omitempty" validate:"min=0,max=100"`
	Record   string         `json:"record,omitempty" validate:"max=5000" pii:"text"`
	InPerson bool           `json:"in_person,omitempty"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Settle /settle (自行和解): the consumer, or an officer, says the parties settled.
type Settle struct {
	Offer    string         `json:"offer,omitempty" validate:"max=60"`
	Terms    TermsInput     `json:"terms"`
	InPerson bool           `json:"in_person,omitempty"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Withdraw /withdraw (撤回).
type Withdraw struct {
	Reason   string         `json:"reason,omitempty" validate:"max=500" pii:"text"`
	InPerson bool           `json:"in_person,omitempty"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Terminate /terminate (终止调解). Party is the side that the ground is about; Found the
// ground of article 16, or ART42, that came up after acceptance.
type Terminate struct {
	Ground   string         `json:"ground" validate:"required,max=40"`
	Party    string         `json:"party,omitempty" validate:"omitempty,oneof=consumer merchant"`
	Found    string         `json:"found,omitempty" validate:"max=40"`
	Reason   string         `json:"reason,omitempty" validate:"max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Supplement /supplement: the consumer adds facts or evidence.
type Supplement struct {
	Text     string         `json:"text,omitempty" validate:"max=5000" pii:"text"`
	Evidence []string       `json:"evidence,omitempty" validate:"max=50,dive,blob"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Perform /perform (履行).
type Perform struct {
	Via        string         `json:"via,omitempty" validate:"omitempty,oneof=letter phone sms visit counter"`
	Instalment int            `json:"instalment,omitempty" validate:"min=0,max=36"`
	AmountFen  int64          `json:"amount_fen,omitempty" validate:"min=0,max=100000000000"`
	Evidence   []string       `json:"evidence,omitempty" validate:"max=20,dive,blob"`
	Occurred   *OccurredInput `json:"occurred,omitempty"`
}

// ConfirmPerformance /confirm-performance.
type ConfirmPerformance struct {
	Instalment int `json:"instalment,omitempty" validate:"min=0,max=36"`
}

// Rate /rate (评价).
type Rate struct {
	View     string `json:"view" validate:"required,oneof=resolved partly not_resolved"`
	Merchant int    `json:"merchant,omitempty" validate:"min=0,max=5"`
	Office   int    `json:"office,omitempty" validate:"min=0,max=5"`
	Text     string `json:"text,omitempty" validate:"max=1000" pii:"text"`
}

// Close /close (办结).
type Close struct {
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ReviewDisclosure /review-disclosure: an officer reviews the public record, and the
// merchant is shown exactly this record.
type ReviewDisclosure struct {
	Summary string `json:"summary,omitempty" validate:"max=300"`
	// Channel by which the merchant is shown the record; internet where none is named.
	Channel string `json:"channel,omitempty" validate:"omitempty,oneof=internet phone sms email letter in_person"`
}

// ObjectDisclosure /object-disclosure: the merchant objects.
type ObjectDisclosure struct {
	Text string `json:"text" validate:"required,max=2000" pii:"text"`
}

// DecideObjection /decide-objection.
type DecideObjection struct {
	Result  string `json:"result" validate:"required,oneof=upheld dismissed corrected"`
	Reason  string `json:"reason" validate:"required,max=2000" pii:"text"`
	Summary string `json:"summary,omitempty" validate:"max=300"`
}

// Publish /publish: the record goes public once the time to object is over.
type Publish struct{}

// WithdrawDisclosure /withdraw-disclosure.
type WithdrawDisclosure struct {
	Class  string `json:"class" validate:"required,oneof=consent_withdrawn corrected wrong_merchant period_over court personal_data other"`
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// ReturnToDesk /return-to-desk: the unit has no competence (Order 121 art 41).
type ReturnToDesk struct {
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}
