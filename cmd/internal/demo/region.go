package demo

import (
	"fmt"
	"time"

	"fangxin/cmd/internal/simulation"
	"fangxin/domain/calendar"
)

// league is a league or city (盟市) with the divisions in which its merchants trade, and
// its weight beside the others, roughly by inhabitants.
type league struct {
	name    string
	weight  int
	regions []string
}

func leagues() []league {
	return []league{
		{"青城", 34, []string{"150105", "150102", "150103", "150104", "150121"}},
		{"鹿城", 27, []string{"150203", "150204", "150207", "150221"}},
		{"赤峰", 40, []string{"150402", "150404", "150426", "150430", "150429"}},
		{"通辽", 28, []string{"150502", "150521", "150525", "150581"}},
		{"鄂尔多斯", 22, []string{"150602", "150621", "150622", "150627"}},
		{"呼伦贝尔", 22, []string{"150702", "150781", "150783", "150721"}},
		{"河套", 15, []string{"150802", "150823", "150826"}},
		{"集宁", 16, []string{"150902", "150981", "150929"}},
		{"兴安", 14, []string{"152201", "152223", "152222"}},
		{"锡林", 11, []string{"152502", "152501", "152531"}},
		{"乌海", 6, []string{"150302", "150304"}},
		{"阿拉善", 3, []string{"152921", "152923"}},
	}
}

// chain is an operator with a store in some leagues; the first is where it is registered.
type chain struct {
	name, industry string
	habit          simulation.Habit
	weight         int
	in             []int // leagues
}

func chains() []chain {
	return []chain{
		{"样例·晴川百货", "retail", simulation.Prompt, 30, []int{0, 1, 2, 3, 4}},
		{"样例·云中电器", "retail", simulation.Slow, 24, []int{0, 1, 2, 5, 6, 7}},
		{"样例·北斗通讯", "retail", simulation.Prompt, 18, []int{1, 0, 2, 3, 8}},
		{"样例·鹿鸣健身", "fitness", simulation.Stubborn, 22, []int{1, 0, 4}},
		{"样例·敕勒川旅行社", "travel", simulation.Slow, 20, []int{0, 5, 9}},
		{"样例·松石装饰", "renovation", simulation.Stubborn, 16, []int{2, 0, 3}},
		{"样例·暖阳汽贸", "vehicle", simulation.Prompt, 14, []int{4, 0, 1, 2}},
		{"样例·启明教育", "education", simulation.Silent, 20, []int{0, 2, 3, 7}},
		{"样例·飞鸿快递", "express", simulation.Prompt, 26, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{"样例·沁芳美容", "beauty", simulation.Stubborn, 12, []int{3, 2, 8}},
		{"样例·草原红餐饮", "catering", simulation.Prompt, 18, []int{0, 1, 4, 6}},
		{"样例·牧歌优选", "retail", simulation.Slow, 22, []int{0, 2, 5, 9, 11}},
	}
}

// operators are all merchants of the region: the chains' stores, and single shops.
func operators() []simulation.Operator {
	var all []simulation.Operator
	where := leagues()
	for _, c := range chains() {
		head := where[c.in[0]].regions[0]
		for _, i := range c.in {
			l := where[i]
			all = append(all, simulation.Operator{
				Name: c.name, Head: head, Region: l.regions[0], Store: l.name + "店", Industry: c.industry, Habit: c.habit,
				Weight: c.weight * l.weight / len(c.in),
			})
		}
	}
	for i, l := range where {
		for n, region := range l.regions {
			for k := range 3 {
				all = append(all, single(l, i, n, k, region))
			}
		}
	}
	return all
}

// single is a shop of its own. Two leagues away the same name comes again, of another
// operator: they are told apart by their division.
func single(l league, i, n, k int, region string) simulation.Operator {
	names := []string{"福源", "吉祥", "恒通", "百顺", "兴隆", "万家", "同乐"}
	shops := []struct{ noun, industry string }{
		{"超市", "retail"}, {"手机店", "retail"}, {"服装店", "retail"}, {"饭庄", "catering"}, {"家电维修", "retail"}, {"美容院", "beauty"},
		{"装修队", "renovation"}, {"驾校", "education"}, {"汽车修理", "vehicle"}, {"健身房", "fitness"}, {"旅行社", "travel"},
	}
	habits := []simulation.Habit{
		simulation.Prompt, simulation.Prompt, simulation.Prompt, simulation.Slow, simulation.Stubborn, simulation.Prompt, simulation.Silent,
	}
	shop := shops[(i*5+n*3+k)%len(shops)]
	o := simulation.Operator{
		Name: "样例·" + names[(i+2*n+3*k)%len(names)] + shop.noun, Region: region, Industry: shop.industry,
		Habit: habits[(i*3+n+2*k)%len(habits)], Weight: l.weight / (2 + n + k),
	}
	if (i+n+k)%9 == 4 {
		o.Name, o.Habit = fmt.Sprintf("样例·摊主%d%d%d", i+1, n+1, k+1), simulation.Stall
	}
	o.Weight = max(1, o.Weight)
	return o
}

// season weighs the complaints of an industry by month.
func season(industry string, month time.Month) int {
	by := map[string][12]int{
		"travel":     {2, 3, 2, 3, 6, 9, 14, 15, 8, 9, 2, 1},
		"fitness":    {9, 8, 8, 6, 5, 4, 4, 4, 5, 5, 4, 5},
		"education":  {4, 5, 5, 4, 4, 6, 10, 12, 9, 5, 4, 4},
		"express":    {6, 4, 4, 4, 5, 8, 5, 4, 5, 6, 14, 10},
		"catering":   {9, 10, 4, 4, 6, 5, 5, 6, 6, 9, 4, 7},
		"renovation": {2, 2, 5, 8, 9, 9, 8, 8, 8, 7, 4, 2},
		"vehicle":    {5, 4, 6, 6, 6, 5, 5, 5, 7, 8, 7, 7},
		"retail":     {6, 5, 6, 5, 5, 7, 5, 5, 6, 6, 9, 8},
	}
	months, ok := by[industry]
	if !ok {
		return 5
	}
	return months[month-time.January]
}

// busy weighs the days: the weeks around Consumer Rights Day (15 March) and the large
// sales of June and November bring more.
func busy(d calendar.Date) int {
	_, month, day := d.Civil()
	switch {
	case month == time.March && day >= 10 && day <= 25:
		return 17
	case month == time.June && day >= 16 && day <= 30, month == time.November && day >= 11 && day <= 28:
		return 15
	case month == time.February:
		return 7
	}
	return 10
}
