package sqlite

import (
	"database/sql/driver"
	"sync/atomic"
)

// typeNames maps event types to the small numbers stored for them. Any goroutine
// may ask for a name; only the writer adds.
type typeNames struct {
	names   atomic.Pointer[[]string] // the type of number n is names[n-1]
	numbers map[string]int64
}

// load reads the table; numbers run from 1 without gaps.
func (t *typeNames) load(all *statement) error {
	var names []string
	t.numbers = map[string]int64{}
	err := all.each(func(row []driver.Value) (bool, error) {
		no, ok1 := row[0].(int64)
		name, ok2 := row[1].(string)
		if !ok1 || !ok2 || no != int64(len(names))+1 {
			return false, damaged("table of types at %v", row[0])
		}
		names = append(names, name)
		t.numbers[name] = no
		return true, nil
	})
	t.names.Store(&names)
	return err
}

// add gives the next number to a name. It is visible before it is committed: no
// reader can meet the number earlier than that.
func (t *typeNames) add(name string) int64 {
	old := *t.names.Load()
	names := append(old[:len(old):len(old)], name)
	no := int64(len(names))
	t.numbers[name] = no
	t.names.Store(&names)
	return no
}

func (t *typeNames) name(no int64) (string, bool) {
	names := *t.names.Load()
	if no < 1 || no > int64(len(names)) {
		return "", false
	}
	return names[no-1], true
}
