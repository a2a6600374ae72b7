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
func (s Space) Builds(version int) bool { return s.Version/Generations == version }

// Next is the space of the build after this one.
func (s Space) Next() Space {
	s.Version = s.Version - s.Version%Generations + (s.Version%Generations+1)%Generations
	return s
}

// Reading names the space of a projection that readers use now, and the place in
// the log up to which it stands. Where no version was made current yet, it is the
// given one, still filling. What is read afterwards is at least as new as the
// place.
func Reading(ctx context.Context, m Model, projection string, version int) (Space, es.Position, error) {
	v, err := m.Current(ctx, projection)
	if err != nil {
		return Space{}, es.Position{}, err
	}
	s := Space{Projection: projection, Version: v}
	if v == 0 {
		s = First(projection, version)
	}
	at, err := m.Checkpoint(ctx, s, 0)
	return s, at, err
}

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
