package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// load is a number of clients that each keep one connection, send a prepared
// request with a new serial number, wait for the answer and send the next. It does
// as little as it can, so that what is measured is the server.
type load struct {
	address string
	request []byte
	// status every answer must have.
	status int
	serial *atomic.Int64
}

// errAnswer: the server gave another answer than the one expected.
var errAnswer = errors.New("unexpected answer")

// run drives the server with n clients for a time.
func (l *load) run(ctx context.Context, n int, span time.Duration) (_ spun, err error) {
	clients := make([]*client, n)
	defer func() {
		for _, c := range clients {
			if c != nil {
				err = errors.Join(err, c.conn.Close())
			}
		}
	}()
	for i := range clients {
		if clients[i], err = l.dial(ctx); err != nil {
			return spun{}, err
		}
	}
	return spin(ctx, n, span, func(_ context.Context, worker, _ int) error {
		return clients[worker].ask(l.serial.Add(1), l.status)
	})
}

// one sends a single request and returns the body of the answer.
func (l *load) one(ctx context.Context) ([]byte, error) {
	c, err := l.dial(ctx)
	if err != nil {
		return nil, err
	}
	err = c.ask(l.serial.Add(1), l.status)
	return bytes.Clone(c.body), errors.Join(err, c.conn.Close())
}

func (l *load) dial(ctx context.Context) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10), request: bytes.Clone(l.request)}, nil
}

// client is one keep-alive connection (RFC 9112), with just enough of the protocol.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
	body    []byte
}

// patience is how long one answer may take.
const patience = 30 * time.Second

func (c *client) ask(serial int64, want int) error {
	stamp(c.request, serial)
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	status, err := c.answer()
	if err == nil && status != want {
		err = fmt.Errorf("%w: %d %s", errAnswer, status, c.body)
	}
	return err
}

// answer reads status, header and body.
func (c *client) answer() (status int, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, fmt.Errorf("%w: %q", errAnswer, line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, fmt.Errorf("%w: %q", errAnswer, line)
	}
	length, chunked := 0, false
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return status, err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return status, err
			}
		}
		chunked = chunked || bytes.HasPrefix(line, []byte("Transfer-Encoding: chunked"))
	}
	c.body = c.body[:0]
	if chunked {
		return status, c.chunks()
	}
	return status, c.take(length)
}

// take reads n more bytes of the body.
func (c *client) take(n int) error {
	start := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.in, c.body[start:])
	return err
}

// chunks reads a body in pieces (RFC 9112 section 7.1).
func (c *client) chunks() error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if err := c.take(int(n)); err != nil {
			return err
		}
		if _, err := c.in.Discard(2); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// listen serves a handler on a free port of this machine, with the program's own
// bounds, until stop.
func listen(server func(address string, h http.Handler) *http.Server, h http.Handler) (address string, stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := server(l.Addr().String(), h)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	return l.Addr().String(), func() error {
		err := s.Close()
		if ended := <-done; !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
		return err
	}, nil
}
