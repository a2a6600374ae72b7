package simulation

import (
	"slices"

	"fangxin/domain/usecase"
)

// handing is how a case goes from desk to unit and between authorities.
func handing() map[string]play {
	units := []string{"消保科", "东街所", "西街所"}
	return map[string]play{
		"assign": {
			weigh: when(6, func(t *turn) bool { return t.actor.Unit == "" && t.view.Unit == "" }),
			body: func(t *turn) any {
				return &usecase.Assign{Unit: pick(t, slices.DeleteFunc(slices.Clone(units), func(u string) bool { return u == t.view.Unit })...)}
			},
		},
		"return-to-desk": {
			weigh: when(3, func(t *turn) bool { return t.actor.Unit != "" }),
			body:  func(t *turn) any { return &usecase.ReturnToDesk{Reason: t.say("不属本所管辖。")} },
		},
		"forward": {
			weigh: when(3, func(t *turn) bool {
				return t.actor.Unit == "" && (t.view.Handovers == nil || t.view.Handovers.Forwarded < 3)
			}),
			body: func(t *turn) any {
				in := &usecase.Forward{To: t.otherRegion(), Reason: t.say("被投诉人在该地经营。")}
				if t.one(2) {
					in.ReportBy = (t.today + 10).String()
				}
				return in
			},
		},
		"report-back": {weigh: always(40), body: func(t *turn) any { return &usecase.ReportBack{Text: t.say("已处理。")} }},
		"dispute-jurisdiction": {
			weigh: when(2, func(t *turn) bool { return t.m.disputed == "" }),
			body:  func(t *turn) any { return &usecase.DisputeJurisdiction{With: t.otherRegion()} },
			done: func(t *turn, in any) {
				t.m.disputed, t.m.disputing = in.(*usecase.DisputeJurisdiction).With, t.view.Region
			},
		},
		"decide-jurisdiction": {
			weigh: when(60, func(t *turn) bool { return t.m.disputed != "" }),
			body: func(t *turn) any {
				in := &usecase.DecideJurisdiction{Region: pick(t, t.m.disputing, t.m.disputed), By: "agreement"}
				if t.actor.Region == "15" && t.m.disputed != "" {
					in.By = "designation"
				}
				return in
			},
			done: func(t *turn, _ any) { t.m.disputed = "" },
		},
	}
}
