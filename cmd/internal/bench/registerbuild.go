package bench

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/usecase"
	"fangxin/projections"
)

// memoryGoal is how many bytes of memory the lists may take for a case.
const memoryGoal = 4096

// register is a public register of so many cases, in process.
type register struct {
	*market
	model *memory.Model
	// memory is what all projections took for a case, in bytes.
	memory float64
}

// buildRegister folds a market's log, one projection after the other, so that the room
// each takes is known.
func buildRegister(ctx context.Context, r *Run, cases int, all MakeProjections) (*register, error) {
	ps, err := all()
	if err != nil {
		return nil, err
	}
	g := &register{market: newMarket(cases), model: memory.New()}
	log := &marketLog{market: g.market, registry: usecase.NewRegistry(codec.JSON{})}
	begin, before := time.Now(), liveMemory()
	for _, p := range ps {
		if err := projections.Rebuild(ctx, log, log.registry, g.model, []projections.Projection{p}, nil); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name(), err)
		}
		after := liveMemory()
		share := float64(after-before) / float64(cases)
		r.Record(fmt.Sprintf("%s, memory a case of %d", p.Name(), cases), "B", share)
		g.memory += share
		before = after
	}
	r.Note("%d cases projected in %s", cases, time.Since(begin).Round(time.Millisecond))
	r.Record(fmt.Sprintf("all projections, memory a case of %d", cases), "B", g.memory)
	return g, nil
}

// liveMemory is how many bytes are reachable.
func liveMemory() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
