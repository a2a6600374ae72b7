package sqlite

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"fangxin/domain/es"
)

// hold takes the store for this process: the lock file is opened without sharing
// and stays open.
func hold(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	const sharingViolation = syscall.Errno(32)
	if errors.Is(err, sharingViolation) {
		return nil, fmt.Errorf("%w: %s is held", es.ErrLocked, path)
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(h), path), nil
}

// syncDir has no counterpart: NTFS journals names itself.
func syncDir(string) error { return nil }
