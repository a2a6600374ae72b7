package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Sentinel is a master and a replica, kept by one sentinel.
type Sentinel struct {
	// Pair are the two servers; which of them is the master changes.
	Pair  [2]*Server
	guard *Server
}

const (
	masterName = "fangxin"
	// downAfter is after how many milliseconds a silent master counts as lost.
	downAfter = 1000
)

// StartSentinel runs the three and waits until the sentinel knows a replica that could
// take over. The context bounds the start.
func StartSentinel(ctx context.Context) (*Sentinel, error) {
	s := &Sentinel{}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Sentinel) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	quick := []string{"repl-diskless-sync-delay 0", "repl-ping-replica-period 1"}
	var err error
	if s.Pair[0], err = Start(ctx, Options{ExtraConfig: quick}); err != nil {
		return err
	}
	master := fmt.Sprintf("%s %d", s.Pair[0].host, s.Pair[0].port)
	if s.Pair[1], err = Start(ctx, Options{ExtraConfig: append(quick, "replicaof "+master)}); err != nil {
		return err
	}
	if err := follow(ctx, s.Pair[1]); err != nil {
		return err
	}
	s.guard, err = start(ctx, Options{}, func(int) ([]string, error) {
		return []string{
			fmt.Sprintf("sentinel monitor %s %s 1", masterName, master),
			fmt.Sprintf("sentinel down-after-milliseconds %s %d", masterName, downAfter),
			fmt.Sprintf("sentinel failover-timeout %s 5000", masterName),
		}, nil
	}, "--sentinel")
	if err != nil {
		return err
	}
	return s.watch(ctx)
}

var errUnguarded = errors.New("redistest: the replica is not ready to take over")

// follow waits until the server is a replica and has its master's data.
func follow(ctx context.Context, replica *Server) error {
	return replica.with(func(client redis.UniversalClient) error {
		return poll(ctx, func(ctx context.Context) error {
			info, err := client.Info(ctx, "replication").Result()
			if err == nil && !strings.Contains(info, "master_link_status:up") {
				err = errUnguarded
			}
			return err
		})
	})
}

// watch waits until the sentinel counts the replica as healthy.
func (s *Sentinel) watch(ctx context.Context) error {
	return s.ask(func(guard *redis.SentinelClient) error {
		return poll(ctx, func(ctx context.Context) error {
			replicas, err := guard.Replicas(ctx, masterName).Result()
			healthy := slices.ContainsFunc(replicas, func(r map[string]string) bool {
				return r["flags"] == "slave" && r["master-link-status"] == "ok"
			})
			if err == nil && !healthy {
				err = errUnguarded
			}
			return err
		})
	})
}

// ask lends a client of the sentinel.
func (s *Sentinel) ask(f func(guard *redis.SentinelClient) error) error {
	guard := redis.NewSentinelClient(&redis.Options{Addr: s.guard.hostPort(), DisableIdentity: true, ContextTimeoutEnabled: true})
	return errors.Join(f(guard), guard.Close())
}

// Address is the pair's address as redislink.Open takes it.
func (s *Sentinel) Address() string {
	u := url.URL{Scheme: "redis+sentinel", Host: s.guard.hostPort(), RawQuery: url.Values{"master": {masterName}}.Encode()}
	return u.String()
}

// Master is the server that the sentinel takes for the master.
func (s *Sentinel) Master(ctx context.Context) (*Server, error) {
	var master *Server
	err := s.ask(func(guard *redis.SentinelClient) error {
		place, err := guard.GetMasterAddrByName(ctx, masterName).Result()
		if err != nil || len(place) != 2 {
			return errors.Join(err, errUnguarded)
		}
		for _, server := range s.Pair {
			if server.hostPort() == net.JoinHostPort(place[0], place[1]) {
				master = server
			}
		}
		return nil
	})
	if err == nil && master == nil {
		err = errUnguarded
	}
	return master, err
}

// Failover has the replica take over and waits until the old master follows it.
func (s *Sentinel) Failover(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	old, err := s.Master(ctx)
	if err != nil {
		return err
	}
	err = s.ask(func(guard *redis.SentinelClient) error {
		return poll(ctx, func(ctx context.Context) error { return guard.Failover(ctx, masterName).Err() })
	})
	if err != nil {
		return err
	}
	if err := s.replaced(ctx, old); err != nil {
		return err
	}
	return follow(ctx, old)
}

// replaced waits for the new master and has the old one follow it, which the sentinel
// would do by itself ten seconds later.
func (s *Sentinel) replaced(ctx context.Context, old *Server) error {
	var master *Server
	err := poll(ctx, func(ctx context.Context) (err error) {
		if master, err = s.Master(ctx); err == nil && master == old {
			err = errUnguarded
		}
		return err
	})
	if err != nil {
		return err
	}
	return old.with(func(client redis.UniversalClient) error {
		return client.ReplicaOf(ctx, master.host, strconv.Itoa(master.port)).Err()
	})
}

// Close ends the three.
func (s *Sentinel) Close() error {
	var err error
	for _, server := range []*Server{s.guard, s.Pair[1], s.Pair[0]} {
		if server != nil {
			err = errors.Join(err, server.Close())
		}
	}
	return err
}
