package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"

	"fangxin/domain/es"
)

const (
	// applicationID marks the file as ours ("FxES"); `file` and SQLite show it.
	applicationID = 0x46784553
	// schemaVersion is stored as user_version. A program refuses a larger one.
	schemaVersion = 1
	// synchronousFull is how SQLite reports that every commit is synced.
	synchronousFull = 2
)

// schema of version 1. An event row is whole in itself. The unique index is at
// once the way to a stream and the guard of its revisions. Type names are few and
// stand in a table of their own. recorded is microseconds since 1970, UTC.
var schema = []string{
	`CREATE TABLE types (
		no   INTEGER PRIMARY KEY,
		name TEXT NOT NULL UNIQUE
	) STRICT`,
	`CREATE TABLE events (
		position INTEGER PRIMARY KEY,
		stream   TEXT    NOT NULL,
		revision INTEGER NOT NULL,
		type     INTEGER NOT NULL,
		id       BLOB    NOT NULL,
		recorded INTEGER NOT NULL,
		data     BLOB    NOT NULL,
		meta     BLOB    NOT NULL
	) STRICT`,
	`CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)`,
	fmt.Sprintf(`PRAGMA application_id = %d`, applicationID),
	fmt.Sprintf(`PRAGMA user_version = %d`, schemaVersion),
}

// prepareFile makes sure the file is an event store this program understands. An
// empty file becomes one, in one transaction.
func prepareFile(ctx context.Context, c *conn) error {
	mode, err := c.text(ctx, `PRAGMA journal_mode`)
	if err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("%w: journal mode is %q, the file system cannot do WAL", es.ErrUnavailable, mode)
	}
	sync, err := c.number(ctx, `PRAGMA synchronous`)
	if err != nil {
		return err
	}
	if sync != synchronousFull {
		return fmt.Errorf("%w: synchronous is %d, not FULL", es.ErrUnavailable, sync)
	}
	app, err := c.number(ctx, `PRAGMA application_id`)
	if err != nil {
		return err
	}
	version, err := c.number(ctx, `PRAGMA user_version`)
	if err != nil {
		return err
	}
	switch {
	case app == applicationID && version == schemaVersion:
		return nil
	case app == applicationID && version > schemaVersion:
		return fmt.Errorf("%w: schema %d, this program knows %d", es.ErrNewerSchema, version, schemaVersion)
	case app == applicationID:
		return damaged("schema %d was never released", version)
	}
	tables, err := c.number(ctx, `SELECT count(*) FROM sqlite_schema`)
	if err != nil {
		return err
	}
	if app != 0 || version != 0 || tables != 0 {
		return damaged("the file is a database, but not an event store")
	}
	return create(ctx, c)
}

func create(ctx context.Context, c *conn) error {
	if err := c.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	for _, statement := range schema {
		if err := c.exec(ctx, statement); err != nil {
			_ = c.exec(context.Background(), `ROLLBACK`) // the first error is the one to tell
			return err
		}
	}
	return c.exec(ctx, `COMMIT`)
}

// inspected is how many of the newest events are looked at when a store opens.
const inspected = 1000

// inspect looks at what a crash or a careless copy would hurt first: the newest
// events stand without gaps and the index leads to each of them. It takes the
// same time for any size of log and answers the head.
func inspect(ctx context.Context, c *conn) (head int64, err error) {
	if head, err = c.number(ctx, `SELECT max(position) FROM events`); err != nil {
		return 0, err
	}
	tail := fmt.Sprintf(`(SELECT * FROM events ORDER BY position DESC LIMIT %d)`, inspected)
	var count, first int64
	err = c.each(ctx, `SELECT count(*), coalesce(min(position), 1) FROM `+tail, func(row []driver.Value) (bool, error) {
		count, first = row[0].(int64), row[1].(int64)
		return false, nil
	})
	if err != nil {
		return 0, err
	}
	if first < 1 || head-first+1 != count || count < min(head, inspected) {
		return 0, damaged("positions have gaps between %d and %d", first, head)
	}
	lost, err := c.number(ctx, `SELECT count(*) FROM `+tail+` AS e
		WHERE NOT EXISTS (SELECT 1 FROM types WHERE no = e.type)
		   OR NOT EXISTS (SELECT 1 FROM events INDEXED BY events_by_stream
				WHERE stream = e.stream AND revision = e.revision AND position = e.position)
		   OR e.revision > 0 AND NOT EXISTS (SELECT 1 FROM events INDEXED BY events_by_stream
				WHERE stream = e.stream AND revision = e.revision - 1 AND position < e.position)`)
	if err == nil && lost != 0 {
		err = damaged("%d of the newest events cannot be found by stream and revision", lost)
	}
	return head, err
}
