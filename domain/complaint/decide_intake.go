package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// maxEntries bounds what a case gathers of one kind: offers, answers, supplements,
// notices. A case is folded whole on every command.
const maxEntries = 200

func (File) may(t *deciding) error {
	switch t.Actor.Role {
	case RoleConsumer, RoleOfficer, RoleInstitution, RoleSystem:
		return nil
	}
	return t.refuse("not_your_part", "", houseAccess)
}

func (a File) decide(t *deciding) error {
	lane := a.Lane
	if lane == "" && len(t.law.Lanes) > 0 {
		lane = t.law.Lanes[0]
	}
	if !slices.Contains(t.law.Lanes, lane) || lane == LaneForeign {
		return t.refuse("lane_not_run", "/lane", houseLanes)
	}
	received, err := a.received(t)
	if err != nil {
		return err
	}
	if err := a.sound(t, received.On); err != nil {
		return err
	}
	t.emit(&Filed{
		ID: a.ID, Number: a.Number, Lane: lane, FiledOn: t.today, Channel: a.Channel,
		ReceivedOn: received, Ruleset: t.rules.ID, Consumer: a.Consumer, Filer: a.Filer,
		Respondent: a.Respondent, Purchase: a.Purchase, History: a.History, Harm: a.Harm,
		Facts: a.Facts, Requests: a.Requests, Evidence: a.Evidence, Consent: a.Consent,
		EverydayUse: a.EverydayUse, Truthful: a.Truthful, ExternalRefs: a.ExternalRefs,
	})
	if a.From != "" {
		t.emit(&Linked{Kind: "complaint", Case: a.From, Relation: SplitFrom})
	}
	for _, flag := range a.Alike {
		t.emit(&DuplicateFlagged{Case: flag.Case, By: flag.By})
	}
	if lane != LaneDepartment {
		return nil
	}
	if t.elsewhere(a.Respondent.Region) {
		received = t.now()
	}
	return t.receive(BasisFiledHere, received)
}

// elsewhere: the office that took the complaint in is not the competent one, which
// has it only now; its seven working days run from its own receipt (Order 121 art 15).
func (t *deciding) elsewhere(region string) bool {
	_, known := t.law.Catalogue.Regions().ByCode(region)
	return known && t.Actor.Role == RoleOfficer && !t.law.Catalogue.Regions().Competent(t.Actor.Region, region)
}

// received is the day on which the complaint came in. Only the office knows another
// day than today: a letter, a call. Its clocks run from that day, so an entry later
// than the next working day needs a reason and is marked [design]. A part that was split
// off came in with the submission, where the mark stands.
func (a File) received(t *deciding) (Occurred, error) {
	o := a.ReceivedOn
	if o.On.IsZero() {
		o.On = t.today
	}
	o.Source = t.source(o.Source)
	switch {
	case o.On > t.today:
		return o, t.refuse("in_future", "/received_on", lawCounting)
	case o.On < t.today && t.party() != Office:
		return o, t.refuse("not_backdated", "/received_on", houseAccess)
	}
	if o.Late = a.From == "" && t.late(o.On); o.Late && o.Reason == nil {
		return o, t.refuse("reason_required", "/intake/reason", houseFiling)
	}
	if !slices.Contains(channels(), a.Channel) {
		return o, t.refuse("intake_channel_unknown", "/intake/channel", houseFiling)
	}
	return o, nil
}

// channels are the ways in which a complaint comes (Order 121 art 8: an open list).
func channels() []string {
	return []string{"online", "counter", "letter", "phone", "hotline", "fax", "station"}
}

// sound checks what the law and reason ask of a complaint beyond its shape: a
// respondent that can be found, a concrete request, and days in their order.
func (a File) sound(t *deciding, received calendar.Date) error {
	var faults []*Refusal
	fault := func(code, pointer, law string) {
		faults = append(faults, t.refuse(code, pointer, law))
	}
	if a.ID == "" || !CheckNumber(a.Number) {
		fault("number_invalid", "", houseCase)
	}
	if !a.Respondent.recognisable() {
		fault("respondent_unclear", "/merchant", lawContent)
	}
	if len(a.Requests) == 0 {
		fault("request_missing", "/requests", lawContent)
	}
	p := a.Purchase
	if p.AmountFen < 0 {
		fault("amount_negative", "/subject/amount_fen", lawContent)
	}
	day := func(pointer string, on, from calendar.Date) {
		if !on.IsZero() && (on > received || on < from) {
			fault("date_order", pointer, lawCounting)
		}
	}
	day("/subject/bought_on", p.BoughtOn, 0)
	day("/subject/delivered_on", p.DeliveredOn, p.BoughtOn)
	day("/subject/installed_on", p.InstalledOn, max(p.BoughtOn, p.DeliveredOn))
	if h := a.History; h != nil {
		day("/history/knew_on", h.KnewOn, p.BoughtOn)
		day("/history/told_merchant_on", h.ToldMerchantOn, p.BoughtOn)
	}
	if len(faults) == 0 {
		return nil
	}
	faults[0].Others = faults[1:]
	return faults[0]
}

// recognisable: one way to recognise the respondent, and an address, a region or a
// platform. A credit code is never required (Order 121 art 10).
func (r Told) recognisable() bool {
	known := r.USCC != "" || r.Name != "" || r.Sign != "" || r.Person != nil || r.Phone != nil ||
		r.Market != nil || r.Platform != nil || r.Payee != nil || len(r.Photos) > 0
	placed := r.Address != nil || r.Region != "" || r.Platform != nil
	return known && placed
}

// Bases on which the competent department has a complaint.
const (
	BasisFiledHere   = "filed_here"
	BasisLaneChanged = "lane_changed"
)

// receive: the competent department has the complaint, and has it the same day that
// it came in here.
func (t *deciding) receive(basis string, o Occurred) error {
	region := t.Filing.Respondent.Region
	if region == "" {
		region = t.Actor.Region
	}
	return t.receiveAt(region, basis, o)
}

// receiveAt starts the seven working days of the authority of a division.
func (t *deciding) receiveAt(region, basis string, o Occurred) error {
	if err := t.standIn(region); err != nil {
		return err
	}
	clock, err := t.start(statute.ClockAccept, o.On)
	if err != nil {
		return err
	}
	t.emit(&Received{Region: region, Basis: basis, Occurred: o, Clock: clock})
	return nil
}

// may: in the direct lane no office has anything to give to a unit.
func (Assign) may(t *deciding) error {
	if err := first(t.by(byOffice), t.live()); err != nil {
		return err
	}
	if t.Lane == LaneDirect {
		return t.refuse("not_competent_lane", "", houseLanes)
	}
	return nil
}

// decide: a unit without competence returns the case; only the desk, or the office
// above, gives it to another unit (Order 121 art 41).
func (a Assign) decide(t *deciding) error {
	switch {
	case a.Unit == "":
		return t.refuse("unit_required", "/unit", lawDesk)
	case a.Unit == t.Unit && a.Officer == t.Officer:
		return t.refuse("already_assigned", "/unit", lawDesk)
	case t.Unit != "" && t.Actor.Unit == t.Unit && a.Unit != t.Unit:
		return t.refuse("return_to_desk_instead", "/unit", lawDesk)
	}
	t.emit(&Assigned{Region: t.Region, Unit: a.Unit, Officer: a.Officer})
	return nil
}

func (ReturnToDesk) may(t *deciding) error {
	if err := first(t.by(byOfficer), t.live()); err != nil {
		return err
	}
	if t.Unit == "" {
		return t.refuse("not_assigned", "", lawDesk)
	}
	return nil
}

func (a ReturnToDesk) decide(t *deciding) error {
	t.emit(&ReturnedToDesk{Region: t.Region, Unit: t.Unit, Reason: a.Reason})
	return nil
}

// mayIdentify: who the respondent is can be established until it is confirmed; a
// wrong merchant is then replaced, which is an act of its own.
func mayIdentify(t *deciding) error {
	if err := first(t.by(byOffice), t.live()); err != nil {
		return err
	}
	if t.Identity == IdentityConfirmed {
		return t.refuse("respondent_confirmed", "", lawCompetence)
	}
	return nil
}

func (ProposeRespondent) may(t *deciding) error  { return mayIdentify(t) }
func (ConfirmRespondent) may(t *deciding) error  { return mayIdentify(t) }
func (RespondentNotFound) may(t *deciding) error { return mayIdentify(t) }

func (a ProposeRespondent) decide(t *deciding) error {
	if len(a.Candidates) == 0 {
		return t.refuse("candidates_missing", "/candidates", lawCompetence)
	}
	t.emit(&RespondentProposed{Candidates: a.Candidates})
	return nil
}

func (a ConfirmRespondent) decide(t *deciding) error {
	if err := t.identifies(a.Merchant, a.Source); err != nil {
		return err
	}
	t.emit(&RespondentConfirmed{Merchant: a.Merchant, Source: a.Source})
	return nil
}

func (a RespondentNotFound) decide(t *deciding) error {
	if t.Identity == IdentityUnknown {
		return t.refuse("already_unknown", "", lawCompetence)
	}
	t.emit(&RespondentUnknown{Reason: a.Reason})
	return nil
}

func (t *deciding) room(entries int) error {
	if entries >= maxEntries {
		return t.refuse("too_many", "", houseCase)
	}
	return nil
}
