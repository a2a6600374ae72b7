package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"fangxin/domain/es"
)

// primary is the primary result code of SQLite (https://sqlite.org/rescode.html),
// 0 for any other error.
func primary(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// classify gives an error of SQLite or of the file system the meaning the port
// has for it. The original stays in the chain.
func classify(doing string, err error) error {
	var meaning error
	switch primary(err) {
	case code.SQLITE_FULL:
		meaning = es.ErrFull
	case code.SQLITE_BUSY, code.SQLITE_LOCKED:
		meaning = es.ErrLocked
	case code.SQLITE_CORRUPT, code.SQLITE_NOTADB, code.SQLITE_CONSTRAINT, code.SQLITE_MISMATCH, code.SQLITE_FORMAT:
		meaning = es.ErrDamaged
	default:
		switch {
		case known(err):
			return fmt.Errorf("%s: %w", doing, err)
		case errors.Is(err, syscall.ENOSPC):
			meaning = es.ErrFull
		default:
			meaning = es.ErrUnavailable
		}
	}
	return fmt.Errorf("%s: %w: %w", doing, meaning, err)
}

// known errors already say what they mean.
func known(err error) bool {
	for _, e := range []error{
		es.ErrUnavailable, es.ErrDamaged, es.ErrClosed, es.ErrNewerSchema, es.ErrUnknownOutcome, es.ErrStreamNotFound,
		context.Canceled, context.DeadlineExceeded, fs.ErrExist,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// damaged says what cannot be trusted.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", es.ErrDamaged, fmt.Sprintf(format, args...))
}
