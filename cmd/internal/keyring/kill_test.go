package keyring_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"fangxin/cmd/internal/keyring"
	"fangxin/domain/sealed"
)

const childFolder = "FANGXIN_TEST_KEYRING_CHILD"

// acknowledged is what the child reports once a call has returned.
type acknowledged struct {
	Number int
	Value  sealed.Value
	Erased bool
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		sealUntilKilled(dir)
	}
	goleak.VerifyTestMain(m)
}

// sealUntilKilled seals and erases from many goroutines and writes a line for each
// acknowledged call. It never returns.
func sealUntilKilled(dir string) {
	k, err := keyring.Open(options(dir))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	before, err := k.Count(context.Background())
	if err != nil {
		os.Exit(1)
	}
	start := int(before.Active+before.Erased) * 10
	var mu sync.Mutex
	out := json.NewEncoder(os.Stdout)
	report := func(a acknowledged) {
		mu.Lock()
		defer mu.Unlock()
		if out.Encode(a) != nil {
			os.Exit(1)
		}
	}
	for c := range 16 {
		go func() {
			for i := start + c; ; i += 16 {
				v, err := k.Seal(context.Background(), person(subject(i), i))
				if err != nil {
					os.Exit(1)
				}
				report(acknowledged{Number: i, Value: v[0][1]})
				if i%37 == 0 && k.Erase(context.Background(), subject(i)) == nil {
					report(acknowledged{Number: i, Value: v[0][1], Erased: true})
				}
			}
		}()
	}
	select {}
}

// Given a keyring under load, when its process is killed at any moment, again and
// again, then every acknowledged key opens and every acknowledged erasure holds.
func TestKilledUnderLoad(t *testing.T) {
	dir := t.TempDir()
	values, erased := make(map[int]sealed.Value), make(map[int]bool)
	for round := range 5 {
		for _, a := range runAndKill(t, dir, 300+round*170) {
			values[a.Number] = a.Value
			erased[a.Number] = erased[a.Number] || a.Erased
		}
		k := open(t, options(dir))
		if err := k.Verify(t.Context()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for i, v := range values {
			got, err := k.Open(t.Context(), "consumer.phone", v)
			switch {
			case erased[i] && !errors.Is(err, sealed.ErrErased):
				t.Fatalf("round %d: erased subject %d opens: %v", round, i, err)
			case !erased[i] && i%37 == 0 && errors.Is(err, sealed.ErrErased): // erased, not yet acknowledged
			case !erased[i] && (err != nil || got != fmt.Sprintf("138%08d", i)):
				t.Fatalf("round %d: subject %d: %q, %v", round, i, got, err)
			}
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// runAndKill kills the child after so many acknowledgements, with calls under way,
// and answers all it had written.
func runAndKill(t *testing.T, dir string, after int) []acknowledged {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childFolder+"="+dir)
	child.Stderr = os.Stderr
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var seen []acknowledged
	lines := json.NewDecoder(bufio.NewReader(stdout))
	for {
		var a acknowledged
		if err := lines.Decode(&a); err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Error(err)
			}
			break
		}
		if seen = append(seen, a); len(seen) == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || len(seen) < after {
		t.Fatalf("the child ended by itself after %d calls: %v", len(seen), err)
	}
	return seen
}
