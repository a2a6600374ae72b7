package audit

import (
	"context"
	"errors"
	"testing"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

// restless is a shared read model of which one partition never stands with the others.
type restless struct{ *memory.Model }

func (restless) Partitions() int { return 2 }

func (m restless) Checkpoint(ctx context.Context, s readmodel.Space, partition int) (es.Position, error) {
	if partition == 1 {
		return es.Position{}, nil
	}
	return m.Model.Checkpoint(ctx, s, partition)
}

func (restless) Dump(context.Context, readmodel.Space, int, func(readmodel.Change) error) error {
	return errKind
}

// growing is a log that is longer each time it is asked.
type growing struct {
	es.Store
	more uint64
}

func (g *growing) Head(context.Context) (es.Position, error) {
	g.more++
	return es.Position{Commit: g.more, Prepare: g.more}, nil
}

// Lists that lag are waited for while the log is quiet; while it goes on they never
// stand still, and whoever verifies is told so before long.
func TestListsThatDoNotRest(t *testing.T) {
	s := estest.NewStore()
	written(t, s, "complaint.a", []string{"2026-09-18T02:00:00Z"}, &complaint.Filed{ID: "a", Ruleset: "ORD-121"})
	ps := []projections.Projection{casework.New()}
	reg, model := usecase.NewRegistry(es.StdCodec{}), memory.New()
	if err := projections.Rebuild(t.Context(), s, reg, model, ps, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		store es.Store
		waits int
	}{{"a quiet log", s, maxRests}, {"a log that goes on", &growing{Store: s}, maxStirs}} {
		t.Run(c.name, func(t *testing.T) {
			waits := 0
			v := Views{
				Store: c.store, Registry: reg, Model: restless{model}, Projections: ps, Tell: func(f Finding) { t.Error(f) },
				Wait: func(context.Context, int) error { waits++; return nil },
			}
			if _, err := v.Check(t.Context()); !errors.Is(err, ErrMoving) {
				t.Error(err)
			}
			if waits != c.waits {
				t.Errorf("%d waits, want %d", waits, c.waits)
			}
		})
	}
}
