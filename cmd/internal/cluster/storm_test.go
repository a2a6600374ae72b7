package cluster

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/cmd/internal/redistest"
	"fangxin/domain/es"
)

// stormEnv sets how long the storm lasts: "30m" for the whole script.
const (
	stormEnv     = "FANGXIN_STORM"
	stormSeedEnv = "FANGXIN_STORM_SEED"
	stormSpan    = 2 * time.Minute
	stormShort   = 15 * time.Second
	stormGrace   = 45 * time.Second
)

func spanOfStorm(t *testing.T) time.Duration {
	t.Helper()
	if s := os.Getenv(stormEnv); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if testing.Short() {
		return stormShort
	}
	return stormSpan
}

func seedOfStorm(t *testing.T) uint64 {
	t.Helper()
	if s := os.Getenv(stormSeedEnv); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return rand.Uint64()
}

// storm is what happens to a cluster, drawn from a seed.
type storm struct {
	*Cluster
	t       *testing.T
	r       *rand.Rand
	objects *s3test.Server
	tally   map[string]int
}

// TestStorm kills and restarts every part of an installation at random while clients
// file: three nodes, the log's server, Redis, the object store. At the end every
// acknowledged command is there, none is there twice, and verify finds nothing: every
// document, index member and counter of the read models equals a fold from scratch.
func TestStorm(t *testing.T) {
	redistest.Need(t)
	seed := seedOfStorm(t)
	t.Logf("seed %d (%s)", seed, stormSeedEnv)
	objects, err := s3test.Start(s3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = objects.Close() })
	said := &said{}
	c, err := Start(t.Context(), Options{
		Binary: binary(t), Dir: t.TempDir(), Nodes: 3, Objects: objects.Address(), Durable: true,
		Flags: []string{"--rate", "10000000", "--lanes", "department,direct"}, Log: said,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(said)
		}
	})
	s := &storm{Cluster: c, t: t, r: rand.New(rand.NewPCG(seed, 1)), objects: objects, tally: map[string]int{}}
	traffic := &Traffic{Cluster: c, Token: s.token(), Clients: 8, Every: max(20*time.Millisecond, spanOfStorm(t)/4000), Withdraw: 3}
	ctx, cancel := context.WithTimeout(t.Context(), spanOfStorm(t))
	defer cancel()
	sent := make(chan struct{})
	go func() { defer close(sent); traffic.Run(ctx, stormGrace) }()
	s.timed("blew", func() { s.blow(ctx) })
	s.timed("calm after", func() { s.calm(t.Context()) })
	s.timed("last answers after", func() { <-sent })
	s.check(traffic)
	t.Logf("%d commands begun, %d cases acknowledged; %v", traffic.Tried(), len(traffic.Filed()), s.tally)
}

// timed logs how long a part of the test took.
func (s *storm) timed(what string, do func()) {
	begun := time.Now()
	do()
	s.t.Logf("%s %v", what, time.Since(begun).Round(100*time.Millisecond))
}

// said keeps the end of what all nodes said.
type said struct {
	mu    sync.Mutex
	lines []string
}

func (s *said) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("msg=request")) {
		return len(b), nil // thousands, and clients say themselves what they met
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines = append(s.lines, strings.TrimRight(string(b), "\n")); len(s.lines) > 400 {
		s.lines = s.lines[100:]
	}
	return len(b), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// binary builds the real program.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fangxin")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "fangxin/cmd/fangxin").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

func (s *storm) token() string {
	s.t.Helper()
	out, err := s.Run(s.t.Context(), "token", "--role", "consumer", "--sub", "c-1", "--ttl", "24h")
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// must fails the test: a part that the storm drives cannot be driven.
func (s *storm) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// blow does one thing after the other to the cluster until the context ends.
func (s *storm) blow(ctx context.Context) {
	winds := []struct {
		name string
		do   func(context.Context)
	}{
		{"node killed", s.killNode}, {"node killed", s.killNode}, {"node stopped", s.stopNode}, {"node hung", s.hangNode},
		{"log away", s.logAway}, {"log faults", s.logFaults},
		{"redis killed", s.killRedis}, {"redis flushed", s.flushRedis}, {"redis hung", s.hangRedis},
		{"objects away", s.objectsAway}, {"objects fail", s.objectsFail},
		{"rebuild", s.rebuild},
	}
	for s.wait(ctx, time.Second, 3*time.Second) {
		w := winds[s.r.IntN(len(winds))]
		s.tally[w.name]++
		w.do(ctx)
	}
}

// wait lets a random time pass; false where the storm is over.
func (s *storm) wait(ctx context.Context, least, most time.Duration) bool {
	d := least + time.Duration(s.r.Int64N(int64(most-least)))
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *storm) node() *Node { return s.Nodes[s.r.IntN(len(s.Nodes))] }

func (s *storm) killNode(ctx context.Context) {
	n := s.node()
	s.must(n.Kill())
	s.wait(ctx, 0, 4*time.Second)
	s.must(n.Start(ctx))
}

func (s *storm) stopNode(ctx context.Context) {
	n := s.node()
	s.must(n.Stop())
	s.wait(ctx, 0, time.Second)
	s.must(n.Start(ctx))
}

// hangNode stops a process for longer than a lease lasts: it wakes up and believes it
// still holds its partitions.
func (s *storm) hangNode(ctx context.Context) {
	n := s.node()
	s.must(n.Pause())
	s.wait(ctx, time.Second, 8*time.Second)
	s.must(n.Resume())
}

func (s *storm) logAway(ctx context.Context) {
	s.Events.Stop()
	s.wait(ctx, 100*time.Millisecond, 5*time.Second)
	s.must(s.Events.Restart())
}

func (s *storm) logFaults(ctx context.Context) {
	for range 1 + s.r.IntN(3) {
		s.Events.Fail(s.fault())
	}
	s.wait(ctx, time.Second, 4*time.Second)
	s.Events.Clear()
}

// fault is one that the log's server may meet.
func (s *storm) fault() kurrenttest.Fault {
	on := []kurrenttest.Call{kurrenttest.Append, kurrenttest.Read, kurrenttest.Subscribe, kurrenttest.EveryCall}
	f := kurrenttest.Fault{On: on[s.r.IntN(len(on))], Times: 1 + s.r.IntN(20), AfterCommit: s.r.IntN(2) == 0, Messages: s.r.IntN(40)}
	switch s.r.IntN(5) {
	case 0:
		f.Code = codes.Unavailable
	case 1:
		f.Code = codes.Aborted
	case 2:
		f.Cut = true
	case 3:
		f.Stall = true
	default:
		f.Slow = time.Duration(s.r.IntN(500)) * time.Millisecond
	}
	return f
}

func (s *storm) killRedis(ctx context.Context) {
	s.must(s.Redis.Stop())
	s.wait(ctx, 0, 3*time.Second)
	s.must(s.Redis.Restart(context.WithoutCancel(ctx)))
}

// flushRedis empties it, as soon as it answers: after a restart it reads its file first.
func (s *storm) flushRedis(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	s.must(poll(ctx, 50*time.Millisecond, func() bool { return s.Redis.Flush(ctx) == nil }))
}

func (s *storm) hangRedis(ctx context.Context) {
	s.must(s.Redis.Pause())
	s.wait(ctx, time.Second, 6*time.Second)
	s.must(s.Redis.Resume())
}

func (s *storm) objectsAway(ctx context.Context) {
	s.objects.Stop()
	s.wait(ctx, 100*time.Millisecond, 3*time.Second)
	s.must(s.objects.Restart())
}

func (s *storm) objectsFail(ctx context.Context) {
	s.objects.Fail(1+s.r.IntN(20), s.r.IntN(2) == 0)
	s.wait(ctx, time.Second, 2*time.Second)
}

// rebuild makes the read models anew beside the running nodes. Where something is away
// it may fail, and leaves what there was.
func (s *storm) rebuild(ctx context.Context) {
	if out, err := s.Run(ctx, "rebuild"); err != nil {
		s.t.Logf("rebuild in the storm: %v %s", err, out)
	}
}

// calm puts every part back.
func (s *storm) calm(ctx context.Context) {
	s.Events.Clear()
	s.objects.Clear()
	for _, n := range s.Nodes {
		s.must(n.Start(ctx))
	}
	s.must(s.Ready(ctx))
}

// check looks at what is left after the storm.
func (s *storm) check(traffic *Traffic) {
	s.t.Helper()
	filed := traffic.Filed()
	if len(filed) == 0 {
		s.t.Fatal("nothing was acknowledged")
	}
	for _, r := range traffic.Refused() {
		s.t.Error("refused:", r)
	}
	s.timed("looked for all cases", func() {
		const at = 8 // at once
		var work sync.WaitGroup
		for w := range at {
			work.Go(func() {
				for i := w; i < len(filed); i += at {
					s.present(i, filed[i], traffic.Token)
				}
			})
		}
		work.Wait()
		s.onceEach(traffic)
	})
	var out string
	var err error
	s.timed("verified", func() { out, err = s.Run(s.t.Context(), "verify") })
	if err != nil || !strings.Contains(out, "clean") || !strings.Contains(out, "4 projections") {
		s.t.Errorf("verify: %.4000v %.4000s", err, out)
	}
	s.t.Log(strings.TrimSpace(out))
}

// present: the case is there, at the acknowledged revision or later.
func (s *storm) present(i int, f Filed, token string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.Nodes[i%len(s.Nodes)].Base+"/api/v1/complaints/"+f.Case, http.NoBody)
	if err != nil {
		s.t.Error(err)
		return
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer response.Body.Close()
	if tag := response.Header.Get("ETag"); response.StatusCode != http.StatusOK || tag != f.Revision {
		s.t.Errorf("%s was acknowledged at %s: %d, %s", f.Case, f.Revision, response.StatusCode, tag)
	}
}

// onceEach: no key opened two cases, and no command was written twice.
func (s *storm) onceEach(traffic *Traffic) {
	s.t.Helper()
	seen, opened := map[es.ID]bool{}, int64(0)
	for env, err := range s.Log.ReadAll(s.t.Context(), es.Position{}) {
		s.must(err)
		if seen[env.ID] {
			s.t.Errorf("event %s is there twice", env.ID)
		}
		seen[env.ID] = true
		if strings.HasPrefix(string(env.Stream), "complaint.") && env.Revision == 0 {
			opened++
		}
	}
	if acknowledged := int64(len(traffic.Filed())); opened < acknowledged || opened > traffic.serial.Load() {
		s.t.Errorf("%d cases in the log, %d acknowledged, %d keys", opened, acknowledged, traffic.serial.Load())
	}
}
