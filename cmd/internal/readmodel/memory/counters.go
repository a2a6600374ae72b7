package memory

import "fangxin/projections/readmodel"

// counters are ordered by key once a range was asked for; a counter at zero is not
// kept.
type counters struct {
	values map[string]int64
	keys   *ordered // nil until asked for
}

func newCounters() counters { return counters{values: map[string]int64{}} }

func (c *counters) add(key string, delta int64) {
	was, found := c.values[key]
	now := was + delta
	switch {
	case now == 0 && found:
		delete(c.values, key)
		if c.keys != nil {
			c.keys.Delete(key)
		}
		return
	case now == 0:
		return
	case !found && c.keys != nil:
		c.keys.Set(key)
	}
	c.values[key] = now
}

// order makes the ordered keys. The caller has the space alone.
func (c *counters) order() {
	if c.keys != nil {
		return
	}
	c.keys = newOrdered()
	for _, k := range sortedKeys(c.values) {
		c.keys.Load(k)
	}
}

// between lists counters of [from, to), "" being no end. order was called.
func (c *counters) between(from, to string, limit int) []readmodel.Counter {
	var out []readmodel.Counter
	c.keys.Ascend(from, func(k string) bool {
		if to != "" && k >= to || len(out) >= limit {
			return false
		}
		out = append(out, readmodel.Counter{Key: k, Value: c.values[k]})
		return true
	})
	return out
}
