package usecase

import "fangxin/domain/calendar"

// AnswerLinkView is a link that was given to the respondent. Code and Path stand in the
// answer to the officer who made it, and nowhere else.
type AnswerLinkView struct {
	Link    int           `json:"link"`
	Until   calendar.Date `json:"until"`
	Channel string        `json:"channel"`
	// State is in_force, expired, or why it ended: revoked, respondent_changed, erased,
	// closed.
	State string `json:"state"`
	Code  string `json:"code,omitempty"`
	// Path is the page that takes the code, with the code in the fragment, which no
	// browser sends to a server (RFC 9110 section 4.2.5).
	Path string `json:"path,omitempty"`
}

// answerLinks shows which links are out.
func (p *presenting) answerLinks(v *CaseView) {
	if !p.sees("answer_links") {
		return
	}
	today := calendar.DateOf(p.c.Now())
	for _, l := range p.s.AnswerLinks {
		state := l.Ended
		switch {
		case l.Stands(today):
			state = "in_force"
		case state == "":
			state = "expired"
		}
		v.AnswerLinks = append(v.AnswerLinks, AnswerLinkView{Link: l.Link, Until: l.Until, Channel: l.Channel, State: state})
	}
}
