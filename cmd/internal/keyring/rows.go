package keyring

import (
	"database/sql/driver"
	"fmt"

	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// States as they are stored: one letter each, so that a change of state keeps the
// row's size.
const (
	active     = "A"
	restricted = "R"
	erased     = "E"
)

func stateOf(letter string) (sealed.State, error) {
	switch letter {
	case active:
		return sealed.Active, nil
	case restricted:
		return sealed.Restricted, nil
	case erased:
		return sealed.Erased, nil
	}
	return "", fmt.Errorf("state %q: %w", letter, ErrDamaged)
}

func refusal(letter string) error {
	switch letter {
	case restricted:
		return sealed.ErrRestricted
	case erased:
		return sealed.ErrErased
	}
	return nil
}

// storedSubject is the subject's form in the file: 16 bytes where it is a UUID in
// canonical form, else the text. SQLite never takes a blob for a text.
func storedSubject(s sealed.Subject) driver.Value {
	if id, err := es.ParseID(string(s)); err == nil && id.String() == string(s) {
		return id[:]
	}
	return string(s)
}

func readSubject(v driver.Value) (sealed.Subject, error) {
	switch v := v.(type) {
	case []byte:
		if len(v) == len(es.ID{}) {
			return sealed.Subject(es.ID(v).String()), nil
		}
	case string:
		return sealed.Subject(v), nil
	}
	return "", fmt.Errorf("subject %v: %w", v, ErrDamaged)
}

// keyRow is a row of subject_key.
type keyRow struct {
	id      int64
	state   string
	wrapped []byte
}

// find answers sealed.ErrNoKey for a subject that never had a key.
func (db *database) find(s sealed.Subject) (keyRow, error) {
	var r keyRow
	n, err := db.query(db.findKey, func(row []driver.Value) error {
		r.id, _ = row[0].(int64)
		r.state, _ = row[1].(string)
		r.wrapped, _ = row[2].([]byte)
		return nil
	}, storedSubject(s))
	if err == nil && n == 0 {
		err = sealed.ErrNoKey
	}
	return r, err
}

// insert stores a key and answers its row, or false where the subject has one.
func (db *database) insert(s sealed.Subject, state string, wrapped []byte) (int64, bool, error) {
	res, err := db.exec(db.insertKey, storedSubject(s), state, wrapped)
	if err != nil {
		return 0, false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return 0, false, err
	}
	id, err := res.LastInsertId()
	return id, true, err
}

// know stores different marks of a subject; fresh says that it has none yet.
func (db *database) know(id int64, marks []mark, fresh bool) error {
	stmt := db.addKnown
	if fresh {
		stmt = db.insertKnown
	}
	for i := range marks {
		if _, err := db.exec(stmt, id, marks[i][:]); err != nil {
			return err
		}
	}
	return nil
}

// destroy overwrites the key and the marks of a row in place.
func (db *database) destroy(id int64) error {
	if _, err := db.exec(db.overwriteKey, id, make([]byte, wrappedSize)); err != nil {
		return err
	}
	_, err := db.exec(db.overwriteKnown, id, make([]byte, markSize))
	return err
}

func (db *database) sameMark(m mark, limit int) ([]sealed.Subject, error) {
	var found []sealed.Subject
	_, err := db.query(db.same, func(row []driver.Value) error {
		s, err := readSubject(row[0])
		found = append(found, s)
		return err
	}, m[:], int64(limit))
	return found, err
}

// emptyLog moves everything into the database file and truncates the log.
func (db *database) emptyLog() error {
	_, err := db.query(db.truncate, func(row []driver.Value) error {
		if busy, _ := row[0].(int64); busy != 0 {
			return ErrLocked
		}
		return nil
	})
	return err
}
