package memory

import (
	"iter"
	"slices"
	"strings"

	"github.com/tidwall/btree"
)

// ordered are texts in order.
type ordered = btree.BTreeG[string]

func newOrdered() *ordered {
	return btree.NewBTreeGOptions(func(a, b string) bool { return a < b }, btree.Options{NoLocks: true})
}

// families are the names of indexes in order, by family, of those families that were
// asked for. Most names are of families that nobody lists.
type families map[string]*ordered

// family is what a name begins with, to its first slash. The family without a name
// holds all.
func family(name string) string {
	return name[:strings.IndexByte(name, '/')+1]
}

// all calls do with each family of a name that is kept.
func (f families) all(name string, do func(*ordered)) {
	if len(f) == 0 {
		return
	}
	of := family(name)
	if t := f[of]; t != nil {
		do(t)
	}
	if t := f[""]; t != nil && of != "" {
		do(t)
	}
}

func (f families) add(name string)    { f.all(name, func(t *ordered) { t.Set(name) }) }
func (f families) remove(name string) { f.all(name, func(t *ordered) { t.Delete(name) }) }

// order begins to keep a family. The caller has the space alone.
func (f families) order(of string, all iter.Seq[string]) {
	if f[of] != nil {
		return
	}
	var names []string
	for name := range all {
		if strings.HasPrefix(name, of) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	t := newOrdered()
	for _, name := range names {
		t.Load(name)
	}
	f[of] = t
}
