package usecase

import (
	"context"
	"errors"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// frail fails one step: an append to a case, or a change of a key, before or after it
// took effect.
type frail struct {
	es.Store
	sealed.Keyring
	step, at int
	after    bool
}

var errCrash = errors.New("crash")

func (f *frail) crash(do func() error) error {
	f.step++
	if f.step != f.at {
		return do()
	}
	if f.after {
		_ = do()
	}
	return errCrash
}

func (f *frail) Append(ctx context.Context, s es.StreamID, r es.Revision, p []es.Pending) (receipt es.Receipt, err error) {
	if s.Kind() != "complaint" {
		return f.Store.Append(ctx, s, r, p)
	}
	err = f.crash(func() (err error) { receipt, err = f.Store.Append(ctx, s, r, p); return err })
	return receipt, err
}

func (f *frail) Erase(ctx context.Context, s sealed.Subject) error {
	return f.crash(func() error { return f.Keyring.Erase(ctx, s) })
}

// Whatever step is lost, a repeat of the same request, or the timers, finish it: every
// key is gone, every subject is recorded once, and in between nothing is shown.
func TestErasureSurvivesACrashAtEveryStep_PIPL47(t *testing.T) {
	for _, after := range []bool{false, true} {
		for at, crashed := 1, true; crashed; at++ {
			w := newPeople(t)
			id := w.closed()
			w.at("2029-09-15")
			w.over(id)
			f := &frail{Store: w.Store, Keyring: w.Keyring, at: at, after: after}
			w.Store, w.Keyring = f, f
			_, _, err := w.Act(t.Context(), desk, id, "decide-erasure", &DecideErasure{Result: "erased"}, Options{Key: "k"})
			crashed = errors.Is(err, errCrash)
			if err != nil && !crashed {
				t.Fatal(err)
			}
			s, _, _ := w.State(t.Context(), id)
			if s.Gone() == "erased" {
				w.showsNothing(id)
			}
			if at%2 == 0 && s.Gone() == "erased" {
				_, err = w.RecordDeadlinePassed(t.Context(), id, complaint.ClockErase, s.People.Decided.On)
			} else {
				_, _, err = w.Act(t.Context(), desk, id, "decide-erasure", &DecideErasure{Result: "erased"}, Options{Key: "k"})
			}
			if err != nil {
				t.Fatalf("step %d, after %v: %v", at, after, err)
			}
			w.erasedOnce(id)
		}
	}
}

func (w *world) erasedOnce(id string) {
	w.t.Helper()
	s, _, err := w.State(w.t.Context(), id)
	if err != nil || len(s.Outstanding()) != 0 || len(s.Erased) != len(s.People.Decided.Subjects) {
		w.t.Errorf("%v: erased %v of %v", err, s.Erased, s.People.Decided)
	}
	for _, subject := range s.People.Decided.Subjects {
		if state, _ := w.keyring.StateOf(w.t.Context(), subject); state != sealed.Erased {
			w.t.Errorf("%s is %s", subject, state)
		}
	}
	w.showsNothing(id)
}
