package responsetime_test

import (
	"context"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
	"fangxin/projections/projectiontest"
	"fangxin/projections/responsetime"
)

// life decides commands of one case and writes what happened into a log.
type life struct {
	t       *testing.T
	decider complaint.Decider
	law     complaint.Law
	state   complaint.State
	log     *projectiontest.Log
}

func newLife(t *testing.T) *life {
	catalogue, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	law := complaint.Law{Catalogue: catalogue, Calendar: cal, Lanes: []complaint.Lane{complaint.LaneDepartment}}
	return &life{t: t, decider: complaint.NewDecider(law), law: law, log: projectiontest.NewLog(t, "2026-06-01")}
}

func (l *life) do(a complaint.Actor, day string, actions ...complaint.Action) {
	l.t.Helper()
	l.log.On(day)
	for _, action := range actions {
		at := calendar.MustDate(day).Start().Add(10 * time.Hour)
		events, err := l.decider.Decide(l.state, complaint.Command{At: at, Actor: a, Do: action})
		if err != nil {
			l.t.Fatalf("%T on %s: %v", action, day, err)
		}
		for _, e := range events {
			l.state = l.decider.Evolve(l.state, e)
			l.log.Add("a", e)
		}
	}
}

func (l *life) told(day, id, about string, to complaint.Party) {
	l.t.Helper()
	l.do(officer, day, complaint.Notify{Notice: id, About: about, Recipient: to, Channel: "sms", TextHash: "h", Contact: words()})
}

var (
	consumer = complaint.Actor{ID: "c-1", Role: complaint.RoleConsumer, Side: complaint.Consumer}
	officer  = complaint.Actor{ID: "o-1", Role: complaint.RoleOfficer, Side: complaint.Office, Region: "150100", Unit: "desk"}
)

func words() complaint.Text {
	return &sealed.Value{Suite: sealed.SuiteA1, Subject: "s-1", Cipher: []byte{1}}
}

// agreedAndPublic is a case that was accepted on 06-03, agreed on 06-20, broken, published
// and closed.
func agreedAndPublic(t *testing.T) *life {
	l := newLife(t)
	l.do(consumer, "2026-06-01", complaint.File{
		ID: "a", Number: complaint.Number(projectiontest.Days("2026-06-01"), [16]byte{15: 7}), Lane: complaint.LaneDepartment, Channel: "online",
		Consumer:   complaint.Person{Subject: "s-1", Name: words(), Phone: words(), Address: words(), Region: "150102", Account: consumer.ID},
		Respondent: complaint.Told{Name: "青城家电商行", Region: "150102"},
		Purchase: complaint.Purchase{
			Kind: "goods", Category: "appliances", Name: "洗衣机", BoughtOn: projectiontest.Days("2026-05-20"), Channel: "offline", AmountFen: 259900,
		},
		Facts: words(), Requests: []complaint.Request{{Kind: "refund", AmountFen: 259900}},
		Consent: complaint.Consent{Publish: true, Wording: "2026-1"}, EverydayUse: true, Truthful: true,
	})
	l.do(officer, "2026-06-02", complaint.ConfirmRespondent{
		Merchant: complaint.Identity{ID: "m1", USCC: "91150100MA0000000X", Name: "青城家电商行", Region: "150102", Industry: "retail"}, Source: "register",
	})
	l.do(officer, "2026-06-03", complaint.Accept{})
	l.told("2026-06-04", "n-1", complaint.AboutAcceptance, complaint.Consumer)
	l.do(officer, "2026-06-20", complaint.Agree{
		Form: complaint.FormRecord, Record: words(),
		Terms: complaint.Terms{Kind: "refund", AmountFen: 200000, PerformBy: projectiontest.Days("2026-07-01")},
	})
	l.do(consumer, "2026-07-02", complaint.BreakPerformance{})
	l.do(officer, "2026-07-03", complaint.ReviewDisclosure{}, complaint.Close{})
	l.do(officer, "2026-07-13", complaint.Publish{})
	return l
}

func (l *life) figures(stage, asOf string) responsetime.Cell {
	l.t.Helper()
	return query(l.t, l.log.Rebuild(fresh(l.t)), responsetime.Q{Stage: stage, By: responsetime.ByMerchant, AsOf: projectiontest.Days(asOf)})["m1"]
}

func (l *life) public() int64 {
	l.t.Helper()
	m := l.log.Rebuild(disclosure.New(l.law.Catalogue.Policy))
	p, err := disclosure.List(context.Background(), m, disclosure.Filter{}, "", 9)
	if err != nil {
		l.t.Fatal(err)
	}
	return p.Total.N
}

// A reopened case leaves the figures of its end on the day on which that became known, and
// its second end counts anew; the figures of the days before stay as they were. Its
// record leaves the register, and the second end is reviewed like a first one.
func TestAReopenedCaseCountsAnew(t *testing.T) {
	l := agreedAndPublic(t)
	if l.public() != 1 || l.figures(responsetime.StageClose, "2026-07-13").N != 1 {
		t.Fatal("the first end is not told of")
	}
	l.do(officer, "2026-07-14", complaint.Reopen{Basis: complaint.ReopenBroken, Reason: words()})
	if d := l.state.Disclosure; d.State != complaint.DisclosureOff || d.Why != "reopened" || l.public() != 0 {
		t.Fatalf("%+v", d)
	}
	l.do(officer, "2026-07-20", complaint.Terminate{Ground: "TM_REFUSED", Party: complaint.Merchant, Reason: words()})
	l.told("2026-07-21", "n-2", complaint.AboutTermination, complaint.Consumer)
	l.told("2026-07-21", "n-3", complaint.AboutTermination, complaint.Merchant)
	l.do(officer, "2026-07-22", complaint.Close{})
	for _, want := range []struct {
		stage, asOf string
		n           int64
		days        int
	}{
		{responsetime.StageFiled, "2026-07-22", 1, 0},
		{responsetime.StageAccept, "2026-07-22", 1, 3},
		{responsetime.StageMediation, "2026-06-19", 0, 0},
		{responsetime.StageMediation, "2026-07-13", 1, 17},
		{responsetime.StageMediation, "2026-07-14", 0, 0},
		{responsetime.StageMediation, "2026-07-20", 1, 47},
		{responsetime.StageClose, "2026-07-13", 1, 32},
		{responsetime.StageClose, "2026-07-14", 0, 0},
		{responsetime.StageClose, "2026-07-21", 0, 0},
		{responsetime.StageClose, "2026-07-22", 1, 51},
	} {
		if c := l.figures(want.stage, want.asOf); c.N != want.n || c.P50 != want.days {
			t.Errorf("%s as of %s: %d cases, %d days; want %d, %d", want.stage, want.asOf, c.N, c.P50, want.n, want.days)
		}
	}
	l.do(officer, "2026-07-23", complaint.ReviewDisclosure{})
	l.do(officer, "2026-08-03", complaint.Publish{})
	if r := l.state.Disclosure.Record; l.public() != 1 || r.Outcome != complaint.OutcomeNoAgreement {
		t.Fatalf("%+v", r)
	}
}
