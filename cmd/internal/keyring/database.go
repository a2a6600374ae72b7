package keyring

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"

	"modernc.org/sqlite"
)

const schemaVersion = 1

// Rows with secrets lie in rowid tables, appended in order and overwritten in
// place; see the package comment. The index on hashes holds three of their bytes:
// enough to find a row among many millions, too few to say whose phone it was.
const schema = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE subject_key(id INTEGER PRIMARY KEY, subject BLOB NOT NULL UNIQUE, state TEXT NOT NULL, wrapped BLOB NOT NULL);
CREATE TABLE known(n INTEGER PRIMARY KEY, id INTEGER NOT NULL, hash BLOB NOT NULL);
CREATE INDEX known_by_tag ON known(substr(hash,1,3));
CREATE INDEX known_by_id ON known(id);
`

// database is the one connection, used by one goroutine at a time. It speaks to
// the driver directly: database/sql would cost more than the inserts themselves.
type database struct {
	conn  driver.Conn
	named []driver.NamedValue

	begin, commit, rollback          statement
	savepoint, release, undo         statement
	insertKey, findKey, setState     statement
	insertKnown, addKnown, same      statement
	overwriteKey, overwriteKnown     statement
	overwriteMark                    statement
	countStates, keysAfter, truncate statement
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// openDatabase opens or makes the file and takes it for this process alone.
func openDatabase(path string) (*database, error) {
	if err := private(path); err != nil {
		return nil, translate("open keyring", err)
	}
	conn, err := new(sqlite.Driver).Open("file:" + (&url.URL{Path: path}).EscapedPath())
	if err != nil {
		return nil, translate("open keyring", err)
	}
	db := &database{conn: conn}
	if err := db.setUp(); err != nil {
		db.close()
		return nil, translate("open keyring", err)
	}
	return db, nil
}

// private lets nobody but the owner read the file, and with it the log beside it,
// whose mode SQLite takes from it. A file that stands is not opened: closing it
// would drop the locks this process may have on it.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			err = os.Chmod(path, 0o600)
		}
		return err
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// setUp orders matter: exclusive locking before the log is first touched, so that
// no shared-memory file is made and a second process is turned away at once.
func (db *database) setUp() error {
	for _, pragma := range []string{
		"PRAGMA busy_timeout=0", "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA secure_delete=ON",
		"PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-16384", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
		"PRAGMA wal_autocheckpoint=8000",
		"BEGIN IMMEDIATE", "COMMIT",
	} {
		if err := db.run(pragma); err != nil {
			return err
		}
	}
	version, err := db.integer("PRAGMA user_version")
	if err != nil {
		return err
	}
	switch {
	case version > schemaVersion:
		return fmt.Errorf("schema %d, this program knows %d: %w", version, schemaVersion, ErrNewerSchema)
	case version == 0:
		if err := db.create(); err != nil {
			return err
		}
	}
	return db.prepare()
}

func (db *database) create() error {
	return db.run(fmt.Sprintf("BEGIN; %s PRAGMA user_version=%d; COMMIT", schema, schemaVersion))
}

func (db *database) prepare() error {
	for _, s := range []struct {
		to  *statement
		sql string
	}{
		{&db.begin, "BEGIN"}, {&db.commit, "COMMIT"}, {&db.rollback, "ROLLBACK"},
		{&db.savepoint, "SAVEPOINT task"}, {&db.release, "RELEASE task"}, {&db.undo, "ROLLBACK TO task"},
		{&db.insertKey, "INSERT OR IGNORE INTO subject_key(subject, state, wrapped) VALUES(?, ?, ?)"},
		{&db.findKey, "SELECT id, state, wrapped FROM subject_key WHERE subject=?"},
		{&db.setState, "UPDATE subject_key SET state=?2 WHERE id=?1"},
		{&db.overwriteKey, "UPDATE subject_key SET state='E', wrapped=?2 WHERE id=?1"},
		{&db.insertKnown, "INSERT INTO known(id, hash) VALUES(?, ?)"},
		{&db.addKnown, "INSERT INTO known(id, hash) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM known WHERE id=?1 AND hash=?2)"},
		{&db.overwriteKnown, "UPDATE known SET hash=?2 WHERE id=?1"},
		{&db.overwriteMark, "UPDATE known SET hash=?3 WHERE id=?1 AND hash=?2"},
		{&db.same, `SELECT k.subject FROM known JOIN subject_key k ON k.id=known.id
			WHERE substr(hash,1,3)=substr(?1,1,3) AND hash=?1 AND k.state='A' ORDER BY n DESC LIMIT ?2`},
		{&db.countStates, "SELECT state, count(*) FROM subject_key GROUP BY state"},
		{&db.keysAfter, "SELECT id, subject, state, wrapped FROM subject_key WHERE id>? ORDER BY id LIMIT 1000"},
		{&db.truncate, "PRAGMA wal_checkpoint(TRUNCATE)"},
	} {
		stmt, err := db.conn.Prepare(s.sql)
		if err != nil {
			return err
		}
		*s.to = stmt.(statement)
	}
	return nil
}

// run executes a script without arguments.
func (db *database) run(script string) error {
	_, err := db.conn.(driver.ExecerContext).ExecContext(context.Background(), script, nil)
	return err
}

// integer answers the first column of the only row.
func (db *database) integer(query string) (int64, error) {
	rows, err := db.conn.(driver.QueryerContext).QueryContext(context.Background(), query, nil)
	if err != nil {
		return 0, err
	}
	var n int64
	_, err = each(rows, func(row []driver.Value) error {
		n, _ = row[0].(int64)
		return nil
	})
	return n, err
}

func (db *database) args(values []driver.Value) []driver.NamedValue {
	db.named = db.named[:0]
	for i, v := range values {
		db.named = append(db.named, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return db.named
}

func (db *database) exec(s statement, values ...driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), db.args(values))
}

// query calls do for each row and answers how many there were.
func (db *database) query(s statement, do func([]driver.Value) error, values ...driver.Value) (int, error) {
	rows, err := s.QueryContext(context.Background(), db.args(values))
	if err != nil {
		return 0, err
	}
	return each(rows, do)
}

func each(rows driver.Rows, do func([]driver.Value) error) (n int, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for ; ; n++ {
		if err := rows.Next(row); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
		if err := do(row); err != nil {
			return n, err
		}
	}
}

// check compares the stored check value of the master key, or stores it first.
func (db *database) check(value []byte) error {
	var stored []byte
	rows, err := db.conn.(driver.QueryerContext).QueryContext(context.Background(), "SELECT value FROM meta WHERE name='check'", nil)
	if err != nil {
		return err
	}
	n, err := each(rows, func(row []driver.Value) error {
		stored, _ = row[0].([]byte)
		return nil
	})
	switch {
	case err != nil:
		return err
	case n == 0:
		_, err := db.conn.(driver.ExecerContext).ExecContext(context.Background(),
			"INSERT INTO meta VALUES('check', ?)", db.args([]driver.Value{value}))
		return err
	case !bytes.Equal(stored, value):
		return ErrMasterKey
	}
	return nil
}

// hasCheck says whether a master key was ever used with this file.
func (db *database) hasCheck() (bool, error) {
	n, err := db.integer("SELECT count(*) FROM meta WHERE name='check'")
	return n > 0, err
}

func (db *database) close() error {
	for _, s := range []statement{db.begin, db.commit, db.rollback, db.savepoint, db.release, db.undo, db.insertKey,
		db.findKey, db.setState, db.insertKnown, db.addKnown, db.same, db.overwriteKey, db.overwriteKnown, db.overwriteMark,
		db.countStates, db.keysAfter, db.truncate} {
		if s != nil {
			s.Close()
		}
	}
	return db.conn.Close()
}
