package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// conn is one connection, driven below database/sql: the pool, the locks and the
// conversions of that package cost more than the statements of a group commit.
// A conn is used by one goroutine at a time.
type conn struct {
	raw interface {
		driver.Conn
		driver.ExecerContext
		driver.QueryerContext
		driver.ConnPrepareContext
	}
	statements []*statement
}

// connect opens the file with the settings durability rests on. It creates the
// file when it is missing.
func connect(ctx context.Context, path string, readOnly bool) (*conn, error) {
	q := url.Values{
		"_busy_timeout": {"2000"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_dqs":          {"0"},
		"_defensive":    {"1"},
		"_error_rc":     {"1"},
		// On macOS alone fsync does not reach the platter without these.
		"_pragma": {"fullfsync(1)", "checkpoint_fullfsync(1)", "journal_size_limit(67108864)", "trusted_schema(0)"},
	}
	if readOnly {
		q.Set("_query_only", "1")
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a drive letter
		path = "/" + path
	}
	name := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	connector, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, err
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{}
	ok := false
	if c.raw, ok = raw.(interface {
		driver.Conn
		driver.ExecerContext
		driver.QueryerContext
		driver.ConnPrepareContext
	}); !ok {
		return nil, errors.Join(fmt.Errorf("driver connection %T lacks context methods", raw), raw.Close())
	}
	return c, nil
}

// close ends the statements, too: SQLite keeps a connection half open, and its
// write-ahead log unfolded, for as long as one of them lives.
func (c *conn) close() error {
	var all []error
	for _, s := range c.statements {
		all = append(all, s.raw.Close())
	}
	c.statements = nil
	return errors.Join(append(all, c.raw.Close())...)
}

// exec runs SQL that is not worth preparing.
func (c *conn) exec(ctx context.Context, sql string, args ...driver.Value) error {
	_, err := c.raw.ExecContext(ctx, sql, named(nil, args))
	return err
}

// each runs a query that is not worth preparing.
func (c *conn) each(ctx context.Context, sql string, row func([]driver.Value) (bool, error)) error {
	rows, err := c.raw.QueryContext(ctx, sql, nil)
	if err != nil {
		return err
	}
	return drain(rows, make([]driver.Value, len(rows.Columns())), row)
}

// number is the single integer a query answers; NULL is 0.
func (c *conn) number(ctx context.Context, sql string) (n int64, err error) {
	err = c.each(ctx, sql, func(row []driver.Value) (bool, error) {
		n, _ = row[0].(int64)
		return false, nil
	})
	return n, err
}

// text is the single string a query answers.
func (c *conn) text(ctx context.Context, sql string) (s string, err error) {
	err = c.each(ctx, sql, func(row []driver.Value) (bool, error) {
		s, _ = row[0].(string)
		return false, nil
	})
	return s, err
}

// statement is a prepared statement with room for its arguments and its row.
type statement struct {
	raw interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
	args []driver.NamedValue
	row  []driver.Value
}

func (c *conn) prepare(ctx context.Context, sql string) (*statement, error) {
	raw, err := c.raw.PrepareContext(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", sql, err)
	}
	s := &statement{}
	ok := false
	if s.raw, ok = raw.(interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}); !ok {
		return nil, errors.Join(fmt.Errorf("driver statement %T lacks context methods", raw), raw.Close())
	}
	c.statements = append(c.statements, s)
	return s, nil
}

// exec runs the statement and says how many rows it changed. No context: a
// statement that may be interrupted costs a goroutine each time, and all of ours
// are short.
func (s *statement) exec(args ...driver.Value) (int64, error) {
	s.args = named(s.args, args)
	result, err := s.raw.ExecContext(context.Background(), s.args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// each calls row for every row until it answers false. The row is reused.
func (s *statement) each(row func([]driver.Value) (bool, error), args ...driver.Value) error {
	s.args = named(s.args, args)
	rows, err := s.raw.QueryContext(context.Background(), s.args)
	if err != nil {
		return err
	}
	if s.row == nil {
		s.row = make([]driver.Value, len(rows.Columns()))
	}
	return drain(rows, s.row, row)
}

func drain(rows driver.Rows, dest []driver.Value, row func([]driver.Value) (bool, error)) error {
	for more := true; more; {
		err := rows.Next(dest)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			more, err = row(dest)
		}
		if err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return rows.Close()
}

func named(into []driver.NamedValue, args []driver.Value) []driver.NamedValue {
	if cap(into) < len(args) {
		into = make([]driver.NamedValue, len(args))
	}
	into = into[:len(args)]
	for i, a := range args {
		into[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return into
}
