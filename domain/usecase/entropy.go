package usecase

import (
	"encoding/base64"
	"fmt"
	"io"
	"sync"

	"fangxin/domain/es"
)

// entropy draws random bytes in blocks, so that a filing asks the machine seldom. A
// source that fails once is not used again: nothing is written without its salt.
type entropy struct {
	mu     sync.Mutex
	from   io.Reader
	block  [1024]byte
	left   []byte
	failed error
}

func (e *entropy) draw(b []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.left) < len(b) && e.failed == nil {
		if _, err := io.ReadFull(e.from, e.block[:]); err != nil {
			e.failed = fmt.Errorf("no entropy: %w", err)
		}
		e.left = e.block[:]
	}
	if e.failed != nil {
		return e.failed
	}
	n := copy(b, e.left)
	e.left = e.left[n:]
	return nil
}

// salt is 16 random bytes in base64.
func (e *entropy) salt() (string, error) {
	var b [16]byte
	if err := e.draw(b[:]); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b[:]), nil
}

// id is a random UUID, version 4.
func (e *entropy) id() (es.ID, error) {
	var id es.ID
	if err := e.draw(id[:]); err != nil {
		return es.ID{}, err
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}
