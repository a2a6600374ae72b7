package usecase

import (
	"context"
	"errors"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// whoKeeps is whose what an office writes is while the consumer's data are restricted:
// their key takes nothing new.
const whoKeeps = "keeping"

// aside gives the texts of a command in a restricted case a key of their own. It goes
// with the others when the case is erased.
func (s *sealing) aside(state *complaint.State) {
	if isRestricted(state) || len(state.Outstanding()) > 0 && state.People.Decided.Result == complaint.ErasureRestricted {
		s.matters[whoConsumer].Subject = subjectOf(s.id, whoKeeps)
	}
}

// release gives the keys of a restricted case free before the lifting is written: a crash
// in between leaves a case that still shows nothing, and a repeat goes on. A lifting that
// would be refused frees none.
func (c *Complaints) release(ctx context.Context, q request, f *folded) error {
	if _, lifts := q.do.(complaint.LiftRestriction); !lifts || !isRestricted(&f.now) {
		return nil
	}
	command := complaint.Command{At: c.Now(), Actor: speaker(q.actor), Do: q.do}
	if _, err := c.guarded(ctx, q)(f.now, command); err != nil {
		return nil //nolint:nilerr // the run that follows answers it
	}
	for _, subject := range f.now.Restricted() {
		err := c.Keyring.Lift(ctx, subject)
		if err != nil && !errors.Is(err, sealed.ErrNoKey) && !errors.Is(err, sealed.ErrErased) {
			return err
		}
	}
	return nil
}
