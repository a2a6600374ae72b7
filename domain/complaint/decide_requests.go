package complaint

import (
	"slices"
	"strconv"
)

// maxAskedFor is how much one complaint asks for (form 1 has ten lines).
const maxAskedFor = 10

// may: what is asked for can be changed until the case ended or something was agreed.
func (ChangeRequests) may(t *deciding) error {
	return first(t.by(byConsumer|byOffice), t.live(), t.maySpeak(ActChange, ConsentChange))
}

// decide puts new requests in the place of the old (Order 121 art 10: concrete requests;
// art 12: with the consent of each who is represented).
func (a ChangeRequests) decide(t *deciding) error {
	switch {
	case len(a.Requests) == 0:
		return t.refuse("request_missing", "/requests", lawContent)
	case len(a.Requests) > maxAskedFor:
		return t.refuse("too_many", "/requests", houseCase)
	}
	for i, r := range a.Requests {
		switch at := "/requests/" + strconv.Itoa(i); {
		case r.Kind == "":
			return t.refuse("kind_unknown", at+"/kind", lawContent)
		case r.AmountFen < 0:
			return t.refuse("amount_negative", at+"/amount_fen", lawContent)
		}
	}
	return t.changeRequests(&RequestsChanged{Requests: a.Requests, Reason: a.Reason}, a.Occurred,
		t.disposes(ActChange, ConsentChange, "", a.InPerson))
}

func (t *deciding) changeRequests(e *RequestsChanged, o Occurred, bound error) error {
	if bound != nil {
		return bound
	}
	if t.party() == Consumer && !o.On.IsZero() && o.On != t.today {
		return t.refuse("not_backdated", "/occurred/on", houseAccess)
	}
	var err error
	if e.Occurred, err = t.occurred(o, t.Filing.ReceivedOn.On); err != nil {
		return err
	}
	t.emit(e)
	return nil
}

func (WithdrawRequest) may(t *deciding) error {
	if err := first(t.by(byConsumer|byOffice), t.live()); err != nil {
		return err
	}
	if len(t.Requests) < 2 {
		return t.refuse("last_request", "/request", lawContent)
	}
	return t.maySpeak(ActWaive, ConsentWaive)
}

// decide drops one request. The last is not dropped: that is to withdraw the complaint.
func (a WithdrawRequest) decide(t *deciding) error {
	if a.Request < 1 || a.Request > len(t.Requests) {
		return t.refuse("request_unknown", "/request", lawContent)
	}
	left := slices.Delete(slices.Clone(t.Requests), a.Request-1, a.Request)
	return t.changeRequests(&RequestsChanged{Requests: left, Waived: true, Reason: a.Reason}, a.Occurred,
		t.disposes(ActWaive, ConsentWaive, "", a.InPerson))
}
