package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangxin/domain/es"
)

const (
	appendWriters = 128
	perStream     = 10 // events in a stream before a writer opens the next
)

const postgresTable = `create table events (
	position bigint generated always as identity primary key,
	stream text not null, revision bigint not null, id uuid not null, type text not null,
	data bytea not null, meta bytea not null, recorded timestamptz not null default now(),
	unique (stream, revision))`

const postgresInsert = `insert into events (stream, revision, id, type, data, meta) values ($1, $2, $3, $4, $5, $6)`

// OpenStore opens an embedded event store in a folder.
type OpenStore func(ctx context.Context, dir string) (es.Store, error)

// Append compares durable appends of one event of about 600 bytes, each waited
// for by its writer.
// PostgreSQL is left out where it is not installed, unless it is required.
func Append(open OpenStore, required bool) Bench {
	return Bench{Name: "append", About: fmt.Sprintf("durable appends, %d writers", appendWriters), Run: func(ctx context.Context, r *Run) error {
		sides := []Side{
			{"append-only file", func(ctx context.Context) (float64, error) { return fileRate(ctx, r) }},
			{"embedded store", func(ctx context.Context) (float64, error) { return storeRate(ctx, r, open) }},
		}
		dir, err := r.Dir()
		if err != nil {
			return err
		}
		server, err := startPostgres(ctx, dir, appendWriters, "")
		switch {
		case errors.Is(err, ErrMissing) && !required:
			r.Skip(err.Error())
		case err != nil:
			return err
		default:
			defer func() { _ = server.stop() }()
			sides = append(sides, Side{"postgresql, a connection a writer", func(ctx context.Context) (float64, error) { return postgresRate(ctx, r, server) }})
		}
		m, err := r.SideBySide(ctx, "events/s", sides...)
		if err != nil {
			return err
		}
		r.AtLeast("embedded store / append-only file", m[1]/m[0], 0.15)
		if len(m) > 2 {
			r.AtLeast("embedded store / postgresql", m[1]/m[2], 3)
		}
		return nil
	}}
}

// sample is an event of about 600 bytes: data and metadata as they are stored.
func sample(worker, i int) es.Pending {
	data := fmt.Appendf(nil, `{"kind":"final","text":{"suite":"A1","subject":"%036d","cipher":"%0200d"},"via":"portal","occurred":{"on":"2026-03-02","source":"online"}}`, worker, i)
	meta := fmt.Appendf(nil, `{"at":"2026-03-02T01:02:03.000004Z","actor":"m-%d","role":"merchant","command":"%s","name":"respond","body":"%064d","ruleset":"ORD-121","calendar":"CN-2026.1","schema":1,"source":"native","salt":"AAAAAAAAAAAAAAAAAAAAAA=="}`,
		worker, es.DeriveID(es.Namespace, fmt.Sprint(worker), fmt.Sprint(i)), i)
	return es.Pending{ID: es.DeriveID(es.Namespace, "bench", fmt.Sprint(worker), fmt.Sprint(i)), Type: "complaint.responded.v1", Data: data, Meta: meta}
}

func fileRate(ctx context.Context, r *Run) (float64, error) {
	dir, err := r.Dir()
	if err != nil {
		return 0, err
	}
	f, err := openAppendFile(dir)
	if err != nil {
		return 0, err
	}
	acks := make([]chan error, appendWriters)
	for i := range acks {
		acks[i] = make(chan error, 1)
	}
	rate, err := perSecond(ctx, appendWriters, r.span, func(_ context.Context, w, i int) error {
		e := sample(w, i)
		return f.append(append(e.Data, e.Meta...), acks[w])
	})
	return rate, errors.Join(err, f.close())
}

func storeRate(ctx context.Context, r *Run, open OpenStore) (float64, error) {
	dir, err := r.Dir()
	if err != nil {
		return 0, err
	}
	store, err := open(ctx, dir)
	if err != nil {
		return 0, err
	}
	rate, err := perSecond(ctx, appendWriters, r.span, func(ctx context.Context, w, i int) error {
		stream := es.StreamID(fmt.Sprintf("complaint.%d-%d", w, i/perStream))
		_, err := store.Append(ctx, stream, es.Revision(i%perStream-1), []es.Pending{sample(w, i)})
		return err
	})
	return rate, errors.Join(err, store.Close())
}

func postgresRate(ctx context.Context, r *Run, server *postgres) (float64, error) {
	admin, err := server.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "drop table if exists events; "+postgresTable); err != nil {
		return 0, err
	}
	connections := make([]*pgx.Conn, appendWriters)
	for i := range connections {
		if connections[i], err = server.connect(ctx); err != nil {
			return 0, err
		}
		defer connections[i].Close(ctx)
	}
	return perSecond(ctx, appendWriters, r.span, func(ctx context.Context, w, i int) error {
		e := sample(w, i)
		_, err := connections[w].Exec(ctx, postgresInsert,
			fmt.Sprintf("complaint.%d-%d", w, i/perStream), i%perStream, [16]byte(e.ID), e.Type, e.Data, e.Meta)
		return err
	})
}
