package usecase

import (
	"context"
	"errors"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// Reading is one reading of a case, as its consumer may know of it: which office or
// merchant's side it was and what was shown, not who the person is.
type Reading struct {
	At     time.Time `json:"at"`
	Role   string    `json:"role"`
	Region string    `json:"region,omitempty"`
	Unit   string    `json:"unit,omitempty"`
	What   string    `json:"what"`
	Fields string    `json:"fields"`
	// Actor is for auditors.
	Actor string `json:"actor,omitempty"`
}

// MaxReads bounds the readings that one answer lists.
const MaxReads = 1000

// maxMonths bounds the streams of readings that are looked into.
const maxMonths = 600

// Reads lists who read the case, the newest first, at most MaxReads; more says that
// there are older ones (PIPL 44, 45). ErrNotFound, ErrForbidden.
func (c *Complaints) Reads(ctx context.Context, actor Actor, id string) (list []Reading, more bool, err error) {
	f, err := c.enter(ctx, actor, id, "reads")
	if err != nil {
		return nil, false, err
	}
	list, more, err = c.readsOf(ctx, id, f.filedAt, actor.Role == RoleAuditor)
	if err != nil {
		return nil, false, err
	}
	return list, more, c.recordRead(ctx, actor, id, "reads", fieldsNone)
}

func (c *Complaints) readsOf(ctx context.Context, id string, since time.Time, named bool) ([]Reading, bool, error) {
	list := []Reading{}
	begin := calendar.DateOf(since)
	month := calendar.DateOf(c.Now())
	for range maxMonths {
		for env, err := range c.Store.ReadBack(ctx, accessStream(id, month), es.Last) {
			if errors.Is(err, es.ErrStreamNotFound) {
				break
			}
			if err != nil {
				return nil, false, err
			}
			data, err := c.Registry.Decode(&env)
			if err != nil {
				return nil, false, err
			}
			read, ok := data.(*AccessRead)
			if !ok {
				continue
			}
			if len(list) == MaxReads {
				return list, true, nil
			}
			r := Reading{At: read.At, Role: read.Role, Region: read.Region, Unit: read.Unit, What: read.What, Fields: read.Fields}
			if named {
				r.Actor = read.Actor
			}
			list = append(list, r)
		}
		if month.Month() <= begin.Month() {
			break
		}
		month = month.AddMonths(-1)
	}
	return list, false, nil
}
