package kurrent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"fangxin/domain/es"
)

func TestUnits(t *testing.T) {
	conf, err := parse("esdb://localhost?discoveryInterval=250&gossipTimeout=3&keepAliveInterval=20000" +
		"&keepAliveTimeout=7000&defaultDeadline=1500&maxDiscoverAttempts=1000")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{}.filled(conf)
	if gossipTimeout(conf) != 3*time.Second || o.BackOff != 250*time.Millisecond || o.Attempt != 1500*time.Millisecond ||
		conf.KeepAliveInterval != 20*time.Second || keepAliveTimeout(conf) != 7*time.Second || conf.MaxDiscoverAttempts != 1 {
		t.Fatalf("%+v, %+v", conf, o)
	}
	conf, err = parse("esdb://a,b:99")
	if err != nil {
		t.Fatal(err)
	}
	o = Options{}.filled(conf)
	if conf.KeepAliveInterval != 10*time.Second || o.Attempt != 10*time.Second || o.BackOff != 100*time.Millisecond ||
		o.MaxBackOff != 2*time.Second || conf.NodePreference != esdb.NodePreferenceLeader || fmt.Sprint(candidates(conf)) != "[a:2113 b:99]" {
		t.Fatalf("%+v, %+v", conf, o)
	}
}

// TestPause: no pause before the first connection, then one that doubles, with
// jitter, and never more than the bound: a server back after 30 s is found in 2.
func TestPause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		o := Options{BackOff: 100 * time.Millisecond, MaxBackOff: 2 * time.Second, Random: func() float64 { return at }}
		n := rapid.IntRange(0, 1000).Draw(t, "failures")
		whole := []time.Duration{0, 100, 200, 400, 800, 1600, 2000}[min(n, 6)] * time.Millisecond
		if d := pause(o, n); d < whole/2 || d > whole {
			t.Fatalf("after %d failures: %s of %s", n, d, whole)
		}
	})
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		code     codes.Code
		trailers []string
		verdict  verdict
		leader   string
		is       error
	}{
		{codes.Unavailable, nil, failed, "", es.ErrUnavailable},
		{codes.Aborted, nil, failed, "", es.ErrUnavailable},
		{codes.DeadlineExceeded, nil, failed, "", es.ErrUnavailable},
		{codes.Unknown, nil, failed, "", es.ErrUnavailable},
		{codes.Internal, nil, failed, "", es.ErrUnavailable},
		{codes.ResourceExhausted, nil, failed, "", es.ErrUnavailable},
		{codes.Unauthenticated, nil, refused, "", ErrCredentials},
		{codes.PermissionDenied, []string{"exception", "access-denied"}, refused, "", ErrCredentials},
		{codes.InvalidArgument, nil, refused, "", es.ErrUnavailable},
		{codes.Unimplemented, nil, refused, "", es.ErrUnavailable},
		{codes.FailedPrecondition, []string{"exception", "stream-deleted"}, refused, "", es.ErrDamaged},
		{codes.NotFound, []string{"exception", "not-leader", "leader-endpoint-host", "b", "leader-endpoint-port", "2113"}, redirected, "b:2113", es.ErrUnavailable},
		{codes.NotFound, []string{"exception", "not-leader", "leader-endpoint-host", "b", "leader-endpoint-port", "http"}, redirected, "", es.ErrUnavailable},
		{codes.NotFound, []string{"exception", "not-leader"}, redirected, "", es.ErrUnavailable},
	} {
		v, leader, err := judge("a:2113", status.Error(c.code, "first\nsecond"), metadata.Pairs(c.trailers...))
		if v != c.verdict || leader != c.leader || !errors.Is(err, c.is) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s %v: %v, %q, %v", c.code, c.trailers, v, leader, err)
		}
	}
	var large *es.TooLargeError
	trailers := metadata.Pairs("exception", "maximum-append-size-exceeded", "maximum-append-size", "65536")
	if _, _, err := judge("a", status.Error(codes.InvalidArgument, ""), trailers); !errors.As(err, &large) || large.Limit != 65536 {
		t.Errorf("too large: %v", err)
	}
}

func TestEnded(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ended(gone, es.ErrUnavailable); !errors.Is(err, context.Canceled) || errors.Is(err, es.ErrUnavailable) {
		t.Error(err)
	}
	// A bound of ours has run out, not the caller's.
	if err := ended(t.Context(), context.DeadlineExceeded); !errors.Is(err, es.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"esdb://localhost:2113?tls=false", "esdb+discover://admin:pw@a:1?nodePreference=random", "esdb://u:p@a,b:2,c?tlsVerifyCert=false",
		"esdb://:@?", "esdb://%zz", "esdb://[::1]:2113",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if strings.Contains(strings.ToLower(address), "tls%") || strings.Contains(strings.ToLower(address), "tlsca") {
			return // it would read the file
		}
		conf, err := parse(address)
		if err == nil && len(candidates(conf)) == 0 {
			t.Fatal("accepted without a host")
		}
		if err != nil && !errors.Is(err, ErrAddress) && !errors.Is(err, ErrCertificate) {
			t.Fatal(err)
		}
	})
}
