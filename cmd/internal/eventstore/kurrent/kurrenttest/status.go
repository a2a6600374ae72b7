package kurrenttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"fangxin/domain/es"
)

// refused is a status with the trailers by which the client knows it.
func refused(ctx context.Context, code codes.Code, text string, trailers ...string) error {
	if len(trailers) > 0 {
		// It fails outside of a call only.
		_ = grpc.SetTrailer(ctx, metadata.Pairs(trailers...))
	}
	return status.Error(code, text)
}

func unavailable() error { return status.Error(codes.Unavailable, "Server Is Not Ready") }

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

func accessDenied(ctx context.Context) error {
	return refused(ctx, codes.PermissionDenied, "Access Denied", "exception", "access-denied")
}

func notLeader(ctx context.Context, leader string) error {
	host, port, err := net.SplitHostPort(leader)
	if err != nil {
		return status.Error(codes.Unknown, "No leader info available in response")
	}
	return refused(ctx, codes.NotFound, "Leader info available", "exception", "not-leader",
		"leader-endpoint-host", host, "leader-endpoint-port", port)
}

func tooLarge(ctx context.Context) error {
	limit := strconv.Itoa(es.MaxAppend)
	return refused(ctx, codes.InvalidArgument, "Maximum Append Size of "+limit+" Exceeded.",
		"exception", "maximum-append-size-exceeded", "maximum-append-size", limit)
}

func missingMetadata(ctx context.Context, name string) error {
	return refused(ctx, codes.InvalidArgument, fmt.Sprintf("Required Metadata Property '%s' is missing", name),
		"exception", "missing-required-metadata-property", "required-metadata-properties", "type,content-type")
}

// coded is a status as the server words it.
func coded(ctx context.Context, code codes.Code, stream es.StreamID) error {
	switch code {
	case codes.OK, codes.Unavailable:
		return unavailable()
	case codes.Aborted:
		return status.Error(code, "Operation timed out: Prepare phase timeout")
	case codes.PermissionDenied:
		return accessDenied(ctx)
	case codes.FailedPrecondition:
		return refused(ctx, code, fmt.Sprintf("Event stream '%s' is deleted.", stream),
			"exception", "stream-deleted", "stream-name", string(stream))
	case codes.NotFound:
		return refused(ctx, code, fmt.Sprintf("Event stream '%s' is not found.", stream),
			"exception", "stream-not-found", "stream-name", string(stream))
	}
	return status.Error(code, code.String())
}

// answer words what the store refused, or why the call ended.
func answer(err error) error {
	var large *es.TooLargeError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return status.FromContextError(err).Err()
	case errors.Is(err, es.ErrUnknownOutcome):
		return status.Error(codes.Aborted, "Operation timed out: Commit phase timeout")
	case errors.Is(err, es.ErrUnavailable), errors.Is(err, es.ErrClosed):
		return unavailable()
	case errors.Is(err, es.ErrInvalidAppend), errors.As(err, &large):
		return invalid("%s", err)
	}
	if _, worded := status.FromError(err); worded {
		return err
	}
	return status.Error(codes.Unknown, err.Error())
}
