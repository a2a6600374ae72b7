package paper

import (
	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// Facts are what forms are filled from: a case as the printing officer may see it, and
// what stands beside it. Parts that a form does not use may be absent. The names in
// the tags are those that sources in the forms' data begin with.
type Facts struct {
	Case     *usecase.CaseView `json:"case"`
	TipOff   *TipOff           `json:"tipoff"`
	Notice   *Notice           `json:"notice"`
	Office   *Office           `json:"office"`
	Session  *Session          `json:"session"`
	Transfer *Transfer         `json:"transfer"`
	Sides    *Sides            `json:"sides"`
}

// Notice is the document itself.
type Notice struct {
	Number    string        `json:"number"`    // as taken, 呼市监投受〔2026〕第12号
	Addressee string        `json:"addressee"` // 收件人
	Dated     calendar.Date `json:"dated"`     // 成文日期
	Materials string        `json:"materials"` // form 4: what is asked for
	// Proof of sending, for the copy that the office keeps.
	Channel string        `json:"channel"`
	SentOn  calendar.Date `json:"sent_on"`
	Contact string        `json:"contact"`
	Handler string        `json:"handler"` // 经办人
}

// Office is the department that signs, with the officer whom people may call.
type Office struct {
	Name    string `json:"name"` // in full: 呼和浩特市市场监督管理局
	Contact string `json:"contact"`
	Phone   string `json:"phone"`
	Address string `json:"address"`
}

// Session is a mediation on site (现场调解, Order 121 art 20).
type Session struct {
	On          calendar.Date `json:"on"`
	Time        string        `json:"time"` // 09:30
	Place       string        `json:"place"`
	Mediator    string        `json:"mediator"`
	Phone       string        `json:"phone"`
	Bring       string        `json:"bring"`
	RecusalDays int           `json:"recusal_days"`
}

// Transfer is a forwarding to a lower department (分送).
type Transfer struct {
	Kind        string        `json:"kind"` // complaint, tipoff
	Person      string        `json:"person"`
	SubmittedOn calendar.Date `json:"submitted_on"`
	Subject     string        `json:"subject"`
	ReportBy    calendar.Date `json:"report_by"`
	Materials   int           `json:"materials"`
	Pages       int           `json:"pages"`
}

// Sides is what a form asks of the parties beside the case.
type Sides struct {
	RespondentContact     string `json:"respondent_contact"`
	ComplainantAgent      string `json:"complainant_agent"`
	ComplainantAgentPhone string `json:"complainant_agent_phone"`
	LegalRepresentative   string `json:"legal_representative"`
	Premises              string `json:"premises"`
	RespondentAgent       string `json:"respondent_agent"`
	RespondentAgentPhone  string `json:"respondent_agent_phone"`
}

// TipOff is a tip-off (举报); an anonymous one names no reporter.
type TipOff struct {
	Number        string        `json:"number"`
	Ruleset       string        `json:"ruleset"`
	Reporter      string        `json:"reporter"`
	Phone         string        `json:"phone"`
	Address       string        `json:"address"`
	IDNumber      string        `json:"id_number"`
	Target        string        `json:"target"`
	TargetAddress string        `json:"target_address"`
	Leads         string        `json:"leads"`
	RegisteredOn  calendar.Date `json:"registered_on"`
	Subject       string        `json:"subject"`
	Law           string        `json:"law"`
	Article       string        `json:"article"`
	Result        string        `json:"result"`
}

// ruleset is the one under which the matter stands.
func (f Facts) ruleset() string {
	switch {
	case f.Case != nil:
		return f.Case.Ruleset
	case f.TipOff != nil:
		return f.TipOff.Ruleset
	}
	return ""
}

// clock returns the clock of a rule, as sources "clock.<rule>.<field>" ask for it.
func (f Facts) clock(rule string) (usecase.ClockView, bool) {
	if f.Case != nil {
		for _, c := range f.Case.Clocks {
			if c.Rule == rule {
				return c, true
			}
		}
	}
	return usecase.ClockView{}, false
}
