package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
)

// marketSource is the system that made-up foreign cases are from.
const marketSource = "cfpb"

// market makes up a public register of another system, of the shape of the CFPB's: a few
// merchants have most of the complaints, products and issues are nested, five years go
// by. The i-th case is the same every time, whoever asks for it.
type market struct {
	cases     int
	first     calendar.Date
	merchants []complaint.Identity
	// heap is, for each merchant, the share of complaints of it and those before.
	heap   []float64
	cipher []byte // of narratives, which differ in length alone
}

const (
	marketDays = 5 * 365
	// One in so many cases is stated otherwise later.
	changedOneIn = 16
	changedAfter = 40 // days
	enteredAfter = 12 // days from receipt until the source publishes
)

func newMarket(cases int) *market {
	m := &market{cases: cases, first: calendar.NewDate(2020, time.January, 1), cipher: make([]byte, 1200)}
	number := max(40, min(3000, cases/100))
	total := 0.0
	for i := range number {
		name := merchantName(i)
		m.merchants = append(m.merchants, complaint.Identity{ID: es.DeriveID(es.Namespace, marketSource, name).String(), Name: name})
		total += math.Pow(float64(i+1), -0.9)
		m.heap = append(m.heap, total)
	}
	for i := range m.heap {
		m.heap[i] /= total
	}
	return m
}

func merchantName(i int) string {
	a := []string{"Harbor", "Summit", "Prairie", "Liberty", "Granite", "Evergreen", "Pacific", "Lakeside", "Pioneer", "Beacon", "Cedar", "Sterling", "Frontier", "Golden", "Atlantic", "Crescent"}
	b := []string{"First", "Trust", "Home", "Consumer", "Capital", "Credit", "Mutual", "National", "Community", "Premier", "Auto", "Student"}
	c := []string{"Bank", "Financial Services", "Lending LLC", "Recovery Inc", "Mortgage", "Card Services", "Holdings", "Bureau"}
	name := a[i%len(a)] + " " + b[i/len(a)%len(b)] + " " + c[i/len(a)/len(b)%len(c)]
	if turn := i / (len(a) * len(b) * len(c)); turn > 0 {
		name += fmt.Sprintf(" %d", turn+1)
	}
	return name
}

// products with what stands below them; the first are the most frequent.
func marketProducts() [][]string {
	return [][]string{
		{"Credit reporting or other personal consumer reports", "Credit reporting", "Other personal consumer report"},
		{"Debt collection", "I do not know", "Credit card debt", "Medical debt", "Auto debt", "Rental debt", "Telecommunications debt"},
		{"Credit card", "General-purpose credit card", "Store credit card"},
		{"Checking or savings account", "Checking account", "Savings account", "Other banking product", "CD (Certificate of Deposit)"},
		{"Mortgage", "Conventional home mortgage", "FHA mortgage", "VA mortgage", "Home equity loan", "Reverse mortgage"},
		{"Money transfer, virtual currency, or money service", "Mobile or digital wallet", "Domestic money transfer", "Virtual currency", "Check cashing"},
		{"Vehicle loan or lease", "Loan", "Lease"},
		{"Student loan", "Federal student loan servicing", "Private student loan"},
		{"Payday loan, title loan, personal loan, or advance loan", "Installment loan", "Payday loan", "Title loan", "Personal line of credit"},
		{"Prepaid card", "Government benefit card", "General-purpose prepaid card", "Gift card", "Payroll card"},
		{"Debt or credit management", "Debt settlement", "Credit repair services", "Mortgage modification or foreclosure avoidance"},
	}
}

func marketIssues() [][]string {
	return [][]string{
		{"Incorrect information on your report", "Information belongs to someone else", "Account status incorrect", "Account information incorrect"},
		{"Improper use of your report", "Reporting company used your report improperly", "Credit inquiries on your report that you do not recognize"},
		{"Problem with an investigation into an existing problem", "Their investigation did not fix an error on your report", "Was not notified of investigation status or results"},
		{"Attempts to collect debt not owed", "Debt is not yours", "Debt was paid", "Debt was result of identity theft"},
		{"Written notification about debt", "Did not receive enough information to verify debt", "Did not receive notice of right to dispute"},
		{"Managing an account", "Deposits and withdrawals", "Problem using a debit or ATM card", "Fee problem"},
		{"Trouble during payment process", "Payment process", "Escrow, taxes, or insurance"},
		{"Problem with a purchase shown on your statement", "Card was charged for something you did not purchase", "Credit card company is not resolving a dispute"},
		{"Struggling to pay your loan", "Denied request to lower payments", "Problem lowering your monthly payments"},
		{"Closing an account", "Funds not received from closed account", "Company closed your account"},
		{"Fraud or scam", "Unauthorized transactions", "Money was not available when promised"},
		{"Communication tactics", "Frequent or repeated calls", "You told them to stop contacting you, but they keep trying"},
	}
}

func marketStates() []string {
	return []string{
		"CA", "FL", "TX", "GA", "NY", "IL", "PA", "NC", "NJ", "OH", "MD", "VA", "AZ", "MI", "TN", "AL", "SC", "LA", "MA", "NV", "MO", "WA", "CO", "IN", "CT",
		"MS", "WI", "MN", "OR", "KY", "AR", "DE", "DC", "OK", "UT", "KS", "NM", "IA", "NE", "RI", "HI", "ID", "WV", "NH", "ME", "MT", "AK", "SD", "VT", "ND", "WY", "PR",
	}
}

func marketResponses() []string {
	return []string{"Closed with explanation", "Closed with non-monetary relief", "Closed with monetary relief", "In progress", "Untimely response"}
}

// skewed chooses among n, the first ones far more often.
func skewed(r *rand.Rand, n int) int {
	f := r.Float64()
	return int(float64(n) * f * f * f)
}

// row is one case as the source states it at first; later says how it is stated after
// some weeks, "" where nothing changes.
type marketRow struct {
	id        es.ID
	number    string
	merchant  int
	received  calendar.Date
	sent      calendar.Date
	product   string
	sub       string
	issue     string
	subIssue  string
	state     string
	zip       string
	response  string
	timely    string
	narrative int // bytes, 0 for none
	later     string
}

// row makes the i-th case; days of receipt rise with i.
func (m *market) row(i int) marketRow {
	r := rand.New(rand.NewPCG(uint64(i), 20))
	products, issues, states := marketProducts(), marketIssues(), marketStates()
	product, issue := products[skewed(r, len(products))], issues[skewed(r, len(issues))]
	merchant := sort.SearchFloat64s(m.heap, r.Float64())
	row := marketRow{
		id: es.DeriveID(es.Namespace, marketSource, fmt.Sprint(i)), number: fmt.Sprint(3_000_000 + i),
		merchant: min(merchant, len(m.merchants)-1), received: m.first + calendar.Date(i*marketDays/m.cases),
		product: product[0], sub: product[1+skewed(r, len(product)-1)], issue: issue[0], subIssue: issue[1+skewed(r, len(issue)-1)],
		state: states[skewed(r, len(states))], response: marketResponses()[skewed(r, 5)], timely: "Yes",
	}
	// How fast a company is told depends on the company.
	row.sent = row.received + calendar.Date(skewed(r, 4+row.merchant%9))
	row.zip = fmt.Sprintf("%03dXX", 100+r.IntN(850))
	if r.IntN(40) == 0 {
		row.timely = "No"
	}
	if r.IntN(3) == 0 {
		row.narrative = 150 + r.IntN(500)
	}
	if r.IntN(changedOneIn) == 0 {
		row.later = marketResponses()[r.IntN(3)]
	}
	return row
}

// recorded is the event by which the case was taken over, and the day.
func (m *market) recorded(row *marketRow) (*complaint.ForeignRecorded, calendar.Date) {
	e := &complaint.ForeignRecorded{
		ID: row.id.String(), Ruleset: "CFPB", Policy: "CFPB-public",
		Case: complaint.ForeignCase{
			System: marketSource, Number: row.number, Received: row.received, Sent: row.sent, Merchant: m.merchants[row.merchant],
			Product: row.product, SubProduct: row.sub, Issue: row.issue, SubIssue: row.subIssue, State: row.state, ZIP: row.zip,
			Consent: "Consent not provided", Via: "Web", Response: row.response, Timely: row.timely, Disputed: "N/A",
			PublicResponse: "Company has responded to the consumer and the CFPB and chooses not to provide a public response",
		},
		Clocks: []complaint.Clock{
			{Rule: statute.ClockCFPBRespond, StartedOn: row.sent, Due: row.sent + 15, DueWide: row.sent + 15},
			{Rule: statute.ClockCFPBFinal, StartedOn: row.sent, Due: row.sent + 60, DueWide: row.sent + 60},
		},
	}
	if row.narrative > 0 {
		e.Case.Consent = "Consent provided"
		e.Case.Narrative = &sealed.Value{Suite: sealed.SuiteA1, Subject: sealed.Subject("s-" + row.number), Cipher: m.cipher[:row.narrative]}
	}
	return e, row.received + enteredAfter
}

// changed is how a later file of the source states the case, and the day; nil where it
// states nothing else.
func (m *market) changed(row *marketRow) (*complaint.ForeignChanged, calendar.Date) {
	if row.later == "" || row.later == row.response {
		return nil, 0
	}
	return &complaint.ForeignChanged{Fields: []string{"response"}, Case: complaint.ForeignCase{Response: row.later}}, row.received + changedAfter
}
