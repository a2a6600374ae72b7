// Package facet makes the index changes by which a stream moves from one value of a
// facet to another.
package facet

import (
	"slices"
	"strings"

	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// Move takes a member from the index of one value to that of another, "" being
// none, or to another score in the same one.
func Move(out []readmodel.Change, n *words.Interner, member, from, to string, was, is int64) []readmodel.Change {
	if from == to && was == is {
		return out
	}
	if from != "" && from != to {
		out = append(out, readmodel.Remove(n.Of(from), member))
	}
	if to != "" {
		out = append(out, readmodel.Add(n.Of(to), member, is))
	}
	return out
}

// Own is Move, without scores, for names that hardly repeat.
func Own(out []readmodel.Change, prefix, member, from, to string) []readmodel.Change {
	if from == to {
		return out
	}
	if from != "" {
		out = append(out, readmodel.Remove(prefix+from, member))
	}
	if to != "" {
		out = append(out, readmodel.Add(prefix+to, member, 0))
	}
	return out
}

// Set takes a member out of the indexes of before and into those of after. Names
// can repeat in both.
func Set(out []readmodel.Change, member string, before, after []string) []readmodel.Change {
	for i, w := range before {
		if !slices.Contains(after, w) && !slices.Contains(before[:i], w) {
			out = append(out, readmodel.Remove(w, member))
		}
	}
	for i, w := range after {
		if !slices.Contains(before, w) && !slices.Contains(after[:i], w) {
			out = append(out, readmodel.Add(w, member, 0))
		}
	}
	return out
}

// Region moves a member between divisions, at each of their levels: 15, 1501,
// 150102.
func Region(out []readmodel.Change, n *words.Interner, member, from, to string) []readmodel.Change {
	if from == to {
		return out
	}
	for i := 1; i <= 3; i++ {
		if a, b := Level(from, i), Level(to, i); a != b {
			out = Move(out, n, member, a, b, 0, 0)
		}
	}
	return out
}

// Level is a division's code at a level (1 to 3), "" where it has none. A code that
// is no division stands at level 1 as it is.
func Level(code string, level int) string {
	if !division(code) {
		if level == 1 {
			return code
		}
		return ""
	}
	if 2*level > len(code) || level > 1 && code[2*level-2:2*level] == "00" {
		return ""
	}
	return code[:2*level]
}

// Division is the form under which a region is indexed: 150100 as 1501.
func Division(code string) string {
	if division(code) {
		for len(code) > 2 && strings.HasSuffix(code, "00") {
			code = code[:len(code)-2]
		}
	}
	return code
}

func division(code string) bool {
	if len(code) != 6 && len(code) != 4 && len(code) != 2 {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}
