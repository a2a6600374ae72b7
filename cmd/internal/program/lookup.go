package program

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

// lookup finds cases in the work lists for the use cases, once the lists show all that
// was written when it was asked.
type lookup struct{ *node }

// lookupWithin bounds the wait for the lists.
const lookupWithin = 10 * time.Second

func (l lookup) wait(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, lookupWithin)
	defer cancel()
	err := l.caughtUp(waiting)
	if err != nil && errors.Is(waiting.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("the lists are behind the log: %w", readmodel.ErrUnavailable)
	}
	return err
}

// CasesOf implements usecase.Lookup.
func (l lookup) CasesOf(ctx context.Context, account, cursor string, limit int) ([]string, string, error) {
	if cursor == "" {
		if err := l.wait(ctx); err != nil {
			return nil, "", err
		}
	}
	return casework.Owned(ctx, l.model, account, cursor, limit)
}

// Citing implements usecase.Lookup.
func (l lookup) Citing(ctx context.Context, file string, limit int) ([]string, error) {
	if err := l.wait(ctx); err != nil {
		return nil, err
	}
	return casework.Citing(ctx, l.model, file, limit)
}
