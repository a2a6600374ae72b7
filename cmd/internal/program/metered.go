package program

import (
	"context"
	"errors"
	"time"

	"fangxin/api/httpapi/meter"
	"fangxin/domain/es"
)

// meteredStore is the log with a clock beside its appends.
type meteredStore struct {
	es.Store
	meter *meter.Registry
}

// Append times what the store did.
func (s *meteredStore) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	begun := time.Now()
	r, err := s.Store.Append(ctx, stream, expected, events)
	s.meter.Observe(meter.EventStoreAppendSeconds, time.Since(begun))
	var conflict *es.ConflictError
	switch {
	case errors.As(err, &conflict):
		s.meter.Add(meter.CommandConflicts, 1)
	case errors.Is(err, es.ErrUnavailable), errors.Is(err, es.ErrUnknownOutcome):
		s.meter.SetBool(meter.EventStoreUp, false)
	case err == nil:
		s.meter.SetBool(meter.EventStoreUp, true)
	}
	return r, err
}
