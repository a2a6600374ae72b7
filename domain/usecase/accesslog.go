package usecase

import (
	"context"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// AccessRead: a person other than the consumer read a case (design §7). It is
// durable before the answer leaves.
type AccessRead struct {
	Case  string `json:"case"`
	Actor string `json:"actor"`
	Role  string `json:"role"`
	// What was read: view, history, clocks, reads or file.
	What string `json:"what"`
	// Fields is the class of what was shown: open, masked or none.
	Fields string    `json:"fields"`
	At     time.Time `json:"at"`
	// Region and Unit are the office's, where it was one; absent in older facts.
	Region string `json:"region,omitempty"`
	Unit   string `json:"unit,omitempty"`
}

// Classes of what a reader was shown.
const (
	fieldsOpen   = "open"
	fieldsMasked = "masked"
	fieldsNone   = "none"
)

// AccessStream is where the readings of a case in one month stand.
func AccessStream(id string, at time.Time) es.StreamID { return accessStream(id, calendar.DateOf(at)) }

func accessStream(id string, in calendar.Date) es.StreamID {
	return es.StreamID("access." + id + "." + in.Month())
}

// recordRead writes down who read what, before the answer leaves.
func (c *Complaints) recordRead(ctx context.Context, actor Actor, id, what, fields string) error {
	if actor.Role == RoleConsumer {
		return nil
	}
	command, err := c.entropy.id()
	if err != nil {
		return err
	}
	return c.trace(ctx, actor, AccessStream(id, c.Now()), command, "read", func(at time.Time) any {
		return &AccessRead{Case: id, Actor: actor.ID, Role: string(actor.Role), What: what, Fields: fields, At: at,
			Region: actor.Region, Unit: actor.Unit}
	})
}
