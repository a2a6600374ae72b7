package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangxin/cmd/internal/bench"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/cluster"
	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// requireEnv lists the servers without which a run is a failure, separated by commas.
const requireEnv = "FANGXIN_REQUIRE"

func benchmark(ctx context.Context, in Invocation, args []string) error {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(in.Stderr)
	o := bench.Options{Log: in.Stderr}
	many := fs.Bool("cluster", false, "measure nodes as processes over the log's protocol and a real Redis instead (needs redis-server)")
	nodes := fs.Int("nodes", 3, "how many nodes a cluster has")
	report := fs.String("json", "", "file to write the figures to")
	only := fs.String("only", "", "benches to run, separated by commas: "+strings.Join(benchNames(), ", "))
	fs.StringVar(&o.Folder, "dir", "", "folder for temporary data, on the disk to be measured; empty is the system's own")
	fs.IntVar(&o.Rounds, "rounds", bench.Rounds, "how often each figure is taken")
	fs.DurationVar(&o.Span, "span", bench.Span, "how long a rate is measured each time")
	sizes := fs.String("sizes", "10000,100000", "how many cases the public register of the bench register has, separated by commas, the smallest first")
	fs.IntVar(&o.Cases, "cases", bench.Cases, "how many cases a made-up log has, ten events each")
	if _, err := parseFlags(fs, args); err != nil {
		return err
	}
	for name := range strings.SplitSeq(*only, ",") {
		if name = strings.TrimSpace(name); name != "" {
			o.Only = append(o.Only, name)
		}
	}
	var err error
	if o.Sizes, err = parseSizes(*sizes); err != nil {
		return err
	}
	chosen := benches(in.Env)
	if *many {
		one, err := benchCluster(*nodes)
		if err != nil {
			return err
		}
		chosen = []bench.Bench{one}
	}
	measured, err := bench.All(ctx, chosen, o)
	if errors.Is(err, bench.ErrNoBench) {
		return fmt.Errorf("%w: --only: %w", errConfig, err)
	}
	if err != nil {
		return err
	}
	if *report != "" {
		if err := measured.WriteJSON(*report); err != nil {
			return err
		}
	}
	return measured.WriteTable(in.Stdout)
}

// parseSizes reads rising numbers.
func parseSizes(list string) (sizes []int, err error) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || len(sizes) > 0 && n <= sizes[len(sizes)-1] {
			return nil, fmt.Errorf("%w: --sizes: %q", errConfig, list)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

// benches lists what can be measured.
func benches(env []string) []bench.Bench {
	return []bench.Bench{
		bench.Append(openBenchStore, requires(env, "postgres")),
		bench.Filing(openBenchNode),
		bench.Rebuild(openBenchStore, benchProjections),
		bench.Start(openBenchStore, benchProjections),
		bench.Lag(openBenchNode),
		bench.Register(benchProjections, benchSurface, requires(env, "postgres")),
	}
}

// benchCluster measures nodes that are processes of this very program.
func benchCluster(nodes int) (bench.Bench, error) {
	binary, err := os.Executable()
	if err != nil {
		return bench.Bench{}, err
	}
	all, err := benchProjections()
	if err != nil {
		return bench.Bench{}, err
	}
	return cluster.Measuring{
		Binary: binary, Nodes: max(nodes, 1), Projections: all, Registry: usecase.NewRegistry(codec.JSON{}), Log: io.Discard,
		Objects: func() (string, func() error, error) {
			s, err := s3test.Start(s3test.Options{})
			if err != nil {
				return "", nil, err
			}
			return s.Address(), s.Close, nil
		},
	}.Bench(), nil
}

func benchNames() []string {
	var names []string
	for _, b := range benches(nil) {
		names = append(names, b.Name)
	}
	return names
}

func requires(env []string, server string) bool {
	for _, e := range env {
		if list, ok := strings.CutPrefix(e, requireEnv+"="); ok {
			return slices.Contains(strings.Split(list, ","), server)
		}
	}
	return false
}

func openBenchStore(ctx context.Context, dir string) (es.Store, error) {
	return sqlite.Open(ctx, filepath.Join(dir, "events.db"), sqlite.Options{})
}

func benchProjections() ([]projections.Projection, error) {
	law, err := loadLaw(Config{Lanes: benchLanes})
	if err != nil {
		return nil, err
	}
	return projectionsOf(&adapters{law: law}), nil
}

const benchLanes = "department"

// openBench opens a node as serve does, without a limit on rates and silent but for
// errors.
func openBench(ctx context.Context, dir string) (*node, error) {
	c := Config{Data: dir, Lanes: benchLanes, RatePerMinute: math.MaxInt, MaxEvidence: 20 << 20, Snapshot: time.Hour}
	log, err := newLog(io.Discard, "error")
	if err != nil {
		return nil, err
	}
	return openServing(ctx, c, log)
}

// benchSurface serves another read model than the node's own.
func benchSurface(ctx context.Context, dir string, model readmodel.Model) (http.Handler, func() error, error) {
	n, err := openBench(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	own := n.model.Model
	n.model.Model = model
	stop := func() error {
		n.model.Model = own
		return n.close()
	}
	handler, err := n.handler()
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return handler, stop, nil
}

func openBenchNode(ctx context.Context, dir string) (*bench.Node, error) {
	n, err := openBench(ctx, dir)
	if err != nil {
		return nil, err
	}
	handler, err := n.handler()
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	authority, err := openAuthority(n.folder, clock.System{})
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	return &bench.Node{
		Handler: handler, Authority: authority,
		Deps: usecase.Deps{
			Store: n.store, Registry: n.registry, Keyring: n.keyring, Law: n.law,
			Now: n.clock.Now, Entropy: n.cases.Entropy, Wait: backOff,
		},
		Projections: benchProjections,
		Start:       func(ctx context.Context) { n.start(ctx) },
		CaughtUp:    n.caughtUp,
		Close:       n.close,
	}, nil
}
