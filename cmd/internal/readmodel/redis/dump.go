package redis

import (
	"context"
	"fmt"
	"strconv"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
)

// dumpPage is about how many elements one step of a dump reads.
const dumpPage = 1000

// Dump tells everything that one partition of a space holds, as the changes that would
// make it: for audits. It reads in small steps, each by itself; who needs one state
// makes sure that nobody writes meanwhile.
func (m *Model) Dump(ctx context.Context, s readmodel.Space, partition int, tell func(readmodel.Change) error) error {
	if partition < 0 || partition >= m.partitions {
		return readmodel.ErrPartition
	}
	head := m.head(s, partition)
	return m.do(ctx, func() error {
		// What was accepted and is not wholly applied counts.
		if err := m.help(ctx, head); err != nil {
			return err
		}
		h, err := m.client.HMGet(ctx, head, "life", "torn").Result()
		if err != nil {
			return err
		}
		life, ok := h[0].(string)
		switch {
		case !ok:
			return nil
		case h[1] == "1":
			return errTorn
		}
		d := dump{m: m, key: head[:len(head)-len("head")] + life + ":", types: m.types(s), tell: tell}
		for _, part := range []func(context.Context) error{d.documents, d.counters, d.indexes} {
			if err := part(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// dump is one partition on its way out.
type dump struct {
	m     *Model
	key   string // begins all keys of the content
	types []readmodel.DocType
	tell  func(readmodel.Change) error
}

// pairs walks a hash or a sorted set. An element may come twice while it is written.
func pairs(ctx context.Context, scan func(cursor uint64) *driver.ScanCmd, each func(a, b string) error) error {
	for cursor := uint64(0); ; {
		page, next, err := scan(cursor).Result()
		if err != nil {
			return err
		}
		for i := 0; i+1 < len(page); i += 2 {
			if err := each(page[i], page[i+1]); err != nil {
				return err
			}
		}
		if cursor = next; cursor == 0 {
			return ctx.Err()
		}
	}
}

func (d *dump) documents(ctx context.Context) error {
	return pairs(ctx, func(c uint64) *driver.ScanCmd { return d.m.client.HScan(ctx, d.key+"d", c, "", dumpPage) }, func(key, stored string) error {
		at, text, ok := placeOf(key, stored)
		if !ok {
			return fmt.Errorf("document %s: %w", key, errAnswer)
		}
		doc, err := decode(d.types, key, text)
		if err != nil {
			return err
		}
		c := readmodel.Put(key, doc)
		c.At = at
		return d.tell(c)
	})
}

// counters are told once each: told twice they would add up.
func (d *dump) counters(ctx context.Context) error {
	told := map[string]bool{}
	return pairs(ctx, func(c uint64) *driver.ScanCmd { return d.m.client.HScan(ctx, d.key+"c", c, "", dumpPage) }, func(key, value string) error {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("counter %s: %w", key, errAnswer)
		}
		if told[key] {
			return nil
		}
		told[key] = true
		return d.tell(readmodel.Count(key, n))
	})
}

func (d *dump) indexes(ctx context.Context) error {
	return pairs(ctx, func(c uint64) *driver.ScanCmd { return d.m.client.ZScan(ctx, d.key+"x", c, "", dumpPage) }, func(index, _ string) error {
		// All members are in the set; those that have a score are told again.
		if err := d.plain(ctx, index); err != nil {
			return err
		}
		return d.scored(ctx, index)
	})
}

// scored tells the members of an index that have a score.
func (d *dump) scored(ctx context.Context, index string) error {
	return pairs(ctx, func(c uint64) *driver.ScanCmd { return d.m.client.ZScan(ctx, d.key+"z:"+index, c, "", dumpPage) }, func(member, score string) error {
		n, err := strconv.ParseFloat(score, 64)
		if err != nil {
			return fmt.Errorf("index %s: %w", index, errAnswer)
		}
		return d.tell(readmodel.Add(index, member, int64(n)))
	})
}

// plain tells all members of an index, which are kept as numbers, at score 0.
func (d *dump) plain(ctx context.Context, index string) error {
	for cursor := uint64(0); ; {
		numbers, next, err := d.m.client.SScan(ctx, d.key+"s:"+index, cursor, "", dumpPage).Result()
		if err != nil {
			return err
		}
		for len(numbers) > 0 {
			n := min(len(numbers), dumpPage)
			if err := d.named(ctx, index, numbers[:n]); err != nil {
				return err
			}
			numbers = numbers[n:]
		}
		if cursor = next; cursor == 0 {
			return ctx.Err()
		}
	}
}

func (d *dump) named(ctx context.Context, index string, numbers []string) error {
	members, err := d.m.client.HMGet(ctx, d.key+"m", numbers...).Result()
	if err != nil {
		return err
	}
	for i, member := range members {
		name, ok := member.(string)
		if !ok {
			return fmt.Errorf("index %s, member %s: %w", index, numbers[i], errAnswer)
		}
		if err := d.tell(readmodel.Add(index, name, 0)); err != nil {
			return err
		}
	}
	return nil
}
