package demo

import (
	"fmt"
	"slices"

	"fangxin/domain/usecase"
)

type merchant struct {
	name, region, industry string
}

func (m merchant) id() string { return usecase.MerchantID("", m.name, m.region) }

func merchants() []merchant {
	return []merchant{
		{"样例·晴川百货", "150102", "retail"}, {"样例·云中电器", "150103", "retail"},
		{"样例·鹿城健身", "150203", "fitness"}, {"样例·河套餐饮", "150802", "catering"},
		{"样例·草原旅行社", "150702", "travel"}, {"样例·松州装饰", "150402", "renovation"},
		{"样例·科尔沁服饰", "150502", "retail"}, {"样例·暖城汽贸", "150602", "vehicle"},
		{"样例·乌海数码", "150302", "retail"}, {"样例·集宁皮具", "150902", "retail"},
		{"样例·兴安美容", "152201", "beauty"}, {"样例·锡林教育", "152502", "education"},
		{"样例·驼乡快递", "152921", "express"}, {"样例·青城网购", "150105", "retail"},
	}
}

func merchantAccount(m merchant) usecase.Actor {
	return usecase.Actor{ID: "demo-merchant-" + m.id()[:8], Role: usecase.RoleMerchant, Merchant: m.id()}
}

func consumerAccount(i int) usecase.Actor {
	return usecase.Actor{ID: fmt.Sprintf("demo-consumer-%02d", i%24), Role: usecase.RoleConsumer}
}

func officerOf(region string) usecase.Actor {
	return usecase.Actor{ID: "demo-officer-" + region[:4], Role: usecase.RoleOfficer, Region: region[:4]}
}

func consumer(i int, region string) *usecase.ConsumerInput {
	names := []string{"样例甲", "样例乙", "样例丙", "样例丁", "样例·其其格", "样例·巴特尔", "样例戊", "样例己"}
	return &usecase.ConsumerInput{
		Name:    names[i%len(names)],
		Phone:   fmt.Sprintf("1000000%04d", i%24),
		Address: "样例路" + fmt.Sprint(i%90+1) + "号",
		Region:  region,
	}
}

// dispute is what the case is about; industry says which merchants it can meet.
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
func disputesWith(m merchant) []dispute {
	return slices.DeleteFunc(disputes(), func(d dispute) bool { return d.industry != m.industry })
}
