package program

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A backup is a folder with the layout of a data folder and two lists. The manifest
// is written last: a folder without it is no backup.
const (
	manifestName   = "manifest.json"
	manifestFormat = 1
	// fileList names every file of the backup, one JSON object a line, so that a
	// million pieces of evidence need no memory.
	fileList    = "files.jsonl"
	maxManifest = 1 << 20
)

// manifest says what a backup holds.
type manifest struct {
	Format  int       `json:"format"`
	Version string    `json:"version"`
	MadeAt  time.Time `json:"made_at"`
	// Head is the position of the last event in the copy, Events their number.
	Head   string `json:"head"`
	Events int64  `json:"events"`
	// Keys counts the keys by state, erased ones as the place they had.
	Keys struct {
		Active     int64 `json:"active"`
		Restricted int64 `json:"restricted"`
		Erased     int64 `json:"erased"`
	} `json:"keys"`
	MasterKey bool `json:"master_key"`
	// Files and Bytes count what the list names; List is the SHA-256 of the list.
	Files int64  `json:"files"`
	Bytes int64  `json:"bytes"`
	List  string `json:"list"`
}

// listed is one line of the list: a path below the backup with slashes.
type listed struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

var (
	errNoBackup    = errors.New("no backup there")
	errNewerBackup = errors.New("the backup was made by a newer version")
	errTornBackup  = errors.New("the backup is damaged")
)

// listing writes the list of a backup.
type listing struct {
	root string
	file *os.File
	out  *bufio.Writer
	hash func() string
	m    *manifest
}

func newListing(root string, m *manifest) (*listing, error) {
	f, err := os.OpenFile(filepath.Join(root, fileList), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	return &listing{
		root: root, file: f, out: bufio.NewWriter(io.MultiWriter(f, h)), m: m,
		hash: func() string { return hex.EncodeToString(h.Sum(nil)) },
	}, nil
}

// add lists a file that lies below the root.
func (l *listing) add(path string) error {
	size, sum, err := digest(path)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(l.root, path)
	if err != nil {
		return err
	}
	l.m.Files++
	l.m.Bytes += size
	return json.NewEncoder(l.out).Encode(listed{filepath.ToSlash(name), size, sum})
}

// finish writes the manifest: now the folder is a backup.
func (l *listing) finish() error {
	if err := errors.Join(l.out.Flush(), l.file.Sync(), l.file.Close()); err != nil {
		return err
	}
	l.m.List = l.hash()
	text, err := json.MarshalIndent(l.m, "", "  ")
	if err != nil {
		return err
	}
	return writeSynced(filepath.Join(l.root, manifestName), append(text, '\n'))
}

// digest reads a file once.
func digest(path string) (int64, string, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// writeSynced writes a file that only its owner reads: whole or not at all.
func writeSynced(path string, content []byte) error {
	return writeWhole(path, strings.NewReader(string(content)))
}

func writeWhole(path string, content io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// copyFile copies a file, whole and synced, into a folder that is made if needed.
func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.Open(filepath.Clean(from))
	if err != nil {
		return err
	}
	defer f.Close()
	return writeWhole(to, f)
}

// syncFolder makes names durable. A system that cannot sync a folder keeps them so.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// readManifest checks a backup's manifest and that the list is the one it was made
// with.
func readManifest(root string) (m manifest, err error) {
	f, err := os.Open(filepath.Join(root, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s: %w", root, errNoBackup)
	}
	if err != nil {
		return m, err
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w: %w", manifestName, errTornBackup, err)
	}
	if m.Format > manifestFormat {
		return m, fmt.Errorf("%s: format %d: %w", manifestName, m.Format, errNewerBackup)
	}
	_, sum, err := digest(filepath.Join(root, fileList))
	if err != nil {
		return m, fmt.Errorf("%w: %w", errTornBackup, err)
	}
	if sum != m.List {
		return m, fmt.Errorf("%s: %w", fileList, errTornBackup)
	}
	return m, nil
}

// eachListed reads the list of a backup.
func eachListed(root string, do func(listed) error) error {
	f, err := os.Open(filepath.Join(root, fileList))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var l listed
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("%s: %w: %w", fileList, errTornBackup, err)
		}
		if !filepath.IsLocal(filepath.FromSlash(l.Path)) {
			return fmt.Errorf("%s: path %q: %w", fileList, l.Path, errTornBackup)
		}
		if err := do(l); err != nil {
			return err
		}
	}
	return lines.Err()
}
