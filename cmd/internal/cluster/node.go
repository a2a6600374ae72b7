package cluster

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Node is one node in a process of its own. It keeps name, folder and address over
// restarts.
type Node struct {
	Name string
	Base string // http://host:port

	cluster *Cluster
	address string
	data    string

	mu      sync.Mutex
	process *exec.Cmd
	ended   chan struct{}
	lines   []string // the last of what it said
}

// keptLines bounds what is kept of a node's log.
const keptLines = 200

func (c *Cluster) newNode(name string) (*Node, error) {
	address, err := freeAddress()
	return &Node{Name: name, Base: "http://" + address, cluster: c, address: address, data: filepath.Join(c.options.Dir, name)}, err
}

// freeAddress is an address of the loopback that nobody listens on now.
func freeAddress() (string, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Start starts the process; it does not wait until the node is ready.
func (n *Node) Start(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process != nil {
		return nil
	}
	args := append([]string{"serve", "--listen", n.address, "--node", n.Name}, n.cluster.flags(n.data)...)
	p := exec.CommandContext(context.WithoutCancel(ctx), n.cluster.options.Binary, args...)
	p.SysProcAttr = dieWithParent()
	errs, err := p.StderrPipe()
	if err != nil {
		return err
	}
	if err := p.Start(); err != nil {
		return err
	}
	n.process, n.ended = p, make(chan struct{})
	go n.follow(p, errs, n.ended)
	return nil
}

// follow keeps what the process says and notes its end.
func (n *Node) follow(p *exec.Cmd, errs io.Reader, ended chan struct{}) {
	defer close(ended)
	lines := bufio.NewScanner(errs)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	for lines.Scan() {
		fmt.Fprintf(n.cluster.options.Log, "%s %s\n", n.Name, lines.Text())
		n.mu.Lock()
		if n.lines = append(n.lines, lines.Text()); len(n.lines) > keptLines {
			n.lines = n.lines[1:]
		}
		n.mu.Unlock()
	}
	_ = p.Wait() // it was killed, or has said why it ended
	n.mu.Lock()
	n.process = nil
	n.mu.Unlock()
}

// Running says whether the process is there.
func (n *Node) Running() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.process != nil
}

// Said is the end of what the node said.
func (n *Node) Said() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.lines, "\n")
}

// Kill is kill -9; it waits until the process is gone.
func (n *Node) Kill() error { return n.signal(os.Kill) }

// Stop asks the node to end and waits until it has.
func (n *Node) Stop() error { return n.signal(syscall.SIGTERM) }

func (n *Node) signal(s os.Signal) error {
	n.mu.Lock()
	ended := n.ended
	n.mu.Unlock()
	if err := n.send(s); err != nil || ended == nil {
		return err
	}
	<-ended
	return nil
}

// send signals the process, where there is one.
func (n *Node) send(s os.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process == nil {
		return nil
	}
	if err := n.process.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// startsWithin bounds how long a node may take to be ready.
const startsWithin = 2 * time.Minute

// errNotReady: a node does not become ready.
var errNotReady = errors.New("the node does not become ready")

// Ready waits until the node answers that it is ready.
func (n *Node) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startsWithin)
	defer cancel()
	err := poll(ctx, 20*time.Millisecond, func() bool {
		status, err := n.get(ctx, "/readyz")
		return err == nil && status == http.StatusOK || !n.Running()
	})
	if err != nil || !n.Running() {
		return fmt.Errorf("%s: %w: %s", n.Name, errNotReady, n.Said())
	}
	return nil
}

func (n *Node) get(ctx context.Context, path string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, n.Base+path, http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, errors.Join(err, response.Body.Close())
}

// command runs the program to its end.
func (c *Cluster) command(ctx context.Context, name string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	p := exec.CommandContext(ctx, c.options.Binary, append([]string{name}, args...)...)
	p.SysProcAttr = dieWithParent()
	p.Stdout, p.Stderr = &out, &errs
	if err := p.Run(); err != nil {
		return out.String(), fmt.Errorf("fangxin %s: %w: %s%s", name, err, out.String(), errs.String())
	}
	return out.String(), nil
}
