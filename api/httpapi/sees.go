package httpapi

import (
	"context"

	"fangxin/api/httpapi/feed"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// Access says who may know of a change of a case; *usecase.Complaints does.
type Access interface {
	Sees(ctx context.Context, actor usecase.Actor, env *es.Envelope) (es.Revision, bool)
}

// Sees makes the filter of live streams from the access tables.
func Sees(c Access) feed.Sees { return c.Sees }
