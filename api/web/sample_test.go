package web

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
	"fangxin/projections/search"
)

// register is a Source over a list, newest first; cursors are places in it.
type register struct {
	records   []Record
	withdrawn map[string]Withdrawn
	// figures are answered for any question; few leaves them below the least number.
	few bool
	err error
}

func (r *register) matching(f search.Filter) (all []Record) {
	for _, x := range r.records {
		d := x.data()
		day := d.Published
		if f.Match(&d) && (f.From == 0 || day >= f.From) && (f.To == 0 || day < f.To) {
			all = append(all, x)
		}
	}
	return all
}

func (r *register) Find(_ context.Context, f search.Filter, o search.Order, cursor string, limit int) (List, error) {
	if r.err != nil {
		return List{}, r.err
	}
	from := 0
	if cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, "c"))
		if err != nil {
			return List{}, ErrCursor
		}
		from = n
	}
	all := r.matching(f)
	if o == search.Oldest {
		slices.Reverse(all)
	}
	l := List{Count: Number{N: int64(len(all))}}
	to := min(from+limit, len(all))
	l.Records = all[min(from, to):to]
	if to < len(all) {
		l.Next = "c" + strconv.Itoa(to)
	}
	return l, nil
}

func (r *register) Count(_ context.Context, f search.Filter) (Number, error) {
	return Number{N: int64(len(r.matching(f)))}, r.err
}

// data is the record as the projection holds it.
func (x Record) data() disclosure.Record {
	d := disclosure.Record{Case: x.ID, Source: x.Source, Published: x.On, Statement: x.Statement}
	d.Merchant = complaint.Identity{ID: x.Merchant.ID, Name: x.Merchant.Name, Store: x.Store}
	d.Region, d.Category, d.Kind, d.Requests = x.Region, x.Category, x.Kind, x.Requests
	d.Outcome, d.Summary, d.Class = complaint.Outcome(x.Outcome), x.Summary, x.Class
	d.Band = "50000-100000"
	if f := x.Foreign; f != nil {
		d.Foreign = &disclosure.Foreign{Product: f.Product, SubProduct: f.SubProduct, Issue: f.Issue, State: f.State}
	}
	return d
}

// Facets counts every value by looking at every record.
func (r *register) Facets(_ context.Context, f search.Filter) (out []search.Facet, err error) {
	for _, field := range search.FacetFields() {
		count, c := map[string]int64{}, f.Choices[field]
		for _, x := range r.matching(f.Free(field)) {
			d := x.data()
			if field == search.Source {
				continue
			}
			for _, v := range slices.Compact(slices.Sorted(slices.Values(field.Of(&d, nil)))) {
				count[v]++
			}
		}
		one := search.Facet{Field: field}
		for _, v := range slices.Sorted(maps.Keys(count)) {
			if field == search.Region && v != "CA" && len(v) != 4 {
				continue // as in the projection, counties stand below a chosen prefecture
			}
			one.Values = append(one.Values, search.Value{Value: v, N: readmodel.Number{N: count[v]}, In: slices.Contains(c.In, v), Out: slices.Contains(c.Out, v)})
		}
		if len(one.Values) > 0 {
			out = append(out, one)
		}
	}
	return out, r.err
}

// Ask answers with made-up figures of the metric's kind, for months and regions.
func (r *register) Ask(_ context.Context, q responsetime.Question) (responsetime.Answer, error) {
	m, ok := metricByID(q.Metric)
	if !ok {
		return responsetime.Answer{}, &responsetime.QuestionError{Field: "metric", Value: q.Metric}
	}
	if q.Period == "bad" {
		return responsetime.Answer{}, &responsetime.QuestionError{Field: "period", Value: q.Period}
	}
	a := responsetime.Answer{Metric: m, AsOf: q.AsOf}
	if len(r.records) == 0 {
		return a, r.err
	}
	if len(q.By) == 0 {
		a.Figures = append(a.Figures, r.figure(m, nil, 7))
		return a, r.err
	}
	for i := range 14 {
		key := yearMonth{2025, 10}.add(i).String()
		switch q.By[0] {
		case responsetime.Region:
			key = []string{"1501", "1502", "1503", "1504", "1505", "1506", "1507", "1508", "1509", "1522", "1525", "1529", "1599", "xx"}[i]
		case responsetime.Category:
			key = []string{"food", "catering", "travel", "phone", "vehicle", "fitness", "beauty", "express", "telecom", "housing", "education", "clothing", "pets", "<u>"}[i]
		case responsetime.Quarter:
			key = fmt.Sprintf("%d-Q%d", 2022+i/4, i%4+1)
		}
		a.Figures = append(a.Figures, r.figure(m, []string{key}, i))
	}
	return a, r.err
}

func (r *register) figure(m responsetime.Metric, key []string, i int) responsetime.Figure {
	f := responsetime.Figure{Key: key, N: int64(40 + 7*i%30), Excluded: map[string]int64{"not_yet_due": 3, "unheard_of": 1}}
	if r.few {
		f.N = 4
	}
	f.Denominator, f.Numerator = f.N, f.N*3/4
	f.TooFew = f.N < m.MinimumN
	real := func(x float64) *float64 { return &x }
	fen := int64(1234500)
	switch m.Kind {
	case responsetime.KindSum:
		f.SumFen = &fen
	case responsetime.KindDistribution:
		f.Parts = []responsetime.Part{{Code: "monetary", N: f.N / 2}, {Code: "<i>", N: f.N - f.N/2}}
	case responsetime.KindDuration, responsetime.KindMean:
		f.Days = []responsetime.DayCount{{Value: 0, N: 5}, {Value: 3, N: 20 + int64(i)}, {Value: 9, N: 12}, {Value: 41, N: 3}}
		if !f.TooFew {
			f.P50 = &responsetime.Quantile{Value: 3 + i%9, Low: 2, High: 12}
			f.P90, f.P99 = &responsetime.Quantile{Value: 14, Low: 9, High: 41}, &responsetime.Quantile{Value: 41, Low: 14, High: 41}
			f.Mean = &responsetime.Mean{Value: 4.26, Low: 3.9, High: 4.6}
		}
	}
	if !f.TooFew && (m.Kind == responsetime.KindShare || m.Kind == responsetime.KindGrowth) {
		f.Value, f.Low, f.High = real(.75), real(.62), real(.85)
	}
	return f
}

func (r *register) Cases(_ context.Context, q responsetime.Question, of responsetime.CasePart, cursor string, _ int) (responsetime.CasePage, error) {
	if of != responsetime.OfNumerator && of != responsetime.OfDenominator && of != responsetime.OfExcluded {
		return responsetime.CasePage{}, &responsetime.QuestionError{Field: "part", Value: string(of)}
	}
	if cursor != "" && cursor != "c1" {
		return responsetime.CasePage{}, ErrCursor
	}
	days := int64(5)
	page := responsetime.CasePage{AsOf: q.AsOf, Next: "c1"}
	for _, x := range r.records[:min(len(r.records), 9)] {
		page.Rows = append(page.Rows, responsetime.CaseRow{Case: x.ID, Value: &days, Code: "not_yet_due"})
	}
	page.Rows = append(page.Rows, responsetime.CaseRow{Case: "gone"})
	return page, r.err
}

func (r *register) Closings(context.Context) ([]responsetime.Closing, error) {
	return []responsetime.Closing{
		{Period: "2026-04", Number: 1, AsOf: calendar.MustDate("2026-05-31")}, {Period: "2026-05", Number: 1, AsOf: calendar.MustDate("2026-06-30")},
	}, r.err
}

func (r *register) Table(_ context.Context, q responsetime.TableQuestion) (responsetime.PublishedTable, error) {
	if q.Period != "2026-05" && q.Period != "2026-04" && q.Period != "2026-Q2" {
		return responsetime.PublishedTable{}, ErrNotFound
	}
	policy := responsetime.TablePolicy()
	i := slices.IndexFunc(policy.Tables, func(k responsetime.PublishedKind) bool { return k.ID == q.Table })
	t := responsetime.PublishedTable{Kind: policy.Tables[i], Policy: policy.ID, Period: q.Period, Closing: 1, AsOf: calendar.MustDate("2026-06-30")}
	n := make([]int64, len(t.Kind.Columns))
	for i := range n {
		n[i] = int64(12 * (len(n) - i))
	}
	t.Total = responsetime.TableCell{Counts: n}
	t.Cuts = []responsetime.TableCut{
		{By: responsetime.Region, Cells: []responsetime.TableCell{{Hidden: true}, {Key: "1501", Counts: n}, {Key: "1502", Hidden: true}}},
		{By: responsetime.Category, Cells: []responsetime.TableCell{{Key: "food", Counts: n}}},
	}
	if q.Period == "2026-04" {
		t.Total, t.Cuts = responsetime.TableCell{Hidden: true}, nil
	}
	return t, r.err
}

func (r *register) Revisions(_ context.Context, q responsetime.RevisionQuestion, cursor string, _ int) (responsetime.RevisionPage, error) {
	switch {
	case q.Period != "2026-05" && q.Period != "2026-04":
		return responsetime.RevisionPage{}, ErrNotFound
	case cursor != "" && cursor != "c1":
		return responsetime.RevisionPage{}, ErrCursor
	}
	page := responsetime.RevisionPage{Closing: 1, AsOf: calendar.MustDate("2026-06-30")}
	if q.Period == "2026-04" {
		return page, r.err
	}
	page.Next = "c1"
	for i, reason := range responsetime.RevisionReasons() {
		page.Rows = append(page.Rows, responsetime.Revision{
			Case: r.records[0].ID, Known: page.AsOf + 1, Reason: reason, Class: responsetime.Classes()[i%len(responsetime.Classes())],
		})
	}
	for _, class := range responsetime.Classes() {
		page.Rows = append(page.Rows, responsetime.Revision{Case: "gone", Known: page.AsOf + 2, Reason: responsetime.RevisedUndisclosed, Class: class})
	}
	return page, r.err
}

func (r *register) Record(_ context.Context, id string) (Record, error) {
	if w, ok := r.withdrawn[id]; ok {
		return Record{}, &w
	}
	for _, x := range r.records {
		if x.ID == id {
			return x, r.err
		}
	}
	return Record{}, ErrNotFound
}

func (r *register) Merchant(_ context.Context, id string) (Merchant, error) {
	var m Merchant
	n := map[string]int64{}
	for _, x := range r.records {
		if x.Merchant.ID == id {
			m.MerchantName = x.Merchant
			m.Region, m.Source, m.First = x.Region, x.Source, x.On
			m.Namesake, m.Stores = x.Merchant.ID == "m-1", 3
			if m.Last.IsZero() {
				m.Last = x.On
			}
			m.Total++
			n[x.Outcome]++
		}
	}
	if m.Total == 0 {
		return m, ErrNotFound
	}
	for _, o := range outcomes() {
		if c := n[string(o)]; c > 0 {
			m.Outcomes = append(m.Outcomes, OutcomeCount{string(o), c})
		}
	}
	for _, o := range responses() {
		if c := n[o]; c > 0 {
			m.Outcomes = append(m.Outcomes, OutcomeCount{o, c})
		}
	}
	return m, r.err
}

func (r *register) Merchants(_ context.Context, source, name string, limit int) ([]MerchantName, error) {
	var out []MerchantName
	seen := map[string]bool{}
	for _, x := range r.records {
		if x.Source == source && !seen[x.Merchant.ID] && strings.Contains(x.Merchant.Name, name) && len(out) < limit {
			seen[x.Merchant.ID] = true
			m := x.Merchant
			m.N, m.Region, m.Stores, m.Namesake = 3, x.Region, 2, true
			out = append(out, m)
		}
	}
	return out, r.err
}

func (r *register) Covered(_ context.Context, source string) (Covered, error) {
	var c Covered
	for _, x := range r.records {
		if x.Source == source {
			c.Records.N++
			c.First = x.On
			if c.Last.IsZero() {
				c.Last = x.On
			}
		}
	}
	return c, r.err
}

// sample is a register of n native and m foreign records.
func sample(n, m int) *register {
	shops := []MerchantName{
		{ID: "m-1", Name: "呼和浩特市青城家电有限责任公司", USCC: "91150100MA0N3XTT1B"},
		{ID: "m-2", Name: "蒙香源餐饮店"},
		{ID: "m-3", Name: "草原之行国际旅行社（内蒙古）股份有限公司包头昆都仑区第三分公司", USCC: "91150200MA0PUQ2W4X"},
		{ID: "m-4", Person: true},
	}
	regions := []string{"150105", "150203", "152501", "150100"}
	categories := []string{"appliances", "catering", "travel", "phone"}
	r := &register{withdrawn: map[string]Withdrawn{}}
	for i := range n {
		d := calendar.MustDate("2026-11-20") - calendar.Date(i*2)
		x := Record{ID: fmt.Sprintf("c-%04d", n-i), Source: native, Merchant: shops[i%4], Region: regions[i%4],
			Category: categories[i%4], Kind: []string{"goods", "service"}[i%2], Requests: []string{"repair", "refund"},
			Band: Band{50000, 100000, true}, Outcome: string(outcomes()[i%4]), Class: "ordinary",
			FiledOn: d - 40, EndedOn: d - 12, Days: 1 + i*7%60, Office: "呼和浩特市赛罕区市场监督管理局",
			On: d, Until: d + 365, Policy: "NM-2026.1",
			Summary: "消费者称：冰箱使用两周后不制冷，商家两次上门维修后仍未修好，要求退货。商家认为属于正常使用损耗。经调解，双方同意退货，商家退还货款。"}
		if i%2 == 0 {
			x.Statement = "我公司已按协议退款，并对消费者表示歉意。维修记录可供查阅。"
		}
		r.records = append(r.records, x)
	}
	for i := range m {
		d := calendar.MustDate("2020-03-19") - calendar.Date(i)
		f := &Foreign{Number: strconv.Itoa(3480000 - i), Product: "Credit reporting, credit repair services, or other personal consumer reports",
			SubProduct: "Credit reporting", Issue: "Incorrect information on your report", State: "CA", ZIP: "904XX",
			Via: "Web", Received: d, Sent: d + 2, Response: responses()[i%3], Timely: "Yes", Disputed: "N/A",
			PublicResponse: "Company has responded to the consumer and the CFPB and chooses not to provide a public response",
			Narrative:      "On XX/XX/XXXX I disputed an account.\n\nThe company charged me {$100.00}."}
		r.records = append(r.records, Record{ID: fmt.Sprintf("cfpb-%d", i), Source: cfpb, Foreign: f,
			Merchant: MerchantName{ID: "f-1", Name: "EXAMPLE INFORMATION SERVICES, INC.", Source: cfpb}, Region: "CA",
			Outcome: f.Response, On: d, Policy: "CFPB-public"})
	}
	r.withdrawn["c-gone"] = Withdrawn{"consent_withdrawn", calendar.MustDate("2026-11-01")}
	return r
}

// site serves the pages over a source, on 2026-11-23 in Shanghai.
func site(t testing.TB, src Source, demo bool) *echo.Echo {
	t.Helper()
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	s, err := New(Config{Source: src, Law: law, Now: func() time.Time { return now }, Demo: demo})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	s.Register(e)
	return e
}

// hostile are records as an attacker would like to file them.
func hostile() []Record {
	d := calendar.MustDate("2026-11-22")
	long := strings.Repeat("超长名称LongName", 60)
	list := []Record{
		{ID: "h-1", Merchant: MerchantName{ID: "<x>/../../?", Name: `<script>alert("x")</script><img src=x onerror=alert(1)>`},
			Summary: "</p><script>alert(2)</script> & <b>", Statement: `"><svg onload=alert(3)>`, Store: "<i>"},
		{ID: "h-2", Merchant: MerchantName{ID: "m-rtl", Name: "\u202egnp.exe\u202d \u200f\u0627\u0644\u0645\u062a\u062c\u0631"}, Summary: "\u202eevil"},
		{ID: "h-3", Merchant: MerchantName{ID: "m-long", Name: long}, Summary: strings.Repeat("A", 4000)},
	}
	for i := range list {
		r := &list[i]
		r.Source, r.Category, r.Region, r.Outcome, r.On, r.Policy = native, "<u>", "999999", "<o>", d, "<p>"
	}
	return list
}
