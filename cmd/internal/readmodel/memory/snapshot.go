package memory

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"

	"fangxin/projections/readmodel"
)

// A snapshot is magic, version of the form, length of the body, the body and its
// checksum (CRC-32C). It holds what projections put: sealed values stay sealed.
const (
	magic    = "FXRM"
	version  = 4
	fileName = "readmodel.snapshot"
	headSize = len(magic) + 4 + 8
)

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// encode is the model as a snapshot.
func (m *Model) encode() ([]byte, error) {
	w := writer{b: make([]byte, headSize)}
	m.mu.RLock()
	spaces := make(map[readmodel.Space]*space, len(m.spaces))
	for of, s := range m.spaces {
		spaces[of] = s
	}
	w.uint(uint64(len(m.current)))
	for of, build := range m.current {
		w.text(of.Projection)
		w.uint(uint64(of.Version))
		w.uint(uint64(build))
	}
	m.mu.RUnlock()
	w.uint(uint64(len(spaces)))
	for of, s := range spaces {
		im := s.image(of)
		if err := im.encode(&w); err != nil {
			return nil, err
		}
	}
	copy(w.b, magic)
	binary.LittleEndian.PutUint32(w.b[len(magic):], version)
	binary.LittleEndian.PutUint64(w.b[len(magic)+4:], uint64(len(w.b)-headSize))
	return binary.LittleEndian.AppendUint32(w.b, crc32.Checksum(w.b, castagnoli())), nil
}

// decode reads a snapshot into an empty model. A space whose documents this program
// does not know is left out. errDamaged.
func (m *Model) decode(b []byte, types func(readmodel.Space) []readmodel.DocType) error {
	if len(b) < headSize+4 || string(b[:len(magic)]) != magic ||
		binary.LittleEndian.Uint32(b[len(magic):]) != version ||
		binary.LittleEndian.Uint64(b[len(magic)+4:]) != uint64(len(b)-headSize-4) {
		return errDamaged
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli()) != sum {
		return errDamaged
	}
	r := reader{b: body[headSize:]}
	current, spaces := map[readmodel.Space]int{}, map[readmodel.Space]*space{}
	for range r.count() {
		of := readmodel.Space{Projection: r.text(), Version: int(r.uint())}
		current[of] = int(r.uint())
	}
	for range r.count() {
		if of, s := decodeSpace(&r, types); s != nil && !brokenOff(of, current) {
			spaces[of] = s
		}
	}
	if r.bad || len(r.b) > 0 {
		return errDamaged
	}
	for of, v := range current {
		if spaces[readmodel.Space{Projection: of.Projection, Version: v}] == nil {
			delete(current, of)
		}
	}
	m.current, m.spaces = current, spaces
	return nil
}

// brokenOff: the space is a build beside the current one of the same version. The
// rebuild that filled it is gone, and the next begins anew.
func brokenOff(s readmodel.Space, current map[readmodel.Space]int) bool {
	now, ok := current[versionOf(s)]
	return ok && now != s.Version
}

// write puts a snapshot in place of the last one: whole or not at all.
func write(dir string, b []byte) error {
	f, err := os.CreateTemp(dir, fileName+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, fileName))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// syncDir makes the rename durable. Systems that cannot sync a directory keep it
// durable by themselves.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		return errors.Join(err, d.Close())
	}
	return d.Close()
}

// clean removes what an interrupted write left.
func clean(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, fileName+".*"))
	for _, f := range left {
		err = errors.Join(err, os.Remove(f))
	}
	return err
}
