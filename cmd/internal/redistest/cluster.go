package redistest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Redis Cluster of masters that share all slots.
type Cluster struct {
	Nodes []*Server
	buses []int
}

// slots is how many a Cluster has (Redis Cluster specification).
const slots = 16384

// nodeTimeout is after how many milliseconds a silent node counts as failed.
const nodeTimeout = 2000

// StartCluster runs n masters and waits until all of them say that the cluster is
// well. The context bounds the start.
func StartCluster(ctx context.Context, n int) (*Cluster, error) {
	if n < 1 {
		return nil, fmt.Errorf("redistest: a cluster of %d nodes", n)
	}
	c := &Cluster{}
	if err := errors.Join(c.start(ctx, n)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, n int) error {
	for range n {
		bus := 0
		node, err := start(ctx, Options{}, func(port int) (lines []string, err error) {
			for bus == 0 || bus == port {
				if bus, err = freePort(); err != nil {
					return nil, err
				}
			}
			return []string{
				"cluster-enabled yes",
				"cluster-config-file nodes.conf",
				fmt.Sprintf("cluster-port %d", bus),
				fmt.Sprintf("cluster-node-timeout %d", nodeTimeout),
			}, nil
		})
		if err != nil {
			return err
		}
		c.Nodes, c.buses = append(c.Nodes, node), append(c.buses, bus)
	}
	for i := range c.Nodes {
		if err := c.join(ctx, i); err != nil {
			return err
		}
	}
	return c.Settle(ctx)
}

// join gives the node its slots and has it meet the first.
func (c *Cluster) join(ctx context.Context, i int) error {
	n := len(c.Nodes)
	return c.Nodes[i].with(func(client redis.UniversalClient) error {
		err := client.ClusterAddSlotsRange(ctx, i*slots/n, (i+1)*slots/n-1).Err()
		// Nodes of the same epoch would spend seconds on settling who is who.
		epoch := client.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err()
		if i == 0 {
			return errors.Join(err, epoch)
		}
		first := c.Nodes[0]
		return errors.Join(err, epoch, client.Do(ctx, "CLUSTER", "MEET", first.host, first.port, c.buses[0]).Err())
	})
}

var errUnsettled = errors.New("redistest: the cluster is not well yet")

// Settle waits until every node says that the cluster is well and knows all nodes.
func (c *Cluster) Settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for _, node := range c.Nodes {
		err := node.with(func(client redis.UniversalClient) error {
			return poll(ctx, func(ctx context.Context) error {
				info, err := client.ClusterInfo(ctx).Result()
				if err == nil && !(strings.Contains(info, "cluster_state:ok") &&
					strings.Contains(info, fmt.Sprintf("cluster_size:%d\r", len(c.Nodes)))) {
					err = errUnsettled
				}
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Address is the cluster's address as redislink.Open takes it.
func (c *Cluster) Address() string {
	query := url.Values{}
	for _, node := range c.Nodes[1:] {
		query.Add("addr", node.hostPort())
	}
	u := url.URL{Scheme: "redis+cluster", Host: c.Nodes[0].hostPort(), RawQuery: query.Encode()}
	return u.String()
}

// Flush empties every node.
func (c *Cluster) Flush(ctx context.Context) error {
	var err error
	for _, node := range c.Nodes {
		err = errors.Join(err, node.Flush(ctx))
	}
	return err
}

// Close ends all nodes.
func (c *Cluster) Close() error {
	var err error
	for _, node := range c.Nodes {
		err = errors.Join(err, node.Close())
	}
	return err
}
