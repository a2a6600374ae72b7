// Package redistest starts real redis-server processes on the loopback interface: one
// server, a Cluster, or a pair kept by Sentinel, and stops, pauses, restarts and
// empties them as bad weather would. Tests use it, and the measurement of a cluster.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"fangxin/cmd/internal/redislink"
)

// ErrMissing is a machine without redis-server.
var ErrMissing = errors.New("redis-server is not installed")

// Options of a server. The zero value is a server without persistence or password.
type Options struct {
	// Dir is where it works; empty: a temporary folder that Close removes.
	Dir string
	// AppendOnly keeps its data through Stop and Restart: every answered write is on
	// disk (a line "appendfsync everysec" in ExtraConfig trades that for speed). Without
	// it both empty it.
	AppendOnly bool
	Password   string
	// ExtraConfig are further lines of its configuration file.
	ExtraConfig []string
}

// Server is one redis-server on 127.0.0.1. Its methods may be called by several
// goroutines.
type Server struct {
	o         Options
	host      string
	port      int
	args      []string
	temporary bool

	mu   sync.Mutex
	proc *process // nil while it is stopped
}

// attempts to find a port that nobody takes between the look and the start.
const attempts = 8

// Start runs a server and waits until it answers. The context bounds the start, not
// the server's life: that ends with Close or with this process.
func Start(ctx context.Context, o Options) (*Server, error) {
	return start(ctx, o, nil)
}

// start takes lines that depend on the port.
func start(ctx context.Context, o Options, lines func(port int) ([]string, error), args ...string) (*Server, error) {
	temporary := o.Dir == ""
	if temporary {
		dir, err := os.MkdirTemp("", "redistest-")
		if err != nil {
			return nil, err
		}
		o.Dir = dir
	}
	s := &Server{o: o, host: "127.0.0.1", args: args, temporary: temporary}
	err := s.settle(ctx, lines)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) settle(ctx context.Context, lines func(port int) ([]string, error)) error {
	var err error
	for range attempts {
		if s.port, err = freePort(); err != nil {
			return err
		}
		var more []string
		if lines != nil {
			if more, err = lines(s.port); err != nil {
				return err
			}
		}
		if err = s.configure(more); err != nil {
			return err
		}
		if err = s.Restart(ctx); !errors.Is(err, errEnded) {
			return err
		}
	}
	return err
}

// freePort looks below the ports that systems hand to outgoing connections: a stopped
// server must find its port free when it comes back.
func freePort() (int, error) {
	const lowest, count = 15000, 15000
	for range 100 {
		port := lowest + rand.IntN(count)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("redistest: no free port")
}

func (s *Server) configure(more []string) error {
	lines := []string{
		"port " + strconv.Itoa(s.port),
		"bind " + s.host,
		"dir " + strconv.Quote(s.o.Dir),
		"daemonize no",
	}
	if len(s.args) == 0 {
		lines = append(lines, `save ""`, "appendonly "+yesNo(s.o.AppendOnly), "appendfsync always")
	}
	if s.o.Password != "" {
		lines = append(lines, "requirepass "+strconv.Quote(s.o.Password))
	}
	lines = append(append(lines, s.o.ExtraConfig...), more...)
	text := strings.Join(lines, "\n") + "\n"
	return os.WriteFile(filepath.Join(s.o.Dir, confName), []byte(text), 0o600)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Address is the server's address as redislink.Open takes it.
func (s *Server) Address() string {
	u := url.URL{Scheme: "redis", Host: s.hostPort()}
	if s.o.Password != "" {
		u.User = url.UserPassword("", s.o.Password)
	}
	return u.String()
}

func (s *Server) hostPort() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// Stop is kill -9. What was not on disk is lost.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop()
}

func (s *Server) stop() error {
	if s.proc == nil {
		return nil
	}
	err := s.proc.kill()
	if err == nil {
		s.proc = nil
	}
	return err
}

// Restart stops the server if it runs, starts it on its port and in its folder, and
// waits until it answers.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.stop(); err != nil {
		return err
	}
	proc, err := launch(s.o.Dir, s.args...)
	if err != nil {
		return err
	}
	s.proc = proc
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	if err := proc.ready(ctx, s.Address()); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(s.o.Dir))
	}
	return nil
}

// Pause stops the process without ending it: connections stand and nothing answers.
func (s *Server) Pause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		return errEnded
	}
	return s.proc.pause()
}

// Resume lets a paused process go on.
func (s *Server) Resume() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		return errEnded
	}
	return s.proc.resume()
}

// Flush empties the server, scripts included, as a lost disk would.
func (s *Server) Flush(ctx context.Context) error {
	return s.with(func(c redis.UniversalClient) error {
		return errors.Join(c.FlushAll(ctx).Err(), c.ScriptFlush(ctx).Err())
	})
}

// with lends a client of this server.
func (s *Server) with(f func(c redis.UniversalClient) error) error {
	client, err := redislink.Open(s.Address())
	if err != nil {
		return err
	}
	return errors.Join(f(client), client.Close())
}

// Close ends the server and removes its temporary folder.
func (s *Server) Close() error {
	err := s.Stop()
	if s.temporary {
		err = errors.Join(err, os.RemoveAll(s.o.Dir))
	}
	return err
}
