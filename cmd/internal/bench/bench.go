// Package bench measures the program beside known floors in one run, on one
// machine. Absolute figures belong to the machine; ratios travel.
package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Defaults: how often each figure is taken, the median of which is reported; how
// long a rate is measured each time; how many cases a made-up log has.
const (
	Rounds = 5
	Span   = 2 * time.Second
	Cases  = 20_000
)

// Options of a run. Zero values mean the defaults.
type Options struct {
	// Only names the benches to run; all where it is empty. ErrNoBench.
	Only []string
	// Folder holds what the benches write, each in a folder of its own that is
	// removed afterwards; the system's temporary folder where it is empty.
	Folder string
	Rounds int
	Span   time.Duration
	Cases  int
	// Sizes are how many cases a public register has, the smallest first.
	Sizes []int
	// Log is told of progress.
	Log io.Writer
}

func (o Options) filled() Options {
	if o.Rounds <= 0 {
		o.Rounds = Rounds
	}
	if o.Span <= 0 {
		o.Span = Span
	}
	if o.Cases <= 0 {
		o.Cases = Cases
	}
	if len(o.Sizes) == 0 {
		o.Sizes = []int{10_000, 100_000}
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

// Figure is one measured quantity: the values of all rounds in order, and their
// median.
type Figure struct {
	Bench  string    `json:"bench"`
	Name   string    `json:"name"`
	Unit   string    `json:"unit"`
	Values []float64 `json:"values"`
	Median float64   `json:"median"`
}

// Ratio compares two figures of the same run. Goal is what was aimed at.
type Ratio struct {
	Bench string  `json:"bench"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	// Goal is "≥ 3" or "≤ 0.3", empty where there is none; Met says whether Value
	// keeps it.
	Goal string `json:"goal,omitempty"`
	Met  bool   `json:"met"`
}

// Report is everything one run measured, with the machine it ran on.
type Report struct {
	Machine string   `json:"machine"`
	Rounds  int      `json:"rounds"`
	Figures []Figure `json:"figures"`
	Ratios  []Ratio  `json:"ratios"`
	Skipped []string `json:"skipped,omitempty"`
	// Notes are sentences on what the figures mean.
	Notes []string `json:"notes,omitempty"`
}

var (
	// ErrMissing: a floor's server is not on this machine.
	ErrMissing = errors.New("not on this machine")
	// ErrNoBench: no bench has the name that was asked for.
	ErrNoBench = errors.New("no such bench")
)

// Bench is one comparison.
type Bench struct {
	Name, About string
	Run         func(ctx context.Context, r *Run) error
}

// Run is what a bench measures into.
type Run struct {
	name   string
	dir    string
	report *Report
	rounds int
	span   time.Duration
	cases  int
	sizes  []int
	log    io.Writer
}

// Dir returns a new empty folder, gone when the bench is over.
func (r *Run) Dir() (string, error) { return os.MkdirTemp(r.dir, "round") }

// Note writes a line of progress.
func (r *Run) Note(format string, args ...any) {
	fmt.Fprintf(r.log, "  %s: "+format+"\n", append([]any{r.name}, args...)...)
}

// Say adds a sentence to the report.
func (r *Run) Say(format string, args ...any) {
	r.report.Notes = append(r.report.Notes, fmt.Sprintf(format, args...))
}

// Skip says that a comparison could not be made, and why.
func (r *Run) Skip(why string) {
	r.report.Skipped = append(r.report.Skipped, r.name+": "+why)
	r.Note("skipped: %s", why)
}

// Measure takes a figure once a round, one after the other.
func (r *Run) Measure(ctx context.Context, name, unit string, once func(context.Context) (float64, error)) (float64, error) {
	medians, err := r.SideBySide(ctx, unit, Side{name, once})
	if err != nil {
		return 0, err
	}
	return medians[0], nil
}

// Side is one of several figures taken in turns.
type Side struct {
	Name string
	Once func(context.Context) (float64, error)
}

// SideBySide takes several figures in turns, so that a noisy moment of the machine
// falls on all of them, and returns the medians.
func (r *Run) SideBySide(ctx context.Context, unit string, sides ...Side) ([]float64, error) {
	values := make([][]float64, len(sides))
	for range r.rounds {
		for i, s := range sides {
			runtime.GC()
			v, err := s.Once(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
			values[i] = append(values[i], v)
		}
	}
	medians := make([]float64, len(sides))
	for i, v := range values {
		medians[i] = r.figure(sides[i].Name, unit, v)
	}
	return medians, nil
}

// Record keeps values that were taken at once; the figure is their median.
func (r *Run) Record(name, unit string, values ...float64) float64 {
	return r.figure(name, unit, values)
}

// Span is how long a rate is measured.
func (r *Run) Span() time.Duration { return r.span }

// Cases is how many cases a made-up log has.
func (r *Run) Cases() int { return r.cases }

// figure records a quantity and returns its median.
func (r *Run) figure(name, unit string, values []float64) float64 {
	f := Figure{Bench: r.name, Name: name, Unit: unit, Values: values, Median: median(values)}
	r.report.Figures = append(r.report.Figures, f)
	r.Note("%s: %s %s", f.Name, short(f.Median), unit)
	return f.Median
}

// AtLeast and AtMost record a ratio with its goal.
func (r *Run) AtLeast(name string, value, goal float64) {
	r.ratio(name, value, fmt.Sprintf("≥ %g", goal), value >= goal)
}

// AtMost records a ratio that should stay below its goal.
func (r *Run) AtMost(name string, value, goal float64) {
	r.ratio(name, value, fmt.Sprintf("≤ %g", goal), value <= goal)
}

// Ratio records a ratio without a goal.
func (r *Run) Ratio(name string, value float64) { r.ratio(name, value, "", true) }

func (r *Run) ratio(name string, value float64, goal string, met bool) {
	r.report.Ratios = append(r.report.Ratios, Ratio{Bench: r.name, Name: name, Value: value, Goal: goal, Met: met})
}

// All runs the benches that were asked for, one after the other. ErrNoBench.
func All(ctx context.Context, benches []Bench, o Options) (*Report, error) {
	o = o.filled()
	for _, name := range o.Only {
		if !slices.ContainsFunc(benches, func(b Bench) bool { return b.Name == name }) {
			return nil, fmt.Errorf("%w: %q", ErrNoBench, name)
		}
	}
	report := &Report{Machine: machine(), Rounds: o.Rounds}
	for _, b := range benches {
		if len(o.Only) > 0 && !slices.Contains(o.Only, b.Name) {
			continue
		}
		if err := report.run(ctx, b, o); err != nil {
			return nil, fmt.Errorf("bench %s: %w", b.Name, err)
		}
	}
	return report, nil
}

// run runs one bench in a folder of its own that is removed afterwards.
func (r *Report) run(ctx context.Context, b Bench, o Options) error {
	fmt.Fprintf(o.Log, "%s: %s\n", b.Name, b.About)
	dir, err := os.MkdirTemp(o.Folder, "fangxin-bench")
	if err != nil {
		return err
	}
	err = b.Run(ctx, &Run{name: b.Name, dir: dir, report: r, rounds: o.Rounds, span: o.Span, cases: o.Cases, sizes: o.Sizes, log: o.Log})
	return errors.Join(err, os.RemoveAll(dir))
}

// WriteJSON writes the report to a file.
func (r *Report) WriteJSON(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Clean(path), append(text, '\n'), 0o644)
}

// WriteTable writes the report for people.
func (r *Report) WriteTable(out io.Writer) error {
	fmt.Fprintf(out, "\n%s; median of %d\n\n", r.Machine, r.Rounds)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range r.Figures {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.Bench, f.Name, short(f.Median), f.Unit)
	}
	fmt.Fprintln(w)
	for _, x := range r.Ratios {
		verdict := "met"
		switch {
		case x.Goal == "":
			verdict = ""
		case !x.Met:
			verdict = "not met"
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%s\t%s\n", x.Bench, x.Name, x.Value, x.Goal, verdict)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(w, "skipped\t%s\n", s)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, n := range r.Notes {
		if _, err := fmt.Fprintf(out, "\n%s\n", n); err != nil {
			return err
		}
	}
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func short(v float64) string {
	switch {
	case v >= 1000:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// machine describes the machine as far as the system tells.
func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.SplitSeq(string(text), "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s, %s/%s", model, runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
