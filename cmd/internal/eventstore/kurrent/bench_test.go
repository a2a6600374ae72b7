package kurrent_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// benchEvent is of the size of an ordinary event of a case.
func benchEvent(stream es.StreamID, i int) es.Pending {
	return es.Pending{
		ID: es.EventID(es.DeriveID(es.Namespace, string(stream)), i), Type: "complaint.accepted.v1",
		Data: fmt.Appendf(nil, `{"n":%d,"text":%q}`, i, make([]byte, 120)),
		Meta: fmt.Appendf(nil, `{"n":%d,"salt":%q}`, i, make([]byte, 60)),
	}
}

// vendors is the vendor's client.
func vendors(b *testing.B, server *kurrenttest.Server) *esdb.Client {
	b.Helper()
	conf, err := esdb.ParseConnectionString(server.ConnectionString())
	if err != nil {
		b.Fatal(err)
	}
	conf.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(conf)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	return client
}

// filled is a log of n events.
func filled(b *testing.B, n int) es.Store {
	b.Helper()
	log := estest.NewStore()
	for from := 0; from < n; from += 500 {
		batch := make([]es.Pending, 500)
		for i := range batch {
			batch[i] = benchEvent("bench.log", from+i)
		}
		if _, err := log.Append(b.Context(), "bench.log", es.Revision(from-1), batch); err != nil {
			b.Fatal(err)
		}
	}
	return log
}

// BenchmarkAppend sets the adapter's append beside the vendor's client's, in turns
// against one server, and reports the ratio of their times.
func BenchmarkAppend(b *testing.B) {
	server := served(b, estest.NewStore(), kurrenttest.Options{})
	store, bare := opened(b, quick(server)), vendors(b, server)
	plain := func(ctx context.Context, stream es.StreamID, i int) error {
		e := benchEvent(stream, i)
		options := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
		if i > 0 {
			options.ExpectedRevision = esdb.Revision(uint64(i - 1))
		}
		_, err := bare.AppendToStream(ctx, string(stream), options, esdb.EventData{
			EventID: uuid.UUID(e.ID), EventType: e.Type, ContentType: esdb.ContentTypeJson, Data: e.Data, Metadata: e.Meta,
		})
		return err
	}
	adapter := func(ctx context.Context, stream es.StreamID, i int) error {
		_, err := store.Append(ctx, stream, es.Revision(i-1), []es.Pending{benchEvent(stream, i)})
		return err
	}
	var spent [2]time.Duration
	i := 0
	for b.Loop() {
		for k, append := range []func(context.Context, es.StreamID, int) error{plain, adapter} {
			began := time.Now()
			if err := append(b.Context(), es.StreamID(fmt.Sprintf("bench.%d", k)), i); err != nil {
				b.Fatal(err)
			}
			spent[k] += time.Since(began)
		}
		i++
	}
	b.ReportMetric(float64(spent[0].Microseconds())/float64(i), "bare-µs/op")
	b.ReportMetric(float64(spent[1].Microseconds())/float64(i), "adapter-µs/op")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "adapter/bare")
}

// BenchmarkReadAll reads a log of 20,000 events through the adapter and through
// the vendor's client, in turns.
func BenchmarkReadAll(b *testing.B) {
	const n = 20_000
	server := served(b, filled(b, n), kurrenttest.Options{})
	store, bare := opened(b, quick(server)), vendors(b, server)
	var spent [2]time.Duration
	rounds := 0
	for b.Loop() {
		began := time.Now()
		all, err := bare.ReadAll(b.Context(), esdb.ReadAllOptions{From: esdb.Start{}}, n)
		if err != nil {
			b.Fatal(err)
		}
		for range n {
			if _, err := all.Recv(); err != nil {
				b.Fatal(err)
			}
		}
		all.Close()
		spent[0] += time.Since(began)
		began = time.Now()
		for _, err := range store.ReadAll(b.Context(), es.Position{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
		spent[1] += time.Since(began)
		rounds++
	}
	b.ReportMetric(float64(rounds*n)/spent[0].Seconds(), "bare-events/s")
	b.ReportMetric(float64(rounds*n)/spent[1].Seconds(), "adapter-events/s")
}
