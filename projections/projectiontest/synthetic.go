package projectiontest

import (
	"fmt"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// Filed is a complaint as filed, with the parts that lists show.
func Filed(id, number, on, region, merchant, item string, fen int64) *complaint.Filed {
	day := calendar.MustDate(on)
	subject := sealed.Subject("s-" + id)
	return &complaint.Filed{
		ID: id, Number: number, Lane: complaint.LaneDepartment, FiledOn: day, Channel: "online",
		ReceivedOn: complaint.Occurred{On: day}, Ruleset: "ORD-121",
		Consumer: complaint.Person{
			Subject: subject, Account: "acc-" + id, Region: region,
			Name:  &sealed.Value{Suite: sealed.SuiteA1, Subject: subject, Cipher: make([]byte, 40), Mask: "张*"},
			Phone: &sealed.Value{Suite: sealed.SuiteA1, Subject: subject, Cipher: make([]byte, 40), Mask: "138****0000"},
		},
		Respondent: complaint.Told{Name: merchant, Region: region},
		Purchase: complaint.Purchase{
			Kind: "goods", Category: "food", Name: item, BoughtOn: day - 3, Channel: "offline", AmountFen: fen,
		},
		Facts:    &sealed.Value{Suite: sealed.SuiteA1, Subject: subject, Cipher: make([]byte, 200)},
		Requests: []complaint.Request{{Kind: "refund", AmountFen: fen}},
		Consent:  complaint.Consent{Publish: true, Wording: "w1"}, EverydayUse: true, Truthful: true,
	}
}

// Case is the i-th case of a made-up town: ten events from filing to the register,
// with the days between them. It is the same every time.
func Case(i int) (id string, events []any, days []calendar.Date) {
	id = fmt.Sprintf("%016x", uint64(i)*0x9e3779b97f4a7c15)
	merchant := fmt.Sprintf("呼和浩特市第%d百货有限公司", i%500)
	regions := []string{"150102", "150103", "150104", "150202", "150402"}
	items := []string{"羊肉干", "电动自行车", "手机", "健身卡", "沙发"}
	first := calendar.MustDate("2026-05-01") + calendar.Date(i%150)
	region := regions[i%5]
	at := func(n int) complaint.Occurred { return complaint.Occurred{On: first + calendar.Date(n)} }
	clock := func(rule string, from, n int) complaint.Clock {
		due := first + calendar.Date(from+n)
		return complaint.Clock{Rule: rule, StartedOn: first + calendar.Date(from), Due: due, DueWide: due + 2, Calendar: "cn-2026.1"}
	}
	who := complaint.Identity{ID: fmt.Sprintf("m-%d", i%500), Name: merchant, Region: region, USCC: "91150100MA0N000000"}
	record := complaint.PublicRecord{
		Policy: "NM-2026.1", Merchant: who, Region: region, Category: "food", Kind: "goods", Requests: []string{"refund"},
		Band: "100-500", Outcome: complaint.OutcomeAgreement, Class: "ordinary", FiledOn: first, EndedOn: first + 9, Days: 9, Office: region,
	}
	add := func(day int, e any) {
		events, days = append(events, e), append(days, first+calendar.Date(day))
	}
	f := Filed(id, fmt.Sprintf("NM%010d", i), first.String(), region, merchant, items[i%5], int64(1000+i%90000))
	add(0, f)
	add(1, &complaint.RespondentConfirmed{Merchant: who, Source: "register"})
	add(1, &complaint.Received{Region: region, Unit: "u1", Basis: "filed_here", Occurred: at(1), Clock: clock("CP.ACCEPT", 1, 9)})
	add(3, &complaint.Accepted{Region: region, Unit: "u1", Occurred: at(3), Clock: clock("CP.MEDIATE.M3", 3, 60)})
	add(3, &complaint.NoticeIssued{Notice: "n1", Form: "5", Number: "5-1", TextHash: "h", Recipient: complaint.Consumer, About: "acceptance"})
	add(4, &complaint.NoticeSent{Notice: "n1", Channel: "sms", Occurred: at(4)})
	add(6, &complaint.Responded{Kind: "final", Via: "portal", Occurred: at(6)})
	add(9, &complaint.Agreed{Form: "record", Terms: complaint.Terms{Kind: "refund", AmountFen: 1000}, Occurred: at(9)})
	add(11, &complaint.Closed{Outcome: complaint.OutcomeAgreement, Occurred: at(11)})
	add(20, &complaint.Disclosed{Record: record, On: first + 20, Until: first + 385})
	return id, events, days
}
