package complaint

import (
	"slices"
	"strconv"
)

// What a complainant consents to. All but joining bind those who are represented
// (Order 121 art 12).
const (
	ConsentJoin     = "join"
	ConsentSettle   = "settle" // also to an agreement, and to an offer
	ConsentChange   = "change_requests"
	ConsentWaive    = "waive"
	ConsentWithdraw = "withdraw"
)

// maxComplainants bounds who can be named in one case.
const maxComplainants = 50

func (JoinComplainant) may(t *deciding) error {
	if err := first(t.by(byConsumer|byOffice), t.live()); err != nil {
		return err
	}
	switch {
	case t.Behind.Joint != nil:
		return t.refuse("joint_already", "", lawJoint)
	case len(t.Behind.Joined) >= maxComplainants:
		return t.refuse("too_many", "", houseCase)
	}
	return nil
}

// decide names the person; whether the complaint is handled as joint is for the
// department, after all agreed.
func (a JoinComplainant) decide(t *deciding) error {
	switch p := a.Person; {
	case a.Complainant == "" || t.complainant(a.Complainant):
		return t.refuse("complainant_exists", "", houseFiling)
	case p.Subject == "" || p.Name == nil || p.Phone == nil:
		return t.refuse("complainant_incomplete", "/complainant", lawContent)
	case p.Account != "" && t.party() == Consumer:
		return t.refuse("not_your_part", "/complainant/account", houseAccess)
	case t.ComplainantOf(p.Account) != "":
		return t.refuse("complainant_exists", "/complainant/account", houseFiling)
	}
	t.emit(&ComplainantJoined{Complainant: a.Complainant, Person: a.Person})
	return nil
}

// may: an officer records a complainant's word; an account speaks for its own.
func (ConsentJoint) may(t *deciding) error {
	own := t.Actor.Role == RoleConsumer && t.ComplainantOf(t.Actor.ID) != ""
	if !own {
		if err := t.by(byOffice); err != nil {
			return err
		}
	}
	if err := first(t.live(), t.room(len(t.Behind.Consents)/maxComplainants)); err != nil {
		return err
	}
	if len(t.Behind.Joined) == 0 {
		return t.refuse("joint_needs_two", "", lawJoint)
	}
	return nil
}

func (a ConsentJoint) decide(t *deciding) error {
	who := a.Complainant
	if t.party() == Consumer {
		own := t.ComplainantOf(t.Actor.ID)
		if who != "" && who != own {
			return t.refuse("not_your_part", "/complainant", houseAccess)
		}
		who = own
	}
	switch {
	case !t.complainant(who):
		return t.refuse("complainant_unknown", "/complainant", lawJoint)
	case !slices.Contains([]string{ConsentJoin, ConsentSettle, ConsentChange, ConsentWaive, ConsentWithdraw}, a.To):
		return t.refuse("consent_unknown", "/to", lawJoint)
	case a.Offer != "" && a.To != ConsentSettle:
		return t.refuse("offer_unknown", "/offer", houseCase)
	}
	if a.Offer != "" {
		if _, ok := t.offer(a.Offer); !ok {
			return t.refuse("offer_unknown", "/offer", houseCase)
		}
	}
	if on := a.Occurred.On; t.party() == Consumer && !on.IsZero() && on != t.today {
		return t.refuse("not_backdated", "/occurred/on", houseAccess)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&JointConsented{
		Case: t.ID, Complainant: who, To: a.To, Offer: a.Offer, Refused: !a.Yes, Document: a.Document, Occurred: o,
	})
	return nil
}

// may: the department may handle the complaint as joint once every complainant agreed
// (Order 121 art 12, Order 20 art 11).
func (FormJoint) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.live(), t.atOffice()); err != nil {
		return err
	}
	switch {
	case t.Behind.Joint != nil:
		return t.refuse("joint_already", "", lawJoint)
	case len(t.Behind.Joined) == 0:
		return t.refuse("joint_needs_two", "", lawJoint)
	}
	return t.missing(t.refuse("joint_consent_missing", "", lawJoint), func(c ComplainantState) bool { return t.consented(c.ID, ConsentJoin, "") })
}

// decide: they choose two representatives in writing.
func (a FormJoint) decide(t *deciding) error {
	r := a.Representatives
	switch {
	case len(r) != 2 || r[0] == r[1]:
		return t.refuse("two_representatives", "/representatives", lawJoint)
	case a.Document == "":
		return t.refuse("choice_in_writing", "/document", lawJoint)
	}
	for i, id := range r {
		if !t.complainant(id) {
			return t.refuse("complainant_unknown", "/representatives/"+strconv.Itoa(i), lawJoint)
		}
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&JointFormed{Cases: []string{t.ID}, Representatives: r, Document: a.Document, Occurred: &o})
	return nil
}

// missing refuses with the complainants of whom something does not hold.
func (t *deciding) missing(r *Refusal, holds func(ComplainantState) bool) error {
	var who []string
	for _, c := range t.Complainants() {
		if !holds(c) {
			who = append(who, c.ID)
		}
	}
	if len(who) == 0 {
		return nil
	}
	r.Who = who
	return r
}

// represented: a waiver, a change of what is asked for or a settlement needs the consent
// of each whom the representatives represent (Order 121 art 12, Order 20 art 11); those
// who chose representatives act through them.
func (t *deciding) represented(to, offer string) error {
	if t.Behind.Joint == nil {
		return nil
	}
	if t.Actor.Role == RoleConsumer && !t.Represents(t.ComplainantOf(t.Actor.ID)) {
		return t.refuse("not_a_representative", "", lawJoint)
	}
	return t.missing(t.refuse("represented_consent_missing", "", lawJoint), func(c ComplainantState) bool {
		return t.Represents(c.ID) || t.consented(c.ID, to, offer)
	})
}
