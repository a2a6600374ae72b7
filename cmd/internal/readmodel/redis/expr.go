package redis

import (
	"slices"
	"strconv"

	"fangxin/projections/readmodel"
)

// packExpr writes an expression as scripts/sets.lua reads it.
func packExpr(w *packer, e readmodel.Expr) {
	fields := 0
	for _, part := range [][]readmodel.Expr{e.All, e.Any, e.Not} {
		if len(part) > 0 {
			fields++
		}
	}
	own := e.Index != "" && len(e.All) == 0 && len(e.Any) == 0
	if own {
		fields++
	}
	w.fields(fields)
	if own {
		w.text("i")
		w.text(e.Index)
	}
	for _, part := range []struct {
		name string
		list []readmodel.Expr
	}{{"a", e.All}, {"o", e.Any}, {"n", e.Not}} {
		if len(part.list) == 0 {
			continue
		}
		w.text(part.name)
		w.list(len(part.list))
		for _, x := range part.list {
			packExpr(w, x)
		}
	}
}

// legs are the indexes whose scores order a set, each once: every row of the set
// stands in one of them at its score.
func legs(e readmodel.Expr) []string {
	switch {
	case len(e.All) > 0:
		return legs(e.All[0])
	case len(e.Any) > 0:
		var out []string
		for _, x := range e.Any {
			for _, l := range legs(x) {
				if !slices.Contains(out, l) {
					out = append(out, l)
				}
			}
		}
		return out
	case e.Index != "":
		return []string{e.Index}
	}
	return nil
}

// terms are the indexes of which a set is the intersection, nil where it is none.
func terms(e readmodel.Expr) []string {
	var out []string
	for _, x := range e.All {
		if x.Index == "" || len(x.All)+len(x.Any)+len(x.Not) > 0 {
			return nil
		}
		out = append(out, x.Index)
	}
	if len(e.Not) > 0 {
		return nil
	}
	return out
}

// bounds are the scores that a question is limited to, both inclusive.
type bounds struct{ low, high int64 }

// boundsOf keeps to scores that can be stored; a zero high is no bound.
func boundsOf(low, high int64) bounds {
	if high == 0 {
		high = maxScore
	}
	return bounds{max(low, -maxScore), min(high, maxScore)}
}

func (b bounds) hold(score int64) bool { return b.low <= score && score <= b.high }

// fieldsOfBounds is how many fields pack writes.
const fieldsOfBounds = 4

func (b bounds) pack(w *packer) {
	w.text("min")
	w.text(strconv.FormatInt(b.low, 10))
	w.text("max")
	w.text(strconv.FormatInt(b.high, 10))
	w.text("low")
	w.score(b.low)
	w.text("high")
	w.score(b.high)
}
