package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"fangxin/api/httpapi"
	"fangxin/cmd/internal/identity"
	"fangxin/domain/usecase"
	"fangxin/projections"
)

// Node is the whole program in a folder, as a bench uses it.
type Node struct {
	Handler   http.Handler
	Authority *identity.Authority
	// Deps are the node's own stores and law.
	Deps usecase.Deps
	// Projections makes the program's projections anew.
	Projections MakeProjections
	// Start lets the projections run; CaughtUp waits until they stand where the log
	// does.
	Start    func(ctx context.Context)
	CaughtUp func(ctx context.Context) error
	Close    func() error
}

// MakeProjections makes the program's projections, with nothing cached.
type MakeProjections func() ([]projections.Projection, error)

// OpenNode opens a node in a folder, with no limit on rates.
type OpenNode func(ctx context.Context, dir string) (*Node, error)

// filingGoal is for the greatest number of clients.
const filingGoal = 0.40

func filingClients() []int { return []int{1, 16, 128} }

// Filing compares filing a complaint over HTTP, answered when it is durable, with a
// server that decodes, validates, checks the token and keeps nothing.
func Filing(open OpenNode) Bench {
	return Bench{Name: "filing", About: "complaints filed over HTTP, durable when answered", Run: func(ctx context.Context, r *Run) error {
		clients := filingClients()
		for i, n := range clients {
			ratio, err := fileBy(ctx, r, open, n)
			if err != nil {
				return err
			}
			name := fmt.Sprintf("filing / echo and validator, %d clients", n)
			if i == len(clients)-1 {
				r.AtLeast(name, ratio, filingGoal)
			} else {
				r.Ratio(name, ratio)
			}
		}
		return stages(ctx, r, open)
	}}
}

// contest is a node and its floor, served side by side, and the load on each.
type contest struct {
	node        *Node
	whole, bare load
	stops       []func() error
}

func (c *contest) close() error {
	var failed error
	for _, stop := range c.stops {
		failed = errors.Join(failed, stop())
	}
	return failed
}

// newContest opens a node and serves it beside its floor, which answers what the
// node answered to a first complaint.
func newContest(ctx context.Context, r *Run, open OpenNode) (_ *contest, err error) {
	c := &contest{}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	dir, err := r.Dir()
	if err != nil {
		return c, err
	}
	if c.node, err = open(ctx, dir); err != nil {
		return c, err
	}
	c.stops = append(c.stops, c.node.Close)
	token, err := c.node.Authority.Mint(consumer(), time.Hour)
	if err != nil {
		return c, err
	}
	serial := &atomic.Int64{}
	if c.whole, err = c.serve(c.node.Handler, token, serial); err != nil {
		return c, err
	}
	c.node.Start(ctx)
	raw, err := c.whole.one(ctx)
	if err != nil {
		return c, err
	}
	var answer usecase.CaseView
	if err = json.Unmarshal(raw, &answer); err != nil {
		return c, err
	}
	handler, err := floor(c.node.Authority, c.node.Deps.Law.Catalogue, &answer)
	if err != nil {
		return c, err
	}
	c.bare, err = c.serve(handler, token, serial)
	return c, err
}

func consumer() usecase.Actor { return usecase.Actor{ID: "bench-consumer", Role: usecase.RoleConsumer} }

func (c *contest) serve(h http.Handler, token string, serial *atomic.Int64) (load, error) {
	address, stop, err := listen(httpapi.Server, h)
	if err != nil {
		return load{}, err
	}
	c.stops = append([]func() error{stop}, c.stops...)
	return load{address: address, request: complaintRequest(address, token), status: http.StatusCreated, serial: serial}, nil
}

// fileBy measures both sides with so many clients and returns their ratio.
func fileBy(ctx context.Context, r *Run, open OpenNode, clients int) (_ float64, err error) {
	c, err := newContest(ctx, r, open)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	name := func(what string) string { return fmt.Sprintf("%s, %d clients", what, clients) }
	var whole, bare, behind []float64
	sides := []Side{
		{name("echo and validator"), func(ctx context.Context) (float64, error) {
			s, err := c.bare.run(ctx, clients, r.span)
			bare = append(bare, s.cost())
			return s.perSecond(), err
		}},
		{name("filing"), func(ctx context.Context) (float64, error) {
			s, err := c.whole.run(ctx, clients, r.span)
			whole = append(whole, s.cost())
			begin := time.Now()
			err = errors.Join(err, c.node.CaughtUp(ctx))
			behind = append(behind, float64(time.Since(begin).Microseconds())/1e3)
			return s.perSecond(), err
		}},
	}
	m, err := r.SideBySide(ctx, "requests/s", sides...)
	if err != nil {
		return 0, err
	}
	r.figure(name("echo and validator, processor and client"), "µs/request", bare)
	r.figure(name("filing, processor and client"), "µs/request", whole)
	r.figure(name("filing, lists behind at the end"), "ms", behind)
	return m[1] / m[0], nil
}
