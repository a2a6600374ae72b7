package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"
)

// sample is one case on its way.
type sample struct {
	n      int
	id     string
	offer  string
	end    string
	filed  calendar.Date
	what   dispute
	whom   merchant
	public bool
	acts   int // commands in the story so far; each has a key of its own
	stage  Stage
}

func newSample(s Stage, r *rand.Rand, n int, filed calendar.Date) *sample {
	ends := []string{"agreed", "agreed", "agreed", "agreed", "agreed", "settled", "prior", "terminated", "terminated", "declined", "withdrawn", "refused"}
	whom := merchants()[min(r.IntN(len(merchants())), r.IntN(len(merchants())))]
	what := disputesWith(whom)
	return &sample{
		n: n, stage: s, filed: filed,
		what:   what[r.IntN(len(what))],
		whom:   whom,
		end:    ends[r.IntN(len(ends))],
		public: r.IntN(10) < 9,
	}
}

// hour is a moment of an office day not before d.
func (c *sample) hour(r *rand.Rand, d calendar.Date) time.Time {
	for working, _ := c.stage.Calendar.Working(d); !working; working, _ = c.stage.Calendar.Working(d) {
		d++
	}
	return d.Start().Add(9*time.Hour + time.Duration(r.IntN(8*60))*time.Minute)
}

func (c *sample) options(what string) usecase.Options {
	return usecase.Options{Key: fmt.Sprintf("demo-%d-%s", c.n, what)}
}

func (c *sample) act(who usecase.Actor, action string, in any) func(context.Context, *sample) error {
	c.acts++
	options := c.options(fmt.Sprint(c.acts))
	return func(ctx context.Context, c *sample) error {
		if _, _, err := c.stage.Cases.Act(ctx, who, c.id, action, in, options); err != nil {
			return fmt.Errorf("%s: %w", action, err)
		}
		return nil
	}
}

// story is the case's whole life; what lies after now is not played.
func (c *sample) story(r *rand.Rand) []step {
	office, shop, person := officerOf(c.whom.region), merchantAccount(c.whom), consumerAccount(c.n)
	var steps []step
	d := c.filed
	then := func(after int, run func(context.Context, *sample) error) {
		at := c.hour(r, d+calendar.Date(after))
		if len(steps) > 0 && !at.After(steps[len(steps)-1].at) {
			at = steps[len(steps)-1].at.Add(time.Minute)
		}
		steps = append(steps, step{at, run})
		d = calendar.DateOf(at)
	}
	then(0, c.file)
	then(0, c.act(office, "identify-merchant", &usecase.IdentifyMerchant{State: "confirmed", Source: "register",
		Merchant: &usecase.IdentityInput{Name: c.whom.name, Region: c.whom.region, Industry: c.whom.industry}}))
	switch c.end {
	case "declined":
		then(1+r.IntN(4), c.act(office, "decline", &usecase.Decline{Ground: "NA3_NOT_CONSUMER", Reason: "样例：无法证明与被投诉人之间存在消费者权益争议。",
			Routes: []string{"negotiate", "association", "arbitrate", "sue"}}))
		then(0, c.act(office, "notify", notice("decline", "consumer")))
		then(1, c.act(office, "close", &usecase.Close{}))
		return steps
	case "prior":
		then(1+r.IntN(3), c.makeOffer(shop))
		then(r.IntN(3), c.takeOffer(person))
		then(1+r.IntN(3), c.act(shop, "perform", &usecase.Perform{AmountFen: c.what.fen * 8 / 10}))
		c.finish(r, then, office, person)
		return steps
	}
	then(1+r.IntN(6), c.act(office, "accept", &usecase.Accept{}))
	then(0, c.act(office, "notify", notice("acceptance", "consumer")))
	then(1+r.IntN(9), c.act(shop, "respond", &usecase.Respond{Kind: "final", Text: "样例：已收到，正在与消费者核实。"}))
	c.conclude(r, then, office, shop, person)
	return steps
}

type andThen func(after int, run func(context.Context, *sample) error)

func (c *sample) conclude(r *rand.Rand, then andThen, office, shop, person usecase.Actor) {
	switch c.end {
	case "withdrawn":
		then(2+r.IntN(8), c.act(person, "withdraw", &usecase.Withdraw{Reason: "样例：不再主张。"}))
		c.tellEnd(then, office)
		then(1, c.act(office, "close", &usecase.Close{}))
		return
	case "terminated", "refused":
		ground := map[string]string{"terminated": "TM_NO_AGREEMENT", "refused": "TM_REFUSED"}[c.end]
		then(8+r.IntN(20), c.act(office, "hold-session", phoned("no_agreement")))
		then(2+r.IntN(5), c.act(office, "terminate", &usecase.Terminate{Ground: ground, Reason: "样例：双方意见分歧较大。"}))
		then(1+r.IntN(3), c.act(office, "notify", notice("termination", "consumer")))
		then(0, c.act(office, "notify", notice("termination", "merchant")))
		c.finish(r, then, office, person)
		return
	case "settled":
		then(2+r.IntN(10), c.act(person, "settle", &usecase.Settle{Terms: c.terms(0.8)}))
		c.tellEnd(then, office)
	default:
		then(1+r.IntN(5), c.makeOffer(shop))
		then(r.IntN(4), c.takeOffer(person))
		then(r.IntN(4), c.act(office, "hold-session", phoned("agreement")))
		then(0, c.agree(office))
	}
	then(2+r.IntN(8), c.act(shop, "perform", &usecase.Perform{AmountFen: c.what.fen * 8 / 10}))
	c.finish(r, then, office, person)
}

// tellEnd tells both sides that mediation ended (Order 121 art 23).
func (c *sample) tellEnd(then andThen, office usecase.Actor) {
	then(1, c.act(office, "notify", notice("termination", "consumer")))
	then(0, c.act(office, "notify", notice("termination", "merchant")))
}

// finish confirms what was performed, rates, closes and has the record reviewed for
// the register; publication follows by itself when the time to object is over.
func (c *sample) finish(r *rand.Rand, then andThen, office, person usecase.Actor) {
	if c.end != "terminated" && c.end != "refused" {
		then(1+r.IntN(4), c.act(person, "confirm-performance", &usecase.ConfirmPerformance{}))
	}
	if r.IntN(3) > 0 {
		view := "resolved"
		if c.end == "terminated" || c.end == "refused" {
			view = "not_resolved"
		}
		then(r.IntN(3), c.act(person, "rate", &usecase.Rate{View: view, Merchant: 2 + r.IntN(4), Office: 3 + r.IntN(3)}))
	}
	then(1, c.act(office, "close", &usecase.Close{}))
	if c.end != "prior" {
		then(1+r.IntN(2), c.act(office, "review-disclosure", &usecase.ReviewDisclosure{Summary: "样例：" + c.what.item + "消费争议。"}))
	}
}

// phoned is the record of mediation by telephone with both sides.
func phoned(result string) *usecase.HoldSession {
	return &usecase.HoldSession{
		Form: "phone", Present: []string{"consumer", "merchant"}, Result: result, Record: "样例：电话调解记录。",
	}
}

func notice(about, to string) *usecase.Notify {
	return &usecase.Notify{About: about, Recipient: to, Channel: "sms", Text: "样例文书。"}
}

func (c *sample) terms(share float64) usecase.TermsInput {
	return usecase.TermsInput{Kind: c.what.wants, AmountFen: int64(float64(c.what.fen) * share), Text: "样例：按约履行。"}
}

func (c *sample) file(ctx context.Context, _ *sample) error {
	yes := true
	in := usecase.FileComplaint{
		Lane:     c.lane(),
		Consumer: consumer(c.n, c.whom.region),
		Merchant: usecase.MerchantInput{Name: c.whom.name, Region: c.whom.region, Address: "样例大街1号"},
		Subject: usecase.PurchaseInput{Kind: c.what.kind, Category: c.what.category, Name: c.what.item,
			BoughtOn: (c.filed - 12).String(), Channel: []string{"offline", "online"}[c.n%2], AmountFen: c.what.fen},
		Facts:       c.what.facts,
		Requests:    []usecase.RequestInput{{Kind: c.what.wants, AmountFen: c.what.fen}},
		Consent:     usecase.ConsentInput{Publish: c.public, DelegateMediation: true, Wording: "consent-1"},
		EverydayUse: &yes, Truthful: &yes,
	}
	_, view, err := c.stage.Cases.File(ctx, consumerAccount(c.n), in, c.options("file"))
	c.id = view.ID
	return err
}

// lane: what is settled before any office acts runs with the merchant alone.
func (c *sample) lane() string {
	if c.end == "prior" {
		return "direct"
	}
	return "department"
}

func (c *sample) makeOffer(shop usecase.Actor) func(context.Context, *sample) error {
	return func(ctx context.Context, c *sample) error {
		_, view, err := c.stage.Cases.Act(ctx, shop, c.id, "offer", &usecase.Offer{Terms: c.terms(0.8)}, c.options("offer"))
		if err == nil && len(view.Offers) > 0 {
			c.offer = view.Offers[len(view.Offers)-1].ID
		}
		return err
	}
}

func (c *sample) takeOffer(person usecase.Actor) func(context.Context, *sample) error {
	return func(ctx context.Context, c *sample) error {
		_, _, err := c.stage.Cases.Act(ctx, person, c.id, "accept-offer", &usecase.AnswerOffer{Offer: c.offer}, c.options("accept-offer"))
		return err
	}
}

func (c *sample) agree(office usecase.Actor) func(context.Context, *sample) error {
	return func(ctx context.Context, c *sample) error {
		in := &usecase.Agree{Form: "record", Offer: c.offer, Terms: c.terms(0.8)}
		if c.n%2 == 0 {
			in.Form, in.SignedBy, in.Sealed, in.Copies = "document", []string{"consumer", "merchant"}, true, complaint.MinCopies
		}
		_, _, err := c.stage.Cases.Act(ctx, office, c.id, "agree", in, c.options("agree"))
		return err
	}
}
