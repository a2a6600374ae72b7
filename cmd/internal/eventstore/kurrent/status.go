package kurrent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"fangxin/domain/es"
)

// What Open answers, and what calls answer when the server can no longer be used.
// All but ErrAddress wrap es.ErrUnavailable: nothing was written.
var (
	// ErrAddress: the connection string is wrong.
	ErrAddress = errors.New("wrong connection string of the event store")
	// ErrConnection: no node can be reached.
	ErrConnection = fmt.Errorf("no connection to the event store: %w", es.ErrUnavailable)
	// ErrCertificate: the server's certificate is not trusted, or ours is unusable
	// or refused, or one side speaks TLS and the other does not.
	ErrCertificate = fmt.Errorf("the TLS certificate does not serve: %w", es.ErrUnavailable)
	// ErrCredentials: user or password is wrong, or the user may not do this.
	ErrCredentials = fmt.Errorf("the event store refuses these credentials: %w", es.ErrUnavailable)
)

var (
	// errSilent: the server said nothing for Options.Attempt.
	errSilent = errors.New("the server was silent for too long")
	// errStale: a subscription was silent while the head moved.
	errStale = errors.New("the subscription was silent while events were written")
	// errMessage: the server sent what the protocol does not allow.
	errMessage = fmt.Errorf("an event that cannot be read: %w", es.ErrDamaged)
	// errPlace: an event of $all without its place in the log.
	errPlace = fmt.Errorf("an event of the log without a position: %w", es.ErrDamaged)
)

// verdict says what an answer of the server means for the call.
type verdict int

const (
	// failed: the server or the way to it failed; another connection may do.
	failed verdict = iota
	// redirected: the node is not the leader.
	redirected
	// refused: the server has decided; asking again changes nothing.
	refused
)

// judge reads the status and the trailers of a call that failed at the address.
// The error is in the port's terms (without the size, if that was too large); leader
// is where the server sends us.
func judge(address string, err error, trailers metadata.MD) (_ verdict, leader string, _ error) {
	if errors.Is(err, es.ErrDamaged) {
		return refused, "", err
	}
	text := address + ": " + oneLine(err)
	switch exception(trailers) {
	case "not-leader":
		return redirected, leaderOf(trailers), fmt.Errorf("%s: %w", text, es.ErrUnavailable)
	case "stream-deleted":
		return refused, "", fmt.Errorf("%s: %w", text, es.ErrDamaged)
	case "maximum-append-size-exceeded", "maximum-append-event-size-exceeded":
		return refused, "", &es.TooLargeError{Limit: limitOf(trailers)}
	}
	switch code := status.Code(err); code {
	case codes.Unauthenticated, codes.PermissionDenied:
		return refused, "", fmt.Errorf("%w: %s", ErrCredentials, text)
	case codes.InvalidArgument, codes.Unimplemented, codes.OutOfRange, codes.FailedPrecondition, codes.NotFound:
		return refused, "", fmt.Errorf("%w: %s (%s)", es.ErrUnavailable, text, code)
	default:
		return failed, "", fmt.Errorf("%w: %s (%s)", es.ErrUnavailable, text, code)
	}
}

func exception(trailers metadata.MD) string { return first(trailers, "exception") }

func first(md metadata.MD, key string) string {
	if v := md.Get(key); len(v) > 0 {
		return v[0]
	}
	return ""
}

func leaderOf(trailers metadata.MD) string {
	host, port := first(trailers, "leader-endpoint-host"), first(trailers, "leader-endpoint-port")
	if n, err := strconv.ParseUint(port, 10, 16); host == "" || err != nil || n == 0 {
		return ""
	}
	return net.JoinHostPort(host, port)
}

func limitOf(trailers metadata.MD) int {
	for _, key := range []string{"maximum-append-size", "maximum-append-event-size"} {
		if n, err := strconv.Atoi(first(trailers, key)); err == nil {
			return n
		}
	}
	return es.MaxAppend
}

// ended is the caller's own reason when its context is over: the context's error,
// not the words that gRPC made of it. The end of a bound of ours is the server's.
func ended(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", ErrConnection, errSilent)
	}
	return err
}
