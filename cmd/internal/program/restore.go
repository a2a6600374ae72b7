package program

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"fangxin/cmd/internal/keyring"
)

// restore puts a backup into an empty folder, erases again what was erased since it
// was made, and verifies the result.
func restore(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("restore", in.Stderr)
	erasures := fs.String("erasures", "", "erasure list of the installation the backup comes from (its erasures/erasures.jsonl)")
	source, err := parse(fs, file, args, in.Env)
	if err != nil {
		return err
	}
	if len(source) != 1 {
		return fmt.Errorf("%w: restore BACKUP --data DIR", errConfig)
	}
	if err := c.whole(); err != nil {
		return err
	}
	r := &restoring{from: source[0], to: c.folder(), erasures: *erasures, say: in.Stderr}
	if err := r.check(); err != nil {
		return err
	}
	if err := r.put(ctx); err != nil {
		return errors.Join(err, removeContents(c.Data))
	}
	r.tell()
	return verifyFolder(ctx, in, *c)
}

// restoring is one backup on its way into a folder.
type restoring struct {
	from     string
	to       folder
	erasures string
	say      io.Writer
	m        manifest
	erased   int
}

var errNoMaster = errors.New("the backup does not hold the master key: give it with --master-key FILE")

// check finds what makes the restore impossible before anything is written.
func (r *restoring) check() (err error) {
	if r.m, err = readManifest(r.from); err != nil {
		return err
	}
	if !r.m.MasterKey && r.to.master == "" {
		return errNoMaster
	}
	if r.to.master != "" {
		if _, err := os.Stat(r.to.master); err != nil {
			return fmt.Errorf("master key: %w", err)
		}
	}
	if r.erasures != "" {
		if _, err := os.Stat(r.erasures); err != nil {
			return fmt.Errorf("erasure list: %w", err)
		}
		list, err := keyring.ErasureList(r.erasures)
		if err != nil {
			return err
		}
		r.erased = len(list)
	}
	return makeEmpty(r.to.root)
}

// put copies every listed file and checks it on the way. The log comes last: without
// it there is no installation.
func (r *restoring) put(ctx context.Context) error {
	if err := r.to.make(); err != nil {
		return err
	}
	if r.erasures != "" {
		if err := copyFile(r.erasures, r.to.erasures()); err != nil {
			return err
		}
	}
	p := newProgress(r.say, "files", r.m.Files)
	defer p.end()
	var log listed
	found := int64(0)
	err := eachListed(r.from, func(l listed) error {
		found++
		if err := ctx.Err(); err != nil {
			return err
		}
		if filepath.Join(r.to.root, filepath.FromSlash(l.Path)) == r.to.events() {
			log = l
			return nil
		}
		p.add(1)
		return r.copy(l)
	})
	if err != nil {
		return err
	}
	if log.Path == "" || found != r.m.Files {
		return fmt.Errorf("%s: %d files, %d expected: %w", fileList, found, r.m.Files, errTornBackup)
	}
	p.add(1)
	return r.copy(log)
}

// copy copies a file and compares what it copied with the list.
func (r *restoring) copy(l listed) error {
	f, err := os.Open(filepath.Join(r.from, filepath.FromSlash(l.Path)))
	if err != nil {
		return fmt.Errorf("%s: %w: %w", l.Path, errTornBackup, err)
	}
	defer f.Close()
	to := filepath.Join(r.to.root, filepath.FromSlash(l.Path))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	sum := sha256.New()
	if err := writeWhole(to, io.TeeReader(f, sum)); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != l.SHA256 {
		return fmt.Errorf("%s: not the file that was backed up: %w", l.Path, errTornBackup)
	}
	return nil
}

// tell says what a restored installation needs to be known of it.
func (r *restoring) tell() {
	fmt.Fprintf(r.say, "restored the backup of %s: %d events, %d files\n", r.m.MadeAt.Format("2006-01-02 15:04 MST"), r.m.Events, r.m.Files)
	if r.erasures == "" {
		fmt.Fprintln(r.say, "WARNING: no --erasures were given. Personal data erased after the backup was made can be read again.")
	} else {
		fmt.Fprintf(r.say, "%d erasures are applied\n", r.erased)
	}
	if r.to.master != "" {
		fmt.Fprintf(r.say, "the master key stays in %s: every command needs --master-key\n", r.to.master)
	}
}
