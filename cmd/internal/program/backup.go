package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fangxin/cmd/internal/eventstore/sqlite"
)

// Kinds of backup.
const (
	backupFull  = "full"  // all that restore needs
	backupProbe = "probe" // for verify: linked evidence, the read models, the erasures
	backupLog   = "log"   // for export: the log alone
)

// backupOrder is what is asked of a backup.
type backupOrder struct {
	Dest      string `json:"dest"`
	Kind      string `json:"kind"`
	MasterKey bool   `json:"master_key,omitempty"`
}

var (
	errNotEmpty = errors.New("the folder is not empty")
	errInside   = errors.New("a backup inside the data folder is lost with it")
	errKind     = errors.New("no such kind of backup")
	// errElsewhere: a copy of one part alone would look like a backup and be none.
	errElsewhere = errors.New("log, keys or evidence lie in servers of their own: back those up with their own tools (deploy/runbooks); fangxin export writes the log as lines of JSON")
)

// whole says whether everything to be copied lies in the data folder.
func (c Config) whole() error {
	if c.EventStore != "" || c.Objects != "" {
		return errElsewhere
	}
	return nil
}

func backup(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("backup", in.Stderr)
	withMaster := fs.Bool("with-master-key", false, "put the master key into the backup: who holds the backup then reads all personal data")
	dest, err := parse(fs, file, args, in.Env)
	if err != nil {
		return err
	}
	if len(dest) != 1 {
		return fmt.Errorf("%w: backup DEST", errConfig)
	}
	if err := c.whole(); err != nil {
		return err
	}
	o := backupOrder{Kind: backupFull, MasterKey: *withMaster}
	if o.Dest, err = filepath.Abs(dest[0]); err != nil {
		return err
	}
	f := c.folder()
	if err := f.outside(o.Dest); err != nil {
		return err
	}
	a, err := openStanding(ctx, *c)
	switch {
	case held(err):
		err = ask(ctx, f, "backup", o, in.Stderr)
	case err == nil:
		err = errors.Join(a.backupTo(ctx, o, in.Stderr), a.close())
	}
	if err != nil {
		return err
	}
	m, err := readManifest(o.Dest)
	if err != nil {
		return err
	}
	fmt.Fprintf(in.Stdout, "%s: %d events, %d keys, %d files, %d bytes\n", o.Dest, m.Events, m.Keys.Active+m.Keys.Restricted, m.Files, m.Bytes)
	tellMasterKey(in.Stderr, f, o.MasterKey)
	return nil
}

// tellMasterKey says loudly what a backup is worth without the master key.
func tellMasterKey(out io.Writer, f folder, inside bool) {
	path := f.masterKey()
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if inside {
		fmt.Fprintln(out, "WARNING: the backup holds the master key. Whoever has the backup can read all personal data.")
		return
	}
	fmt.Fprintf(out, "WARNING: the backup does not hold the master key.\n"+
		"  It lies in %s\n  Without it no personal data of this backup can ever be read. Keep a copy in another place.\n", path)
}

// outside refuses a destination within the data folder.
func (f folder) outside(dest string) error {
	root, err := filepath.Abs(f.root)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(root, dest)
	if err == nil && name != ".." && !strings.HasPrefix(name, ".."+string(filepath.Separator)) {
		return fmt.Errorf("%s: %w", dest, errInside)
	}
	return nil
}

// backupTo of a running node. For a probe the read models go first, so that they
// stand nowhere the copied log does not reach.
func (n *node) backupTo(ctx context.Context, o backupOrder, say io.Writer) error {
	if o.Kind != backupProbe {
		return n.adapters.backupTo(ctx, o, say)
	}
	if err := n.model.Save(); err != nil {
		return err
	}
	to := folder{root: o.Dest}
	if err := errors.Join(copyTree(ctx, n.folder.views(), to.views(), copyFile), copyIfAny(n.folder.erasures(), to.erasures())); err != nil {
		return err
	}
	return n.adapters.backupTo(ctx, o, say)
}

// backupTo copies the log, then the keys, then the evidence. A key and evidence are
// durable before the event that needs them, so what is copied later holds all that
// the copied log needs.
func (a *adapters) backupTo(ctx context.Context, o backupOrder, say io.Writer) error {
	switch o.Kind {
	case backupFull:
		return a.backupWhole(ctx, o, say)
	case backupProbe:
		return a.copyStores(ctx, folder{root: o.Dest}, linkFile, say)
	case backupLog:
		return a.copyLog(ctx, folder{root: o.Dest}, say)
	}
	return fmt.Errorf("%q: %w", o.Kind, errKind)
}

// backupWhole makes a backup in an empty folder, or leaves the folder empty.
func (a *adapters) backupWhole(ctx context.Context, o backupOrder, say io.Writer) (err error) {
	if err := a.folder.outside(o.Dest); err != nil {
		return err
	}
	if err := makeEmpty(o.Dest); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeContents(o.Dest))
		}
	}()
	to := folder{root: o.Dest}
	if err := a.copyStores(ctx, to, copyFile, say); err != nil {
		return err
	}
	if err := errors.Join(copyIfAny(a.folder.tokenKey(), to.tokenKey()), copyIfAny(a.folder.sample(), to.sample())); err != nil {
		return err
	}
	if o.MasterKey {
		if err := copyFile(a.folder.masterKey(), to.masterKey()); err != nil {
			return err
		}
	}
	fmt.Fprintln(say, "the manifest")
	return a.list(ctx, o)
}

func (a *adapters) copyLog(ctx context.Context, to folder, say io.Writer) error {
	fmt.Fprintln(say, "the log")
	return a.local.Backup(ctx, to.events())
}

// copyStores copies log, keys and evidence; each says how a file of evidence is
// taken over.
func (a *adapters) copyStores(ctx context.Context, to folder, each func(from, to string) error, say io.Writer) error {
	if err := a.copyLog(ctx, to, say); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to.keys()), 0o700); err != nil {
		return err
	}
	fmt.Fprintln(say, "the keys")
	if err := a.keyring.Backup(ctx, to.keys()); err != nil {
		return err
	}
	fmt.Fprintln(say, "the evidence")
	return copyTree(ctx, a.folder.evidence(), to.evidence(), each)
}

// list counts what was copied and names every file with its hash.
func (a *adapters) list(ctx context.Context, o backupOrder) error {
	to := folder{root: o.Dest}
	m := manifest{Format: manifestFormat, Version: release, MadeAt: time.Now().UTC().Truncate(time.Second), MasterKey: o.MasterKey}
	counts, err := a.keyring.Count(ctx)
	if err != nil {
		return err
	}
	m.Keys.Active, m.Keys.Restricted, m.Keys.Erased = counts.Active, counts.Restricted, counts.Erased
	if err := countLog(ctx, to, &m); err != nil {
		return err
	}
	l, err := newListing(o.Dest, &m)
	if err != nil {
		return err
	}
	err = filepath.WalkDir(o.Dest, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return ctx.Err()
		case d.Name() == fileList:
			return nil
		}
		return l.add(path)
	})
	if err != nil {
		return errors.Join(err, l.file.Close())
	}
	return l.finish()
}

// countLog opens the copy of the log, which checks it, and closes it as one file.
func countLog(ctx context.Context, to folder, m *manifest) error {
	store, err := sqlite.Open(ctx, to.events(), sqlite.Options{})
	if err != nil {
		return err
	}
	stats, err := store.Stats()
	m.Head, m.Events = stats.Head.String(), stats.Events
	return errors.Join(err, store.Close(), removeAll(to.events()+".lock"))
}

// makeEmpty makes a folder that holds nothing.
func makeEmpty(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%s: %w", dir, errNotEmpty)
	}
	return err
}

func removeContents(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// copyTree copies the files below a folder; what is being written there is left out.
func copyTree(ctx context.Context, from, to string, each func(from, to string) error) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // there is no such folder, or a half-written file has gone
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "incoming":
			return fs.SkipDir
		case d.IsDir() || !d.Type().IsRegular():
			return ctx.Err()
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if err := each(path, filepath.Join(to, name)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// linkFile shares the bytes where the file system can, and copies them elsewhere.
// Evidence is never written again.
func linkFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	return copyFile(from, to)
}

func copyIfAny(from, to string) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return copyFile(from, to)
}
