package redislink

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

var (
	// ErrUnreachable is a server that does not answer in time, or not as Redis does.
	ErrUnreachable = errors.New("redis does not answer")
	// ErrCredentials is a user or password that the server refuses.
	ErrCredentials = errors.New("redis refuses the credentials")
)

// checkTimeout bounds Check where the context does not.
const checkTimeout = 5 * time.Second

// Check asks the installation for a sign of life. The error is ErrCredentials,
// ErrUnreachable or ErrAddress (a cluster's node addressed as a single server, or the
// other way about), one line, without the password.
func Check(ctx context.Context, client redis.UniversalClient) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if err := client.Ping(ctx).Err(); err != nil {
		return fault(err)
	}
	if _, ok := client.(*redis.Client); !ok {
		return nil
	}
	// A server that does not let us ask is taken at its address's word.
	info, err := client.Info(ctx, "cluster").Result()
	if err == nil && strings.Contains(info, "cluster_enabled:1") {
		return fmt.Errorf("%w: the server belongs to a cluster, write redis+cluster://", ErrAddress)
	}
	return nil
}

// refusals stand in the errors by which servers of different ages refuse credentials.
var refusals = [...]string{"WRONGPASS", "NOAUTH", "NOPERM", "ERR invalid password", "ERR AUTH", "ERR Client sent AUTH", "invalid username-password"}

func fault(err error) error {
	if redis.IsAuthError(err) || redis.IsPermissionError(err) {
		return fmt.Errorf("%w: %s", ErrCredentials, line(err))
	}
	for _, words := range refusals {
		if strings.Contains(err.Error(), words) {
			return fmt.Errorf("%w: %s", ErrCredentials, line(err))
		}
	}
	if strings.Contains(err.Error(), "cluster support disabled") {
		return fmt.Errorf("%w: the server is no cluster, write redis://", ErrAddress)
	}
	return &unreachable{err}
}

// unreachable keeps the cause for errors.Is and tells it in one line.
type unreachable struct{ cause error }

func (u *unreachable) Error() string   { return ErrUnreachable.Error() + ": " + line(u.cause) }
func (u *unreachable) Unwrap() []error { return []error{ErrUnreachable, u.cause} }

func line(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
