package readmodel_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"fangxin/projections/readmodel"
)

func TestCursorRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := readmodel.Row{Member: rapid.StringN(0, 60, 200).Draw(t, "member"), Score: rapid.Int64().Draw(t, "score")}
		if got, err := readmodel.ParseCursor(readmodel.CursorOf(r)); err != nil || got != r {
			t.Fatalf("%+v became %+v (%v)", r, got, err)
		}
	})
}

// FuzzParseCursor: a cursor comes from outside; it is read as what CursorOf wrote,
// or refused.
func FuzzParseCursor(f *testing.F) {
	f.Add(readmodel.CursorOf(readmodel.Row{Member: "complaint.a", Score: 739000}))
	f.Add("")
	f.Add("%%%")
	f.Add("gICAgICAgICAgAE")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := readmodel.ParseCursor(s)
		if err != nil {
			if !errors.Is(err, readmodel.ErrCursor) {
				t.Fatal(err)
			}
			return
		}
		if readmodel.CursorOf(r) != s {
			t.Fatalf("%q reads as %+v, which is %q", s, r, readmodel.CursorOf(r))
		}
	})
}

func TestNextBuild(t *testing.T) {
	s := readmodel.First("p", 2)
	if !s.Builds(2) || s.Builds(1) || s.Next() == s || !s.Next().Builds(2) {
		t.Fatal(s, s.Next())
	}
	s.Version += readmodel.Generations - 1
	if s.Next() != readmodel.First("p", 2) {
		t.Fatal(s.Next())
	}
}
