package simulation

import (
	"context"
	"fmt"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// file sends in a complaint: the consumer by itself, or the window for who has no
// account or comes with a helper.
func (t *Town) file(ctx context.Context, m *matter, at time.Time) error {
	today := calendar.DateOf(at)
	in := t.complaint(m, today)
	m.public = in.Consent.Publish
	actor := m.who.account
	if m.who.habit == helped {
		actor = t.window(m, in, today)
	}
	move := Move{At: at, Actor: actor, N: m.n, Route: "file", Input: in}
	key := fmt.Sprintf("%s-%d-file", t.plan.Prefix, m.n)
	_, view, err := t.stage.Cases.File(ctx, actor, *in, usecase.Options{Key: key})
	if err := t.judge(move, err); err != nil || view.ID == "" {
		return err
	}
	t.filed++
	m.id = view.ID
	m.see(actor, view)
	t.later(m, t.hour(today+calendar.Date(t.r.IntN(4)), false))
	return nil
}

// window files for the consumer, with who helped it and the day on which it came in.
func (t *Town) window(m *matter, in *usecase.FileComplaint, today calendar.Date) usecase.Actor {
	kind := []string{"service_station", "family", "officer"}[t.r.IntN(3)]
	in.Filer = &usecase.FilerInput{As: "self", Helper: &usecase.HelperInput{Kind: kind, Name: t.private("样例站员"), Unit: "样例消费维权服务站"}}
	in.ReceivedOn = (today - calendar.Date(t.r.IntN(3))).String()
	in.Intake = &usecase.IntakeInput{Channel: "letter", Source: "postmark", Reason: t.private("样例：信件积压。")}
	if m.online {
		in.Consumer.Account = m.who.account.ID
	}
	m.lane, in.Lane = "department", "department"
	return t.desk(m.whom.region).account
}

func (t *Town) complaint(m *matter, today calendar.Date) *usecase.FileComplaint {
	yes := true
	bought := today - calendar.Date(4+t.r.IntN(40))
	in := &usecase.FileComplaint{
		Lane:     m.lane,
		Consumer: m.who.input(t, m.whom.region),
		Merchant: m.whom.input(t),
		Subject: usecase.PurchaseInput{
			Kind: m.what.kind, Category: m.what.category, Name: m.what.item, BoughtOn: bought.String(),
			Channel: []string{"offline", "online"}[t.r.IntN(2)], AmountFen: m.what.fen, OrderNo: t.private(fmt.Sprintf("样例单号%d", m.n)),
		},
		Facts:       t.private(m.what.facts),
		Requests:    []usecase.RequestInput{{Kind: m.what.wants, AmountFen: m.what.fen}},
		Consent:     usecase.ConsentInput{Publish: t.r.IntN(10) > 0, DelegateMediation: t.r.IntN(3) > 0, Wording: "consent-1"},
		EverydayUse: &yes, Truthful: &yes,
	}
	if t.r.IntN(5) == 0 {
		in.History = &usecase.HistoryInput{KnewOn: bought.String(), ToldMerchantOn: (bought + 2).String(), MerchantAnswer: t.private("样例：商家未予解决。")}
	}
	return in
}
