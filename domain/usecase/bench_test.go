package usecase

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed/sealedtest"
)

func benchComplaints(b *testing.B, codec es.Codec) *Complaints {
	law, err := lawOf()
	if err != nil {
		b.Fatal(err)
	}
	c, err := NewComplaints(Deps{
		Store: estest.NewStore(), Registry: NewRegistry(codec), Keyring: sealedtest.NewKeyring(), Law: law,
		Now:     func() time.Time { return day("2026-09-14").Add(time.Hour) },
		Entropy: rand.NewChaCha8([32]byte{1}),
		Wait:    func(context.Context, int) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkFile is one filing on stores in memory, with real encryption: all of the
// use case's own cost, two events, the answer opened again.
func BenchmarkFile(b *testing.B) {
	for name, codec := range codecs() {
		b.Run(name, func(b *testing.B) {
			c := benchComplaints(b, codec)
			in := complaintOf("暖阳家电")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, _, err := c.File(context.Background(), anyConsumer, in, Options{Key: strconv.Itoa(i)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMapping is the part of a filing before the keyring: checks and mapping of
// personal fields.
func BenchmarkMapping(b *testing.B) {
	c := benchComplaints(b, es.StdCodec{})
	in := complaintOf("暖阳家电")
	key := caseID(es.DeriveID(es.Namespace, "bench"))
	b.Run("seal fields", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := mapping{sealing: newSealing(key.String()), law: c.Law}
			m.file(anyConsumer, &in, key, 1)
		}
	})
	b.Run("body hash", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.bodies.hash(routeFile, "id", &in); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkView(b *testing.B) {
	c := benchComplaints(b, goccyCodec{})
	_, v, err := c.File(context.Background(), anyConsumer, complaintOf("暖阳家电"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.View(context.Background(), anyConsumer, v.ID, nil); err != nil {
			b.Fatal(err)
		}
	}
}
