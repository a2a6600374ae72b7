package complaint

import (
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// may: in the direct lane no office has anything to ask for.
func (RequestSupplement) may(t *deciding) error {
	return first(t.by(byOffice), t.live(), t.atOffice(), t.room(len(t.Asked)))
}

func (t *deciding) atOffice() error {
	if t.Lane == LaneDirect {
		return t.refuse("not_competent_lane", "", houseLanes)
	}
	return nil
}

// decide: no text lets the office wait for materials, so the period of acceptance runs
// on (Order 121 art 15); the day is for the consumer.
func (a RequestSupplement) decide(t *deciding) error {
	if len(a.Items) == 0 && a.Text == nil {
		return t.refuse("nothing_asked", "/items", lawContent)
	}
	for i, item := range a.Items {
		if _, ok := t.rules.Field(item); !ok && item != "other" {
			return t.refuse("item_unknown", "/items/"+strconv.Itoa(i), lawContent)
		}
	}
	if err := t.asksBy(a.By); err != nil {
		return err
	}
	t.emit(&SupplementRequested{Items: a.Items, Text: a.Text, By: a.By})
	return t.setDate(statute.DateSupplement, a.By, "/by")
}

// asksBy: the consumer is given a day that is not over.
func (t *deciding) asksBy(day calendar.Date) error {
	switch {
	case day.IsZero():
		return t.refuse("date_missing", "/by", houseDates)
	case day < t.today:
		return t.refuse("date_order", "/by", lawCounting)
	}
	return nil
}

func (Supplement) may(t *deciding) error {
	return first(t.by(byConsumer|byOffice), t.live(), t.room(len(t.Supplements)))
}

// decide: the consumer's own supplement is of today; an officer who takes one in says on
// which day it came.
func (a Supplement) decide(t *deciding) error {
	if a.Text == nil && len(a.Evidence) == 0 {
		return t.refuse("nothing_added", "/text", lawContent)
	}
	if on := a.Occurred.On; t.party() == Consumer && !on.IsZero() && on != t.today {
		return t.refuse("not_backdated", "/occurred/on", houseAccess)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&Supplemented{Text: a.Text, Evidence: a.Evidence, Occurred: o})
	return nil
}

// may: the department may demand proof of identity before it decides on acceptance
// (Order 121 art 10); before that rule nobody could.
func (RequestIdentityProof) may(t *deciding) error {
	if err := first(undecided(t), t.room(len(t.Asked))); err != nil {
		return err
	}
	if !t.rules.Has(statute.IdentityProof) {
		return t.refuse("identity_not_demanded", "", lawContent)
	}
	return nil
}

func (a RequestIdentityProof) decide(t *deciding) error {
	if err := t.asksBy(a.By); err != nil {
		return err
	}
	t.emit(&IdentityProofRequested{By: a.By})
	return t.setDate(statute.DateIdentity, a.By, "/by")
}

func (VerifyIdentity) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.live(), t.atOffice()); err != nil {
		return err
	}
	if t.IdentityResult == "verified" {
		return t.refuse("already_verified", "", lawContent)
	}
	return nil
}

// decide records the check. Refusing it, or another's name, is a ground for not accepting
// (Order 121 art 16(6)) that an officer decides on; nothing follows by itself.
func (a VerifyIdentity) decide(t *deciding) error {
	switch {
	case !slices.Contains([]string{"verified", "refused", "false_name"}, a.Result):
		return t.refuse("result_unknown", "/result", lawContent)
	case !slices.Contains([]string{"document", "in_person", "database", "phone"}, a.Method):
		return t.refuse("method_unknown", "/method", lawContent)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&IdentityVerified{Result: a.Result, Method: a.Method, Occurred: o})
	return nil
}

// ConsumerOnly says of a clock that it is the consumer's: materials or proof of identity
// asked for. The respondent does not see it.
func ConsumerOnly(rule string) bool {
	return rule == statute.DateSupplement || rule == statute.DateIdentity
}
