package sealedtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"fangxin/domain/sealed"
)

// Run is the conformance suite of sealed.Keyring. The factory makes an empty
// keyring for each test and cleans up after it.
func Run(t *testing.T, factory func(t *testing.T) sealed.Keyring) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, sealed.Keyring)
	}{
		{"sealed values open under their own field only", opensOwnFieldOnly},
		{"what is sealed shows nothing", showsNothing},
		{"a value opens when carried to another case", carried},
		{"an altered value does not open", forged},
		{"an empty field is a zero value", emptyField},
		{"the same field sealed twice differs", neverTheSame},
		{"invalid matters are refused whole", refusesInvalid},
		{"an unknown subject has no key", unknownSubject},
		{"the same person is recognised", recognises},
		{"a corrected phone recognises nobody (PIPL 46)", forgets},
		{"the newest are listed first, at most limit", newestFirst},
		{"a restricted subject is out of everything (PIPL 47)", restricted},
		{"an erased subject is gone for good (PIPL 47)", erased},
		{"one refused matter seals none", allOrNone},
		{"two matters of one subject share its key", sameSubjectTwice},
		{"many callers at once", concurrent},
		{"a caller that gave up gets its own error", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, factory(t)) })
	}
}

func person(s sealed.Subject, phone string) sealed.Matter {
	return sealed.Matter{
		Subject: s,
		Fields: []sealed.Field{
			{Name: "consumer.name", Kind: sealed.Name, Plain: "巴特尔·孟克"},
			{Name: "consumer.phone", Kind: sealed.Phone, Plain: phone},
		},
		Known: []sealed.Field{{Name: "consumer.phone", Kind: sealed.Phone, Plain: phone}},
	}
}

func mustSeal(t *testing.T, k sealed.Keyring, m sealed.Matter) []sealed.Value {
	t.Helper()
	values, err := k.Seal(t.Context(), m)
	if err != nil {
		t.Fatalf("Seal: %v", err)
	}
	if len(values) != 1 || len(values[0]) != len(m.Fields) {
		t.Fatalf("Seal answered another shape than asked: %v", values)
	}
	return values[0]
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: got %v, want %v", what, err, want)
	}
}

func wantOpen(t *testing.T, k sealed.Keyring, field string, v sealed.Value, want string) {
	t.Helper()
	got, err := k.Open(t.Context(), field, v)
	if err != nil || got != want {
		t.Fatalf("Open(%s) = %q, %v; want %q", field, got, err, want)
	}
}

func opensOwnFieldOnly(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, person("s-1", "13812341234"))
	wantOpen(t, k, "consumer.name", v[0], "巴特尔·孟克")
	wantOpen(t, k, "consumer.phone", v[1], "13812341234")
	_, err := k.Open(t.Context(), "filer.phone", v[1])
	wantErr(t, "opened under another field", err, sealed.ErrForged)
}

func showsNothing(t *testing.T, k sealed.Keyring) {
	for _, v := range mustSeal(t, k, person("s-1", "13812341234")) {
		if err := v.Check(); err != nil || v.Suite != sealed.SuiteA1 || v.Subject != "s-1" {
			t.Errorf("not a sealed value: %+v, %v", v, err)
		}
		if s := string(v.Cipher) + v.Mask; strings.Contains(s, "13812341234") || strings.Contains(s, "孟克") {
			t.Errorf("plain text in %+v", v)
		}
	}
}

func carried(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, person("s-1", "13812341234"))
	copied := v[1]
	copied.Cipher = slices.Clone(v[1].Cipher)
	wantOpen(t, k, "consumer.phone", copied, "13812341234")
}

func forged(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, person("s-1", "13812341234"))[1]
	mustSeal(t, k, person("s-2", "13912341234"))
	for name, alter := range map[string]func(*sealed.Value){
		"bit":     func(v *sealed.Value) { v.Cipher[20] ^= 1 },
		"nonce":   func(v *sealed.Value) { v.Cipher[0] ^= 1 },
		"cut":     func(v *sealed.Value) { v.Cipher = v.Cipher[:len(v.Cipher)-1] },
		"short":   func(v *sealed.Value) { v.Cipher = v.Cipher[:5] },
		"empty":   func(v *sealed.Value) { v.Cipher = nil },
		"subject": func(v *sealed.Value) { v.Subject = "s-2" },
		"suite":   func(v *sealed.Value) { v.Suite = "ZZ" },
	} {
		altered := v
		altered.Cipher = slices.Clone(v.Cipher)
		alter(&altered)
		_, err := k.Open(t.Context(), "consumer.phone", altered)
		wantErr(t, name, err, sealed.ErrForged)
	}
}

func emptyField(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, sealed.Matter{Subject: "s-1", Fields: []sealed.Field{
		{Name: "a", Kind: sealed.Text}, {Name: "b", Kind: sealed.Text, Plain: "x"},
	}})
	if !v[0].IsZero() || v[1].IsZero() {
		t.Fatalf("got %+v", v)
	}
	wantOpen(t, k, "a", v[0], "")
	nothing := mustSeal(t, k, sealed.Matter{Subject: "s-2", Fields: []sealed.Field{{Name: "a", Kind: sealed.Text}}})
	if !nothing[0].IsZero() {
		t.Fatalf("got %+v", nothing)
	}
	_, err := k.StateOf(t.Context(), "s-2")
	wantErr(t, "a matter without data made a key", err, sealed.ErrNoKey)
}

func neverTheSame(t *testing.T, k sealed.Keyring) {
	a, b := mustSeal(t, k, person("s-1", "13812341234")), mustSeal(t, k, person("s-1", "13812341234"))
	if slices.Equal(a[1].Cipher, b[1].Cipher) {
		t.Fatal("a nonce was used twice")
	}
	wantOpen(t, k, "consumer.phone", a[1], "13812341234")
	wantOpen(t, k, "consumer.phone", b[1], "13812341234")
}

func refusesInvalid(t *testing.T, k sealed.Keyring) {
	field := func(name, plain string) []sealed.Field {
		return []sealed.Field{{Name: name, Kind: sealed.Text, Plain: plain}}
	}
	for name, m := range map[string]sealed.Matter{
		"no subject":      {Fields: field("a", "x")},
		"NUL in subject":  {Subject: "a\x00b", Fields: field("a", "x")},
		"long subject":    {Subject: sealed.Subject(strings.Repeat("s", sealed.MaxSubject+1)), Fields: field("a", "x")},
		"no field name":   {Subject: "s-9", Fields: field("", "x")},
		"NUL in field":    {Subject: "s-9", Fields: field("a\x00", "x")},
		"long plain text": {Subject: "s-9", Fields: field("a", strings.Repeat("x", sealed.MaxPlain+1))},
		"not UTF-8":       {Subject: "s-9", Fields: field("a", "\xff")},
	} {
		_, err := k.Seal(t.Context(), person("s-8", "13812341234"), m)
		wantErr(t, name, err, sealed.ErrInvalid)
	}
	_, err := k.StateOf(t.Context(), "s-8")
	wantErr(t, "a refused call made a key", err, sealed.ErrNoKey)
}

func unknownSubject(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, person("s-1", "13812341234"))[0]
	v.Subject = "s-never"
	_, err := k.Open(t.Context(), "consumer.name", v)
	wantErr(t, "Open", err, sealed.ErrNoKey)
	_, err = k.StateOf(t.Context(), "s-never")
	wantErr(t, "StateOf", err, sealed.ErrNoKey)
	wantErr(t, "Restrict", k.Restrict(t.Context(), "s-never"), sealed.ErrNoKey)
	wantErr(t, "Lift", k.Lift(t.Context(), "s-never"), sealed.ErrNoKey)
	wantErr(t, "Erase", k.Erase(t.Context(), "s-never"), sealed.ErrNoKey)
}

func wantSame(t *testing.T, k sealed.Keyring, kind sealed.Kind, plain string, limit int, want ...sealed.Subject) {
	t.Helper()
	got, err := k.Same(t.Context(), kind, plain, limit)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("Same(%s, %s) = %v, %v; want %v", kind, plain, got, err, want)
	}
}

func recognises(t *testing.T, k sealed.Keyring) {
	mustSeal(t, k, person("s-1", "13812341234"))
	wantSame(t, k, sealed.Phone, "+86 138-1234-1234", 9, "s-1")
	wantSame(t, k, sealed.Contact, "138 1234 1234", 9, "s-1")
	wantSame(t, k, sealed.Phone, "13812341235", 9)
	wantSame(t, k, sealed.IDNumber, "13812341234", 9)
	wantSame(t, k, sealed.Phone, "", 9)
	mustSeal(t, k, sealed.Matter{Subject: "s-1", Known: []sealed.Field{
		{Name: "consumer.id_number", Kind: sealed.IDNumber, Plain: "11010519491231002x"},
	}})
	wantSame(t, k, sealed.IDNumber, "11010519491231002X", 9, "s-1")
	wantSame(t, k, sealed.Phone, "13812341234", 9, "s-1")
}

// forgets: a phone that was corrected recognises nobody, the others still do, and it
// can be learnt again.
func forgets(t *testing.T, k sealed.Keyring) {
	ctx := t.Context()
	values := mustSeal(t, k, person("s-1", "13812342233"))
	mustSeal(t, k, person("s-2", "13812342233"))
	for range 2 {
		if err := k.Forget(ctx, "s-1", sealed.Phone, "+86 138 1234 2233"); err != nil {
			t.Fatal(err)
		}
	}
	wantSame(t, k, sealed.Phone, "13812342233", 9, "s-2")
	wantOpen(t, k, "consumer.phone", values[1], "13812342233") // the fact stays sealed
	mustSeal(t, k, person("s-1", "13812342233"))
	if again, err := k.Same(ctx, sealed.Phone, "13812342233", 9); err != nil || len(again) != 2 {
		t.Errorf("learnt again: %v, %v", again, err)
	}
	wantErr(t, "forget of nobody", k.Forget(ctx, "s-9", sealed.Phone, "13812342233"), sealed.ErrNoKey)
}

func newestFirst(t *testing.T, k sealed.Keyring) {
	for i := range 5 {
		mustSeal(t, k, person(sealed.Subject(fmt.Sprintf("s-%d", i)), "13812341234"))
	}
	wantSame(t, k, sealed.Phone, "13812341234", 3, "s-4", "s-3", "s-2")
	wantSame(t, k, sealed.Phone, "13812341234", 0)
}

func wantState(t *testing.T, k sealed.Keyring, s sealed.Subject, want sealed.State) {
	t.Helper()
	if got, err := k.StateOf(t.Context(), s); err != nil || got != want {
		t.Fatalf("StateOf(%s) = %v, %v; want %v", s, got, err, want)
	}
}

func restricted(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, person("s-1", "13812341234"))[1]
	wantState(t, k, "s-1", sealed.Active)
	for range 2 {
		if err := k.Restrict(t.Context(), "s-1"); err != nil {
			t.Fatal(err)
		}
	}
	wantState(t, k, "s-1", sealed.Restricted)
	_, err := k.Open(t.Context(), "consumer.phone", v)
	wantErr(t, "Open", err, sealed.ErrRestricted)
	_, err = k.Seal(t.Context(), person("s-1", "13812341234"))
	wantErr(t, "Seal", err, sealed.ErrRestricted)
	wantSame(t, k, sealed.Phone, "13812341234", 9)
	for range 2 {
		if err := k.Lift(t.Context(), "s-1"); err != nil {
			t.Fatal(err)
		}
	}
	wantState(t, k, "s-1", sealed.Active)
	wantOpen(t, k, "consumer.phone", v, "13812341234")
	wantSame(t, k, sealed.Phone, "13812341234", 9, "s-1")
}

func erased(t *testing.T, k sealed.Keyring) {
	v := mustSeal(t, k, person("s-1", "13812341234"))[1]
	mustSeal(t, k, person("s-2", "13812341234"))
	for range 2 {
		if err := k.Erase(t.Context(), "s-1"); err != nil {
			t.Fatal(err)
		}
	}
	wantState(t, k, "s-1", sealed.Erased)
	_, err := k.Open(t.Context(), "consumer.phone", v)
	wantErr(t, "Open", err, sealed.ErrErased)
	_, err = k.Seal(t.Context(), person("s-1", "13812341234"))
	wantErr(t, "Seal", err, sealed.ErrErased)
	wantErr(t, "Restrict", k.Restrict(t.Context(), "s-1"), sealed.ErrErased)
	wantErr(t, "Lift", k.Lift(t.Context(), "s-1"), sealed.ErrErased)
	wantSame(t, k, sealed.Phone, "13812341234", 9, "s-2")
}

func allOrNone(t *testing.T, k sealed.Keyring) {
	mustSeal(t, k, person("s-1", "13812341234"))
	if err := k.Erase(t.Context(), "s-1"); err != nil {
		t.Fatal(err)
	}
	_, err := k.Seal(t.Context(), person("s-2", "13912341234"), person("s-1", "13812341234"))
	wantErr(t, "Seal", err, sealed.ErrErased)
	_, err = k.StateOf(t.Context(), "s-2")
	wantErr(t, "the other matter of a refused call has a key", err, sealed.ErrNoKey)
}

func sameSubjectTwice(t *testing.T, k sealed.Keyring) {
	values, err := k.Seal(t.Context(), person("s-1", "13812341234"), person("s-1", "13912341234"))
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(t, k, "consumer.phone", values[0][1], "13812341234")
	wantOpen(t, k, "consumer.phone", values[1][1], "13912341234")
	wantSame(t, k, sealed.Phone, "13912341234", 9, "s-1")
}

func concurrent(t *testing.T, k sealed.Keyring) {
	const callers, rounds, subjects = 16, 20, 40
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for r := range rounds {
				s := sealed.Subject(fmt.Sprintf("s-%d", (c*7+r*3)%subjects))
				v, err := k.Seal(t.Context(), person(s, "13812341234"))
				if err != nil {
					t.Errorf("Seal: %v", err)
					return
				}
				if got, err := k.Open(t.Context(), "consumer.phone", v[0][1]); err != nil || got != "13812341234" {
					t.Errorf("Open = %q, %v: two keys for one subject?", got, err)
				}
			}
		})
	}
	wg.Wait()
	if same, err := k.Same(t.Context(), sealed.Phone, "13812341234", 1000); err != nil || len(same) != subjects {
		t.Errorf("%d subjects, %v; want %d", len(same), err, subjects)
	}
}

func cancelled(t *testing.T, k sealed.Keyring) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := k.Seal(ctx, person("s-1", "13812341234"))
	wantErr(t, "Seal", err, context.Canceled)
	wantErr(t, "Erase", k.Erase(ctx, "s-1"), context.Canceled)
}
