package keyring

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
	"sync"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
)

// copyCommit is how many subjects one transaction of a backup holds.
const copyCommit = 4096

// ringCopy writes subjects from an object store into a file of keys.
type ringCopy struct {
	ring *objectRing
	mu   sync.Mutex
	db   *database
	mark driver.StmtExecContext
	open int // subjects in the transaction
}

// Backup writes the keys of the object store into one file. It can be opened as a
// keyring by itself, with the same master key.
func (k *objectRing) Backup(ctx context.Context, dest string) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	return backUp(dest, func(part string) error { return k.copyTo(ctx, part) })
}

func (k *objectRing) copyTo(ctx context.Context, part string) (err error) {
	db, err := openDatabase(part)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.check(k.master.check); err != nil {
		return err
	}
	// The place of a hash in the file says when it was learnt.
	stmt, err := db.conn.Prepare("INSERT OR IGNORE INTO known(n, id, hash) VALUES(?, ?, ?)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	c := &ringCopy{ring: k, db: db, mark: stmt.(driver.StmtExecContext)}
	if _, err := db.exec(db.begin); err != nil {
		return err
	}
	err = k.inBatches(func(add func(string) error) error {
		return k.walk(ctx, func(name, _ string) error { return add(name) })
	}, func(name string) error { return c.copy(ctx, name) })
	if err == nil {
		_, err = db.exec(db.commit)
	}
	if err == nil {
		// Hashes were not written in order: their pages may hold older copies.
		err = db.run("VACUUM")
	}
	if err != nil {
		return err
	}
	return db.emptyLog()
}

// copy copies one subject. One that is erased and whose object is missing stands in
// the list alone.
func (c *ringCopy) copy(ctx context.Context, name string) error {
	st, err := c.ring.lookByName(ctx, name)
	if errors.Is(err, sealed.ErrNoKey) || err == nil && st.record.Subject == "" {
		return nil
	}
	if err != nil {
		return err
	}
	var marks map[mark]int64
	wrapped := make([]byte, wrappedSize)
	if st.state != erased {
		copy(wrapped, st.record.Key)
		if marks, err = c.ring.marksOf(ctx, name); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.write(st, wrapped, marks)
}

func (c *ringCopy) write(st standing, wrapped []byte, marks map[mark]int64) error {
	id, _, err := c.db.insert(st.record.Subject, st.state, wrapped)
	if err != nil {
		return err
	}
	for m, at := range marks {
		for written := int64(0); written == 0; at++ {
			result, err := c.mark.ExecContext(context.Background(), c.db.args([]driver.Value{at, id, m[:]}))
			if err != nil {
				return err
			}
			if written, err = result.RowsAffected(); err != nil {
				return err
			}
		}
	}
	if c.open++; c.open < copyCommit {
		return nil
	}
	c.open = 0
	if _, err := c.db.exec(c.db.commit); err != nil {
		return err
	}
	_, err = c.db.exec(c.db.begin)
	return err
}

// marksOf answers the hashes of a subject and when each was learnt, in nanoseconds.
func (k *objectRing) marksOf(ctx context.Context, name string) (map[mark]int64, error) {
	marks := make(map[mark]int64)
	own := marksFolder + name + "/"
	for o, err := range objects.All(ctx, k.store, own) {
		if err != nil {
			return nil, unavailable("keyring", err)
		}
		m, err := readMark(strings.TrimPrefix(o.Name, own))
		if err != nil {
			return nil, err
		}
		text, err := k.learntIn(ctx, o.Name, "")
		if errors.Is(err, sealed.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
		}
		at, _ := learntAt(text)
		marks[m] = at.UnixNano()
	}
	return marks, nil
}
