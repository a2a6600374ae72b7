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
		if !showsClock(c.Access(), actor.Role, env) {
			return false
		}
		state, _, err := c.State(ctx, env.Stream.Key())
		return err == nil && c.Access().Check(law.Regions(), actor, "view", &state) == nil
	}
}

// showsClock says of an event about a clock whether the role sees that clock; what cannot
// be read it does not.
func showsClock(a *usecase.Access, role usecase.Role, env *es.Envelope) bool {
	if env.Type != "complaint.deadline_passed.v1" && env.Type != "complaint.clock_recomputed.v1" {
		return true
	}
	var about struct {
		Rule  string `json:"rule"`
		Clock struct {
			Rule string `json:"rule"`
		} `json:"clock"`
	}
	return json.Unmarshal(env.Data, &about) == nil &&
		a.ShowsClock(role, about.Rule, usecase.StageAccepted) && a.ShowsClock(role, about.Clock.Rule, usecase.StageAccepted)
}
