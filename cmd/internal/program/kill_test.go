package program

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary builds the real program.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fangxin")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "fangxin/cmd/fangxin").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// child is the program in a process of its own.
type child struct {
	command *exec.Cmd
	base    string
	log     *bytes.Buffer
	logged  chan struct{}
}

// spawn starts the program and reads the address from its log.
func spawn(t *testing.T, path, data string) *child {
	t.Helper()
	c := &child{log: &bytes.Buffer{}, logged: make(chan struct{})}
	c.command = exec.CommandContext(context.WithoutCancel(t.Context()), path, "serve", "--data", data, "--listen", "127.0.0.1:0", "--rate", "10000000", "--snapshot", "100ms")
	errs, err := c.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.kill(t) })
	address := make(chan string, 1)
	go func() {
		defer close(c.logged)
		lines := bufio.NewScanner(errs)
		for lines.Scan() {
			fmt.Fprintln(c.log, lines.Text())
			if _, rest, ok := strings.Cut(lines.Text(), "address=http://"); ok {
				address <- strings.Fields(rest)[0]
			}
		}
	}()
	select {
	case a := <-address:
		c.base = "http://" + a
	case <-c.logged:
		t.Fatalf("the program did not start: %s", c.log)
	case <-time.After(time.Minute):
		t.Fatal("the program does not start")
	}
	return c
}

// kill is kill -9; it waits until the process is gone.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if c.command.ProcessState != nil {
		return
	}
	if err := c.command.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-c.logged
	_ = c.command.Wait() // it was killed, and says so
}

// load files complaints from several clients until the server is gone and answers
// the ids that were acknowledged. It calls kill at the given number of them.
func load(base, token string, round, killAt int, kill func()) []string {
	const clients = 8
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var mu sync.Mutex
	var filed []string
	var once sync.Once
	var work sync.WaitGroup
	for c := range clients {
		work.Go(func() {
			for n := 0; ; n++ {
				id, err := postComplaint(ctx, base, token, fmt.Sprintf("%d-%d-%d", round, c, n))
				if err != nil {
					return
				}
				mu.Lock()
				filed = append(filed, id)
				enough := len(filed) >= killAt
				mu.Unlock()
				if enough {
					once.Do(func() { go kill() })
				}
			}
		})
	}
	work.Wait()
	return filed
}

// TestKill kills the real program under load, several times in one folder: every
// complaint that was acknowledged is there, verify finds nothing, and the next start
// is clean.
func TestKill(t *testing.T) {
	path := binary(t)
	data := filepath.Join(t.TempDir(), "data")
	token := tokenFor(t, data, "consumer", "c-1")
	var filed []string
	for round, killAt := range []int{1, 25, 120, 300} {
		c := spawn(t, path, data)
		awaitReady(t, c.base)
		killed := make(chan struct{})
		ids := load(c.base, token, round, killAt, func() { c.kill(t); close(killed) })
		<-killed
		if len(ids) < killAt {
			t.Fatalf("round %d: %d filed", round, len(ids))
		}
		filed = append(filed, ids...)
		if strings.Contains(c.log.String(), "put aside") {
			t.Errorf("round %d: the start was not clean: %s", round, c.log)
		}
		// Half of the rounds start again without a look from outside.
		if round%2 == 1 {
			mustVerify(t, path, data)
		}
	}
	c := spawn(t, path, data)
	awaitReady(t, c.base)
	for _, id := range filed {
		mustExist(t, c.base, token, id)
	}
	c.kill(t)
	mustVerify(t, path, data)
	t.Logf("%d complaints over 4 kills", len(filed))
}

func mustVerify(t *testing.T, path, data string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), path, "verify", "--data", data).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("\nclean\n")) {
		t.Fatalf("verify: %v: %s", err, out)
	}
}

func mustExist(t *testing.T, base, token, id string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v1/complaints/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(filedName)) {
		t.Fatalf("%s was acknowledged and is lost: %d %s %v", id, response.StatusCode, body, err)
	}
}
