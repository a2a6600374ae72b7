package redis

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
)

// Fields of the hash of builds: one for each build that was begun, and one for each
// version of a projection that names its current build.
const (
	buildField   = "build"
	currentField = "current"
)

func fieldOf(kind, projection string, version int) string {
	return kind + ":" + url.QueryEscape(projection) + ":" + strconv.Itoa(version)
}

// list enters a space in the hash of builds, once a process and whenever it begins: it
// lies on another slot than what is written, so it is entered first.
func (m *Model) list(ctx context.Context, s readmodel.Space, begins bool) error {
	if _, ok := m.listed.Load(s); ok && !begins {
		return nil
	}
	if err := m.client.HSetNX(ctx, m.builds(), fieldOf(buildField, s.Projection, s.Version), 1).Err(); err != nil {
		return err
	}
	m.listed.Store(s, struct{}{})
	return nil
}

// Current is the build that readers of a version use, 0 where none.
func (m *Model) Current(ctx context.Context, projection string, version int) (int, error) {
	var current int
	err := m.do(ctx, func() error {
		v, err := m.client.HGet(ctx, m.builds(), fieldOf(currentField, projection, version)).Int()
		if errors.Is(err, driver.Nil) {
			return nil
		}
		current = v
		return err
	})
	if err != nil {
		return 0, err
	}
	return current, nil
}

// Flip makes a build the current one of its version: one write.
func (m *Model) Flip(ctx context.Context, s readmodel.Space) error {
	return m.do(ctx, func() error {
		return m.client.HSet(ctx, m.builds(), fieldOf(currentField, s.Projection, s.Major()), s.Version,
			fieldOf(buildField, s.Projection, s.Version), 1).Err()
	})
}

// Drop removes a build: readers are sent elsewhere first, then each partition loses
// what it holds in one step each, which the background removes.
func (m *Model) Drop(ctx context.Context, s readmodel.Space) error {
	err := m.do(ctx, func() error {
		m.listed.Delete(s)
		field := fieldOf(currentField, s.Projection, s.Major())
		now, err := m.client.HGet(ctx, m.builds(), field).Int()
		if err != nil && !errors.Is(err, driver.Nil) {
			return err
		}
		if now == s.Version {
			if err := m.client.HDel(ctx, m.builds(), field).Err(); err != nil {
				return err
			}
		}
		calls := make([]call, m.partitions)
		for p := range calls {
			calls[p] = call{keys: []string{m.head(s, p), m.gone(p)}}
		}
		if _, err := m.run(ctx, m.scripts.drop, calls...); err != nil {
			return err
		}
		return m.client.HDel(ctx, m.builds(), fieldOf(buildField, s.Projection, s.Version)).Err()
	})
	if err == nil {
		select {
		case m.swept <- struct{}{}:
		default:
		}
	}
	return err
}

// Spaces lists the builds of a projection of which anything is stored.
func (m *Model) Spaces(ctx context.Context, projection string) ([]readmodel.Space, error) {
	var out []readmodel.Space
	err := m.do(ctx, func() error {
		begun, err := m.begun(ctx, projection)
		if err != nil || len(begun) == 0 {
			return err
		}
		cmds := make([]*driver.IntCmd, len(begun)*m.partitions)
		_, err = m.client.Pipelined(ctx, func(p driver.Pipeliner) error {
			for i, s := range begun {
				for part, head := range m.heads(s) {
					cmds[i*m.partitions+part] = p.Exists(ctx, head)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, s := range begun {
			of := cmds[i*m.partitions : (i+1)*m.partitions]
			if slices.ContainsFunc(of, func(c *driver.IntCmd) bool { return c.Val() > 0 }) {
				out = append(out, s)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// begun are the builds of a projection that were entered, in order.
func (m *Model) begun(ctx context.Context, projection string) ([]readmodel.Space, error) {
	fields, err := m.client.HKeys(ctx, m.builds()).Result()
	if err != nil {
		return nil, err
	}
	var out []readmodel.Space
	begin := buildField + ":" + url.QueryEscape(projection) + ":"
	for _, f := range fields {
		version, ok := strings.CutPrefix(f, begin)
		if !ok {
			continue
		}
		v, err := strconv.Atoi(version)
		if err != nil {
			return nil, errAnswer
		}
		out = append(out, readmodel.Space{Projection: projection, Version: v})
	}
	slices.SortFunc(out, func(a, b readmodel.Space) int { return cmp.Compare(a.Version, b.Version) })
	return out, nil
}
