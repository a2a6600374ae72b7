package redis

import (
	"context"
	"slices"
	"strconv"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
)

// perRange bounds how many names or counters one script returns.
const perRange = 500

// Indexes lists names of indexes with the prefix, in order, after a name.
func (m *Model) Indexes(ctx context.Context, s readmodel.Space, prefix, after string, limit int) ([]string, error) {
	r := span{from: "[" + prefix, to: endOf(prefix)}
	if prefix == "" {
		r.from = "-"
	}
	if after >= prefix {
		r.from = "(" + after
	}
	var out []string
	err := m.spanned(ctx, s, m.scripts.names, r, limit, func(name string, _ []any) error {
		out = append(out, name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Counters lists counters whose keys lie in [from, to), in order; an empty to has no
// end. What partitions counted under a key adds up.
func (m *Model) Counters(ctx context.Context, s readmodel.Space, from, to string, limit int) ([]readmodel.Counter, error) {
	r := span{from: "[" + from, to: "(" + to}
	if to == "" {
		r.to = "+"
	}
	var out []readmodel.Counter
	err := m.spanned(ctx, s, m.scripts.counters, r, limit, func(key string, values []any) error {
		c := readmodel.Counter{Key: key}
		for i := range values {
			text, err := textAt(values, i)
			if err != nil {
				return err
			}
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return errAnswer
			}
			c.Value += n
		}
		out = append(out, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// span is a range of names as ZRANGEBYLEX has it.
type span struct{ from, to string }

// endOf is the bound behind all names with the prefix.
func endOf(prefix string) string {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return "+"
	}
	b[len(b)-1]++
	return "(" + string(b)
}

// spanned tells the names of a span in order, each once with what partitions hold for
// it, at most limit.
func (m *Model) spanned(ctx context.Context, s readmodel.Space, script *driver.Script, r span, limit int, tell func(string, []any) error) error {
	if err := ctx.Err(); err != nil || limit < 1 {
		return err
	}
	return m.do(ctx, func() error {
		for left, more := limit, true; more && left > 0; {
			names, last, err := m.chunk(ctx, s, script, r, min(left, perRange))
			if err != nil {
				return err
			}
			for _, n := range names[:min(left, len(names))] {
				left--
				if err := tell(n.name, n.values); err != nil {
					return err
				}
			}
			more = last != ""
			r.from = "(" + last
		}
		return nil
	})
}

// named is a name with the values that partitions hold for it.
type named struct {
	name   string
	values []any
}

// chunk asks every partition for so many names. It returns those that are certain:
// up to the first place where a partition may hold more. last is that place, "" when
// all is told.
func (m *Model) chunk(ctx context.Context, s readmodel.Space, script *driver.Script, r span, n int) ([]named, string, error) {
	calls := make([]call, m.partitions)
	for p, h := range m.heads(s) {
		calls[p] = call{keys: []string{h}, args: []any{r.from, r.to, n}}
	}
	answers, err := m.read(ctx, script, calls)
	if err != nil {
		return nil, "", err
	}
	all, last := map[string][]any{}, ""
	for _, answer := range answers {
		if answer == nil {
			continue
		}
		names, err := listAt(answer, 0)
		if err != nil {
			return nil, "", err
		}
		for i := range names {
			name, err := textAt(names, i)
			if err != nil {
				return nil, "", err
			}
			all[name] = append(all[name], valueAt(answer, i)...)
			if i == n-1 && (last == "" || name < last) {
				last = name
			}
		}
	}
	var out []named
	for name, values := range all {
		if last == "" || name <= last {
			out = append(out, named{name, values})
		}
	}
	slices.SortFunc(out, func(a, b named) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return out, last, nil
}

// valueAt is the value beside the i-th name, where the script tells values.
func valueAt(answer []any, i int) []any {
	if len(answer) < 2 {
		return nil
	}
	values, _ := answer[1].([]any)
	if i >= len(values) {
		return nil
	}
	return values[i : i+1]
}
