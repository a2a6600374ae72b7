package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"fangxin/cmd/internal/bench"
)

// Filed is a command that was acknowledged.
type Filed struct {
	Case string
	// Position is the place in the log that the answer named.
	Position string
	// Revision is the ETag of the last acknowledged command of the case.
	Revision string
	// At is when the answer came, Took how long the whole command took, with its
	// repeats.
	At   time.Time
	Took time.Duration
	// Tries is how often it was sent.
	Tries int
}

// Traffic sends commands to all nodes in turn, each with a key of its own, and
// repeats what was not answered, at another node, until it is: as a careful client
// does.
type Traffic struct {
	Cluster *Cluster
	Token   string
	Clients int
	// Prefix begins the keys; two traffics on one cluster need two.
	Prefix string
	// Every, where it is set, is the time from one command of a client to its next.
	Every time.Duration
	// Withdraw makes one case in so many be withdrawn after it was filed; 0 none.
	Withdraw int
	// Answered is told of each acknowledged filing; it is called by many goroutines.
	Answered func(Filed)

	serial  atomic.Int64
	mu      sync.Mutex
	filed   []Filed
	tried   atomic.Int64
	refused []string
}

// maxTry bounds one request; a node that was killed or stalled is left.
const maxTry = 5 * time.Second

// Run sends until the context ends. Commands under way are still repeated until they
// are answered or the grace is over.
func (t *Traffic) Run(ctx context.Context, grace time.Duration) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: t.Clients}}
	defer client.CloseIdleConnections()
	var work sync.WaitGroup
	for range t.Clients {
		work.Go(func() {
			for next := time.Now(); ctx.Err() == nil; {
				t.one(ctx, client, grace)
				next = next.Add(t.Every)
				t.pause(ctx, time.Until(next))
			}
		})
	}
	work.Wait()
}

func (t *Traffic) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
}

// one files a complaint, and withdraws it where it is the turn.
func (t *Traffic) one(ctx context.Context, client *http.Client, grace time.Duration) {
	n := t.serial.Add(1)
	last, cancel := lasting(ctx, grace)
	defer cancel()
	f, ok := t.send(last, client, n, "/api/v1/complaints", fmt.Sprintf("%sfile-%d", t.Prefix, n), bench.Complaint(n), http.StatusCreated)
	if !ok {
		return
	}
	if t.Answered != nil {
		t.Answered(f)
	}
	if t.Withdraw > 0 && n%int64(t.Withdraw) == 0 {
		path := "/api/v1/complaints/" + f.Case + "/withdraw"
		if w, ok := t.send(last, client, n, path, fmt.Sprintf("%swithdraw-%d", t.Prefix, n), []byte(`{"reason":"已经解决"}`), http.StatusOK); ok {
			f = w
		}
	}
	t.mu.Lock()
	t.filed = append(t.filed, f)
	t.mu.Unlock()
}

// lasting goes on for the grace after the context has ended.
func lasting(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return last, func() { stop(); cancel() }
}

// send repeats one command with its key until a node answers.
func (t *Traffic) send(ctx context.Context, client *http.Client, n int64, path, key string, body []byte, want int) (Filed, bool) {
	begun := time.Now()
	t.tried.Add(1)
	for try := 1; ctx.Err() == nil; try++ {
		node := t.Cluster.Nodes[(int(n)+try)%len(t.Cluster.Nodes)]
		f, status, answer, err := t.try(ctx, client, node.Base+path, key, body)
		switch {
		case err == nil && (status == want || status == http.StatusOK):
			f.At, f.Tries = time.Now(), try
			f.Took = f.At.Sub(begun)
			return f, true
		case err == nil && status >= 400 && status < 500 && status != http.StatusTooManyRequests:
			// A careful client never earns this: it is a finding.
			t.mu.Lock()
			t.refused = append(t.refused, fmt.Sprintf("%s %s: %d %s", path, key, status, answer))
			t.mu.Unlock()
			return Filed{}, false
		}
		wait := time.NewTimer(min(20*time.Millisecond<<min(try, 5), time.Second))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
		}
	}
	return Filed{}, false
}

func (t *Traffic) try(ctx context.Context, client *http.Client, url, key string, body []byte) (Filed, int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, maxTry)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return Filed{}, 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+t.Token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	response, err := client.Do(request)
	if err != nil {
		return Filed{}, 0, nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return Filed{}, 0, nil, err
	}
	var view struct {
		ID string `json:"id"`
	}
	if response.StatusCode < 300 {
		if err := json.Unmarshal(answer, &view); err != nil {
			return Filed{}, 0, nil, err
		}
	}
	return Filed{Case: view.ID, Position: response.Header.Get("Fangxin-Position"), Revision: response.Header.Get("ETag")}, response.StatusCode, answer, nil
}

// For sends for a time.
func (t *Traffic) For(ctx context.Context, span time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	t.Run(ctx, maxTry)
}

// errRefused: a command was refused that is right.
var errRefused = errors.New("a right command was refused")

// fault is what clients met that they should not.
func (t *Traffic) fault() error {
	if r := t.Refused(); len(r) > 0 {
		return fmt.Errorf("%w: %s", errRefused, r[0])
	}
	return nil
}

// Filed lists what was acknowledged so far.
func (t *Traffic) Filed() []Filed {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Filed(nil), t.filed...)
}

// Refused lists answers that a careful client never earns.
func (t *Traffic) Refused() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.refused...)
}

// Tried is how many commands were begun, answered or not.
func (t *Traffic) Tried() int64 { return t.tried.Load() }
