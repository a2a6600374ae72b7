package audit

import (
	"context"
	"fmt"
	"iter"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// maxDifferences bounds what is told of one projection.
const maxDifferences = 200

// Views compares read models with a fold from scratch.
type Views struct {
	Store       es.Store
	Registry    *es.Registry
	Model       *memory.Model
	Projections []projections.Projection
	Step        func(events int)
	Tell        func(Finding)
}

// Check folds the log up to where each projection stands and compares every
// document, index member and counter. It answers how many projections were there to
// compare. A log that cannot be folded is an error.
func (v *Views) Check(ctx context.Context) (int, error) {
	head, err := v.Store.Head(ctx)
	if err != nil {
		return 0, err
	}
	compared := 0
	stands := map[es.Position][]projections.Projection{}
	for _, p := range v.Projections {
		space, at, err := v.space(ctx, p)
		switch {
		case err != nil:
			return 0, err
		case space.Version == 0 || at.IsStart():
			continue
		case head.Before(at):
			v.Tell(Finding{placeOfSpace(space), fmt.Sprintf("stands at position %d, but the log ends at %d", at.Commit, head.Commit)})
			continue
		}
		stands[at] = append(stands[at], p)
		compared++
	}
	for at, ps := range stands {
		if err := v.compare(ctx, at, ps); err != nil {
			return compared, err
		}
	}
	return compared, nil
}

// space is what readers of the projection use now, version 0 where this program has
// made none.
func (v *Views) space(ctx context.Context, p projections.Projection) (readmodel.Space, es.Position, error) {
	version, err := v.Model.Current(ctx, p.Name())
	s := readmodel.Space{Projection: p.Name(), Version: version}
	if err != nil || !s.Builds(p.Version()) {
		return readmodel.Space{}, es.Position{}, err
	}
	at, err := v.Model.Checkpoint(ctx, s, 0)
	return s, at, err
}

func (v *Views) compare(ctx context.Context, at es.Position, ps []projections.Projection) error {
	fresh := memory.New()
	if err := projections.Rebuild(ctx, prefix{v.Store, at}, v.Registry, fresh, ps, v.Step); err != nil {
		return fmt.Errorf("fold from scratch: %w", err)
	}
	for _, p := range ps {
		have, _, err := v.space(ctx, p)
		if err != nil {
			return err
		}
		want := readmodel.First(p.Name(), p.Version())
		n := 0
		err = memory.Compare(ctx, v.Model, have, fresh, want, func(d memory.Difference) bool {
			n++
			if n > maxDifferences {
				v.Tell(Finding{placeOfSpace(have), fmt.Sprintf("more than %d places differ from the log", maxDifferences)})
				return false
			}
			v.Tell(findingOf(have, d))
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
