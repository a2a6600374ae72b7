package keyring

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fangxin/cmd/internal/secretfile"
	"fangxin/domain/sealed"
)

// Erasure is one line of the erasure list: whose key was destroyed, and when it was
// decided. It names no person: a subject is an opaque id.
type Erasure struct {
	Subject sealed.Subject `json:"subject"`
	At      time.Time      `json:"at"`
}

// maxErasureLine bounds a line of the list, in bytes.
const maxErasureLine = 4096

// ErasureList reads a list. A missing file is an empty list. A last line without
// its end was never acknowledged and is left out; any other line that does not
// decode is ErrDamaged.
func ErasureList(path string) ([]Erasure, error) {
	list, _, err := readErasures(path)
	return list, err
}

// readErasures also answers the length of the whole lines, in bytes.
func readErasures(path string) ([]Erasure, int64, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("erasure list: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	defer f.Close()
	var list []Erasure
	var length int64
	r := bufio.NewReaderSize(f, maxErasureLine)
	for {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return list, length, nil
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, 0, fmt.Errorf("erasure list at byte %d: %w", length, ErrDamaged)
		case err != nil:
			return nil, 0, fmt.Errorf("erasure list: %w", errors.Join(sealed.ErrUnavailable, err))
		}
		var e Erasure
		if json.Unmarshal(line, &e) != nil || sealed.CheckSubject(e.Subject) != nil {
			return nil, 0, fmt.Errorf("erasure list at byte %d: %w", length, ErrDamaged)
		}
		list = append(list, e)
		length += int64(len(line))
	}
}

// erasureLog appends to the list.
type erasureLog struct {
	file *os.File
	size int64
}

// openErasureLog opens the list for appending and cuts a line a crash left torn.
func openErasureLog(path string) (*erasureLog, []Erasure, error) {
	list, length, err := readErasures(path)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("erasure list: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	if err := errors.Join(f.Truncate(length), f.Sync(), secretfile.SyncFolder(filepath.Dir(path))); err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("erasure list: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	return &erasureLog{file: f, size: length}, list, nil
}

// append writes the erasures and returns when they are durable. After a failure
// the next append writes over what was left half done.
func (l *erasureLog) append(erasures []Erasure) error {
	var b bytes.Buffer
	for _, e := range erasures {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	if _, err := l.file.WriteAt(b.Bytes(), l.size); err != nil {
		return fmt.Errorf("erasure list: %w", errors.Join(sealed.ErrUnavailable, err, l.file.Truncate(l.size)))
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("erasure list: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	l.size += int64(b.Len())
	return nil
}

func (l *erasureLog) close() error { return l.file.Close() }
