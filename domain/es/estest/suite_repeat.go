package estest

import (
	"errors"
	"testing"

	"fangxin/domain/es"
)

var repeatTests = []test{
	{"the same append is one write", repeatSame},
	{"anything but the same ids is a conflict", repeatOther},
	{"at the current revision nothing is compared", repeatCurrent},
	{"only ids are compared", repeatIDsOnly},
}

func repeatSame(t *testing.T, f *fixture) {
	first := f.append(t, "case.1", es.None, eventRange("a", 0, 3)...)
	second := f.append(t, "case.1", 2, eventRange("a", 3, 5)...)
	f.append(t, "case.1", 4, eventRange("a", 5, 40)...)
	head := f.head(t)
	for range 2 {
		f.repeats(t, first, es.None, eventRange("a", 0, 3))
		f.repeats(t, second, 2, eventRange("a", 3, 5))
	}
	if f.head(t) != head {
		t.Fatal("a repeat moved the head")
	}
	sameIDs(t, "stream", f.read(t, "case.1", 0), eventRange("a", 0, 40))
}

// repeats expects the first receipt, marked.
func (f *fixture) repeats(t testing.TB, first es.Receipt, expected es.Revision, events []es.Pending) {
	t.Helper()
	r := f.append(t, "case.1", expected, events...)
	if first.Repeated = true; r != first {
		t.Fatalf("receipt %+v, want %+v", r, first)
	}
}

func repeatOther(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 2)...)
	f.append(t, "case.1", 1, eventRange("a", 2, 4)...)
	for name, c := range map[string]struct {
		expected es.Revision
		events   []es.Pending
	}{
		"another first id":               {es.None, []es.Pending{event("b", 0), event("a", 1)}},
		"a prefix, then another id":      {es.None, []es.Pending{event("a", 0), event("b", 1)}},
		"another order":                  {es.None, []es.Pending{event("a", 1), event("a", 0)}},
		"moved by one":                   {0, []es.Pending{event("a", 0)}},
		"longer than the stream":         {1, eventRange("a", 2, 5)},
		"all of the stream and one more": {es.None, eventRange("a", 0, 5)},
		"beyond the end":                 {4, eventRange("a", 4, 5)},
	} {
		var conflict *es.ConflictError
		_, err := f.Store.Append(f.ctx, "case.1", c.expected, c.events)
		if !errors.As(err, &conflict) || conflict.Actual != 3 || conflict.Expected != c.expected {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The ids that stand there count, not the batches they came in.
	if r := f.append(t, "case.1", 0, eventRange("a", 1, 3)...); !r.Repeated {
		t.Errorf("across two batches: %+v", r)
	}
	if r := f.append(t, "case.1", es.None, eventRange("a", 0, 1)...); !r.Repeated {
		t.Errorf("a part of a batch: %+v", r)
	}
	sameIDs(t, "stream", f.read(t, "case.1", 0), eventRange("a", 0, 4))
}

func repeatCurrent(t *testing.T, f *fixture) {
	f.append(t, "case.1", es.None, eventRange("a", 0, 2)...)
	if r := f.append(t, "case.1", 1, eventRange("a", 0, 2)...); r.Repeated {
		t.Fatalf("receipt %+v", r)
	}
	want := append(eventRange("a", 0, 2), eventRange("a", 0, 2)...)
	sameIDs(t, "stream", f.read(t, "case.1", 0), want)
	if r := f.append(t, "case.2", es.None, eventRange("a", 0, 2)...); r.Repeated {
		t.Fatalf("ids of another stream were compared: %+v", r)
	}
}

func repeatIDsOnly(t *testing.T, f *fixture) {
	first := f.append(t, "case.1", es.None, event("a", 0))
	other := event("a", 0)
	other.Type, other.Data, other.Meta = "test.other.v1", []byte(`{}`), nil
	f.repeats(t, first, es.None, []es.Pending{other})
	if got := f.read(t, "case.1", 0); got[0].Type != event("a", 0).Type {
		t.Fatalf("a repeat changed the event: %+v", got[0])
	}
}
