package redistest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

const childEnv = "REDISTEST_CHILD_DIR"

// TestChild is the parent that dies in the test below.
func TestChild(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		return
	}
	s, err := Start(t.Context(), Options{Dir: dir})
	must(t, err)
	fmt.Println("server", s.proc.os.Pid)
	select {} // until it is killed
}

// A server does not outlive the process that started it, however that ended.
func TestServerDiesWithItsParent(t *testing.T) {
	Need(t)
	parent := exec.Command(os.Args[0], "-test.run=^TestChild$")
	parent.Env = append(os.Environ(), childEnv+"="+t.TempDir())
	parent.SysProcAttr = dieWithParent()
	out, err := parent.StdoutPipe()
	must(t, err)
	must(t, parent.Start())
	pid := 0
	for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
		_, _ = fmt.Sscanf(lines.Text(), "server %d", &pid)
	}
	must(t, parent.Process.Kill())
	_ = parent.Wait() // it was killed
	if pid == 0 {
		t.Fatal("the parent started no server")
	}
	ctx, cancel := context.WithTimeout(t.Context(), endTime)
	defer cancel()
	must(t, poll(ctx, func(context.Context) error { return gone(pid) }))
}

// gone says whether no such process runs; one that nobody has gathered yet is gone too.
func gone(pid int) error {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return nil
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err == nil && !strings.Contains(string(status), ") Z ") {
		return fmt.Errorf("%d still runs", pid)
	}
	return nil
}
