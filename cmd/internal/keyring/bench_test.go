package keyring_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/sealed"
)

func openBench(b *testing.B) *keyring.Keyring {
	b.Helper()
	o := options(b.TempDir())
	o.Now = time.Now
	k, err := keyring.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { k.Close() })
	return k
}

func inParallel(b *testing.B, callers int, do func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(max(1, callers/runtime.GOMAXPROCS(0)))
	var n atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(int(n.Add(1))); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkSealNew: a new subject with eight fields and two known ones, 128 callers.
func BenchmarkSealNew(b *testing.B) {
	k := openBench(b)
	inParallel(b, 128, func(i int) error {
		_, err := k.Seal(b.Context(), person(subject(i), i))
		return err
	})
}

// BenchmarkSealKnown: the same subjects again, their keys cached.
func BenchmarkSealKnown(b *testing.B) {
	k := openBench(b)
	const subjects = 1000
	for i := range subjects {
		if _, err := k.Seal(b.Context(), person(subject(i), i)); err != nil {
			b.Fatal(err)
		}
	}
	matters := make([]sealed.Matter, subjects)
	for i := range matters {
		matters[i] = person(subject(i), i)
	}
	inParallel(b, 128, func(i int) error {
		_, err := k.Seal(b.Context(), matters[i%subjects])
		return err
	})
}

func BenchmarkOpen(b *testing.B) {
	k := openBench(b)
	v, err := k.Seal(b.Context(), person("s-1", 1))
	if err != nil {
		b.Fatal(err)
	}
	inParallel(b, 128, func(int) error {
		_, err := k.Open(b.Context(), "consumer.phone", v[0][1])
		return err
	})
}

// BenchmarkStart: opening a keyring of 20,000 subjects.
func BenchmarkStart(b *testing.B) {
	o := options(b.TempDir())
	k, err := keyring.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	matters := make([]sealed.Matter, 20000)
	for i := range matters {
		matters[i] = sealed.Matter{Subject: subject(i), Known: []sealed.Field{{Name: "p", Kind: sealed.Phone, Plain: fmt.Sprint(i)}}}
	}
	if _, err := k.Seal(b.Context(), matters...); err != nil {
		b.Fatal(err)
	}
	k.Close()
	for b.Loop() {
		k, err := keyring.Open(o)
		if err != nil {
			b.Fatal(err)
		}
		k.Close()
	}
}

// BenchmarkSealNewInObjects: a new subject in an object store on the loopback, with
// what a node must ask for it.
func BenchmarkSealNewInObjects(b *testing.B) {
	s, err := s3test.Start(s3test.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Stop()
	o, err := objects.Open(b.Context(), s.Address(), objects.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer o.Close()
	k, err := keyring.Open(inObjects(o, &stopwatch{}))
	if err != nil {
		b.Fatal(err)
	}
	defer k.Close()
	before := s.Requests()
	inParallel(b, 32, func(i int) error {
		_, err := k.Seal(b.Context(), person(subject(i), i))
		return err
	})
	b.ReportMetric(float64(s.Requests()-before)/float64(b.N), "requests/op")
}
