package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"
)

// quickCheck runs SQLite's own check on a small file.
func quickCheck(ctx context.Context, c *conn, path string, below int64) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() > below {
		return err
	}
	return pragmaCheck(ctx, c, `PRAGMA quick_check(10)`)
}

// pragmaCheck runs a check of SQLite's, which answers "ok" or what is wrong.
func pragmaCheck(ctx context.Context, c *conn, pragma string) error {
	var found []string
	err := c.each(ctx, pragma, func(row []driver.Value) (bool, error) {
		if line := fmt.Sprint(row[0]); line != "ok" {
			found = append(found, line)
		}
		return true, nil
	})
	if err == nil && len(found) > 0 {
		err = damaged("%s", strings.Join(found, "; "))
	}
	return err
}

// invariants are the questions whose only good answer is no row. Each row names a
// place.
var invariants = []struct{ what, sql string }{
	{"no event at position", `
		SELECT position - 1 FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM events)
		WHERE position <> n LIMIT 1`},
	{"revisions have gaps in stream", `
		SELECT stream FROM events INDEXED BY events_by_stream
		GROUP BY stream HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1 LIMIT 10`},
	{"revisions and positions disagree in stream", `
		SELECT stream FROM (SELECT stream, position, lag(position) OVER (PARTITION BY stream ORDER BY revision) AS before FROM events)
		WHERE position < before LIMIT 10`},
	{"unknown type or identifier at position", `
		SELECT position FROM events WHERE type NOT IN (SELECT no FROM types) OR length(id) <> 16 LIMIT 10`},
}

// Check reads the whole file: SQLite's integrity_check, then that positions and
// revisions have no gaps and agree. It may run while the store is in use, needs
// time in proportion to the log, and answers es.ErrDamaged with every place it
// found.
func (s *Store) Check(ctx context.Context) error {
	if err := s.using.enter(); err != nil {
		return err
	}
	defer s.using.leave()
	return s.whileOpen(ctx, "check", func(ctx context.Context) error {
		c, err := connect(ctx, s.path, true)
		if err != nil {
			return err
		}
		return errors.Join(check(ctx, c), c.close())
	})
}

func check(ctx context.Context, c *conn) error {
	all := []error{pragmaCheck(ctx, c, `PRAGMA integrity_check(100)`)}
	if _, err := inspect(ctx, c); err != nil {
		all = append(all, err)
	}
	for _, i := range invariants {
		err := c.each(ctx, i.sql, func(row []driver.Value) (bool, error) {
			all = append(all, damaged("%s %v", i.what, row[0]))
			return true, nil
		})
		all = append(all, err)
	}
	return errors.Join(all...)
}
