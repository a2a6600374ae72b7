package kurrent_test

import (
	"context"
	"testing"
	"time"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// served is a server over the store, on a free port.
func served(t testing.TB, store es.Store, o kurrenttest.Options) *kurrenttest.Server {
	t.Helper()
	server, err := kurrenttest.Start(store, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// quick are options under which nothing waits long.
func quick(server *kurrenttest.Server) kurrent.Options {
	return kurrent.Options{
		Address: server.ConnectionString(),
		BackOff: time.Millisecond, MaxBackOff: 5 * time.Millisecond,
		Attempt: 5 * time.Second, Settle: 10 * time.Second, Outage: 200 * time.Millisecond,
	}
}

func opened(t testing.TB, o kurrent.Options) *kurrent.Store {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s, err := kurrent.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// overServer is a factory of adapters, each on a server of its own.
func overServer(store func() es.Store, o kurrenttest.Options) estest.Factory {
	return func(t testing.TB) estest.Instance {
		server := served(t, store(), o)
		return estest.Instance{
			Store:  opened(t, quick(server)),
			Reopen: func(t testing.TB) es.Store { return opened(t, quick(server)) },
			// Every read is cut in the middle, however often it is begun.
			Damage: func(testing.TB) {
				server.Fail(kurrenttest.Fault{
					On: kurrenttest.Read | kurrenttest.Subscribe, Times: kurrenttest.Always, Messages: 100, Cut: true,
				})
			},
		}
	}
}

func TestConformance(t *testing.T) {
	estest.Run(t, overServer(func() es.Store { return estest.NewStore() }, kurrenttest.Options{}))
}

// TestConformanceNoisy runs the suite on a log that holds more of the server's own
// events than of ours: Head, ReadAll and subscriptions must agree on what they
// leave out, and repeats must be told apart all the same.
func TestConformanceNoisy(t *testing.T) {
	estest.Run(t, overServer(func() es.Store { return &noisy{Store: estest.NewStore()} }, kurrenttest.Options{HidePositions: true}))
}
