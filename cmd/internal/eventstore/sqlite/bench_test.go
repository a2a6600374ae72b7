package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"fangxin/domain/es"
)

// sample is an event of about 600 bytes, as a complaint writes it.
func sample(id es.ID) es.Pending {
	return es.Pending{
		ID: id, Type: "complaint.accepted.v1",
		Data: []byte(`{"text":"` + strings.Repeat("d", 290) + `"}`),
		Meta: []byte(`{"at":"2026-11-23T08:00:00Z","name":"` + strings.Repeat("m", 260) + `"}`),
	}
}

func openBench(b *testing.B, options Options) *Store {
	b.Helper()
	s, err := Open(context.Background(), filepath.Join(b.TempDir(), "events.db"), options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// BenchmarkAppend: 128 writers, one event of 600 bytes an append, durable.
func BenchmarkAppend(b *testing.B) {
	const writers = 128
	for _, length := range []int64{1, 20, 1 << 40} {
		b.Run(fmt.Sprintf("events_a_stream=%d", length), func(b *testing.B) {
			s := openBench(b, Options{})
			ctx := context.Background()
			var writer atomic.Int64
			b.SetParallelism((writers + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				w := writer.Add(1)
				var id es.ID
				id[0], id[1] = byte(w>>8), byte(w)
				for n := int64(0); pb.Next(); n++ {
					id[8], id[9], id[10], id[11] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
					stream := es.StreamID("complaint." + es.DeriveID(id, fmt.Sprint(n/length)).String())
					if length > 1 {
						var base es.ID
						base[0], base[1] = id[0], id[1]
						stream = es.StreamID("complaint." + es.DeriveID(base, fmt.Sprint(n/length)).String())
					}
					if _, err := s.Append(ctx, stream, es.Revision(n%length-1), []es.Pending{sample(id)}); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// filled is a store of streams with 20 events each.
func filled(b *testing.B, streams int) *Store {
	b.Helper()
	s := openBench(b, Options{})
	for i := range streams {
		var events []es.Pending
		for j := range 20 {
			events = append(events, sample(es.EventID(es.DeriveID(es.Namespace, fmt.Sprint(i)), j)))
		}
		if _, err := s.Append(context.Background(), streamOf(i), es.None, events); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func streamOf(i int) es.StreamID {
	return es.StreamID("complaint." + es.DeriveID(es.Namespace, "stream", fmt.Sprint(i)).String())
}

// BenchmarkReadStream: a case of 20 events.
func BenchmarkReadStream(b *testing.B) {
	s := filled(b, 500)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		n := 0
		for _, err := range s.Read(context.Background(), streamOf(i%500), 0) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 20 {
			b.Fatalf("%d events", n)
		}
	}
}

// BenchmarkReadAll: one operation is one event of a scan of the log, alone and with
// a caller who checks the JSON of each event.
func BenchmarkReadAll(b *testing.B) {
	s := filled(b, 2000)
	for name, work := range map[string]func(es.Envelope) bool{
		"scan":  func(es.Envelope) bool { return true },
		"check": func(e es.Envelope) bool { return json.Valid(e.Data) && json.Valid(e.Meta) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; n < b.N; {
				for e, err := range s.ReadAll(context.Background(), es.Position{}) {
					if err != nil || !work(e) {
						b.Fatal(err)
					}
					if n++; n >= b.N {
						break
					}
				}
			}
		})
	}
}
