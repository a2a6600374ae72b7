package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fangxin/domain/es"
)

func path(t testing.TB) string { return filepath.Join(t.TempDir(), "events.db") }

// opened is a store that the test's end closes.
func opened(t testing.TB, path string, options Options) *Store {
	t.Helper()
	s := mustOpen(t, path, options)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fill(t testing.TB, s es.Store, stream es.StreamID, n int) {
	t.Helper()
	for from := 0; from < n; from += 500 {
		to := min(from+500, n)
		if _, err := s.Append(t.Context(), stream, es.Revision(from-1), crashEvents(stream, es.Revision(from-1), to-from)); err != nil {
			t.Fatal(err)
		}
	}
}

func count(t testing.TB, s es.Store) (n int) {
	t.Helper()
	for _, err := range s.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestLocked(t *testing.T) {
	p := path(t)
	s := mustOpen(t, p, Options{})
	if _, err := Open(t.Context(), p, Options{}); !errors.Is(err, es.ErrLocked) || !errors.Is(err, es.ErrUnavailable) {
		t.Fatalf("second open: %v", err)
	}
	fill(t, s, "case.1", 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fill(t, opened(t, p, Options{}), "case.2", 1)
}

// sql runs statements on the file as another program might.
func sql(t testing.TB, path string, statements ...string) {
	t.Helper()
	c, err := connect(t.Context(), path, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if err := c.exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchema(t *testing.T) {
	p := path(t)
	opened := mustOpen(t, p, Options{})
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	sql(t, p, fmt.Sprintf(`PRAGMA user_version = %d`, schemaVersion+1))
	if _, err := Open(t.Context(), p, Options{}); !errors.Is(err, es.ErrNewerSchema) {
		t.Fatalf("open: %v", err)
	}
}

// damages make a file that is no event store, or no longer one.
func damages() map[string]func(t testing.TB, path string) {
	return map[string]func(t testing.TB, path string){
		"not a database": func(t testing.TB, p string) {
			if err := os.WriteFile(p, []byte(strings.Repeat("a shopping list\n", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"another database": func(t testing.TB, p string) { sql(t, p, `CREATE TABLE t (x)`) },
		"another's mark":   func(t testing.TB, p string) { sql(t, p, `PRAGMA application_id = 7`) },
		"an unknown schema": func(t testing.TB, p string) {
			sql(t, p, `PRAGMA user_version = 0`, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
		},
		"a gap near the head": func(t testing.TB, p string) { stored(t, p); sql(t, p, `DELETE FROM events WHERE position = 2990`) },
		"a lost head": func(t testing.TB, p string) {
			stored(t, p)
			sql(t, p, `UPDATE events SET revision = revision + 7 WHERE position = 3000`)
		},
		"a lost type": func(t testing.TB, p string) { stored(t, p); sql(t, p, `DELETE FROM types`) },
		"a torn file": func(t testing.TB, p string) {
			stored(t, p)
			if err := os.Truncate(p, 900_000); err != nil {
				t.Fatal(err)
			}
		},
		"noise": func(t testing.TB, p string) {
			stored(t, p)
			f, err := os.OpenFile(p, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt(make([]byte, 100_000), 400_000); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// TestDamagedAtOpen: the damage is named, and does not heal by looking.
func TestDamagedAtOpen(t *testing.T) {
	for name, hurt := range damages() {
		t.Run(name, func(t *testing.T) {
			p := path(t)
			hurt(t, p)
			for range 2 {
				s, err := Open(t.Context(), p, Options{})
				if err == nil {
					err = errors.Join(errors.New("opened"), s.Close())
				}
				if !errors.Is(err, es.ErrDamaged) {
					t.Fatalf("open: %v", err)
				}
			}
		})
	}
}

// stored is a closed store of 3000 events at the path.
func stored(t testing.TB, path string) {
	t.Helper()
	s := mustOpen(t, path, Options{})
	fill(t, s, "case.1", 2000)
	fill(t, s, "case.2", 1000)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestCheckFindsOldDamage: what opening does not look at, Check finds.
func TestCheckFindsOldDamage(t *testing.T) {
	for name, statement := range map[string]string{
		"a gap":              `DELETE FROM events WHERE position = 17`,
		"an unknown type":    `UPDATE events SET type = 9 WHERE position = 17`,
		"a short identifier": `UPDATE events SET id = x'01' WHERE position = 17`,
		"exchanged events":   `UPDATE events SET revision = CASE revision WHEN 5 THEN -6 ELSE -5 END WHERE stream = 'case.1' AND revision IN (5, 6)`,
	} {
		t.Run(name, func(t *testing.T) {
			p := path(t)
			stored(t, p)
			sql(t, p, statement, `UPDATE events SET revision = -revision WHERE revision < 0`)
			s := opened(t, p, Options{QuickCheckBelow: -1})
			if err := s.Check(t.Context()); !errors.Is(err, es.ErrDamaged) {
				t.Fatalf("check: %v", err)
			}
		})
	}
	p := path(t)
	stored(t, p)
	if err := opened(t, p, Options{}).Check(t.Context()); err != nil {
		t.Fatalf("check of a sound store: %v", err)
	}
}

// TestFull: a full disk refuses, loses nothing, and the store goes on when there is
// room again.
func TestFull(t *testing.T) {
	s := opened(t, path(t), Options{})
	fill(t, s, "case.1", 100)
	limit := func(pages int) {
		if _, err := s.writer.prepareOnce(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(60)
	n, err := 0, error(nil)
	for ; err == nil; n++ {
		stream := es.StreamID(fmt.Sprintf("case.full.%d", n))
		_, err = s.Append(t.Context(), stream, es.None, crashEvents(stream, es.None, 10))
	}
	if !errors.Is(err, es.ErrFull) || !errors.Is(err, es.ErrUnavailable) || errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatalf("append %d: %v", n, err)
	}
	if got := count(t, s); got != 100+(n-1)*10 {
		t.Fatalf("%d events, acknowledged %d", got, 100+(n-1)*10)
	}
	limit(1 << 30)
	stream := es.StreamID(fmt.Sprintf("case.full.%d", n-1))
	if r, err := s.Append(t.Context(), stream, es.None, crashEvents(stream, es.None, 10)); err != nil || r.Repeated {
		t.Fatalf("with room again: %+v, %v", r, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// prepareOnce runs a statement on the writer's connection, which is idle.
func (w *writer) prepareOnce(sql string) (int64, error) {
	s, err := w.conn.prepare(context.Background(), sql)
	if err != nil {
		return 0, err
	}
	return s.exec()
}

// brokenCommit commits, or not, and reports a failure of the disk.
type brokenCommit struct {
	driver.Stmt
	driver.StmtQueryContext
	inner   *statement
	commits bool
}

func (b brokenCommit) ExecContext(context.Context, []driver.NamedValue) (driver.Result, error) {
	if b.commits {
		if _, err := b.inner.exec(); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("input/output error")
}

// TestUnknownOutcome: after a commit that failed in the dark nothing is written any
// more, and a new start decides.
func TestUnknownOutcome(t *testing.T) {
	for _, commits := range []bool{true, false} {
		p := path(t)
		s := mustOpen(t, p, Options{})
		fill(t, s, "case.1", 3)
		s.writer.commit = &statement{raw: brokenCommit{inner: s.writer.commit, commits: commits}}
		events := crashEvents("case.1", 2, 2)
		if _, err := s.Append(t.Context(), "case.1", 2, events); !errors.Is(err, es.ErrUnknownOutcome) {
			t.Fatalf("append: %v", err)
		}
		if _, err := s.Append(t.Context(), "case.2", es.None, events); !errors.Is(err, es.ErrUnavailable) || errors.Is(err, es.ErrUnknownOutcome) {
			t.Fatalf("append to a broken store: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = opened(t, p, Options{})
		r, err := s.Append(t.Context(), "case.1", 2, events)
		if err != nil || r.Revision != 4 || r.Repeated != commits {
			t.Fatalf("the same again: %+v, %v", r, err)
		}
	}
}

// TestClassify: what does not come from SQLite has a meaning, too, and keeps it.
func TestClassify(t *testing.T) {
	for err, want := range map[error]error{
		&os.PathError{Op: "write", Err: syscall.ENOSPC}: es.ErrFull,
		&os.PathError{Op: "open", Err: syscall.EACCES}:  es.ErrUnavailable,
		damaged("event at position 7"):                  es.ErrDamaged,
		fmt.Errorf("x: %w", es.ErrStreamNotFound):       es.ErrStreamNotFound,
		context.DeadlineExceeded:                        context.DeadlineExceeded,
	} {
		got := classify("work", err)
		if !errors.Is(got, want) || !errors.Is(got, err) {
			t.Errorf("%v became %v", err, got)
		}
		if errors.Is(want, es.ErrUnavailable) != errors.Is(got, es.ErrUnavailable) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// TestMissingFolder: a path that cannot be opened is no damage.
func TestMissingFolder(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "missing", "events.db"), Options{})
	if !errors.Is(err, es.ErrUnavailable) || !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("open: %v", err)
	}
}
