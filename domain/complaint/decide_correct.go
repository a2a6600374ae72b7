package complaint

import (
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Fields of a complaint that can be corrected (更正). None of them is personal: what is
// said of a person is corrected by CorrectConsumer (PIPL 46).
const (
	FieldAmount    = "amount_fen"
	FieldCategory  = "category"
	FieldItem      = "item"
	FieldSold      = "channel" // where it was bought: online, offline
	FieldRegion    = "region"  // of the respondent, as told
	FieldBought    = "bought_on"
	FieldDelivered = "delivered_on"
	FieldReceived  = "received_on"
	FieldAccepted  = "accepted_on"
	FieldSent      = "sent_on" // of one notice
	FieldEnded     = "ended_on"
	FieldPerformed = "performed_on" // of one instalment, or the whole
	FieldClosed    = "closed_on"
)

// Facts that corrections name beside the ways in which a case ends.
const (
	factFiled     = "filed"
	factReceived  = "received"
	factAccepted  = "accepted"
	factNotice    = "notice"
	factPerformed = "performed"
	factClosed    = "closed"
)

// maxItem bounds the name of what was bought, in bytes.
const maxItem = 400

// Correct (更正): a fact was entered wrongly. The fact stays, and a second one says what
// is right and why; nothing is edited. Value is digits (fen), a code, a name or a civil
// day, as the field asks; Of names one notice or instalment.
type Correct struct {
	Field  string
	Of     string
	Value  string
	Reason Text
}

// Route name.
func (Correct) Route() string { return "correct" }

// houseCorrection: no text of law says how a wrong entry is put right; that it is never
// overwritten is the rule of this house [design].
const houseCorrection = "FANGXIN case"

// may: also of a case that is over; what is public of it follows.
func (Correct) may(t *deciding) error {
	return first(t.by(byOfficer), t.room(len(t.Corrections)))
}

func (a Correct) decide(t *deciding) error {
	held, known := t.entered(a.Field, a.Of)
	switch {
	case !known:
		return t.refuse("not_correctable", "/field", houseCorrection)
	case held.fact == "":
		return t.refuse("nothing_entered", "/field", houseCorrection)
	case held.online:
		return t.refuse("day_recorded", "/field", houseCorrection)
	case a.Reason == nil:
		return t.refuse("reason_required", "/reason", houseCorrection)
	}
	now, err := t.righted(a.Field, a.Value)
	switch {
	case err != nil:
		return err
	case now == held.value:
		return t.refuse("nothing_corrected", "/value", houseCorrection)
	}
	e := &Corrected{
		Event: held.fact, Field: a.Field, Of: a.Of, Was: held.value, Now: now, Reason: a.Reason, On: t.today,
		Moves: a.Field == FieldRegion && t.ReceivedOn.IsZero(),
	}
	if err := t.reclock(e); err != nil {
		return err
	}
	next := t.State
	e.applyTo(&next)
	if err := first(t.inCourse(&next), t.hangs(e, &next)); err != nil {
		return err
	}
	if err := t.republish(e, &next); err != nil {
		return err
	}
	t.emit(e)
	return t.follow(e)
}

// entry is a field as it stands, and the fact that holds it; no fact where there is none.
type entry struct {
	fact, value string
	// online: the program's own clock said so, and nobody entered it.
	online bool
}

// entered finds a field.
func (t *deciding) entered(field, of string) (entry, bool) {
	p := &t.Filing.Purchase
	filed := func(value string) (entry, bool) { return entry{fact: factFiled, value: value}, of == "" }
	switch field {
	case FieldAmount:
		return filed(strconv.FormatInt(p.AmountFen, 10))
	case FieldCategory:
		return filed(p.Category)
	case FieldItem:
		return filed(p.Name)
	case FieldSold:
		return filed(p.Channel)
	case FieldBought:
		return filed(dayText(p.BoughtOn))
	case FieldDelivered:
		return filed(dayText(p.DeliveredOn))
	case FieldRegion:
		return filed(t.Filing.Respondent.Region)
	}
	return t.enteredDay(field, of)
}

// enteredDay finds the day of an act.
func (t *deciding) enteredDay(field, of string) (entry, bool) {
	dated := func(fact string, on calendar.Date) entry {
		if on.IsZero() {
			return entry{}
		}
		return entry{fact: fact, value: on.String()}
	}
	switch field {
	case FieldReceived:
		f := t.Filing.ReceivedOn
		if t.ReceivedOn.IsZero() || t.ReceivedOn == f.On {
			return entry{fact: factFiled, value: f.On.String(), online: t.Filing.Channel == "online"}, of == ""
		}
		return dated(factReceived, t.ReceivedOn), of == ""
	case FieldAccepted:
		return dated(factAccepted, t.AcceptedOn), of == ""
	case FieldEnded:
		return dated(string(t.EndedAs), t.EndedOn), of == ""
	case FieldClosed:
		return dated(factClosed, t.ClosedOn), of == ""
	case FieldSent:
		i := slices.IndexFunc(t.Notices, func(n NoticeState) bool { return n.Notice == of })
		if i < 0 {
			return entry{}, true
		}
		return dated(factNotice, t.Notices[i].SentOn), true
	case FieldPerformed:
		i := t.performance(of)
		if i < 0 {
			return entry{}, true
		}
		o := t.Performances[i].Occurred
		return entry{fact: factPerformed, value: o.On.String(), online: o.Source == "online"}, true
	}
	return entry{}, false
}

func dayText(on calendar.Date) string {
	if on.IsZero() {
		return ""
	}
	return on.String()
}

// righted checks what is said to be right, each field as filing does.
func (t *deciding) righted(field, value string) (string, error) {
	ok := false
	switch field {
	case FieldAmount:
		n, err := strconv.ParseInt(value, 10, 64)
		ok, value = err == nil && n >= 0 && n <= maxAmount, strconv.FormatInt(n, 10)
	case FieldCategory:
		_, ok = t.law.Catalogue.Vocabulary().Category(value)
	case FieldItem:
		ok, value = value != "" && len(value) <= maxItem, sealed.MaskText(value)
	case FieldSold:
		ok = value == "online" || value == "offline"
	case FieldRegion:
		_, ok = t.law.Catalogue.Regions().ByCode(value)
	default:
		on, err := calendar.ParseDate(value)
		if err == nil && on > t.today {
			return "", t.refuse("in_future", "/value", lawCounting)
		}
		ok, value = err == nil && !on.IsZero(), on.String()
	}
	if !ok {
		return "", t.refuse("value_invalid", "/value", houseCorrection)
	}
	return value, nil
}

// maxAmount is the largest sum in dispute, in fen.
const maxAmount = 100_000_000_000
