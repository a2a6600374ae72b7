package redistest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"fangxin/cmd/internal/redislink"
)

// TB is what of testing.TB is needed here; a program may contain this package without
// the testing package.
type TB interface {
	Helper()
	Cleanup(func())
	Fatal(...any)
	Skip(...any)
	Error(...any)
}

// requireEnv lists, separated by commas, the servers that a run of the tests must not
// do without.
const requireEnv = "FANGXIN_REQUIRE"

// Need skips the test where redis-server is not installed, or fails it if FANGXIN_REQUIRE
// lists redis.
func Need(tb TB) {
	tb.Helper()
	if _, err := exec.LookPath(binary); err == nil {
		return
	}
	if slices.Contains(strings.Split(os.Getenv(requireEnv), ","), "redis") {
		tb.Fatal(ErrMissing)
	}
	tb.Skip(ErrMissing)
}

// Run gives the test a server of its own.
func Run(tb TB, o Options) *Server {
	tb.Helper()
	Need(tb)
	s, err := Start(context.Background(), o)
	return kept(tb, s, err)
}

// RunCluster gives the test a Cluster of its own.
func RunCluster(tb TB, n int) *Cluster {
	tb.Helper()
	Need(tb)
	c, err := StartCluster(context.Background(), n)
	return kept(tb, c, err)
}

// RunSentinel gives the test a pair and its sentinel.
func RunSentinel(tb TB) *Sentinel {
	tb.Helper()
	Need(tb)
	s, err := StartSentinel(context.Background())
	return kept(tb, s, err)
}

// Client gives the test a client of the address.
func Client(tb TB, address string) redis.UniversalClient {
	tb.Helper()
	c, err := redislink.Open(address)
	return kept(tb, c, err)
}

// kept closes what was opened when the test ends.
func kept[T interface{ Close() error }](tb TB, v T, err error) T {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := v.Close(); err != nil {
			tb.Error(err)
		}
	})
	return v
}
