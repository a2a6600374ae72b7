package simulation

import (
	"fmt"
	"math/rand/v2"

	"fangxin/domain/usecase"
)

// merchant is one operator. Its account is the chain's; a store of it answers for
// itself where store is set.
type merchant struct {
	name, region, industry string
	id, store              string // of a chain
	person                 bool   // a natural person (个体摊贩)
	habit                  Habit
	account                usecase.Actor
}

func (m *merchant) input(t *Town) usecase.MerchantInput {
	in := usecase.MerchantInput{Region: m.region, Address: t.private("样例大街1号"), Phone: "04710000001"}
	if m.person {
		in.Person = m.name
		return in
	}
	in.Name = m.name
	return in
}

func (m *merchant) identity() *usecase.IdentityInput {
	if m.person {
		return &usecase.IdentityInput{Person: m.name, Region: m.region, Industry: m.industry}
	}
	return &usecase.IdentityInput{ID: m.id, Name: m.name, Region: m.region, Store: m.store, Industry: m.industry}
}

// known lists the operators that every town has; more are numbered.
func known() []merchant {
	return []merchant{
		{name: "样例·晴川百货", region: "150102", industry: "retail"}, {name: "样例·云中电器", region: "150103", industry: "retail"},
		{name: "样例·鹿城健身", region: "150203", industry: "fitness"}, {name: "样例·河套餐饮", region: "150802", industry: "catering"},
		{name: "样例·草原旅行社", region: "150702", industry: "travel"}, {name: "样例·松州装饰", region: "150402", industry: "renovation"},
		{name: "样例·科尔沁服饰", region: "150502", industry: "retail"}, {name: "样例·暖城汽贸", region: "150602", industry: "vehicle"},
		{name: "样例·乌海数码", region: "150302", industry: "retail"}, {name: "样例·集宁皮具", region: "150902", industry: "retail"},
		{name: "样例·兴安美容", region: "152201", industry: "beauty"}, {name: "样例·锡林教育", region: "152502", industry: "education"},
		{name: "样例·驼乡快递", region: "152921", industry: "express"}, {name: "样例·青城网购", region: "150105", industry: "retail"},
	}
}

// merchants makes n operators; the first of them answers in time.
func (t *Town) merchants(n int, r *rand.Rand) []*merchant {
	all := make([]*merchant, n)
	named := known()
	for i := range all {
		m := named[i%len(named)]
		if i >= len(named) {
			m.name += fmt.Sprintf("%d店", i/len(named)+1)
		}
		switch k := r.IntN(100); {
		case i == 0 || k < 55:
			m.habit = Prompt
		case k < 72:
			m.habit = Slow
		case k < 84:
			m.habit = Stubborn
		case k < 92:
			m.habit = Silent
		default:
			m.habit, m.person = Stall, true
			m.name = t.private(fmt.Sprintf("样例·摊主%d", i))
		}
		m.account = accountOf(t.plan.Prefix, &m)
		all[i] = &m
	}
	return all
}

func accountOf(prefix string, m *merchant) usecase.Actor {
	id := usecase.MerchantID("", m.name, m.region)
	return usecase.Actor{ID: prefix + "-merchant-" + id[:8], Role: usecase.RoleMerchant, Merchant: id}
}

// FirstConsumer is the account of a town's first consumer, who does in time what it is
// asked for.
func FirstConsumer(prefix string) usecase.Actor {
	return usecase.Actor{ID: prefix + "-consumer-00", Role: usecase.RoleConsumer}
}

// Habits of consumers.
const (
	patient = iota
	haggler // refuses and makes offers of its own
	tired   // withdraws or never confirms
	helped  // old: a service station or the window writes it down
)

type consumer struct {
	n       int
	name    string
	habit   int
	account usecase.Actor
	online  bool // has an account of its own
}

func (t *Town) consumers(n int, r *rand.Rand) []*consumer {
	names := []string{"样例甲", "样例乙", "样例丙", "样例丁", "样例·其其格", "样例·巴特尔", "样例戊", "样例己"}
	all := make([]*consumer, n)
	for i := range all {
		c := &consumer{n: i, name: t.private(names[i%len(names)]), online: true,
			account: usecase.Actor{ID: fmt.Sprintf("%s-consumer-%02d", t.plan.Prefix, i), Role: usecase.RoleConsumer}}
		switch k := r.IntN(100); {
		case i == 0 || k < 55:
			c.habit = patient
		case k < 75:
			c.habit = haggler
		case k < 88:
			c.habit = tired
		default:
			c.habit, c.online = helped, r.IntN(2) == 0
		}
		all[i] = c
	}
	return all
}

func (c *consumer) input(t *Town, region string) *usecase.ConsumerInput {
	in := &usecase.ConsumerInput{
		Name: c.name, Phone: fmt.Sprintf("%s%04d", phones, c.n/2%10000), // two share a phone
		Address: t.private("样例路" + fmt.Sprint(c.n%90+1) + "号"), Region: region,
	}
	if c.habit == helped {
		in.Language = "mn"
		in.ContactWays = []usecase.ContactInput{{Kind: "phone", Value: fmt.Sprintf("%s%04d", phones, 5000+c.n%4000)}}
	}
	return in
}

// phones begin with digits that no subscriber has.
const phones = "1000000"

// officer is a desk or a unit of an authority.
type officer struct {
	account usecase.Actor
	forgets bool // notices
	slow    bool
	partly  bool // works two days a week
}

// desk is the officer at the desk of a league or city, unit the one of an office in it.
func (t *Town) desk(region string) *officer {
	return t.officer(usecase.Actor{ID: t.plan.Prefix + "-officer-" + region[:4], Role: usecase.RoleOfficer, Region: region[:4]})
}

// superior is an officer of the autonomous region's department.
func (t *Town) superior() *officer {
	return t.officer(usecase.Actor{ID: t.plan.Prefix + "-officer", Role: usecase.RoleOfficer, Region: "15"})
}

func (t *Town) unit(region, unit string) *officer {
	return t.officer(usecase.Actor{
		ID: t.plan.Prefix + "-officer-" + region[:4] + "-" + unit, Role: usecase.RoleOfficer, Region: region[:4], Unit: unit,
	})
}

func (t *Town) officer(a usecase.Actor) *officer {
	if o := t.officers[a.ID]; o != nil {
		return o
	}
	n := len(t.officers)
	o := &officer{account: a, forgets: n%5 == 3, slow: n%4 == 2, partly: a.Unit != "" && n%2 == 1}
	t.officers[a.ID] = o
	return o
}

// dispute is what a case is about; industry says which merchants it can meet.
type dispute struct {
	industry, category, kind, item, facts, wants string
	fen                                          int64
}

func disputes() []dispute {
	return []dispute{
		{"retail", "electronics", "goods", "平板电脑", "样例：购买后第九天屏幕自行出现条纹，商家称系人为损坏。", "replace", 259900},
		{"retail", "appliances", "goods", "滚筒洗衣机", "样例：脱水时异响，维修两次仍未修好。", "return", 329900},
		{"retail", "clothing", "goods", "羊绒大衣", "样例：标注含绒量与收到的商品不符。", "refund", 168000},
		{"fitness", "fitness", "service", "健身年卡", "样例：门店搬迁后不愿退还剩余费用。", "refund", 298000},
		{"catering", "catering", "service", "宴席订餐", "样例：因故取消，商家拒退全部定金。", "refund", 200000},
		{"travel", "travel", "service", "三日草原游", "样例：行程缩减半日，住宿标准低于约定。", "compensate", 128000},
		{"renovation", "renovation", "service", "厨房改造", "样例：台面开裂，多次预约维修无人上门。", "redo", 880000},
		{"vehicle", "vehicle", "goods", "小型汽车", "样例：提车时加收未约定的服务费。", "refund", 300000},
		{"renovation", "furniture", "goods", "实木餐桌", "样例：到货有划痕，要求更换。", "replace", 236000},
		{"retail", "food", "goods", "牛肉干礼盒", "样例：净含量少于标注。", "make_up", 15800},
		{"beauty", "beauty", "service", "护理套餐", "样例：实际使用的产品与合同不同。", "refund", 420000},
		{"education", "education", "service", "暑期培训", "样例：课程停办，未按约退费。", "refund", 360000},
		{"express", "express", "service", "快递寄件", "样例：包裹破损，未按保价赔付。", "compensate", 45000},
		{"retail", "phone", "goods", "手机", "样例：七日内自动重启，商家只同意维修。", "return", 399900},
	}
}

// disputesWith lists what can happen with a merchant.
func disputesWith(m *merchant) []dispute {
	var all []dispute
	for _, d := range disputes() {
		if d.industry == m.industry {
			all = append(all, d)
		}
	}
	return all
}
