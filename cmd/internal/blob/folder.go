package blob

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

const tempFolder = "incoming"

// folder is the storage in a folder: two levels, so that no folder grows large.
type folder struct{ dir string }

// prepare removes what a crash left half written.
func (f folder) prepare() error {
	temp := filepath.Join(f.dir, tempFolder)
	return errors.Join(os.RemoveAll(temp), os.MkdirAll(temp, 0o700))
}

func (f folder) draft() (*os.File, error) {
	return os.CreateTemp(filepath.Join(f.dir, tempFolder), "*")
}

func (f folder) groupOf(group string) string { return filepath.Join(f.dir, group[:2], group) }

// publish renames: who reads the copy that stood goes on reading it.
func (f folder) publish(_ context.Context, draft *os.File, at place) error {
	if err := errors.Join(draft.Sync(), draft.Close()); err != nil {
		return err
	}
	group := f.groupOf(at.group)
	if err := os.MkdirAll(group, 0o700); err != nil {
		return err
	}
	if err := os.Rename(draft.Name(), filepath.Join(group, at.copy)); err != nil {
		return err
	}
	for dir := group; ; dir = filepath.Dir(dir) {
		if err := syncFolder(dir); err != nil || dir == filepath.Clean(f.dir) {
			return err
		}
	}
}

func (f folder) replace(ctx context.Context, draft *os.File, at place) error {
	return f.publish(ctx, draft, at)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f folder) copies(_ context.Context, group string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		entries, err := os.ReadDir(f.groupOf(group))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield("", err)
			return
		}
		for _, e := range entries {
			if !yield(e.Name(), nil) {
				return
			}
		}
	}
}

func (f folder) open(_ context.Context, at place) (source, error) {
	file, err := os.Open(filepath.Join(f.groupOf(at.group), at.copy))
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return sizedFile{File: file, size: info.Size()}, nil
}

type sizedFile struct {
	*os.File
	size int64
}

// Size implements source.
func (f sizedFile) Size() int64 { return f.size }
