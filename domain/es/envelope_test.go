package es_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fangxin/domain/es"
)

// Identifiers are on disk for ever. The vectors were computed by another program
// from RFC 9562, 5.5, and the description of DeriveID.
func TestDeriveIDGoldenVectors(t *testing.T) {
	for want, parts := range map[string][]string{
		"06c0d2a1-7829-5813-98d4-9541277589ad": {},
		"24609ebc-3667-53a2-ac85-e4c0e90de117": {"ab", "c"},
		"a000d5cf-2818-5638-aeb4-fb176981c066": {"a", "bc"},
		"022f1a94-a973-5093-bc99-b6c761a3be98": {"投诉", ""},
	} {
		if got := es.DeriveID(es.Namespace, parts...).String(); got != want {
			t.Errorf("%q: %s, want %s", parts, got, want)
		}
	}
	command := es.DeriveID(es.Namespace, "ab", "c")
	if got := es.EventID(command, 12).String(); got != "a3be75ec-2cfb-5cfb-83fb-f53591802409" {
		t.Errorf("event id: %s", got)
	}
}

func TestIDText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := es.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		for _, text := range []string{id.String(), strings.ToUpper(id.String())} {
			if back, err := es.ParseID(text); err != nil || back != id {
				t.Fatalf("%s: %s, %v", text, back, err)
			}
		}
		raw, err := json.Marshal(id)
		if err != nil {
			t.Fatal(err)
		}
		var back es.ID
		if err := json.Unmarshal(raw, &back); err != nil || back != id {
			t.Fatalf("%s: %s, %v", raw, back, err)
		}
	})
}

func FuzzParseID(f *testing.F) {
	f.Add("a3be75ec-2cfb-5cfb-83fb-f53591802409")
	f.Add("A3BE75EC-2CFB-5CFB-83FB-F53591802409")
	f.Add("a3be75ec2cfb5cfb83fbf53591802409")
	f.Add("{3be75ec-2cfb-5cfb-83fb-f5359180240}")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := es.ParseID(s)
		switch {
		case err == nil && !strings.EqualFold(id.String(), s):
			t.Fatalf("%q was read as %s", s, id)
		case err != nil && (!errors.Is(err, es.ErrID) || !id.IsZero()):
			t.Fatalf("%q: %s, %v", s, id, err)
		}
	})
}

func drawPosition(t *rapid.T, label string) es.Position {
	n := rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Uint64())
	return es.Position{Commit: n.Draw(t, label+" commit"), Prepare: n.Draw(t, label+" prepare")}
}

// Text order is log order: checkpoints are compared as text by databases.
func TestPositionOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := drawPosition(t, "p"), drawPosition(t, "q")
		if got, want := p.Compare(q), strings.Compare(p.String(), q.String()); got != want {
			t.Fatalf("%s and %s: %d, as text %d", p, q, got, want)
		}
		if p.Compare(q) != -q.Compare(p) || p.Before(q) != (p.Compare(q) < 0) {
			t.Fatalf("%s and %s: no order", p, q)
		}
		if !p.IsStart() && !(es.Position{}).Before(p) {
			t.Fatalf("%s does not lie after the start", p)
		}
		back, err := es.ParsePosition(p.String())
		if err != nil || back != p {
			t.Fatalf("%s: %s, %v", p, back, err)
		}
	})
}

func FuzzParsePosition(f *testing.F) {
	f.Add("")
	f.Add(es.Position{Commit: 7, Prepare: 9}.String())
	f.Add("+000000000000007-000000000000009")
	f.Add("0x00000000000007_000000000000009")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := es.ParsePosition(s)
		if err != nil {
			if !errors.Is(err, es.ErrPosition) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if s != "" && !strings.EqualFold(p.String(), s) {
			t.Fatalf("%q was read as %s", s, p)
		}
	})
}

func TestStreamParts(t *testing.T) {
	for name, want := range map[es.StreamID][2]string{
		"complaint.1": {"complaint", "1"}, "fund.a.2026-11": {"fund", "a.2026-11"}, "odd": {"odd", ""}, ".": {"", ""},
	} {
		if got := [2]string{name.Kind(), name.Key()}; got != want {
			t.Errorf("%s: %s", name, cmp.Diff(want, got))
		}
	}
}
