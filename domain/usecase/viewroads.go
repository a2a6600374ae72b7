package usecase

import "fangxin/domain/calendar"

// HandoversView says how the case went from hand to hand: sent on to other
// authorities, returned to the desk, and come back to where it had been (踢皮球).
type HandoversView struct {
	Forwarded int `json:"forwarded"`
	Returned  int `json:"returned"`
	Back      int `json:"back"`
	// From is the authority that sent it on last.
	From string `json:"from,omitempty"`
}

// MediationView is what goes on beside the talks: a recusal that is not decided yet, the
// body that mediates in the department's name, the parties' answers to that, appraisals,
// sessions.
type MediationView struct {
	Suspended  bool            `json:"suspended,omitempty"`
	Delegated  string          `json:"delegated,omitempty"`
	Consents   []ConsentView   `json:"consents"`
	Appraisals []AppraisalView `json:"appraisals"`
	Sessions   []SessionView   `json:"sessions"`
}

// ConsentView is a party's last answer to delegation.
type ConsentView struct {
	Party  string `json:"party"`
	Answer string `json:"answer"` // yes, no
}

// AppraisalView is one appraisal; without a result it is under way.
type AppraisalView struct {
	ID             string        `json:"id"`
	Institution    string        `json:"institution"`
	By             string        `json:"by"`
	FeePayer       string        `json:"fee_payer,omitempty"`
	Cause          string        `json:"cause,omitempty"` // where it is no appraisal
	CommissionedOn calendar.Date `json:"commissioned_on"`
	Result         string        `json:"result,omitempty"`
	Report         string        `json:"report,omitempty"`
	ReportedOn     calendar.Date `json:"reported_on,omitempty"`
}

// LeadView is one finding of leads of a breach of law; without a result it is being
// checked. Officers see it only (Order 121 art 37).
type LeadView struct {
	ID        string        `json:"id"`
	FoundOn   calendar.Date `json:"found_on"`
	Text      string        `json:"text,omitempty"`
	Result    string        `json:"result,omitempty"`
	CheckedOn calendar.Date `json:"checked_on,omitempty"`
}

// AskedView is a supplement that the consumer was asked for, by a day.
type AskedView struct {
	Items []string      `json:"items"`
	Text  string        `json:"text,omitempty"`
	By    calendar.Date `json:"by"`
}

// LaneView is a lane to which the case can move up. Closes is the warning that goes with
// it: on this ground the department need not accept the dispute afterwards.
type LaneView struct {
	Lane   string      `json:"lane"`
	Closes *ClosesView `json:"closes,omitempty"`
}

// ClosesView is a ground for not accepting (Order 121 art 16(2)).
type ClosesView struct {
	Ground   string    `json:"ground"`
	Title    Bilingual `json:"title"`
	Rule     string    `json:"rule"`
	Citation string    `json:"citation"`
}

// Bilingual is a text of the law's data in both languages.
type Bilingual struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}
