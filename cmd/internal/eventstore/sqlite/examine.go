package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Examine runs Check on a file that Open refuses: it names every place of the
// damage, where opening ends at the first. It changes nothing and answers
// es.ErrDamaged, es.ErrLocked or es.ErrUnavailable.
func Examine(ctx context.Context, path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return classify("examine "+path, err)
	}
	if _, err := os.Stat(absolute); err != nil {
		return classify("examine "+path, err)
	}
	lock, err := hold(absolute + ".lock")
	if err != nil {
		return classify("examine "+path, err)
	}
	c, err := connect(ctx, absolute, true)
	if err == nil {
		err = errors.Join(check(ctx, c), c.close())
	}
	if err = errors.Join(err, lock.Close()); err != nil {
		return classify("examine "+path, err)
	}
	return nil
}
