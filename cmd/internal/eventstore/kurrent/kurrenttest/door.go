package kurrenttest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/peer"
)

// door is a listener that knows its connections, so that they can be cut.
type door struct {
	net.Listener
	seen *counters

	mu    sync.Mutex
	conns map[string]*conn // by remote address
	ended bool
}

func open(address string, seen *counters) (*door, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("kurrenttest: %w", err)
	}
	return &door{Listener: l, seen: seen, conns: map[string]*conn{}}, nil
}

// Accept registers the connection.
func (d *door) Accept() (net.Conn, error) {
	raw, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, door: d}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		_ = raw.Close()
		return nil, net.ErrClosed
	}
	d.conns[raw.RemoteAddr().String()] = c
	d.seen.count(func(n *Counters) { n.Connections++; n.Accepted++ })
	return c, nil
}

// shut cuts everything and accepts no more.
func (d *door) shut() {
	_ = d.Close()
	d.mu.Lock()
	d.ended = true
	all := make([]*conn, 0, len(d.conns))
	for _, c := range d.conns {
		all = append(all, c)
	}
	d.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}

// of is the connection that the call came on, nil if it is gone.
func (d *door) of(ctx context.Context) *conn {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.conns[p.Addr.String()]
}

// conn is a connection that can be cut.
type conn struct {
	net.Conn
	door    *door
	written atomic.Int64 // bytes
	once    sync.Once
}

func (c *conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// cut ends the connection as soon as it has written up to the given count of bytes
// and is quiet, or soon after. What was written arrives, then the end does.
func (c *conn) cut(ctx context.Context, upTo int64) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 100 {
		seen := c.written.Load()
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		if seen >= upTo && c.written.Load() == seen {
			break
		}
	}
	// Closed whole, with something of the client's unread, the connection would be
	// reset and what was written be lost.
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		return
	}
	_ = c.Close()
}

// Close closes the connection and takes it off the list.
func (c *conn) Close() error {
	c.once.Do(func() {
		c.door.mu.Lock()
		defer c.door.mu.Unlock()
		delete(c.door.conns, c.RemoteAddr().String())
		c.door.seen.count(func(n *Counters) { n.Connections-- })
	})
	return c.Conn.Close()
}
