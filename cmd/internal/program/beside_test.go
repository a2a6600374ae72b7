package program

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/cmd/internal/lease"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/cmd/internal/redistest"
	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// heard keeps what a node logs.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(b)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// Given a node whose keys lie in its own folder, when another starts on the same log
// and lists, with keys in a folder or in an object store, then that one is refused; the
// first is warned from its start; and its place is free as soon as it has stopped.
func TestANodeThatCouldNotReadTheOthersCasesIsRefused(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	objects, err := s3test.Start(s3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = objects.Close() })
	says, master := &heard{}, filepath.Join(t.TempDir(), "master.key")
	open := func(objects string) (*node, error) {
		c := configOf(t, t.TempDir())
		c.EventStore, c.ReadModel, c.Objects, c.Lanes = log.ConnectionString(), redis.Address(), objects, "department"
		c.MasterKey = master // also the same master key does not make two folders one
		return openServing(t.Context(), c, slog.New(slog.NewTextHandler(says, nil)))
	}
	first, err := open("")
	if err != nil {
		t.Fatal(err)
	}
	first.start(t.Context())
	if !strings.Contains(says.String(), "no other node can work beside it") {
		t.Error("the first node is not warned:", says)
	}
	for name, at := range map[string]string{"another folder": "", "an object store": objects.Address()} {
		if n, err := open(at); !errors.Is(err, errStrangers) {
			t.Errorf("%s: %v", name, err)
			_ = n.close()
		}
	}
	if met, err := first.strangers(t.Context(), lease.NewRedis(first.model.client)); met || err != nil {
		t.Errorf("who was refused is still called a node: %v", err)
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // nodes on one object store stand beside each other
		n, err := open(objects.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = n.close() }()
	}
	if n, err := open(objects.Under("elsewhere/")); !errors.Is(err, errStrangers) {
		t.Errorf("another place in the store: %v", err)
		_ = n.close()
	}
}

// A node that could not be refused, since Redis was away, says loudly what is wrong.
func TestANodeThatFindsAStrangerLaterSaysSo(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	c := configOf(t, t.TempDir())
	c.EventStore, c.ReadModel, c.Lanes = log.ConnectionString(), redis.Address(), "department"
	says := &heard{}
	n, err := openServing(t.Context(), c, slog.New(slog.NewTextHandler(says, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.close() }()
	store := lease.NewRedis(n.model.client)
	if _, err := store.Beat(t.Context(), groupKeys, "folder-of-another", time.Minute); err != nil {
		t.Fatal(err)
	}
	other := n.version()[:strings.LastIndexByte(n.version(), '-')] + "-7"
	if _, err := store.Beat(t.Context(), groupVersions, other, time.Minute); err != nil {
		t.Fatal(err)
	}
	n.start(t.Context())
	eventually(t, "the stranger is not told of", func() bool { return strings.Contains(says.String(), "keeps its log or its keys elsewhere") })
	eventually(t, "the other number is not told of", func() bool { return strings.Contains(says.String(), "different --partitions") })
}

func TestOtherPartitions(t *testing.T) {
	for _, c := range []struct {
		alive []string
		want  bool
	}{
		{nil, false},
		{[]string{"a.1-b.2-16"}, false},
		{[]string{"a.1-b.2-16", "a.1-b.2-8"}, true},
		{[]string{"a.1-b.3-8"}, false},
		{[]string{"a.1-b.2-c.1-8"}, false},
	} {
		if got := otherPartitions(c.alive, "a.1-b.2-16"); got != c.want {
			t.Errorf("%v: %v", c.alive, got)
		}
	}
}

// A tool makes no keys for a log that nodes use: they could not read what it writes.
func TestImportMakesNoKeysForALogOfOthers(t *testing.T) {
	log := servedLog(t, kurrenttest.Options{})
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "cases.ndjson")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, "import", "--format", "ndjson", "--data", data, "--eventstore", log.ConnectionString(), file)
	if code != exitUsage || !strings.Contains(errs, "--objects") || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
		t.Error(code, out, errs)
	}
	if _, err := os.Stat(folder{root: data}.keys()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a keyring was made: %v", err)
	}
}

// A token of a key that no node has is worth nothing: it is not minted in silence.
func TestATokenOfANewKeySaysSo(t *testing.T) {
	data := t.TempDir()
	for i, want := range []bool{true, false} {
		code, _, errs := run(t, "token", "--data", data, "--role", "consumer", "--sub", "c-1")
		if code != exitOK || strings.Contains(errs, "a new key was made") != want {
			t.Errorf("time %d: %d %s", i, code, errs)
		}
	}
}

// Given a Redis that hangs, when a balancer asks whether the node is ready, then it is
// told so in time: a list that waits takes no commands away.
func TestAReadModelThatHangsDoesNotTakeTheNodeAway(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	n := shared(t, log, redis)
	if err := redis.Pause(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := redis.Resume(); err != nil {
			t.Error(err)
		}
	}()
	begun := time.Now()
	checks := n.ready(t.Context())
	if took := time.Since(begun); took > 2*readyWithin {
		t.Errorf("answered after %v", took)
	}
	for _, c := range checks {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Reason)
		}
	}
	fileCase(t, n)
}

// The figure of broken subscriptions counts those that the adapter mends by itself.
func TestABrokenSubscriptionIsCounted(t *testing.T) {
	log, redis := servedLog(t, kurrenttest.Options{}), redistest.Run(t, redistest.Options{})
	n := shared(t, log, redis)
	if err := n.caughtUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nothing is subscribed to", func() bool { return n.remote.Stats().Subscriptions > 0 })
	log.Stop()
	if err := log.Restart(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no restart is counted", func() bool {
		i := slices.IndexFunc(n.gauges(), func(g meter.Gauge) bool { return g.Metric == meter.SubscriptionRestarts })
		return i >= 0 && n.gauges()[i].Value > 0
	})
}

// away is a log that does not answer the first few times.
type away struct {
	es.Store
	times int
}

func (s *away) Head(ctx context.Context) (es.Position, error) {
	if s.times--; s.times >= 0 {
		return es.Position{}, es.ErrUnavailable
	}
	return s.Store.Head(ctx)
}

// A log that is away when the timers begin keeps them waiting, not from ever running.
func TestTimersWaitForALogThatIsAway(t *testing.T) {
	a, err := openAdapters(t.Context(), configOf(t, t.TempDir()), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), a)
	if err != nil {
		t.Fatal(errors.Join(err, a.close()))
	}
	defer func() { _ = n.close() }()
	n.start(t.Context())
	passed := make(chan struct{}, 1)
	n.timers.Due = func(context.Context, calendar.Date, string, int) ([]timers.Limit, string, error) {
		select {
		case passed <- struct{}{}:
		default:
		}
		return nil, "", nil
	}
	n.store = &away{Store: n.store, times: 2}
	n.startTimers()
	select {
	case <-passed:
	case <-time.After(30 * time.Second):
		t.Fatal("the timers never ran")
	}
}
