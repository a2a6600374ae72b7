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

// Erasure is one line of the erasure list: whose key was destroyed, restricted or given
// free, and when it was decided. It names no person: a subject is an opaque id.
type Erasure struct {
	Subject sealed.Subject
	// State is what the key came to: erased where it says nothing, restricted, or active
	// where a restriction was lifted.
	State sealed.State
	At    time.Time
}

// erasureLine is an Erasure as it is written. A restriction stands under a name of its
// own, so that a program that knows erasures alone refuses the list and erases nobody.
type erasureLine struct {
	Subject    sealed.Subject `json:"subject,omitempty"`
	Restricted sealed.Subject `json:"restricted,omitempty"`
	Released   sealed.Subject `json:"released,omitempty"`
	At         time.Time      `json:"at"`
}

// MarshalJSON writes one line.
func (e Erasure) MarshalJSON() ([]byte, error) {
	line := erasureLine{At: e.At}
	switch e.State {
	case sealed.Restricted:
		line.Restricted = e.Subject
	case sealed.Active:
		line.Released = e.Subject
	default:
		line.Subject = e.Subject
	}
	return json.Marshal(line)
}

// UnmarshalJSON reads one line. One that names two subjects, or none, is ErrDamaged.
func (e *Erasure) UnmarshalJSON(data []byte) error {
	var line erasureLine
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	*e = Erasure{At: line.At}
	named := 0
	for _, of := range []struct {
		subject sealed.Subject
		state   sealed.State
	}{{line.Subject, ""}, {line.Restricted, sealed.Restricted}, {line.Released, sealed.Active}} {
		if of.subject != "" {
			e.Subject, e.State = of.subject, of.state
			named++
		}
	}
	if named != 1 {
		return ErrDamaged
	}
	return nil
}

// rowState is the state of the key's row.
func (e Erasure) rowState() string {
	switch e.State {
	case sealed.Restricted:
		return restricted
	case sealed.Active:
		return active
	}
	return erased
}

// lastOf keeps what became of each subject in the end, in the order of the list. What
// was erased stays erased.
func lastOf(list []Erasure) []Erasure {
	at := map[sealed.Subject]int{}
	var last []Erasure
	for _, e := range list {
		i, known := at[e.Subject]
		switch {
		case !known:
			at[e.Subject] = len(last)
			last = append(last, e)
		case last[i].rowState() != erased:
			last[i] = e
		}
	}
	return last
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
