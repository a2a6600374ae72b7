package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"fangxin/projections/readmodel"
)

// Difference is one place at which two read models do not hold the same.
type Difference struct {
	// What is "document", "member" or "counter".
	What string
	// Key of the document or counter, or the name of the index; Member of the index.
	Key, Member string
	// Have and Want are what stands there on the two sides, "" for nothing. A
	// document is not repeated.
	Have, Want string
}

// Compare tells every document, index member and counter that differs between a
// space of have and a space of want, until tell answers false. Neither may be
// written meanwhile.
func Compare(ctx context.Context, have *Model, at readmodel.Space, want *Model, as readmodel.Space, tell func(Difference) bool) error {
	a, err := have.find(ctx, at)
	if err != nil {
		return err
	}
	b, err := want.find(ctx, as)
	if err != nil {
		return err
	}
	if a == nil {
		a = newSpace()
	}
	if b == nil {
		b = newSpace()
	}
	if !compareIndexes(a, b, tell) || !compareCounters(&a.counters, &b.counters, tell) {
		return nil
	}
	return compareDocuments(ctx, a, b, tell)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// union lists the keys of both, sorted.
func union[V any](a, b map[string]V) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, b)
	return sortedKeys(all)
}

func compareDocuments(ctx context.Context, a, b *space, tell func(Difference) bool) error {
	x, y := a.documents(), b.documents()
	for _, key := range union(x, y) {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := Difference{What: "document", Key: key}
		have, inA := x[key]
		want, inB := y[key]
		switch {
		case !inA:
			d.Want = "a document"
		case !inB:
			d.Have = "a document"
		default:
			same, err := sameDocument(have, want)
			if err != nil {
				return err
			}
			if same {
				continue
			}
			d.Have, d.Want = "another content", "what the log gives"
		}
		if !tell(d) {
			return nil
		}
	}
	return nil
}

// documents are all of a space, views among them, by key.
func (s *space) documents() map[string]document {
	all := make(map[string]document, len(s.docs)+len(s.views))
	maps.Copy(all, s.docs)
	for n, d := range s.views {
		if d.doc != nil {
			all[readmodel.ViewPrefix+s.roll.names[n]] = d
		}
	}
	return all
}

// sameDocument compares the stored forms. An empty list and none are one: a view
// that went through a snapshot may hold either.
func sameDocument(x, y document) (bool, error) {
	a, err := x.bytes()
	if err != nil {
		return false, err
	}
	b, err := y.bytes()
	if err != nil || bytes.Equal(a, b) {
		return err == nil, err
	}
	var forms [2][]byte
	for i, raw := range [][]byte{a, b} {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return false, nil // a stored form that is no JSON equals none that is
		}
		if forms[i], err = json.Marshal(stripped(v)); err != nil {
			return false, err
		}
	}
	return bytes.Equal(forms[0], forms[1]), nil
}

// stripped is v without empty lists, empty objects and nulls, nil where nothing is
// left. Elements of lists stay where they are.
func stripped(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e = stripped(e); e == nil {
				delete(v, k)
			} else {
				v[k] = e
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = stripped(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	}
	return v
}

func compareIndexes(a, b *space, tell func(Difference) bool) bool {
	names := map[string]bool{}
	for _, s := range []*space{a, b} {
		for name := range s.eachName {
			names[name] = true
		}
	}
	for _, name := range sortedKeys(names) {
		x, y := a.scoresOf(name), b.scoresOf(name)
		for _, member := range union(x, y) {
			d := Difference{What: "member", Key: name, Member: member, Have: number(x, member), Want: number(y, member)}
			if d.Have != d.Want && !tell(d) {
				return false
			}
		}
	}
	return true
}

// scoresOf copies the members of an index.
func (s *space) scoresOf(name string) map[string]int64 {
	x := s.index(name)
	x.ready()
	numbers, scores := x.pairs()
	out := make(map[string]int64, len(numbers))
	for i, n := range numbers {
		out[s.roll.names[n]] = scores[i]
	}
	return out
}

// compareCounters goes through both in order, side by side.
func compareCounters(a, b *counters, tell func(Difference) bool) bool {
	a.order()
	b.order()
	for from, more := "", true; more; {
		x, y := a.between(from, "", comparePage), b.between(from, "", comparePage)
		// What lies beyond the end of the shorter page is looked at with the next one.
		end := ""
		for _, page := range [][]readmodel.Counter{x, y} {
			if last := len(page) - 1; last+1 == comparePage && (end == "" || page[last].Key < end) {
				end = page[last].Key
			}
		}
		have, want := countsTo(x, end), countsTo(y, end)
		for _, key := range union(have, want) {
			d := Difference{What: "counter", Key: key, Have: number(have, key), Want: number(want, key)}
			if d.Have != d.Want && !tell(d) {
				return false
			}
		}
		from, more = end+"\x00", end != ""
	}
	return true
}

// comparePage is how many counters are compared at once.
const comparePage = 10_000

// countsTo are the counters up to a key, "" being no end.
func countsTo(page []readmodel.Counter, end string) map[string]int64 {
	out := make(map[string]int64, len(page))
	for _, c := range page {
		if end == "" || c.Key <= end {
			out[c.Key] = c.Value
		}
	}
	return out
}

// number is a score or count as text, "" where there is none.
func number(of map[string]int64, key string) string {
	n, ok := of[key]
	if !ok {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Save writes a snapshot now if anything changed since the last one. A model that
// keeps nothing on disk saves nothing.
func (m *Model) Save() error {
	if m.saver == nil {
		return nil
	}
	return m.saver.save(m)
}
