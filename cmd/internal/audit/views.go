package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// maxDifferences bounds what is told of one projection.
const maxDifferences = 200

// Dumper is a read model that others write too: it tells all of one partition as
// changes.
type Dumper interface {
	readmodel.Model
	Dump(ctx context.Context, s readmodel.Space, partition int, tell func(readmodel.Change) error) error
}

// Views compares read models with a fold from scratch.
type Views struct {
	Store    es.Store
	Registry *es.Registry
	// Model is a *memory.Model or a Dumper.
	Model       readmodel.Model
	Projections []projections.Projection
	Step        func(events int)
	Tell        func(Finding)
	// Wait lets a read model that is being written come to rest.
	Wait func(ctx context.Context, attempt int) error
}

// What cannot be audited.
var (
	// ErrMoving: the read models do not come to rest.
	ErrMoving = errors.New("the read models are being written; verify again when the log is quiet")
	errKind   = errors.New("not a read model that can be audited")
)

// Check folds the log up to where each projection stands and compares every
// document, index member and counter. It answers how many projections were there to
// compare. A log that cannot be folded is an error. ErrMoving.
func (v *Views) Check(ctx context.Context) (int, error) {
	head, err := v.Store.Head(ctx)
	if err != nil {
		return 0, err
	}
	compared := 0
	stands := map[es.Position][]held{}
	for _, p := range v.Projections {
		h, err := v.hold(ctx, p)
		switch {
		case err != nil:
			return 0, err
		case h.space.Version == 0 || h.at.IsStart():
			continue
		case head.Before(h.at):
			v.Tell(Finding{placeOfSpace(h.space), fmt.Sprintf("stands at position %d, but the log ends at %d", h.at.Commit, head.Commit)})
			continue
		}
		stands[h.at] = append(stands[h.at], h)
		compared++
	}
	for at, all := range stands {
		if err := v.compare(ctx, at, all); err != nil {
			return compared, err
		}
	}
	return compared, nil
}

// held is one projection as readers see it.
type held struct {
	projection projections.Projection
	space      readmodel.Space
	at         es.Position
	model      *memory.Model
}

// hold takes a projection's build as readers use it now, version 0 where this program
// has made none.
func (v *Views) hold(ctx context.Context, p projections.Projection) (held, error) {
	switch m := v.Model.(type) {
	case *memory.Model:
		s, at, err := v.space(ctx, p)
		return held{p, s, at, m}, err
	case Dumper:
		return v.copied(ctx, p, m)
	}
	return held{}, errKind
}

// space is what readers of the projection use now.
func (v *Views) space(ctx context.Context, p projections.Projection) (readmodel.Space, es.Position, error) {
	version, err := v.Model.Current(ctx, p.Name(), p.Version())
	s := readmodel.Space{Projection: p.Name(), Version: version}
	if err != nil || version == 0 {
		return readmodel.Space{}, es.Position{}, err
	}
	at, err := v.Model.Lowest(ctx, s)
	return s, at, err
}

func (v *Views) compare(ctx context.Context, at es.Position, all []held) error {
	fresh := memory.New()
	ps := make([]projections.Projection, 0, len(all))
	for _, h := range all {
		ps = append(ps, h.projection)
	}
	if err := projections.Rebuild(ctx, prefix{v.Store, at}, v.Registry, fresh, ps, v.Step); err != nil {
		return fmt.Errorf("fold from scratch: %w", err)
	}
	for _, h := range all {
		want := readmodel.First(h.projection.Name(), h.projection.Version())
		n := 0
		err := memory.Compare(ctx, h.model, h.space, fresh, want, func(d memory.Difference) bool {
			n++
			if n > maxDifferences {
				v.Tell(Finding{placeOfSpace(h.space), fmt.Sprintf("more than %d places differ from the log", maxDifferences)})
				return false
			}
			v.Tell(findingOf(h.space, d))
			return true
		})
		if err != nil {
			return err
		}
	}
	return fresh.Close()
}

func placeOfSpace(s readmodel.Space) string {
	return fmt.Sprintf("views/%s.%d", s.Projection, s.Version)
}

func findingOf(s readmodel.Space, d memory.Difference) Finding {
	where := fmt.Sprintf("%s %s %q", placeOfSpace(s), d.What, d.Key)
	if d.Member != "" {
		where += fmt.Sprintf(" %q", d.Member)
	}
	or := func(text string) string {
		if text == "" {
			return "nothing"
		}
		return text
	}
	return Finding{where, fmt.Sprintf("holds %s, the log gives %s", or(d.Have), or(d.Want))}
}

// prefix is the log up to a place.
type prefix struct {
	es.Store
	end es.Position
}

// Head is the end of the prefix.
func (p prefix) Head(context.Context) (es.Position, error) { return p.end, nil }

// ReadAll yields what lies in the prefix.
func (p prefix) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for env, err := range p.Store.ReadAll(ctx, after) {
			if err == nil && p.end.Before(env.Position) || !yield(env, err) {
				return
			}
		}
	}
}
