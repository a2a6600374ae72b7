package memory

import (
	"encoding/binary"
	"sync"

	"fangxin/projections/readmodel"
)

// maxKept bounds the sets that a space remembers between two commits.
const maxKept = 16

// kept are sets that were worked out since the last commit. Facets ask for the same set
// with one term more, once for each value.
type kept struct {
	mu   sync.Mutex
	sets map[string]*numbers
	// last is the set that was asked for last and not worked out.
	last string
}

// get returns a set, which make works out where it is not there.
func (k *kept) get(name string, make func() *numbers) *numbers {
	k.mu.Lock()
	set := k.sets[name]
	k.mu.Unlock()
	if set != nil {
		return set
	}
	set = make()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sets == nil || len(k.sets) >= maxKept {
		k.sets = map[string]*numbers{}
	}
	k.sets[name] = set
	return set
}

// again says whether a set is there, or was asked for the last time too.
func (k *kept) again(name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sets[name] != nil || k.last == name {
		return true
	}
	k.last = name
	return false
}

// forget begins anew. The caller has the space alone.
func (k *kept) forget() {
	if len(k.sets) > 0 {
		k.sets = nil
	}
}

// nameOf tells a set within bounds from every other.
func nameOf(e readmodel.Expr, lo, hi int64) string {
	b := binary.AppendVarint(make([]byte, 0, 128), lo)
	return string(appendExpr(binary.AppendVarint(b, hi), e))
}

func appendExpr(b []byte, e readmodel.Expr) []byte {
	switch {
	case len(e.All) > 0:
		b = appendExprs(append(b, '&'), e.All)
	case len(e.Any) > 0:
		b = appendExprs(append(b, '|'), e.Any)
	default:
		b = binary.AppendUvarint(append(b, '='), uint64(len(e.Index)))
		b = append(b, e.Index...)
	}
	return appendExprs(b, e.Not)
}

func appendExprs(b []byte, list []readmodel.Expr) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, e := range list {
		b = appendExpr(b, e)
	}
	return b
}
