package keyring

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"

	"fangxin/domain/sealed"
)

// What opening and using the file may answer, beside the errors of the port.
var (
	// ErrLocked: another process holds the keyring.
	ErrLocked = fmt.Errorf("keyring is held by another process: %w", sealed.ErrUnavailable)
	// ErrFull: no room on the disk. Nothing was written.
	ErrFull = fmt.Errorf("no room left for keys: %w", sealed.ErrUnavailable)
	// ErrClosed: the keyring was closed.
	ErrClosed = fmt.Errorf("keyring closed: %w", sealed.ErrUnavailable)
	// ErrDamaged: what is stored cannot be trusted.
	ErrDamaged = errors.New("keyring damaged")
	// ErrNewerSchema: a newer program wrote the keyring.
	ErrNewerSchema = errors.New("keyring was written by a newer version")
	// ErrMasterKey: the master key is not the one this keyring was made with.
	ErrMasterKey = errors.New("wrong master key for this keyring")
	// ErrNoMasterKey: the keyring holds keys, but the file of the master key is
	// missing. No new one is made, for it would open nothing.
	ErrNoMasterKey = errors.New("master key file is missing")
	// ErrBadMasterKey: the master key is not 32 bytes.
	ErrBadMasterKey = errors.New("master key is not 32 bytes")
)

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const (
	codeBusy     = 5
	codeLocked   = 6
	codeCorrupt  = 11
	codeFull     = 13
	codeNotADB   = 26
	primaryCodes = 0xff
)

// translate gives a driver's error the meaning callers test for.
func translate(what string, err error) error {
	if err == nil {
		return nil
	}
	kind := sealed.ErrUnavailable
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & primaryCodes {
		case codeBusy, codeLocked:
			kind = ErrLocked
		case codeFull:
			kind = ErrFull
		case codeCorrupt, codeNotADB:
			kind = ErrDamaged
		}
	} else if isMeaning(err) {
		return err
	}
	return fmt.Errorf("%s: %w", what, errors.Join(kind, err))
}

// isMeaning says whether err is already one that callers test for.
func isMeaning(err error) bool {
	for _, known := range []error{sealed.ErrUnavailable, ErrDamaged, ErrNewerSchema, ErrMasterKey, ErrNoMasterKey,
		ErrBadMasterKey, sealed.ErrNoKey, sealed.ErrErased, sealed.ErrRestricted, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
