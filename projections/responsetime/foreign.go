package responsetime

import (
	"slices"

	"fangxin/domain/complaint"
)

// Words of the source.
const (
	statedYes = "Yes"
	statedNo  = "No"
)

// take takes over what the source states anew.
func (s *stated) take(c *complaint.ForeignCase, has func(field string) bool) {
	if has("sent_on") {
		s.Sent = c.Sent
	}
	if has("timely") {
		s.Timely = 0
		if c.Timely != "" {
			s.Timely = yesNo(c.Timely, 2)
		}
	}
	if has("response") {
		s.Response = 0
		if c.Response != "" {
			s.Response = uint8(len(responses()))
			if i := slices.Index(responseStated(), c.Response); i >= 0 {
				s.Response = uint8(i + 1)
			}
		}
	}
	if has("disputed") {
		s.Disputed = yesNo(c.Disputed, 3)
	}
}

// yesNo is 1, 2, or what stands for anything else.
func yesNo(word string, other uint8) uint8 {
	switch word {
	case statedYes:
		return 1
	case statedNo:
		return 2
	}
	return other
}
