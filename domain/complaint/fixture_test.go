package complaint

import (
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
)

// The persons of the tests.
var (
	consumer = Actor{ID: "c-1", Role: RoleConsumer, Side: Consumer}
	stranger = Actor{ID: "c-2", Role: RoleConsumer, Side: Consumer}
	merchant = Actor{ID: "m-1", Role: RoleMerchant, Side: Merchant, Merchant: "mch-1"}
	rival    = Actor{ID: "m-2", Role: RoleMerchant, Side: Merchant, Merchant: "mch-2"}
	officer  = Actor{ID: "o-1", Role: RoleOfficer, Side: Office, Region: "150100", Unit: "desk"}
	mediator = Actor{ID: "i-1", Role: RoleInstitution, Side: Office}
	auditor  = Actor{ID: "a-1", Role: "auditor"}
	machine  = Actor{ID: "timers", Role: RoleSystem}
)

func everyone() []Actor {
	return []Actor{consumer, stranger, merchant, rival, officer, mediator, auditor, machine, {}}
}

func law(t testing.TB) Law {
	t.Helper()
	c, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Law{Catalogue: c, Calendar: cal, Lanes: []Lane{LaneDirect, LaneAssociation, LaneDepartment}}
}

type cases = estest.Decider[State, Command, Event]

func complaints(t testing.TB) cases { return gwt(NewDecider(law(t))) }

func gwt(d Decider) cases {
	return cases{Initial: d.Initial(), Decide: d.Decide, Evolve: d.Evolve}
}

func day(s string) calendar.Date { return calendar.MustDate(s) }

// at is an instant on a Shanghai day: "2026-06-01" is ten in the morning,
// "2026-06-01 23:59" that minute.
func at(s string) time.Time {
	if len(s) == len("2026-06-01") {
		s += " 10:00"
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func on(s string) Occurred { return Occurred{On: day(s)} }

func onBecause(s string) Occurred { return Occurred{On: day(s), Reason: words()} }

// words are sealed: nobody here can read them.
func words() Text { return &sealed.Value{Suite: sealed.SuiteA1, Subject: "s-1", Cipher: []byte{1}} }

func by(a Actor, when string, do Action) Command { return Command{At: at(when), Actor: a, Do: do} }

func filing(lane Lane) File {
	return File{
		ID: "case-1", Number: Number(day("2026-06-01"), [16]byte{15: 7}), Lane: lane, Channel: "online",
		Consumer:   Person{Subject: "s-1", Name: words(), Phone: words(), Address: words(), Region: "150102", Account: consumer.ID},
		Respondent: Told{Name: "青城家电商行", Region: "150102"},
		Purchase: Purchase{
			Kind: "goods", Category: "appliances", Name: "洗衣机", BoughtOn: day("2026-05-20"),
			Channel: "offline", AmountFen: 259900,
		},
		Facts: words(), Requests: []Request{{Kind: "refund", AmountFen: 259900}, {Kind: "apologise"}, {Kind: "refund"}},
		Consent: Consent{Publish: true, Wording: "2026-1"}, EverydayUse: true, Truthful: true,
	}
}

var shop = Identity{ID: "mch-1", USCC: "91150100MA0000000X", Name: "青城家电商行", Region: "150102", Industry: "retail"}

func terms() Terms { return Terms{Kind: "refund", AmountFen: 200000, PerformBy: day("2026-07-10")} }

// Commands of a case's ordinary life: filed on Monday 2026-06-01.
func file(lane Lane) Command { return by(consumer, "2026-06-01", filing(lane)) }

func confirm() Command {
	return by(officer, "2026-06-02", ConfirmRespondent{Merchant: shop, Source: "register"})
}

func accept() Command { return by(officer, "2026-06-03", Accept{}) }

func tell(id, about string, to Party, when string) Command {
	return by(officer, when, Notify{
		Notice: id, About: about, Recipient: to, Channel: "sms", TextHash: "h", Contact: words(),
	})
}

func offer(a Actor, id, answers, when string) Command {
	return by(a, when, MakeOffer{Offer: id, Answers: answers, Terms: terms()})
}

func decline(ground string) Command {
	return by(officer, "2026-06-03", Decline{Ground: ground, Reason: words(), Routes: []string{"sue", "negotiate"}})
}

func agree() Command {
	return by(officer, "2026-06-20", document(terms()))
}

// document is a mediation document as art 24 wants it.
func document(terms Terms) Agree {
	return Agree{Form: FormDocument, Terms: terms, SignedBy: []Party{Consumer, Merchant}, Sealed: true, Copies: 3}
}

// terminate brings with it what some grounds need to be told.
func terminate(ground string) Command {
	t := Terminate{Ground: ground, Reason: words()}
	switch ground {
	case "TM_NA_FOUND":
		t.Found = "NA2_ALREADY"
	case "TM_PARTY_GONE":
		t.Party = Merchant
	}
	return by(officer, "2026-06-20", t)
}

// byPhone is a session that nobody announced, with both sides on the line.
func byPhone(when string) Command {
	return by(officer, when, HoldSession{
		Session: "s-" + when, Form: "phone", Present: []Party{Consumer, Merchant}, Result: SessionFailed, Record: words(),
	})
}

// stayedAway is a session by telephone for which the merchant had no time and no reason.
func stayedAway(when string) Command {
	return by(officer, when, HoldSession{
		Session: "s-" + when, Form: "phone", Present: []Party{Consumer}, Absent: []Absence{{Party: Merchant}},
		Result: SessionAdjourned, Record: words(),
	})
}

// onSite announces a session in the office, on the day before at the latest.
func onSite(told, when string) Command {
	return by(officer, told, ScheduleSession{
		Session: "s-" + when, Form: FormOnSite, On: day(when), Time: "14:30", Place: words(), Mediator: "o-1",
	})
}

// Pasts that many cases begin from.
func received() []Command { return []Command{file(LaneDepartment)} }

func confirmed() []Command { return append(received(), confirm()) }

func mediated() []Command {
	return append(confirmed(), accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-04"))
}

func agreed() []Command { return append(mediated(), agree()) }

func ended() []Command {
	return append(agreed(),
		by(merchant, "2026-06-22", Perform{AmountFen: 200000, Evidence: []string{"sha256:a"}}),
		by(consumer, "2026-06-23", ConfirmPerformance{}))
}

func notified() []Command {
	return append(ended(), by(officer, "2026-06-24", ReviewDisclosure{Summary: "已退款"}))
}

func objected() []Command {
	return append(notified(), by(merchant, "2026-06-25", ObjectDisclosure{Text: words()}))
}

// after walks the commands and returns what happened.
func after(t testing.TB, d cases, commands ...Command) []Event {
	t.Helper()
	state := d.Initial
	var past []Event
	for _, c := range commands {
		events, err := d.Decide(state, c)
		if err != nil {
			t.Fatalf("%T: %v", c.Do, err)
		}
		for _, e := range events {
			state = d.Evolve(state, e)
		}
		past = append(past, events...)
	}
	return past
}

// walk is a scenario after the commands.
func walk(t testing.TB, commands ...Command) estest.Scenario[State, Command, Event] {
	t.Helper()
	d := complaints(t)
	return d.Given(after(t, d, commands...)...)
}

// refusal of a command after others; it must carry a code and, if given, the rule.
func refused(t *testing.T, past []Command, c Command, code, rule string) *Refusal {
	t.Helper()
	r := estest.RefusedAs[*Refusal](t, walk(t, past...).When(c))
	if r.Code != code || rule != "" && r.Rule != rule {
		t.Fatalf("%T: refused with %s by %s, not %s by %s", c.Do, r.Code, r.Rule, code, rule)
	}
	return r
}
