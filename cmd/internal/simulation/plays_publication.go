package simulation

import "fangxin/domain/usecase"

// publication is the public record's way to the register and off it.
func publication() map[string]play {
	return map[string]play{
		"review-disclosure": {
			weigh: when(90, func(t *turn) bool { return t.view.Disclosure == nil && t.view.Status == "closed" }),
			body: func(t *turn) any {
				return &usecase.ReviewDisclosure{Summary: "样例：" + t.m.what.item + "消费争议。"}
			},
		},
		"object-disclosure": {weigh: func(t *turn) int {
			if t.m.whom.habit == Stubborn {
				return 30
			}
			return 1
		}, body: func(t *turn) any {
			return &usecase.ObjectDisclosure{Text: t.say("与事实不符。")}
		}},
		"decide-objection": {weigh: always(60), body: func(t *turn) any {
			return &usecase.DecideObjection{Result: pick(t, "upheld", "dismissed", "dismissed", "corrected"), Reason: t.say("经核实。"), Summary: "样例：更正后的摘要。"}
		}},
		"publish": {weigh: always(300), body: func(*turn) any { return &usecase.Publish{} }},
		"add-statement": {weigh: always(2), body: func(t *turn) any {
			return &usecase.AddStatement{Text: pick(t, "样例：经营者说明，已按约定处理。", "样例：经营者说明，已联系消费者退款并致歉。", "样例：经营者说明，商品经检测符合标准，愿意协助维修。")}
		}},
		"review-statement": {weigh: always(50), body: func(t *turn) any {
			if t.r.IntN(3) == 0 {
				return &usecase.ReviewStatement{Result: "refused", Reason: t.say("审核。")}
			}
			return &usecase.ReviewStatement{Result: "accepted"}
		}},
		"revise-disclosure": {weigh: always(1), body: func(t *turn) any {
			in := &usecase.ReviseDisclosure{Summary: "样例：更正后的" + t.m.what.item + "消费争议。", Reason: t.say("更正。")}
			if d := t.view.Disclosure; d == nil || d.Record == nil || d.Record.Summary == in.Summary {
				return nil
			}
			return in
		}},
		"withdraw-disclosure": {weigh: always(1), body: func(t *turn) any {
			return &usecase.WithdrawDisclosure{Class: pick(t, "consent_withdrawn", "corrected", "court"), Reason: t.say("撤下。")}
		}},
	}
}
