package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// Spoken is for officers, who record what a party without an account said: which party,
// how it is known, and on which day it said so. Parties speak for themselves and leave
// it out.
type Spoken struct {
	Party    Party
	Via      string // letter, phone, sms, visit, counter
	Occurred Occurred
}

// heardVia lists the channels by which a statement reaches an officer.
func heardVia() []string { return []string{"letter", "phone", "sms", "visit", "counter"} }

// negotiates: who may take part in offers. An officer records what was said, where an
// office has the case.
func (t *deciding) negotiates() error {
	if err := t.by(byConsumer | byMerchant | byOffice); err != nil {
		return err
	}
	if t.party() == Office {
		return t.atOffice()
	}
	return nil
}

// speaks says for whom the actor speaks, and since when the statement stands.
func (t *deciding) speaks(s Spoken, since calendar.Date) (Spoken, error) {
	if own := t.party(); own != Office {
		switch on := s.Occurred.On; {
		case s.Party != "" && s.Party != own:
			return s, t.refuse("not_for_another", "/party", houseAccess)
		case s.Via != "":
			return s, t.refuse("via_of_officers", "/via", houseAccess)
		case !on.IsZero() && on != t.today:
			return s, t.refuse("not_backdated", "/occurred/on", houseAccess)
		}
		return Spoken{Party: own, Occurred: t.now()}, nil
	}
	switch {
	case s.Party != Consumer && s.Party != Merchant:
		return s, t.refuse("party_required", "/party", houseCase)
	case !slices.Contains(heardVia(), s.Via):
		return s, t.refuse("via_required", "/via", houseCase)
	}
	var err error
	s.Occurred, err = t.occurred(s.Occurred, since)
	return s, err
}

// stated: how a statement is known stands only beside what an officer records; there it
// may be left out.
func (t *deciding) stated(via string) error {
	switch {
	case via == "":
		return nil
	case t.party() != Office:
		return t.refuse("via_of_officers", "/via", houseAccess)
	case !slices.Contains(heardVia(), via):
		return t.refuse("via_required", "/via", houseCase)
	}
	return nil
}

// recorded is the day of a statement that an officer recorded, nil where the party made
// it itself.
func (s Spoken) recorded() *Occurred {
	if s.Via == "" {
		return nil
	}
	o := s.Occurred
	return &o
}

// happenedThen notes the day of a statement that an officer recorded.
func (s *State) happenedThen(o *Occurred) {
	if o != nil {
		s.happened(*o)
	}
}
