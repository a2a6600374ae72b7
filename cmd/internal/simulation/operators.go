package simulation

import (
	"math/rand/v2"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// Habit is how a merchant treats complaints.
type Habit int

// Habits of merchants.
const (
	Prompt   Habit = iota // answers and performs in time
	Slow                  // takes weeks
	Silent                // enrolled, but never answers
	Stubborn              // answers, offers little, refuses
	Stall                 // a natural person without an account: the office writes and phones
)

// Operator is a merchant that a plan names. The stores of a chain are operators of one
// name and one head.
type Operator struct {
	Name string
	// Head is the division of the registration, the same as Region where it is empty.
	Head, Region, Store string
	Industry            string
	Habit               Habit
	// Weight is how often people complain of it beside the others.
	Weight int
}

// Account is the operator's own; that of a chain answers for all its stores.
func (o Operator) Account(prefix string) usecase.Actor {
	id := o.id()
	return usecase.Actor{ID: prefix + "-merchant-" + id[:8], Role: usecase.RoleMerchant, Merchant: id}
}

func (o Operator) id() string {
	if o.Head != "" {
		return usecase.MerchantID("", o.Name, o.Head)
	}
	return usecase.MerchantID("", o.Name, o.Region)
}

// settle makes the merchants that the plan names.
func (t *Town) settle() {
	for _, o := range t.plan.Operators {
		m := &merchant{name: o.Name, region: o.Region, store: o.Store, industry: o.Industry, habit: o.Habit, account: o.Account(t.plan.Prefix)}
		if o.Habit == Stall {
			m.person, m.name = true, t.private(o.Name)
		}
		if o.Head != "" {
			m.id = o.id()
		}
		t.traders = append(t.traders, m)
	}
}

// days are the days on which complaints are filed, in order.
func (t *Town) days() []calendar.Date {
	p, days := &t.plan, make([]calendar.Date, t.plan.Cases)
	if p.Busy == nil {
		for i := range days {
			days[i] = p.First + calendar.Date(i*max(1, p.Filing)/max(1, p.Cases))
		}
		return days
	}
	of := make([]int, 0, p.Filing)
	for d := range p.Filing {
		of = append(of, p.Busy(p.First+calendar.Date(d)))
	}
	counts := make([]int, len(of))
	for range days {
		counts[among(t.r, of)]++
	}
	days = days[:0]
	for d, n := range counts {
		for range n {
			days = append(days, p.First+calendar.Date(d))
		}
	}
	return days
}

// among picks an index by weight.
func among(r *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	k := r.IntN(max(1, sum))
	for i, w := range weights {
		if k -= w; k < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// trader is who a complaint of a day is about.
func (t *Town) trader(on calendar.Date) *merchant {
	if len(t.plan.Operators) == 0 {
		return t.traders[min(t.r.IntN(len(t.traders)), t.r.IntN(len(t.traders)))]
	}
	month := on.Start().In(calendar.Shanghai).Month()
	if t.demand[month] == nil {
		for _, o := range t.plan.Operators {
			season := 1
			if t.plan.Season != nil {
				season = t.plan.Season(o.Industry, month)
			}
			t.demand[month] = append(t.demand[month], o.Weight*season)
		}
	}
	return t.traders[among(t.r, t.demand[month])]
}

// demand is the weight of each merchant by month.
type demand [time.December + 1][]int
