package complaint

import "fangxin/domain/calendar"

// LinkIssued: the respondent was given a link to answer with. The code itself stands
// nowhere: it is made from the case, the link's number and a key of the server.
type LinkIssued struct {
	fact `json:"-"`
	// Link counts the case's links from 1.
	Link int `json:"link"`
	// Until is the last day on which it is good.
	Until   calendar.Date `json:"until"`
	Channel string        `json:"channel"` // sms, letter
}

// LinkRevoked: the link is good no more.
type LinkRevoked struct {
	fact   `json:"-"`
	Link   int  `json:"link"`
	Reason Text `json:"reason,omitempty"`
}
