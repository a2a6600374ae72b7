package program

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/cmd/internal/redistest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/usecase"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

func servedLog(t *testing.T, o kurrenttest.Options) *kurrenttest.Server {
	t.Helper()
	store := estest.NewStore()
	s, err := kurrenttest.Start(store, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// A wrong address, certificate or password is one line and an exit code: nothing is
// made, and no secret is repeated.
func TestWrongConnectionsAreOneLine(t *testing.T) {
	certificate, ca, err := kurrenttest.SelfSigned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	guarded := servedLog(t, kurrenttest.Options{TLS: certificate, User: "fangxin", Password: "right-one"})
	open := servedLog(t, kurrenttest.Options{})
	redis := redistest.Run(t, redistest.Options{Password: "right-one"})
	objects, err := s3test.Start(s3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = objects.Close() })
	secured := func(user string, more string) string {
		return "esdb://" + user + guarded.Address() + "?tls=true" + more
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no event store's scheme":   {[]string{"--eventstore", "kurrentdb://n1:2113"}, exitUsage, "eventstore"},
		"an unknown option":         {[]string{"--eventstore", "esdb://n1:2113?tls=false&tlsVerify=no"}, exitUsage, "tlsVerify"},
		"nobody listens":            {[]string{"--eventstore", "esdb://127.0.0.1:1?tls=false"}, exitFound, "no connection"},
		"the wrong certificate":     {[]string{"--eventstore", secured("fangxin:right-one@", "")}, exitFound, "certificate"},
		"the wrong password":        {[]string{"--eventstore", secured("fangxin:hunter2@", "&tlsCAFile="+ca)}, exitFound, "credentials"},
		"no read model's scheme":    {[]string{"--readmodel", "memcached://x"}, exitUsage, "readmodel"},
		"Redis's wrong password":    {[]string{"--readmodel", strings.Replace(redis.Address(), "right-one", "hunter2", 1)}, exitFound, "credentials"},
		"no object store's scheme":  {[]string{"--objects", "ftp://x/y"}, exitUsage, "objects"},
		"the wrong object key":      {[]string{"--objects", strings.Replace(objects.Address(), "of", "hunter2", 1)}, exitFound, "credentials"},
		"partitions that cannot be": {[]string{"--readmodel", redis.Address(), "--partitions", "5000", "--eventstore", open.ConnectionString()}, exitUsage, "partitions"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := run(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--log-level", "error", "--data", t.TempDir()}, c.args...)...)
			if code != c.code || !strings.Contains(errs, c.says) || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
				t.Errorf("exit %d, want %d: %s%s", code, c.code, out, errs)
			}
			for _, secret := range []string{"hunter2", "right-one", "goroutine"} {
				if strings.Contains(errs, secret) {
					t.Errorf("%q is told: %s", secret, errs)
				}
			}
		})
	}
}

// shared opens a node on a log behind its protocol and a real Redis.
func shared(t *testing.T, log *kurrenttest.Server, redis *redistest.Server) *node {
	t.Helper()
	c := configOf(t, t.TempDir())
	c.EventStore, c.ReadModel, c.Lanes = log.ConnectionString(), redis.Address(), "department"
	a, err := openAdapters(t.Context(), c, clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	n.start(t.Context())
	return n
}

// eventually asks until the answer is yes.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); !yes(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func fileCase(t *testing.T, n *node) {
	t.Helper()
	in := complaintInput()
	actor := usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}
	if _, _, err := n.cases.File(t.Context(), actor, in, usecase.Options{}); err != nil {
		t.Fatal(err)
	}
}

// A node that meets an event of a newer program stops before it, gives its partitions
// back, says so, and goes on with everything else: lists stay as they were, commands
// are taken.
func TestAnEventOfANewerProgramWaits(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	n := shared(t, log, redis)
	fileCase(t, n)
	eventually(t, "the node has no partitions", func() bool { return len(n.runner.Status().Parts) == n.model.Partitions() })
	if err := n.caughtUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := es.DeriveID(es.Namespace, "of tomorrow")
	if _, err := n.store.Append(t.Context(), "complaint.of-tomorrow", es.None, []es.Pending{{ID: id, Type: "complaint.of_tomorrow.v1", Data: []byte("{}"), Meta: []byte("{}")}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the node does not say that it stopped", func() bool {
		for _, c := range n.ready(t.Context()) {
			if c.Name == "projections" && !c.OK && c.Reason == "degraded" {
				return true
			}
		}
		return false
	})
	eventually(t, "the leases are kept", func() bool { return len(n.runner.Status().Parts) == 0 })
	fileCase(t, n)
	page, err := casework.List(t.Context(), n.model, casework.Filter{Account: "c-1", Source: casework.SourceAll}, "", 10)
	if err != nil || len(page.Rows) != 1 {
		t.Errorf("%d rows, %v", len(page.Rows), err)
	}
}

// A Redis that is emptied is filled again by itself; until then there is no answer
// rather than a wrong one, and commands are taken all the while.
func TestAnEmptiedRedisIsFilledAgain(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	n := shared(t, log, redis)
	count := func() int {
		page, err := casework.List(t.Context(), n.model, casework.Filter{Account: "c-1", Source: casework.SourceAll}, "", 100)
		switch {
		case errors.Is(err, readmodel.ErrUnavailable):
			return -1
		case err != nil:
			t.Fatal(err)
		}
		return len(page.Rows)
	}
	for i := range 20 {
		fileCase(t, n)
		if i%5 == 2 {
			if err := n.caughtUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := redis.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := count(); got >= 0 && got != i+1 {
				t.Fatalf("after a flush: %d rows of %d", got, i+1)
			}
		}
	}
	if err := redis.Stop(); err != nil {
		t.Fatal(err)
	}
	fileCase(t, n) // nothing is refused while Redis is away
	if err := redis.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the lists are not made again", func() bool { return count() == 21 })
}

// A list is not waited for longer than a person waits: a Redis that hangs is away.
func TestAListIsNotWaitedForWithoutEnd(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	n := shared(t, log, redis)
	fileCase(t, n)
	if err := n.caughtUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := redis.Pause(); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	_, err := casework.List(t.Context(), n.lists(), casework.Filter{Account: "c-1"}, "", 10)
	took := time.Since(begun)
	if err := redis.Resume(); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, readmodel.ErrUnavailable) || took > 2*readWithin {
		t.Errorf("%v after %v", err, took)
	}
}
