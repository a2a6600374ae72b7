package httpapi

import (
	"context"
	"encoding/json"

	"fangxin/api/httpapi/feed"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// Access says who may know of a case; *usecase.Complaints does.
type Access interface {
	State(ctx context.Context, id string) (complaint.State, es.Revision, error)
	Access() *usecase.Access
}

// Sees makes the filter of live streams and lists from the access tables: an event is
// seen by who may view its case and has its type in the history. An envelope without
// a type stands for the case itself.
func Sees(c Access, law *statute.Catalogue) feed.Sees {
	return func(ctx context.Context, actor usecase.Actor, env *es.Envelope) bool {
		if env.Type != "" && !c.Access().InHistory(actor.Role, env.Type) {
			return false
		}
		if env.Type == "complaint.deadline_passed.v1" || env.Type == "complaint.clock_recomputed.v1" {
			if c.Access().Show(actor.Role, "clocks.office", usecase.StageAccepted) == usecase.ShowNothing && officeOnly(env) {
				return false
			}
		}
		state, _, err := c.State(ctx, env.Stream.Key())
		return err == nil && c.Access().Check(law.Regions(), actor, "view", &state) == nil
	}
}

// officeOnly says of an event about a clock that the clock lies between offices; what
// cannot be read counts as such.
func officeOnly(env *es.Envelope) bool {
	var about struct {
		Rule  string `json:"rule"`
		Clock struct {
			Rule string `json:"rule"`
		} `json:"clock"`
	}
	err := json.Unmarshal(env.Data, &about)
	return err != nil || complaint.OfficeOnly(about.Rule) || complaint.OfficeOnly(about.Clock.Rule)
}
