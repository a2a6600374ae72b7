package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// register is a Source over a list, newest first; cursors are places in it.
type register struct {
	records   []Record
	withdrawn map[string]Withdrawn
	months    []Month
	err       error
}

func (r *register) List(_ context.Context, f Filter, cursor string, limit int) (List, error) {
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
	var all []Record
	for _, x := range r.records {
		if x.matches(f) {
			all = append(all, x)
		}
	}
	l := List{Count: Number{N: int64(len(all))}}
	to := min(from+limit, len(all))
	l.Records = all[min(from, to):to]
	if to < len(all) {
		l.Next = "c" + strconv.Itoa(to)
	}
	return l, nil
}

func (x Record) matches(f Filter) bool {
	return x.Source == f.Source && (f.Merchant == "" || x.Merchant.ID == f.Merchant) &&
		strings.HasPrefix(x.Region, strings.TrimRight(f.Region, "0")) && (f.Category == "" || x.Category == f.Category) &&
		(f.Outcome == "" || x.Outcome == f.Outcome) && strings.Contains(x.Merchant.Name+x.Summary, f.Words)
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
			m.MerchantName, m.Region = x.Merchant, x.Region
			m.Source = x.Source
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
	m.Months = r.months
	return m, r.err
}

func (r *register) Merchants(_ context.Context, source, name string, limit int) ([]MerchantName, error) {
	var out []MerchantName
	seen := map[string]bool{}
	for _, x := range r.records {
		if x.Source == source && !seen[x.Merchant.ID] && strings.Contains(x.Merchant.Name, name) && len(out) < limit {
			seen[x.Merchant.ID] = true
			m := x.Merchant
			m.N = 3
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
	for i := range 6 {
		r.months = append(r.months, Month{Year: 2026, Month: 11 - i, N: int64(24 - 3*i), P50: 3 + i%2, P90: 9, Unit: "wd",
			OnTime: int64(20 - 3*i), Due: int64(22 - 3*i), Withheld: i == 5})
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
