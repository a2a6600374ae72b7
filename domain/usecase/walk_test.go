package usecase

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// anyInput is some input of a route, sometimes sensible.
func anyInput(t *rapid.T, route string, mk func() any, v CaseView) any {
	terms := TermsInput{Kind: "refund", AmountFen: rapid.Int64Range(0, 3).Draw(t, "fen"), Text: "条款"}
	offer := "none"
	if len(v.Offers) > 0 {
		offer = rapid.SampledFrom(v.Offers).Draw(t, "offer").ID
	}
	switch in := mk().(type) {
	case *ChangeLane:
		in.To, in.Wording = "department", "v1"
		return in
	case *IdentifyMerchant:
		in.State, in.Source = rapid.SampledFrom([]string{"confirmed", "confirmed", "proposed", "unknown"}).Draw(t, "identity"), "register"
		in.Merchant = &IdentityInput{Name: "呼和浩特市暖阳家电有限公司", Region: "150102"}
		in.Candidates = []CandidateInput{{IdentityInput: *in.Merchant, By: "name"}}
		return in
	case *Assign:
		in.Unit = rapid.SampledFrom([]string{"u-1", "u-2"}).Draw(t, "unit")
		return in
	case *Decline:
		in.Ground, in.Reason, in.Routes = "NA1_SCOPE", "不属职责", []string{"sue"}
		return in
	case *Notify:
		in.About = rapid.SampledFrom([]string{"acceptance", "decline", "termination", "mediation"}).Draw(t, "about")
		in.Recipient, in.Channel, in.Text = rapid.SampledFrom([]string{"consumer", "merchant"}).Draw(t, "to"), "sms", "告知"
		return in
	case *Respond:
		in.Kind, in.Text, in.Via = "final", "答复", rapid.SampledFrom([]string{"", "phone"}).Draw(t, "via")
		return in
	case *Offer:
		in.Terms = terms
		return in
	case *AnswerOffer:
		in.Offer = offer
		return in
	case *Agree:
		in.Form, in.Terms, in.Record = "record", terms, "电话调解"
		return in
	case *Settle:
		in.Terms = terms
		return in
	case *Terminate:
		in.Ground = "TM_REFUSED"
		return in
	case *Rate:
		in.View = "partly"
		return in
	case *DecideObjection:
		in.Result, in.Reason = "dismissed", "理由"
		return in
	case *ObjectDisclosure:
		in.Text = "异议"
		return in
	default:
		return in
	}
}

// Whoever asks for whatever in whichever order: a request either changes the case or
// leaves no trace in it, asking again is the first answer, the offered actions are
// those that are not refused outright, and the stream stays whole.
func TestAnyWalkThroughACase(t *testing.T) {
	actors := []Actor{anyConsumer, stranger, shop, otherShop, desk, {ID: "o-9", Role: RoleOfficer, Region: "150102", Unit: "u-1"}, auditor, admin}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		in := complaintOf("暖阳家电")
		in.Lane = rapid.SampledFrom([]string{"department", "direct"}).Draw(rt, "lane")
		v := w.file(in)
		inputs := w.Actions()
		routes := make([]string, 0, len(inputs))
		for r := range inputs {
			routes = append(routes, r)
		}
		slices.Sort(routes)
		date := day("2026-09-14")
		for i := range rapid.IntRange(20, 60).Draw(rt, "steps") {
			date = date.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 1, 9}).Draw(rt, "days"))
			w.at(date.AddDate(0, 0, 1).Format("2006-01-02"))
			actor := rapid.SampledFrom(actors).Draw(rt, "actor")
			route := rapid.SampledFrom(routes).Draw(rt, "route")
			if seen, err := w.View(t.Context(), actor, v.ID, nil); err == nil && len(seen.Actions) > 0 {
				route = rapid.SampledFrom(append(seen.Actions, route)).Draw(rt, "offered or any")
			}
			if ends := []string{"settle", "withdraw", "decline", "terminate"}; i < 20 && slices.Contains(ends, route) {
				route = rapid.SampledFrom([]string{"identify-merchant", "accept", "respond", "offer", "accept-offer", "agree", route}).Draw(rt, "not yet")
			}
			body := anyInput(rt, route, inputs[route], v)
			before := w.stream(v.ID)
			o := Options{Key: itoa(i)}
			first, after, err := w.Act(context.Background(), actor, v.ID, route, body, o)
			wrote := w.stream(v.ID)[len(before):]
			if err != nil {
				w.soundError(rt, err, len(wrote))
				continue
			}
			v = after
			if len(wrote) == 0 {
				rt.Fatalf("%s by %s did nothing and was not refused", route, actor.Role)
			}
			again, _, err := w.Act(context.Background(), actor, v.ID, route, body, o)
			lost := errors.Is(err, ErrNotFound) // the act itself took the case out of the actor's hands
			if !lost && (err != nil || !again.Repeated || again.Revision != first.Revision) {
				rt.Fatalf("%s again: %+v, %v; first %+v", route, again, err, first)
			}
			if n := len(w.stream(v.ID)); n != len(before)+len(wrote) {
				rt.Fatalf("%s again wrote %d events more", route, n-len(before)-len(wrote))
			}
		}
		w.whole(rt, v.ID)
	})
}

func (w *world) soundError(t *rapid.T, err error, wrote int) {
	var refusal *complaint.Refusal
	var invalid *InvalidError
	known := errors.As(err, &refusal) || errors.As(err, &invalid) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound)
	if !known || wrote != 0 {
		t.Fatalf("%v, with %d events written", err, wrote)
	}
}

func (w *world) stream(id string) []es.Envelope {
	w.t.Helper()
	var all []es.Envelope
	for e, err := range w.store.Read(context.Background(), Stream(id), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// whole checks the stream itself: revisions without gap, time that never runs
// backwards, ids that belong to their commands.
func (w *world) whole(t *rapid.T, id string) {
	var last es.Metadata
	for i, e := range w.stream(id) {
		m, err := w.Registry.DecodeMetadata(&e)
		if err != nil || e.Revision != es.Revision(i) || m.At.Before(last.At) || m.Salt == last.Salt || m.Body == "" {
			t.Fatalf("event %d: %+v, %+v, %v", i, e, m, err)
		}
		if first := es.EventID(m.Command, 0); m.Command != last.Command && e.ID != first {
			t.Fatalf("event %d of command %s has id %s", i, m.Command, e.ID)
		}
		last = m
	}
}
