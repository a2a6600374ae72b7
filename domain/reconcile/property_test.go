package reconcile

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"fangxin/domain/calendar"

	"pgregory.net/rapid"
)

// Few values, so that rows meet in every way.
func someDates(t *rapid.T) Dates {
	d := func(name string) calendar.Date {
		return rapid.SampledFrom([]calendar.Date{0, 739000, 739001}).Draw(t, name)
	}
	return Dates{FiledOn: d("filed"), ReceivedOn: d("received"), AcceptedOn: d("accepted"), EndedOn: d("ended")}
}

func someOurs(t *rapid.T) []Ours {
	n := rapid.IntRange(0, 8).Draw(t, "ours")
	list := make([]Ours, n)
	for i := range list {
		list[i] = Ours{
			Case: fmt.Sprintf("case-%d", i), Number: rapid.SampledFrom([]string{"", "2026-1", "2026-2", "2026-3"}).Draw(t, "number"),
			Refs:     rapid.SliceOfN(rapid.SampledFrom([]string{"10001", "10002", "10003", "10004"}), 0, 2).Draw(t, "refs"),
			Merchant: rapid.SampledFrom([]string{"", shop, stall}).Draw(t, "merchant"), AmountFen: rapid.Int64Range(0, 1).Draw(t, "amount"),
			Complainant: rapid.SampledFrom([]string{"", "张三", "李四"}).Draw(t, "name"),
			Dates:       someDates(t), State: rapid.SampledFrom(states()).Draw(t, "state"),
		}
	}
	return list
}

func someTheirs(t *rapid.T) []Theirs {
	n := rapid.IntRange(0, 8).Draw(t, "theirs")
	list := make([]Theirs, n)
	for i := range list {
		list[i] = Theirs{
			Record: i + 1, Line: i + 2, Number: rapid.SampledFrom([]string{"10001", "10002", "10003", "10005", "2026-1"}).Draw(t, "number"),
			OurNumber: rapid.SampledFrom([]string{"", "2026-1", "2026-2"}).Draw(t, "our number"),
			Merchant:  rapid.SampledFrom([]string{"", shop, stall}).Draw(t, "merchant"), AmountFen: rapid.Int64Range(0, 1).Draw(t, "amount"),
			Dates: someDates(t), State: rapid.SampledFrom(states()).Draw(t, "state"),
		}
	}
	return list
}

func TestOrderOfRowsChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ours, theirs := someOurs(rt), someTheirs(rt)
		one := lines(t, run(t, ours, theirs))
		other := lines(t, run(t, rapid.Permutation(ours).Draw(rt, "ours again"), rapid.Permutation(theirs).Draw(rt, "theirs again")))
		if !bytes.Equal(one, other) {
			rt.Fatalf("%s\n---\n%s", one, other)
		}
	})
}

func TestEveryRowLandsInOneClass(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ours, theirs := someOurs(rt), someTheirs(rt)
		p := run(t, ours, theirs)
		here, there := map[string]int{}, map[int]int{}
		for e := range p.Entries() {
			for _, o := range e.Ours {
				here[o.Case]++
			}
			for _, row := range e.Theirs {
				there[row.Record]++
			}
			checkShape(rt, e)
		}
		for _, o := range ours {
			if here[o.Case] != 1 {
				rt.Fatalf("%s stands %d times", o.Case, here[o.Case])
			}
		}
		for _, row := range theirs {
			if there[row.Record] != 1 {
				rt.Fatalf("record %d stands %d times", row.Record, there[row.Record])
			}
		}
		c := p.Counts()
		if len(here) != len(ours) || len(there) != len(theirs) || c.Ours != len(ours) || c.Theirs != len(theirs) {
			rt.Fatalf("%+v", c)
		}
	})
}

func checkShape(rt *rapid.T, e Entry) {
	ours, theirs := len(e.Ours), len(e.Theirs)
	ok := false
	switch e.Class {
	case Matched:
		ok = ours == 1 && theirs == 1 && len(e.Differences) == 0 && e.By != ByGuess
	case Differs:
		ok = ours == 1 && theirs == 1 && len(e.Differences) > 0 && e.By != ByGuess
	case Ambiguous:
		ok = ours+theirs > 1 && (ours != 1 || theirs != 1)
	case Proposed:
		ok = ours > 0 && theirs > 0 && e.By == ByGuess
	case OnlyHere:
		ok = ours == 1 && theirs == 0
	case OnlyThere, Repeated:
		ok = ours == 0 && theirs == 1
	}
	if !ok {
		rt.Fatalf("%+v", e)
	}
}

func TestTheSameOnBothSidesOnlyMatches(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ours := someOurs(rt)
		theirs := make([]Theirs, len(ours))
		for i := range ours {
			o := &ours[i]
			o.Number, o.Refs = fmt.Sprintf("2026-%04d", i), nil
			theirs[i] = Theirs{Record: i + 1, Number: fmt.Sprintf("115%06d", i), OurNumber: o.Number, Merchant: o.Merchant,
				Complainant: o.Complainant, Dates: o.Dates, State: o.State, AmountFen: o.AmountFen}
			if rapid.Bool().Draw(rt, "by ref") {
				o.Refs = []string{theirs[i].Number}
			}
		}
		for e := range run(t, ours, theirs).Entries() {
			if e.Class != Matched {
				rt.Fatalf("%+v", e)
			}
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add("１150 105\u00a0x")
	f.Add("=1+1")
	f.Fuzz(func(t *testing.T, s string) {
		n := Number(s)
		if Number(n) != n {
			t.Fatalf("%q becomes %q, then %q", s, n, Number(n))
		}
		r := New(Fields())
		if err := r.AddTheirs(Theirs{Record: 1, Number: s, OurNumber: s, Merchant: s, Complainant: s}); err != nil {
			return
		}
		for e := range r.Report().Entries() {
			if got := e.Theirs[0]; got.Number != n || Personal(got.Number) || Personal(got.OurNumber) {
				t.Fatalf("%+v", got)
			}
		}
	})
}

// rows of usual length, all of them matched.
func fill(t testing.TB, n int) *Run {
	r := New(Fields())
	for i := range n {
		number := fmt.Sprintf("11501050020260506%08d", i)
		dates := Dates{FiledOn: 739000, ReceivedOn: 739000, AcceptedOn: 739003}
		if err := r.AddOurs(Ours{Case: fmt.Sprintf("0fa9610e-3d52-5c0b-9a41-%012d", i), Number: fmt.Sprintf("2026-AAAA-%04d-%04d-11", i/10000, i%10000),
			Refs: []string{number}, Merchant: shop, Complainant: "张*", Dates: dates}); err != nil {
			t.Fatal(err)
		}
		if err := r.AddTheirs(Theirs{Record: i + 1, Line: i + 2, Number: number, Merchant: shop, Complainant: "张*", Dates: dates}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// The documentation of the package states what a row costs.
func TestMemoryOfARow(t *testing.T) {
	const n = 20000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := fill(t, n)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := int64(after.HeapAlloc-before.HeapAlloc) / n; each > 420 {
		t.Errorf("a row on each side holds %d bytes", each)
	}
	runtime.KeepAlive(r)
}

func BenchmarkReport(b *testing.B) {
	for b.Loop() {
		r := fill(b, 100_000)
		for range r.Report().Entries() {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/pair")
}
