package redistest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"fangxin/cmd/internal/redislink"
)

// process is one running redis-server. It ends with this process where the system
// can see to that.
type process struct {
	os   *os.Process
	done chan struct{} // closed when the process has ended and is gathered
}

const (
	binary   = "redis-server"
	confName = "redis.conf"
	logName  = "redis.log"
	// startTime bounds a start with loading what is on disk, endTime an end by kill -9.
	startTime = 20 * time.Second
	endTime   = 10 * time.Second
	pollEvery = 10 * time.Millisecond
	// maxTail is how much of a server's log an error shows.
	maxTail = 2048
)

// launch starts the server of the folder's configuration file.
func launch(dir string, args ...string) (*process, error) {
	path, err := exec.LookPath(binary)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	log, err := os.OpenFile(filepath.Join(dir, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, append([]string{filepath.Join(dir, confName)}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = dieWithParent()
	started, done := make(chan error, 1), make(chan struct{})
	go func() {
		// The kernel ties a child to the thread that started it: it is kept for as long
		// as the child lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how a killed server ended is no news
		}
		_ = log.Close()
		close(done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return &process{os: cmd.Process, done: done}, nil
}

// kill is kill -9, and waits until the process is gone.
func (p *process) kill() error {
	if err := p.os.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	late := time.NewTimer(endTime)
	defer late.Stop()
	select {
	case <-p.done:
		return nil
	case <-late.C:
		return fmt.Errorf("redis-server %d does not end", p.os.Pid)
	}
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

var (
	errEnded = errors.New("redis-server has ended")
	errOther = errors.New("another server answers at the port")
)

// ready waits until this server answers at the address, or has ended: another process
// may have taken the port meanwhile.
func (p *process) ready(ctx context.Context, address string) error {
	client, err := redislink.Open(address)
	if err != nil {
		return err
	}
	defer client.Close()
	return poll(ctx, func(ctx context.Context) error {
		if p.ended() {
			return errEnded
		}
		info, err := client.Info(ctx, "server").Result()
		if err == nil && !strings.Contains(info, fmt.Sprintf("process_id:%d\r", p.os.Pid)) {
			err = errOther
		}
		return err
	})
}

// poll asks until the question is answered without an error. errEnded ends it too.
func poll(ctx context.Context, ask func(ctx context.Context) error) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		once, cancel := context.WithTimeout(ctx, time.Second)
		err := ask(once)
		cancel()
		if err == nil || errors.Is(err, errEnded) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// tail is the end of a server's log, for an error.
func tail(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, logName))
	if err != nil {
		return ""
	}
	return string(text[max(0, len(text)-maxTail):])
}
