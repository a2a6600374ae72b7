package program

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"fangxin/cmd/internal/clock"
)

// Given a sender that never ends its request, when the node is told to stop, then it
// stops in its time and calls that no failure.
func TestStopWithASlowSender(t *testing.T) {
	entered := make(chan struct{})
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		_, _ = io.Copy(io.Discard, r.Body)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	n := &node{adapters: &adapters{log: slog.New(slog.DiscardHandler)}}
	go func() { ended <- n.serveUntil(ctx, server, listener, 50*time.Millisecond) }()
	sender, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	if _, err := io.WriteString(sender, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"); err != nil {
		t.Fatal(err)
	}
	<-entered
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the stop failed: %v", err)
	}
}

// Given a log whose keyring is gone, when a node starts, then it says so and makes no
// new one: every sealed detail of the log would be lost without a word.
func TestLogWithoutItsKeyring(t *testing.T) {
	i := installed(t)
	f := folder{root: i.data}
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(f.keys() + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	c := Config{Data: i.data, Lanes: "department"}
	if a, err := openAdapters(t.Context(), c, clock.System{}, quiet()); !errors.Is(err, errNoKeys) {
		t.Errorf("%v", err)
		_ = a.close()
	}
	if _, err := os.Stat(f.keys()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a keyring was made: %v", err)
	}
}

func TestServeTakesNoArguments(t *testing.T) {
	err := serve(t.Context(), Invocation{Stderr: io.Discard}, []string{"extra", "--data", t.TempDir()})
	if !errors.Is(err, errConfig) {
		t.Errorf("%v", err)
	}
}
