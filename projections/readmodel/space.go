package readmodel

import (
	"context"
	"strings"

	"fangxin/domain/es"
)

// ViewPrefix begins the keys of views; the rest is the name of the stream.
const ViewPrefix = "view/"

// ViewKey is where the view of a stream is kept.
func ViewKey(stream es.StreamID) string { return ViewPrefix + string(stream) }

// Generations is how many times one version of a projection can be built beside
// itself: Space.Version is the projection's version times Generations, plus the
// number of the build.
const Generations = 1000

// First is the space of the first build of a version.
func First(projection string, version int) Space {
	return Space{Projection: projection, Version: version * Generations}
}

// Builds says whether the space was built by this version of its projection.
func (s Space) Builds(version int) bool { return s.Major() == version }

// Next is the space of the build after this one.
func (s Space) Next() Space {
	s.Version = s.Version - s.Version%Generations + (s.Version%Generations+1)%Generations
	return s
}

// Reading names the space of a projection that readers use now, and the place in
// the log up to which it stands. What is read afterwards is at least as new as the
// place. ErrFilling where no build of this version is complete.
func Reading(ctx context.Context, m Model, projection string, version int) (Space, es.Position, error) {
	v, err := m.Current(ctx, projection, version)
	if err != nil {
		return Space{}, es.Position{}, err
	}
	if v == 0 {
		return Space{}, es.Position{}, ErrFilling
	}
	s := Space{Projection: projection, Version: v}
	at, err := m.Lowest(ctx, s)
	return s, at, err
}

// PartitionOf is the partition, of so many, that a stream belongs to: FNV-1a of its
// name (RFC 9923).
func PartitionOf(stream es.StreamID, of int) int { return int(StreamHash(stream) % uint32(of)) }

// StreamHash is what PartitionOf divides: it tells the partition of a stream to who
// knows their number, without the stream's name.
func StreamHash(stream es.StreamID) uint32 {
	h := uint32(2166136261)
	for i := range len(stream) {
		h = (h ^ uint32(stream[i])) * 16777619
	}
	return h
}

// Major is the version of the projection that builds the space.
func (s Space) Major() int { return s.Version / Generations }

// All is the intersection of the terms; one term stands for itself. The first
// orders the result.
func All(terms ...Expr) Expr {
	if len(terms) == 1 {
		return terms[0]
	}
	return Expr{All: terms}
}

// Any is the union of indexes.
func Any(indexes ...string) Expr {
	if len(indexes) == 1 {
		return In(indexes[0])
	}
	e := Expr{Any: make([]Expr, 0, len(indexes))}
	for _, i := range indexes {
		e.Any = append(e.Any, In(i))
	}
	return e
}

// Terms counts the indexes that an expression names.
func (e Expr) Terms() int {
	n := 0
	if e.Index != "" {
		n = 1
	}
	for _, part := range [][]Expr{e.All, e.Any, e.Not} {
		for _, x := range part {
			n += x.Terms()
		}
	}
	return n
}

// DocTypeOf finds the type of a document by the longest prefix of its key.
func DocTypeOf(types []DocType, key string) (DocType, bool) {
	best, found := DocType{}, false
	for _, t := range types {
		if strings.HasPrefix(key, t.Prefix) && (!found || len(t.Prefix) > len(best.Prefix)) {
			best, found = t, true
		}
	}
	return best, found
}
