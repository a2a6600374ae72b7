package complaint

import (
	"slices"

	"fangxin/domain/sealed"
)

// erasureGrounds are the reasons for which an application is refused. Those that the
// case itself shows are checked; other needs words.
func erasureGrounds() []string {
	return []string{"case_open", "retention_runs", "held", "not_theirs", "other"}
}

func (RequestErasure) may(t *deciding) error {
	if err := t.by(byConsumer | byOffice); err != nil {
		return err
	}
	switch {
	case t.Gone() == ErasureErased:
		return t.refuse("data_erased", "", lawErasure)
	case t.People.Asked != nil:
		return t.refuse("already_requested", "", lawErasure)
	}
	return t.rightsRoom(t.People.Requests)
}

// decide takes every application: what stands against it is looked at when it is
// decided, and told with reasons (PIPL 50).
func (a RequestErasure) decide(t *deciding) error {
	if a.Request == "" {
		return t.refuse("request_exists", "", houseCase)
	}
	if on := a.Occurred.On; t.party() == Consumer && !on.IsZero() && on != t.today {
		return t.refuse("not_backdated", "/occurred/on", houseAccess)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	by := Consumer
	if t.party() == Office {
		by = Office
	}
	t.emit(&ErasureRequested{Request: a.Request, By: by, Reason: a.Reason, Occurred: o})
	return nil
}

// may: an officer decides where somebody asked, or the retention period is over.
func (DecideErasure) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	switch {
	case t.Gone() == ErasureErased:
		return t.refuse("data_erased", "", lawErasure)
	case t.People.Asked != nil:
		return nil // it can be refused at least
	case !t.People.Over:
		return t.refuse("nothing_requested", "", lawErasure)
	}
	return t.erasable()
}

// erasable: nothing forbids to restrict the data. The purpose of an open case is not
// done; a hold and a publication under way need them.
func (t *deciding) erasable() error {
	switch {
	case t.ClosedOn.IsZero() || t.Status != StatusClosed:
		return t.refuse("case_open", "/result", lawErasure)
	case len(t.People.Holds) > 0:
		return t.refuse("held", "/result", lawErasure)
	case t.Disclosure.State == DisclosureTold || t.Disclosure.State == DisclosureContested:
		return t.refuse("disclosure_open", "/result", lawErasure)
	}
	return nil
}

// decide checks what stands against it: an open case whose purpose is not done, a
// court or review hold, and for erasure a retention period that runs; then the data
// may only be restricted (PIPL 47).
func (a DecideErasure) decide(t *deciding) error {
	request, basis := "", "retention_over"
	if t.People.Asked != nil {
		request, basis = t.People.Asked.Request, "request"
	}
	switch a.Result {
	case ErasureRefused:
		return a.refuse(t, request)
	case ErasureErased, ErasureRestricted:
	default:
		return t.refuse("result_unknown", "/result", lawErasure)
	}
	if err := t.erasable(); err != nil {
		return err
	}
	switch {
	case a.Result == ErasureErased && t.retained(t.today):
		return t.refuse("retention_runs", "/result", lawErasure)
	case a.Result == ErasureRestricted && t.Gone() == ErasureRestricted:
		return t.refuse("data_restricted", "/result", lawErasure)
	case len(a.Linked) > 0:
		r := t.refuse("linked_case_needs", "/result", lawErasure)
		r.Who = a.Linked
		return r
	case !slices.Contains(a.Subjects, t.Consumer.Subject):
		return t.refuse("subject_missing", "", houseCase)
	}
	if t.Disclosure.State == DisclosurePublic { // out of every list (PIPL 47)
		t.emit(&DisclosureWithdrawn{Class: WithdrawnPersonal, On: t.today})
	}
	t.emit(&ErasureDecided{Request: request, Result: a.Result, Basis: basis, Subjects: a.Subjects, Reason: a.Reason, On: t.today})
	return nil
}

// refuse: the reasons are told, and they must be true (PIPL 50).
func (a DecideErasure) refuse(t *deciding, request string) error {
	untrue := a.Basis == "case_open" && t.Status == StatusClosed ||
		a.Basis == "retention_runs" && !t.retained(t.today) ||
		a.Basis == "held" && len(t.People.Holds) == 0
	switch {
	case request == "":
		return t.refuse("nothing_requested", "/result", lawErasure)
	case !slices.Contains(erasureGrounds(), a.Basis):
		return t.refuse("ground_unknown", "/basis", lawRefusing)
	case untrue:
		return t.refuse("ground_not_given", "/basis", lawRefusing)
	case a.Reason == nil:
		return t.refuse("reason_required", "/reason", lawRefusing)
	}
	t.emit(&ErasureDecided{Request: request, Result: ErasureRefused, Basis: a.Basis, Reason: a.Reason, On: t.today})
	return nil
}

func (RecordErased) may(t *deciding) error {
	if err := t.by(bySystem); err != nil {
		return err
	}
	if len(t.Outstanding()) == 0 {
		return t.refuse("moved_on", "", houseCase)
	}
	return nil
}

// decide records each subject once.
func (RecordErased) decide(t *deciding) error {
	d := t.People.Decided
	for _, subject := range t.Outstanding() {
		t.emit(&SubjectErased{Subject: subject, Manner: d.Manner(), Basis: d.Basis})
	}
	return nil
}

// holdKinds: a court or arbitration, an administrative review (行政复议), an inquiry.
func holdKinds() []string { return []string{"court", "review", "inquiry"} }

func (PlaceHold) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if t.Gone() == string(sealed.Erased) {
		return t.refuse("data_erased", "", lawErasure)
	}
	if len(t.People.Holds) == len(holdKinds()) {
		return t.refuse("hold_exists", "", houseCase)
	}
	return t.rightsRoom(t.People.Held)
}

// decide: what a law keeps for its own purpose is kept (PIPL 47: a legal period; 13(3)
// and 35: a duty). [design] Several holds may stand at once, one a kind.
func (a PlaceHold) decide(t *deciding) error {
	switch {
	case !slices.Contains(holdKinds(), a.Kind):
		return t.refuse("hold_unknown", "/kind", lawErasure)
	case a.Hold == "" || slices.ContainsFunc(t.People.Holds, func(h *HoldPlaced) bool { return h.Kind == a.Kind }):
		return t.refuse("hold_exists", "/kind", houseCase)
	}
	o, err := t.occurred(a.Occurred, t.Filing.ReceivedOn.On)
	if err != nil {
		return err
	}
	t.emit(&HoldPlaced{Hold: a.Hold, Kind: a.Kind, Reason: a.Reason, Occurred: o})
	return nil
}

func (ReleaseHold) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if len(t.People.Holds) == 0 {
		return t.refuse("no_hold", "", lawErasure)
	}
	return nil
}

func (a ReleaseHold) decide(t *deciding) error {
	i := slices.IndexFunc(t.People.Holds, func(h *HoldPlaced) bool { return h.Hold == a.Hold })
	switch {
	case a.Hold == "" && len(t.People.Holds) == 1:
		i = 0
	case i < 0:
		return t.refuse("hold_not_known", "/hold", lawErasure)
	}
	held := t.People.Holds[i]
	o, err := t.occurred(a.Occurred, held.Occurred.On)
	if err != nil {
		return err
	}
	t.emit(&HoldReleased{Hold: held.Hold, Reason: a.Reason, Occurred: o})
	return nil
}
