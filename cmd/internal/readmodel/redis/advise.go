package redis

import (
	"context"
	"strconv"
	"strings"
	"time"

	driver "github.com/redis/go-redis/v9"
)

// Settings of the server that matter.
const (
	// wantedPolicy: rows that vanish when memory is short would make wrong answers.
	wantedPolicy = "noeviction"
	// wantedInts: up to how many members an index is kept as four bytes each. Larger
	// ones cost tens of bytes a member; much larger values make each write slower.
	wantedInts = 16384
	adviceTime = 10 * time.Second
	// wantedMajor: scripts use commands that came with it.
	wantedMajor = 7
)

// advise looks at the settings of every server and logs what should be changed. It
// says whether it could look; a server that does not let us is taken as it is.
func (m *Model) advise(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, adviceTime)
	defer cancel()
	if cluster, ok := m.client.(*driver.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, c *driver.Client) error { return m.look(ctx, c) }) == nil
	}
	return m.look(ctx, m.client) == nil
}

func (m *Model) look(ctx context.Context, c driver.Cmdable) error {
	info, err := c.Info(ctx, "server").Result()
	if err != nil {
		return refusedOnly(err)
	}
	if _, after, ok := strings.Cut(info, "redis_version:"); ok {
		version, _, _ := strings.Cut(after, "\r")
		major, _, _ := strings.Cut(version, ".")
		if n, err := strconv.Atoi(major); err == nil && n < wantedMajor {
			m.log.WarnContext(ctx, "redis is too old: 7 or later is needed", "version", version)
		}
	}
	policy, err := c.ConfigGet(ctx, "maxmemory-policy").Result()
	if err != nil {
		return refusedOnly(err)
	}
	if p := policy["maxmemory-policy"]; p != "" && p != wantedPolicy {
		m.log.WarnContext(ctx, "redis removes keys when memory is short: lists would be wrong; set maxmemory-policy "+wantedPolicy, "maxmemory-policy", p)
	}
	ints, err := c.ConfigGet(ctx, "set-max-intset-entries").Result()
	if err != nil {
		return refusedOnly(err)
	}
	if n, err := strconv.Atoi(ints["set-max-intset-entries"]); err == nil && n < wantedInts {
		m.log.InfoContext(ctx, "redis needs less memory for lists with set-max-intset-entries "+strconv.Itoa(wantedInts), "set-max-intset-entries", n)
	}
	return nil
}

// refusedOnly passes over an answer that says the command is not for us.
func refusedOnly(err error) error {
	if driver.HasErrorPrefix(err, "NOPERM") || driver.HasErrorPrefix(err, "ERR unknown command") {
		return nil
	}
	return err
}
