package program

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/gcra"
	"fangxin/api/web"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/demo"
	"fangxin/domain/es"
)

// drain is how long requests under way may finish after a stop. Who stops a node
// commonly kills it after ten seconds; the rest is for the stores to close.
const drain = 6 * time.Second

func serve(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("serve", in.Stderr)
	rest, err := parse(fs, file, args, in.Env)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: serve takes no argument %q", errConfig, rest[0])
	}
	log, err := newLog(in.Stderr, c.LogLevel)
	if err != nil {
		return err
	}
	if c.Demo && (c.EventStore != "" || c.ReadModel != "" || c.Objects != "") {
		return fmt.Errorf("%w: --demo has stores of its own", errConfig)
	}
	n, err := openServing(ctx, *c, log)
	if err != nil {
		return err
	}
	err = n.serve(ctx, in)
	return errors.Join(err, n.close())
}

func newLog(out io.Writer, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("%w: log-level: %w", errConfig, err)
	}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: l})), nil
}

// openServing opens the installation for serving; a demonstration gets a practice
// clock.
func openServing(ctx context.Context, c Config, log *slog.Logger) (*node, error) {
	if err := c.folder().make(); err != nil {
		return nil, err
	}
	if err := c.folder().checkSample(c.Demo); err != nil {
		return nil, err
	}
	var now clock.Clock = clock.System{}
	if c.Demo {
		now = clock.NewPractice(time.Now())
	}
	a, err := openAdapters(ctx, c, now, log)
	if err != nil {
		return nil, err
	}
	n, err := openNode(ctx, a)
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	if err := n.meet(ctx); err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (n *node) serve(ctx context.Context, in Invocation) error {
	handler, err := n.handler()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", n.config.Listen)
	if err != nil {
		return err
	}
	control, err := n.listenControl()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer control.close()
	n.start(ctx)
	if n.config.Demo {
		if err := n.playDemo(ctx, in.Stdout); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	n.startTimers()
	address := listener.Addr().String()
	n.log.Info("serving", "address", "http://"+address, "data", n.config.Data, "version", release)
	if in.Ready != nil {
		in.Ready(address)
	}
	return n.serveUntil(ctx, httpapi.Server(address, handler), listener, drain)
}

// serveUntil serves until the context ends, then lets requests under way finish. One
// that takes longer is cut off: its sender is slow, the stop is not at fault.
func (n *node) serveUntil(ctx context.Context, server *http.Server, listener net.Listener, drain time.Duration) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		n.log.Warn("requests that would not end were cut off", "after", drain)
		return server.Close()
	}
	return err
}

// perFile bounds whole files of the register: one every ten seconds of an address, some
// at once. Without a limit of requests there is none of files.
func perFile(requests gcra.Limit) gcra.Limit {
	if requests.Every <= 0 {
		return gcra.Limit{}
	}
	return gcra.Limit{Every: 10 * time.Second, Burst: 6}
}

// handler is the whole HTTP surface: API and pages on one echo.
func (n *node) handler() (http.Handler, error) {
	authority, err := openAuthority(n.folder, n.clockForTokens())
	if err != nil {
		return nil, err
	}
	proxies, err := parseProxies(n.config.TrustedProxy)
	if err != nil {
		return nil, err
	}
	limit := gcra.PerMinute(n.config.RatePerMinute)
	surface, err := httpapi.New(httpapi.Config{
		Complaints: n.cases, Model: n.lists(), Auth: authority, Mint: authority, Law: n.law.Catalogue, CalendarIn: n.law.CalendarIn,
		Evidence: n.cases, Feed: n.hub, Node: n.surface(),
		Now: n.clock.Now, Machine: time.Now, NewID: newID, Log: n.log, Meter: n.meter,
		Limiter: n.limiter, PerActor: limit, PerAddress: limit, PerFile: perFile(limit), TrustedProxies: proxies, MaxEvidence: n.config.MaxEvidence,
		HSTS: strings.HasPrefix(n.config.PublicURL, "https://"),
	})
	if err != nil {
		return nil, err
	}
	site, err := web.New(web.Config{
		Model: n.lists(), Keyring: n.keyring, Law: n.law.Catalogue, Now: n.clock.Now, Demo: n.config.Demo, Log: n.log,
		API: surface, Secure: strings.HasPrefix(n.config.PublicURL, "https://"),
		Allow: func(ctx context.Context, address string) time.Duration {
			// A limiter that cannot answer lets the reader pass.
			wait, _ := n.limiter.Allow(ctx, "page "+address, limit, n.clock.Now())
			return wait
		},
	})
	if err != nil {
		return nil, err
	}
	site.Register(surface)
	return surface, nil
}

// clockForTokens is the machine's clock also in a demonstration: a token outlives a
// move of the practice clock.
func (n *node) clockForTokens() clock.Clock { return clock.System{} }

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func parseProxies(list string) ([]*net.IPNet, error) {
	var ranges []*net.IPNet
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		_, r, err := net.ParseCIDR(item)
		if err != nil {
			return nil, fmt.Errorf("%w: trusted-proxy: %w", errConfig, err)
		}
		ranges = append(ranges, r)
	}
	return ranges, nil
}

// playDemo fills an empty demonstration and says who may look at it.
func (n *node) playDemo(ctx context.Context, out io.Writer) error {
	practice := n.clock.(*clock.Practice)
	head, err := n.store.Head(ctx)
	if err != nil {
		return err
	}
	if head.IsStart() {
		links, err := n.keyring.Derive(linkKeys)
		if err != nil {
			return err
		}
		count, err := demo.Play(ctx, demo.Stage{Deps: n.deps(links), Keep: n.local.AppendAll, Log: n.log}, n.clock.Now())
		if err != nil {
			return fmt.Errorf("sample cases: %w", err)
		}
		if err := n.caughtUp(ctx); err != nil {
			return err
		}
		n.log.Info("sample cases are in place", "cases", count)
	} else if err := n.setPracticeToLog(ctx, practice); err != nil {
		return err
	}
	return n.tellAccounts(out)
}

// caughtUp waits until the lists show everything written so far.
func (n *node) caughtUp(ctx context.Context) error {
	head, err := n.store.Head(ctx)
	if err != nil {
		return err
	}
	return n.runner.WaitFor(ctx, head)
}

// setPracticeToLog lets the practice clock go on where it stood when the
// demonstration was stopped.
func (n *node) setPracticeToLog(ctx context.Context, practice *clock.Practice) error {
	latest := time.Now()
	for env, err := range n.store.ReadAll(ctx, es.Position{}) {
		if err != nil {
			return err
		}
		m, err := n.registry.DecodeMetadata(&env)
		if err != nil {
			return err
		}
		if m.At.After(latest) {
			latest = m.At
		}
	}
	practice.Set(latest)
	return nil
}

func (n *node) tellAccounts(out io.Writer) error {
	authority, err := openAuthority(n.folder, clock.System{})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n样例数据 / sample data, practice clock at %s\nopen http://%s\n\naccounts, one a role (12 h):\n",
		n.clock.Now().Format(time.RFC3339), n.config.Listen)
	for _, a := range demo.Accounts() {
		text, err := authority.Mint(a, 12*time.Hour)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  %-11s %s\n", a.Role, text)
	}
	fmt.Fprintln(out)
	return nil
}
