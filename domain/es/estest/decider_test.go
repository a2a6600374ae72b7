package estest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fangxin/domain/es/estest"
)

// A till: the smallest decider with a rule.
type (
	till    struct{ cents int }
	move    struct{ by int }
	moved   struct{ by, left int }
	overrun struct{ missing int }
)

func (e *overrun) Error() string { return fmt.Sprintf("%d cents missing", e.missing) }

var errNothing = errors.New("nothing to move")

func decideTill(s till, c move) ([]moved, error) {
	switch {
	case c.by == 0:
		return nil, fmt.Errorf("till: %w", errNothing)
	case s.cents+c.by < 0:
		return nil, &overrun{-s.cents - c.by}
	case c.by == 1:
		return nil, nil // not worth recording
	}
	return []moved{{c.by, s.cents + c.by}}, nil
}

func tills() estest.Decider[till, move, moved] {
	return estest.Decider[till, move, moved]{
		Decide: decideTill,
		Evolve: func(s till, e moved) till { return till{e.left} },
	}
}

func TestDecider(t *testing.T) {
	d := tills()
	d.Given().When(move{5}).Then(t, moved{5, 5}).ThenState(t, till{5})
	d.Given(moved{5, 5}).When(move{-2}).Then(t, moved{-2, 3})
	d.Given(moved{5, 5}).When(move{-5}).Then(t, moved{-5, 0}).When(move{2}).Then(t, moved{2, 2})
	d.Given(moved{5, 5}).When(move{1}).ThenNothing(t).ThenState(t, till{5})
	d.Given(moved{5, 5}).When(move{0}).ThenError(t, errNothing).ThenState(t, till{5})
	if e := estest.RefusedAs[*overrun](t, d.Given(moved{5, 5}).When(move{-7})); e.missing != 2 {
		t.Fatalf("%d missing", e.missing)
	}
}

// recorder is a testing.TB that keeps the failure for itself.
type recorder struct {
	testing.TB
	failure string
}

func (r *recorder) Helper() {}
func (r *recorder) Fatalf(format string, args ...any) {
	r.failure = fmt.Sprintf(format, args...)
	panic(r)
}

func failure(t *testing.T, do func(testing.TB)) (text string) {
	t.Helper()
	r := &recorder{TB: t}
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
		text = r.failure
	}()
	do(r)
	return ""
}

func TestDeciderNotices(t *testing.T) {
	d := tills()
	calls := 0
	impure := d
	impure.Decide = func(s till, c move) ([]moved, error) {
		calls++
		return []moved{{calls, 0}}, nil
	}
	shaky := d
	shaky.Decide = func(s till, c move) ([]moved, error) {
		if calls++; calls%2 == 0 {
			return nil, errNothing
		}
		return nil, nil
	}
	for want, do := range map[string]func(testing.TB){
		"events differ":          func(t testing.TB) { d.Given().When(move{5}).Then(t, moved{5, 6}) },
		"-want +got":             func(t testing.TB) { d.Given().When(move{5}).Then(t) },
		"was refused: till":      func(t testing.TB) { d.Given().When(move{0}).Then(t) },
		"was not refused":        func(t testing.TB) { d.Given().When(move{5}).ThenError(t, errNothing) },
		`refused with "1 cents`:  func(t testing.TB) { d.Given().When(move{-1}).ThenError(t, errNothing) },
		"not a *estest_test":     func(t testing.TB) { estest.RefusedAs[*overrun](t, d.Given().When(move{0})) },
		"state differs":          func(t testing.TB) { d.Given().When(move{5}).ThenState(t, till{6}) },
		"two decisions on the s": func(t testing.TB) { impure.Given().When(move{5}).Then(t, moved{1, 0}) },
		"same past differ":       func(t testing.TB) { shaky.Given().When(move{5}).ThenNothing(t) },
	} {
		if got := failure(t, do); !strings.Contains(got, want) {
			t.Errorf("failure %q does not say %q", got, want)
		}
	}
}
