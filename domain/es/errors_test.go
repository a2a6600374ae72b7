package es_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"fangxin/domain/es"
)

// Callers may ask for the wider meaning.
func TestErrorsWrap(t *testing.T) {
	for _, err := range []error{es.ErrFull, es.ErrLocked} {
		if !errors.Is(err, es.ErrUnavailable) {
			t.Errorf("%v does not say that nothing was written", err)
		}
	}
	for _, err := range []error{es.ErrUnknownOutcome, es.ErrDamaged, es.ErrClosed, es.ErrNewerSchema} {
		if errors.Is(err, es.ErrUnavailable) {
			t.Errorf("%v must not pass for a failure that wrote nothing", err)
		}
	}
}

func pending(i, size int) es.Pending {
	return es.Pending{ID: es.EventID(es.Namespace, i), Type: "t", Data: bytes.Repeat([]byte("d"), size-4), Meta: []byte("mm")}
}

func TestCheckAppendSize(t *testing.T) {
	if err := es.CheckAppend("case.1", es.None, []es.Pending{pending(0, es.MaxAppend)}); err != nil {
		t.Errorf("1 MiB: %v", err)
	}
	half := es.MaxAppend / 2
	if err := es.CheckAppend("case.1", 4, []es.Pending{pending(0, half), pending(1, half)}); err != nil {
		t.Errorf("1 MiB in two: %v", err)
	}
	err := es.CheckAppend("case.1", 4, []es.Pending{pending(0, half), pending(1, half+1)})
	var large *es.TooLargeError
	if !errors.As(err, &large) || *large != (es.TooLargeError{Size: es.MaxAppend + 1, Limit: es.MaxAppend}) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestCheckAppendRefuses(t *testing.T) {
	many := make([]es.Pending, es.MaxAppendEvents+1)
	for i := range many {
		many[i] = pending(i, 10)
	}
	if err := es.CheckAppend("case.1", es.None, many[1:]); err != nil {
		t.Errorf("%d events: %v", len(many)-1, err)
	}
	if err := es.CheckAppend("case.1", 3, nil); err != nil {
		t.Errorf("no events: %v", err)
	}
	with := func(change func(*es.Pending)) []es.Pending {
		e := pending(0, 10)
		change(&e)
		return []es.Pending{e}
	}
	for name, events := range map[string][]es.Pending{
		"too many":     many,
		"no id":        with(func(e *es.Pending) { e.ID = es.ID{} }),
		"no type":      with(func(e *es.Pending) { e.Type = "" }),
		"long type":    with(func(e *es.Pending) { e.Type = strings.Repeat("t", es.MaxType+1) }),
		"broken type":  with(func(e *es.Pending) { e.Type = "\xff" }),
		"one id twice": {pending(0, 10), pending(1, 10), pending(0, 10)},
	} {
		if err := es.CheckAppend("case.1", es.None, events); !errors.Is(err, es.ErrInvalidAppend) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := es.CheckAppend("case.1", es.None-1, many[:1]); !errors.Is(err, es.ErrInvalidAppend) {
		t.Errorf("an expectation below none: %v", err)
	}
}

func FuzzCheckStream(f *testing.F) {
	for _, s := range []string{"case.1", "$all", "", "case.\x00", "case.\u0085", "投诉.一", "a\xffb", strings.Repeat("n", 251)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := es.CheckStream(es.StreamID(s))
		if err != nil {
			if !errors.Is(err, es.ErrInvalidAppend) || !utf8.ValidString(err.Error()) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if s == "" || len(s) > es.MaxStreamID || s[0] == '$' || !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\n\r\t\x7f") {
			t.Fatalf("%q was accepted", s)
		}
	})
}
