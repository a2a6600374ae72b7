package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// EventsPerCase is the life of one made-up case, from filing to the register.
const EventsPerCase = 10

// Fill writes so many made-up cases to a store, the same every time.
func Fill(ctx context.Context, store es.Store, registry *es.Registry, cases int) error {
	return newTown(registry).fill(ctx, store, cases)
}

// town makes cases of a made-up town, the same every time: sealed values of the
// usual sizes, clocks, notices, an agreement, the public record.
type town struct {
	random   *rand.ChaCha8
	registry *es.Registry
	first    calendar.Date
}

func newTown(registry *es.Registry) *town {
	return &town{random: rand.NewChaCha8([32]byte{7}), registry: registry, first: calendar.NewDate(2026, time.April, 15)}
}

// caseDay is one fact of a case and how many days after filing it was entered.
type caseDay struct {
	after int
	event complaint.Event
}

// fill writes cases to a store, many at a time.
func (t *town) fill(ctx context.Context, store es.Store, cases int) error {
	const writers = 64
	for begin := 0; begin < cases; begin += writers {
		failed := make(chan error, writers)
		n := min(writers, cases-begin)
		for i := range n {
			stream, pending, err := t.made(begin + i)
			if err != nil {
				return err
			}
			go func() {
				_, err := store.Append(ctx, stream, es.None, pending)
				failed <- err
			}()
		}
		for range n {
			if err := <-failed; err != nil {
				return err
			}
		}
	}
	return nil
}

// made is the i-th case through the program's own encoder.
func (t *town) made(i int) (es.StreamID, []es.Pending, error) {
	command := es.DeriveID(es.Namespace, "bench case", strconv.Itoa(i))
	id := command.String()
	life := t.life(i, id, command)
	pending := make([]es.Pending, len(life))
	for n, d := range life {
		name, data, err := t.registry.Encode(d.event)
		if err != nil {
			return "", nil, err
		}
		meta, err := t.registry.EncodeMetadata(&es.Metadata{
			At:    (t.filedOn(i) + calendar.Date(d.after)).Start().Add(9*time.Hour + time.Duration(i%7200)*time.Second),
			Actor: fmt.Sprintf("account-%d", i%5000), Role: "officer", Command: es.EventID(command, 100+n), Name: "bench",
			Body: fmt.Sprintf("%064x", i), Correlation: fmt.Sprintf("%016x", i), Ruleset: "ORD-121", Calendar: "CN-2026.1",
			Schema: 1, Source: "native", Salt: "AAAAAAAAAAAAAAAAAAAAAA==",
		})
		if err != nil {
			return "", nil, err
		}
		pending[n] = es.Pending{ID: es.EventID(command, n), Type: name, Data: data, Meta: meta}
	}
	return usecase.Stream(id), pending, nil
}

func (t *town) filedOn(i int) calendar.Date { return t.first + calendar.Date(i%200) }

// life is what happens in the i-th case.
func (t *town) life(i int, id string, command es.ID) []caseDay {
	filed, region := t.filedOn(i), []string{"150102", "150103", "150104", "150202", "150402"}[i%5]
	who := complaint.Identity{
		ID: fmt.Sprintf("merchant-%d", i%500), USCC: "91150100MA0N000000",
		Name: fmt.Sprintf("呼和浩特市第%d百货有限责任公司", i%500), Region: region, Industry: "retail",
	}
	on := func(after int) complaint.Occurred {
		return complaint.Occurred{On: filed + calendar.Date(after), Source: "online"}
	}
	clock := func(rule string, after, days int) complaint.Clock {
		due := filed + calendar.Date(after+days)
		return complaint.Clock{Rule: rule, StartedOn: filed + calendar.Date(after), Due: due, DueWide: due + 2, Calendar: "CN-2026.1"}
	}
	subject := sealed.Subject(es.DeriveID(command, "consumer").String())
	terms := complaint.Terms{Kind: "refund", AmountFen: int64(1000 + i%90000), PerformBy: filed + 20, Text: t.cipher(subject, 90, "")}
	return []caseDay{
		{0, t.filed(i, id, command, subject, region, who.Name)},
		{1, &complaint.RespondentConfirmed{Merchant: who, Source: "register"}},
		{1, &complaint.Received{Region: region, Unit: "desk", Basis: "filed_here", Occurred: on(1), Clock: clock(statute.ClockAccept, 1, 9)}},
		{3, &complaint.Accepted{Region: region, Unit: "desk", Occurred: on(3), Clock: clock("CP.MEDIATE.M3", 3, 60)}},
		{3, &complaint.NoticeIssued{Notice: "n-1", Form: "5", Number: fmt.Sprintf("呼市监受〔2026〕%d号", i), TextHash: fmt.Sprintf("%064x", i),
			Recipient: complaint.Consumer, Contact: t.cipher(subject, 40, "138****0000"), About: "acceptance"}},
		{4, &complaint.NoticeSent{Notice: "n-1", Channel: "sms", Occurred: on(4)}},
		{6, &complaint.Responded{Kind: "final", Text: t.cipher(subject, 300, ""), Via: "portal", Occurred: on(6)}},
		{9, &complaint.Agreed{Form: "record", Terms: terms, Occurred: on(9), Clocks: []complaint.Clock{clock(complaint.ClockPerform, 9, 11)}}},
		{11, &complaint.Closed{Outcome: complaint.OutcomeAgreement, Occurred: on(11)}},
		{20, &complaint.Disclosed{On: filed + 20, Until: filed + 385, Record: complaint.PublicRecord{
			Policy: "NM-2026.1", Merchant: who, Region: region, Category: "food", Kind: "goods", Requests: []string{"refund"}, Band: "100-500",
			Outcome: complaint.OutcomeAgreement, Class: "ordinary", FiledOn: filed, EndedOn: filed + 9, Days: 9, Office: region,
			Summary: "消费者反映所购商品存在质量问题，经调解双方达成协议，商家全额退款。",
		}}},
	}
}

func (t *town) filed(i int, id string, command es.ID, subject sealed.Subject, region, merchant string) *complaint.Filed {
	day, fen := t.filedOn(i), int64(1000+i%90000)
	other := sealed.Subject(es.DeriveID(command, "respondent").String())
	return &complaint.Filed{
		ID: id, Number: complaint.Number(day, command), Lane: complaint.LaneDepartment, FiledOn: day, Channel: "online",
		ReceivedOn: complaint.Occurred{On: day, Source: "online"}, Ruleset: "ORD-121",
		Consumer: complaint.Person{
			Subject: subject, Account: fmt.Sprintf("account-%d", i%5000), Region: region, IDType: "id_card",
			Name: t.cipher(subject, 12, "张**"), Phone: t.cipher(subject, 11, "138****0000"),
			Address: t.cipher(subject, 80, "新城区***"), IDNumber: t.cipher(subject, 18, "150***********0000"),
		},
		Respondent: complaint.Told{
			Subject: other, Name: merchant, Region: region,
			Phone: t.cipher(other, 12, "0471****00"), Address: t.cipher(other, 60, "赛罕区***"),
		},
		Purchase: complaint.Purchase{
			Kind: "goods", Category: "food", Name: []string{"羊肉干", "电动自行车", "手机", "健身卡", "沙发"}[i%5],
			OrderNo: t.cipher(subject, 20, ""), BoughtOn: day - 12, DeliveredOn: day - 8, Channel: "online", AmountFen: fen, Brand: "草原",
		},
		Facts:    t.cipher(subject, 500, ""),
		Requests: []complaint.Request{{Kind: "refund", AmountFen: fen, Text: t.cipher(subject, 36, "")}},
		Consent:  complaint.Consent{Publish: true, DelegateMediation: true, Wording: "consent-1"}, EverydayUse: true, Truthful: true,
	}
}

// cipher is a sealed value as long as one of so many plain bytes: nonce and tag are
// 28 more.
func (t *town) cipher(subject sealed.Subject, plain int, mask string) *sealed.Value {
	b := make([]byte, plain+28)
	_, _ = t.random.Read(b) // never fails
	return &sealed.Value{Suite: sealed.SuiteA1, Subject: subject, Cipher: b, Mask: mask}
}
