package program

import (
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
)

// headroom is how much garbage may gather before it is collected, in bytes: a small
// installation then collects seldom, a large one as often as Go does by itself.
const headroom = 512 << 20

// tuneCollector sets the collector after each collection so that it leaves the
// headroom, between Go's own 100 % and 800 % of what is alive. Who sets GOGC or
// GOMEMLIMIT decides instead.
func tuneCollector(env []string) (stop func()) {
	if slices.ContainsFunc(env, func(e string) bool {
		return strings.HasPrefix(e, "GOGC=") || strings.HasPrefix(e, "GOMEMLIMIT=")
	}) {
		return func() {}
	}
	var over atomic.Bool
	before := debug.SetGCPercent(800)
	watchCollections(&over)
	return func() {
		over.Store(true)
		debug.SetGCPercent(before)
	}
}

// sentinel dies at every collection; its finalizer is where the next one is planned.
type sentinel struct{ _ [16]byte }

func watchCollections(over *atomic.Bool) {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		if over.Load() {
			return
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		debug.SetGCPercent(collectAt(m.HeapAlloc))
		watchCollections(over)
	})
}

// collectAt is the growth in percent that leaves the headroom above what is alive.
func collectAt(alive uint64) int {
	return int(math.Min(800, math.Max(100, headroom*100/math.Max(float64(alive), 1))))
}
