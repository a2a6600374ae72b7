package program

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// The control socket lets commands on the same machine ask a running node for work
// that only who holds the stores can do. It is a file of the data folder that
// nobody but its owner may open.
const (
	controlSocket = "control.sock"
	// controlNote names the socket where the data folder's own path is too long.
	controlNote = "control.path"
	// maxSocketPath is what every system takes as a socket's path, in bytes
	// (sun_path has 104 on some, with a NUL).
	maxSocketPath  = 100
	controlFolder  = "fangxin-"
	maxControlBody = 64 << 10
)

var (
	errNoControl = errors.New("the node is running but cannot be asked; stop it first")
	errBusy      = errors.New("the node is busy with another backup or rebuild")
	errAsked     = errors.New("the node answered")
)

// control is the listening end.
type control struct {
	node   *node
	server *http.Server
	served chan struct{}
	stop   context.CancelFunc
	remove []string
	busy   sync.Mutex
}

// controlLine is one line of an answer: something to show, or the end.
type controlLine struct {
	Say   string `json:"say,omitempty"`
	Done  bool   `json:"done,omitempty"`
	Error string `json:"error,omitempty"`
}

// listenControl opens the socket. Where the system has none, the node runs without
// and says so: backup and rebuild then need it to stand.
func (n *node) listenControl() (*control, error) {
	c := &control{node: n, served: make(chan struct{})}
	path, err := c.place(n.folder)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", path)
	if err != nil {
		n.log.Warn("no control socket: backup and rebuild need the node to stand", "error", err)
		close(c.served)
		return c, nil
	}
	c.remove = append(c.remove, path)
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	mux := http.NewServeMux()
	mux.HandleFunc("POST /backup", c.answer(c.backup))
	mux.HandleFunc("POST /rebuild", c.answer(c.rebuild))
	c.server = &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() {
		defer close(c.served)
		if err := c.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			n.log.Warn("control socket", "error", err)
		}
	}()
	return c, nil
}

// place finds the socket's path and clears away what a killed node left: the store's
// lock says that no other runs.
func (c *control) place(f folder) (string, error) {
	root, err := filepath.Abs(f.root)
	if err != nil {
		return "", err
	}
	note := filepath.Join(root, controlNote)
	if old, err := os.ReadFile(note); err == nil {
		if dir := filepath.Dir(strings.TrimSpace(string(old))); strings.HasPrefix(filepath.Base(dir), controlFolder) {
			_ = os.Remove(filepath.Join(dir, controlSocket)) // what is left is empty and harmless
			_ = os.Remove(dir)
		}
	}
	path := filepath.Join(root, controlSocket)
	if err := errors.Join(removeAll(note, path), removeCopies(root)); err != nil {
		return "", err
	}
	if len(path) <= maxSocketPath {
		return path, nil
	}
	dir, err := os.MkdirTemp("", controlFolder)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, controlSocket)
	c.remove = append(c.remove, note, dir)
	return path, os.WriteFile(note, []byte(path+"\n"), 0o600)
}

// removeCopies removes what a killed verify or export left: a copy of the keys must
// not outlive an erasure.
func removeCopies(root string) error {
	entries, err := os.ReadDir(root)
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), copyPrefix) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(root, e.Name())))
		}
	}
	return err
}

func removeAll(paths ...string) error {
	for _, p := range paths {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// close breaks off what is under way and removes the socket.
func (c *control) close() {
	if c.server != nil {
		c.stop()
		if err := c.server.Close(); err != nil {
			c.node.log.Warn("control socket", "error", err)
		}
	}
	<-c.served
	c.busy.Lock() // work that was broken off has left the stores
	defer c.busy.Unlock()
	for i := len(c.remove) - 1; i >= 0; i-- {
		if err := removeAll(c.remove[i]); err != nil {
			c.node.log.Warn("control socket", "error", err)
		}
	}
}

// answer runs one work at a time and streams what it says.
func (c *control) answer(work func(ctx context.Context, body []byte, say io.Writer) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out := &controlWriter{to: json.NewEncoder(w), flush: http.NewResponseController(w)}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControlBody))
		if err == nil {
			err = errBusy
			if c.busy.TryLock() {
				err = work(r.Context(), body, out)
				c.busy.Unlock()
			}
		}
		end := controlLine{Done: true}
		if err != nil {
			end = controlLine{Error: err.Error()}
		}
		_ = out.line(end) // who asked has gone
	}
}

// controlWriter turns each write into a line of the answer.
type controlWriter struct {
	to    *json.Encoder
	flush *http.ResponseController
}

func (w *controlWriter) line(l controlLine) error {
	return errors.Join(w.to.Encode(l), w.flush.Flush())
}

func (w *controlWriter) Write(b []byte) (int, error) {
	return len(b), w.line(controlLine{Say: string(bytes.TrimRight(b, "\n"))})
}

func (c *control) backup(ctx context.Context, body []byte, say io.Writer) error {
	var o backupOrder
	if err := json.Unmarshal(body, &o); err != nil {
		return err
	}
	return c.node.backupTo(ctx, o, say)
}

func (c *control) rebuild(ctx context.Context, _ []byte, say io.Writer) error {
	return c.node.rebuild(ctx, say)
}

// ask sends work to the running node of a data folder and shows what it says.
func ask(ctx context.Context, f folder, work string, body any, show io.Writer) error {
	path := filepath.Join(f.root, controlSocket)
	if noted, err := os.ReadFile(filepath.Join(f.root, controlNote)); err == nil {
		path = strings.TrimSpace(string(noted))
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", path)
		},
	}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://node/"+work, bytes.NewReader(payload))
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoControl, err)
	}
	defer response.Body.Close()
	return showAnswer(response.Body, show)
}

// showAnswer shows the lines; an answer without an end is an error.
func showAnswer(answer io.Reader, show io.Writer) error {
	lines := bufio.NewScanner(answer)
	for lines.Scan() {
		var l controlLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("%w: %w", errAsked, err)
		}
		switch {
		case l.Error != "":
			return fmt.Errorf("%w: %s", errAsked, l.Error)
		case l.Done:
			return nil
		}
		fmt.Fprintln(show, l.Say)
	}
	return fmt.Errorf("%w: broken off: %w", errAsked, errors.Join(lines.Err(), io.ErrUnexpectedEOF))
}
