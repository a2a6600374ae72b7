package redistest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"fangxin/cmd/internal/redislink"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServerLosesOrKeepsItsDataAsTold(t *testing.T) {
	for _, keep := range []bool{false, true} {
		t.Run(fmt.Sprintf("appendonly=%v", keep), func(t *testing.T) {
			s := Run(t, Options{AppendOnly: keep, Password: `p"w@/:#`, ExtraConfig: []string{"maxmemory 64mb"}})
			c := Client(t, s.Address())
			if err := redislink.Check(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if got := c.ConfigGet(t.Context(), "maxmemory").Val()["maxmemory"]; got != "67108864" {
				t.Errorf("maxmemory is %q", got)
			}
			must(t, c.Set(t.Context(), "k", "v", 0).Err())
			must(t, s.Stop())
			if err := redislink.Check(t.Context(), c); !errors.Is(err, redislink.ErrUnreachable) {
				t.Errorf("a stopped server: %v", err)
			}
			must(t, s.Restart(t.Context()))
			if n := c.Exists(t.Context(), "k").Val(); (n == 1) != keep {
				t.Errorf("after the restart it holds %d", n)
			}
			must(t, s.Flush(t.Context()))
			if n := c.DBSize(t.Context()).Val(); n != 0 {
				t.Errorf("after the flush it holds %d", n)
			}
		})
	}
}

func TestPausedServerDoesNotAnswer(t *testing.T) {
	s := Run(t, Options{})
	c := Client(t, s.Address())
	must(t, c.Ping(t.Context()).Err())
	must(t, s.Pause())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := redislink.Check(ctx, c); !errors.Is(err, redislink.ErrUnreachable) {
		t.Errorf("paused: %v", err)
	}
	must(t, s.Resume())
	must(t, c.Ping(t.Context()).Err())
}

func TestCloseRemovesTheFolder(t *testing.T) {
	Need(t)
	s, err := Start(t.Context(), Options{})
	must(t, err)
	must(t, s.Close())
	if _, err := os.Stat(s.o.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
	must(t, s.Close())
	if err := errors.Join(s.Pause(), s.Resume()); !errors.Is(err, errEnded) {
		t.Errorf("a closed server was paused: %v", err)
	}
}

func TestABadConfigurationIsTold(t *testing.T) {
	Need(t)
	_, err := Start(t.Context(), Options{ExtraConfig: []string{"no-such-setting 1"}})
	if !errors.Is(err, errEnded) {
		t.Error(err)
	}
}

func TestClusterSharesAllSlots(t *testing.T) {
	began := time.Now()
	cl := RunCluster(t, 3)
	t.Log("cluster in", time.Since(began))
	c := Client(t, cl.Address())
	must(t, redislink.Check(t.Context(), c))
	for i := range 100 {
		must(t, c.Set(t.Context(), fmt.Sprint("k", i), i, 0).Err())
	}
	for i, node := range cl.Nodes {
		if n := size(t, node); n == 0 || n == 100 {
			t.Errorf("node %d holds %d of 100", i, n)
		}
	}
	must(t, cl.Nodes[1].Stop())
	must(t, cl.Nodes[1].Restart(t.Context()))
	must(t, cl.Settle(t.Context()))
	must(t, cl.Flush(t.Context()))
	for i, node := range cl.Nodes {
		if n := size(t, node); n != 0 {
			t.Errorf("after the flush node %d holds %d", i, n)
		}
	}
}

func size(t *testing.T, node *Server) (n int64) {
	t.Helper()
	must(t, node.with(func(c redis.UniversalClient) error {
		n = c.DBSize(t.Context()).Val()
		return nil
	}))
	return n
}

func TestSentinelFailsOver(t *testing.T) {
	s := RunSentinel(t)
	c := Client(t, s.Address())
	must(t, c.Set(t.Context(), "k", "v", 0).Err())
	began := time.Now()
	must(t, s.Failover(t.Context()))
	t.Log("failover in", time.Since(began))
	master, err := s.Master(t.Context())
	must(t, err)
	if master != s.Pair[1] {
		t.Error("the replica did not take over")
	}
	// The client finds the new master by itself.
	must(t, poll(t.Context(), func(ctx context.Context) error { return c.Set(ctx, "k", "w", 0).Err() }))
	must(t, master.with(func(direct redis.UniversalClient) error {
		if got := direct.Get(t.Context(), "k").Val(); got != "w" {
			t.Errorf("the new master holds %q", got)
		}
		return nil
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
