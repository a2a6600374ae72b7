package usecase

import "fangxin/domain/calendar"

// What the consumer told on filing, as those who handle the case read it. The merchant
// reads the complaint itself, not what is told of the merchant or of the filer.

// ContactView is a further way to reach a person.
type ContactView struct {
	Kind  string `json:"kind"`
	Value string `json:"value,omitempty"`
}

// FilerView is who filed, where that was not the consumer alone.
type FilerView struct {
	As              string      `json:"as"`
	Name            string      `json:"name,omitempty"`
	Phone           string      `json:"phone,omitempty"`
	PowerOfAttorney string      `json:"power_of_attorney,omitempty"`
	Helper          *HelperView `json:"helper,omitempty"`
	// Authority is there where somebody files for the consumer.
	Authority *AuthorityView `json:"authority,omitempty"`
}

// HelperView is who wrote the complaint down.
type HelperView struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
	Unit string `json:"unit,omitempty"`

	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
}

// ToldView is the respondent (被投诉人) as the consumer described it.
type ToldView struct {
	USCC     string        `json:"uscc,omitempty"`
	Name     string        `json:"name,omitempty"`
	Sign     string        `json:"sign,omitempty"`
	Person   string        `json:"person,omitempty"`
	Phone    string        `json:"phone,omitempty"`
	Address  string        `json:"address,omitempty"`
	Region   string        `json:"region,omitempty"`
	Landmark string        `json:"landmark,omitempty"`
	Market   *MarketView   `json:"market,omitempty"`
	Platform *PlatformView `json:"platform,omitempty"`
	Payee    *PayeeView    `json:"payee,omitempty"`
	Photos   []string      `json:"photos,omitempty"`
}

// MarketView is a stall in a market.
type MarketView struct {
	Name  string `json:"name"`
	Stall string `json:"stall,omitempty"`
}

// PlatformView is the platform on which the respondent sells.
type PlatformView struct {
	USCC         string `json:"uscc,omitempty"`
	Name         string `json:"name"`
	Shop         string `json:"shop,omitempty"`
	URL          string `json:"url,omitempty"`
	AddressShown string `json:"address_shown,omitempty"`
}

// PayeeView is who received the money.
type PayeeView struct {
	Name    string `json:"name,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// PrepaidView is a prepaid card or course. Money in fen.
type PrepaidView struct {
	PaidFen    int64 `json:"paid_fen"`
	UsedFen    int64 `json:"used_fen"`
	ShopClosed bool  `json:"shop_closed"`
}

// BeforeView is what happened before filing.
type BeforeView struct {
	KnewOn         calendar.Date   `json:"knew_on,omitempty"`
	ToldMerchantOn calendar.Date   `json:"told_merchant_on,omitempty"`
	MerchantAnswer string          `json:"merchant_answer,omitempty"`
	FiledElsewhere []ElsewhereView `json:"filed_elsewhere,omitempty"`
}

// ElsewhereView is another body that has the same dispute.
type ElsewhereView struct {
	Where  string `json:"where"`
	Number string `json:"number,omitempty"`
	State  string `json:"state"`
}

// DeclaredView is what the consumer declared and agreed to, and whether people were
// hurt.
type DeclaredView struct {
	Publish           bool   `json:"publish"`
	DelegateMediation bool   `json:"delegate_mediation"`
	Wording           string `json:"wording"`
	EverydayUse       bool   `json:"everyday_use"`
	Truthful          bool   `json:"truthful"`
	Injury            string `json:"injury,omitempty"`
	OthersAffected    bool   `json:"others_affected,omitempty"`
}
