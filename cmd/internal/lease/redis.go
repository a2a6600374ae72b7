package lease

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis is the store of nodes that share a Redis, of any kind. Times are the server's.
// A group has two keys in one slot: a sorted set of its nodes by the end of their
// lives, and a hash of leases, each "fence end node", in microseconds since 1970.
type Redis struct {
	client  redis.UniversalClient
	scripts scripts
}

// NewRedis gives a store over the client, which stays the caller's to close.
func NewRedis(client redis.UniversalClient) *Redis {
	return &Redis{client: client, scripts: newScripts()}
}

func nodesKey(group string) string { return "{fangxin:lease:" + group + "}:nodes" }

// run asks a script; the pairs of its answer are name and number.
func (r *Redis) run(ctx context.Context, script *redis.Script, group, node string, ttl time.Duration, args ...any) ([]Held, error) {
	keys := []string{nodesKey(group), "{fangxin:lease:" + group + "}:leases"}
	answer, err := script.Run(ctx, r.client, keys, append([]any{node, ttl.Microseconds()}, args...)...).Slice()
	if err != nil {
		return nil, fmt.Errorf("lease: %w", err)
	}
	pairs := make([]Held, 0, len(answer)/2)
	for i := 0; i+1 < len(answer); i += 2 {
		name, ok := answer[i].(string)
		number, whole := answer[i+1].(int64)
		if !ok || !whole || number < 0 {
			return nil, errAnswer
		}
		pairs = append(pairs, Held{Name: name, Fence: uint64(number)})
	}
	return pairs, nil
}

var errAnswer = errors.New("lease: the server's answer is not the script's")

// Beat implements Store.
func (r *Redis) Beat(ctx context.Context, group, node string, ttl time.Duration) ([]Member, error) {
	if err := errors.Join(checkNode(group, node), checkTTL(ttl)); err != nil {
		return nil, err
	}
	pairs, err := r.run(ctx, r.scripts.beat, group, node, ttl)
	if err != nil {
		return nil, err
	}
	live := make([]Member, len(pairs))
	for i, p := range pairs {
		live[i] = Member{Node: p.Name, Held: int(p.Fence)}
	}
	slices.SortFunc(live, func(a, b Member) int { return strings.Compare(a.Node, b.Node) })
	return live, nil
}

// Claim implements Store.
func (r *Redis) Claim(ctx context.Context, group, node string, names []string, most int, ttl time.Duration) ([]Held, error) {
	if err := errors.Join(checkNode(group, node), checkNames(names), checkTTL(ttl)); err != nil {
		return nil, err
	}
	args := make([]any, 0, len(names)+1)
	args = append(args, max(most, 0))
	for _, name := range names {
		args = append(args, name)
	}
	return r.run(ctx, r.scripts.claim, group, node, ttl, args...)
}

// Renew implements Store.
func (r *Redis) Renew(ctx context.Context, group, node string, held []Held, ttl time.Duration) ([]Held, error) {
	if err := errors.Join(checkNode(group, node), checkNames(namesOf(held)), checkTTL(ttl)); err != nil {
		return nil, err
	}
	return r.run(ctx, r.scripts.renew, group, node, ttl, arguments(held)...)
}

// Release implements Store.
func (r *Redis) Release(ctx context.Context, group, node string, held []Held) error {
	if err := errors.Join(checkNode(group, node), checkNames(namesOf(held))); err != nil {
		return err
	}
	_, err := r.run(ctx, r.scripts.release, group, node, 0, arguments(held)...)
	return err
}

func arguments(held []Held) []any {
	args := make([]any, 0, 2*len(held))
	for _, h := range held {
		args = append(args, h.Name, h.Fence)
	}
	return args
}

// Leave implements Store.
func (r *Redis) Leave(ctx context.Context, group, node string) error {
	if err := checkNode(group, node); err != nil {
		return err
	}
	if err := r.client.ZRem(ctx, nodesKey(group), node).Err(); err != nil {
		return fmt.Errorf("lease: %w", err)
	}
	return nil
}
