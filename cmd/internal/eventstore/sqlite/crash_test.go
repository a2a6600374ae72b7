package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fangxin/domain/es"
)

// The child of TestKill is this test binary, told by the environment to append
// until it is killed.
const (
	childPath  = "FANGXIN_SQLITE_CHILD_PATH"
	childRound = "FANGXIN_SQLITE_CHILD_ROUND"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		fmt.Fprintln(os.Stderr, appendUntilKilled(path, os.Getenv(childRound)))
		os.Exit(3) // only an error comes here
	}
	os.Exit(m.Run())
}

// appendUntilKilled runs 16 writers and prints a line for each acknowledged append:
// stream, revision, position.
func appendUntilKilled(path, round string) error {
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	const writers = 16
	failed := make(chan error, writers)
	var out sync.Mutex
	for w := range writers {
		go func() {
			stream := es.StreamID(fmt.Sprintf("crash.%s.%d", round, w))
			for i := es.None; ; {
				events := crashEvents(stream, i, w%3+1)
				r, err := s.Append(context.Background(), stream, i, events)
				if err != nil {
					failed <- err
					return
				}
				i = r.Revision
				out.Lock()
				_, err = fmt.Println(stream, int64(r.Revision), r.Position.Commit)
				out.Unlock()
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

func crashEvents(stream es.StreamID, expected es.Revision, n int) []es.Pending {
	var all []es.Pending
	for i := range n {
		all = append(all, sample(crashID(stream, expected+1+es.Revision(i))))
	}
	return all
}

func crashID(stream es.StreamID, r es.Revision) es.ID {
	return es.DeriveID(es.Namespace, string(stream), fmt.Sprint(r))
}

type acknowledged struct {
	stream   es.StreamID
	revision es.Revision
	position uint64
}

// killed runs the child, kills it after n acknowledged appends, and answers
// everything it had acknowledged by then.
func killed(t *testing.T, path string, round, n int) (all []acknowledged) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childPath+"="+path, childRound+"="+fmt.Sprint(round))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a acknowledged
		if _, err := fmt.Sscan(lines.Text(), &a.stream, (*int64)(&a.revision), &a.position); err != nil {
			break // the last line may be cut
		}
		all = append(all, a)
		if len(all) == n {
			if err := child.Process.Kill(); err != nil { // SIGKILL
				t.Fatal(err)
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	var exit *exec.ExitError
	if err := child.Wait(); !errors.As(err, &exit) || exit.Exited() || len(all) < n {
		t.Fatalf("the child ended by itself after %d appends: %v", len(all), err)
	}
	return all
}

// TestKill: kill -9 under load, many times on one file, loses no acknowledged
// event, leaves no gap, and the next start is clean.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var all []acknowledged
	for round := range 6 {
		all = append(all, killed(t, path, round, 1+random.IntN(4000))...)
		s := mustOpen(t, path, Options{})
		checkSurvivors(t, s, all)
		if err := s.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func checkSurvivors(t *testing.T, s *Store, all []acknowledged) {
	t.Helper()
	log := map[uint64]es.Envelope{}
	next := map[es.StreamID]es.Revision{}
	n := uint64(0)
	for e, err := range s.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; e.Position != (es.Position{Commit: n, Prepare: n}) || e.Revision != next[e.Stream] {
			t.Fatalf("event %d of the log is %s@%d at %s", n, e.Stream, e.Revision, e.Position)
		}
		next[e.Stream]++
		if e.ID != crashID(e.Stream, e.Revision) || string(e.Data) != string(sample(e.ID).Data) {
			t.Fatalf("%s@%d came back changed", e.Stream, e.Revision)
		}
		log[n] = e
	}
	for _, a := range all {
		if e := log[a.position]; e.Stream != a.stream || e.Revision != a.revision {
			t.Fatalf("acknowledged %s@%d at %d; found %s@%d", a.stream, a.revision, a.position, e.Stream, e.Revision)
		}
	}
	// A client that never heard the answer sends the same again and meets itself.
	for stream, length := range next {
		r, err := s.Append(t.Context(), stream, length-2, crashEvents(stream, length-2, 1))
		if err != nil || !r.Repeated || r.Revision != length-1 {
			t.Fatalf("repeat of the last append to %s: %+v, %v", stream, r, err)
		}
	}
}
