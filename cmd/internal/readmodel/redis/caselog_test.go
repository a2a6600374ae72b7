package redis

import (
	"context"
	"sync"
	"testing"

	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// recorder keeps the batches that projections commit.
type recorder struct {
	*readmodeltest.Simple
	mu      sync.Mutex
	batches []readmodel.Batch
}

func (r *recorder) Commit(ctx context.Context, b readmodel.Batch) error {
	r.mu.Lock()
	kept := b
	kept.Changes = append([]readmodel.Change(nil), b.Changes...)
	r.batches = append(r.batches, kept)
	r.mu.Unlock()
	return r.Simple.Commit(ctx, b)
}

// batchesOf are what the projections commit of so many cases.
func batchesOf(t testing.TB, cases int) []readmodel.Batch {
	store, reg := caselogtest.New(t, cases)
	r := &recorder{Simple: readmodeltest.NewSimple()}
	if err := projections.Rebuild(t.Context(), store, reg, r, caselogtest.Projections(t), nil); err != nil {
		t.Fatal(err)
	}
	return r.batches
}
