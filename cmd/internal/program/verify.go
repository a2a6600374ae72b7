package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"fangxin/cmd/internal/audit"
	"fangxin/cmd/internal/blob"
	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// maxShown bounds the findings that are printed; all are counted.
const maxShown = 10_000

// copyPrefix begins the names of copies that a command makes in the data folder.
const copyPrefix = "copy-"

// verify checks an installation: exit 0 where it is clean, 1 with what is wrong and
// where.
func verify(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("verify", in.Stderr)
	if _, err := parse(fs, file, args, in.Env); err != nil {
		return err
	}
	if f := (folder{root: c.Data}); !f.exists() {
		return fmt.Errorf("%s: %w", c.Data, errNothing)
	}
	err := verifyFolder(ctx, in, *c)
	if held(err) {
		return verifyRunning(ctx, in, *c)
	}
	return err
}

// verifyRunning verifies a copy that the running node makes of itself.
func verifyRunning(ctx context.Context, in Invocation, c Config) error {
	fmt.Fprintln(in.Stderr, "the node is running: a copy of what it holds now is verified")
	f := folder{root: c.Data, master: c.MasterKey}
	return withCopy(ctx, in, f, backupProbe, func(copied folder) error {
		c.Data, c.MasterKey = copied.root, f.masterKey()
		return verifyFolder(ctx, in, c)
	})
}

// withCopy asks the running node for a copy in a folder that is removed afterwards.
// It lies in the data folder, where evidence can be shared instead of copied.
func withCopy(ctx context.Context, in Invocation, f folder, kind string, use func(copied folder) error) error {
	dir, err := os.MkdirTemp(f.root, copyPrefix+"*")
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err == nil {
		if err = ask(ctx, f, "backup", backupOrder{Dest: dir, Kind: kind}, in.Stderr); err == nil {
			err = use(folder{root: dir})
		}
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// verification is one run over one folder.
type verification struct {
	folder  folder
	config  Config
	in      Invocation
	found   int
	store   *sqlite.Store
	keyring *keyring.Keyring
	blobs   *blob.Store
	summary audit.Summary
	views   int
}

func verifyFolder(ctx context.Context, in Invocation, c Config) error {
	v := &verification{folder: folder{root: c.Data, master: c.MasterKey}, config: c, in: in}
	err := v.run(ctx)
	if v.keyring != nil {
		err = errors.Join(err, v.keyring.Close())
	}
	if v.store != nil {
		err = errors.Join(err, v.store.Close())
	}
	if err != nil {
		return err
	}
	return v.conclude()
}

func (v *verification) tell(f audit.Finding) {
	if v.found++; v.found <= maxShown {
		fmt.Fprintf(v.in.Stdout, "%s: %s\n", f.Where, f.What)
	}
}

func (v *verification) tellAll(all []audit.Finding) {
	for _, f := range all {
		v.tell(f)
	}
}

func (v *verification) conclude() error {
	if v.found > maxShown {
		fmt.Fprintf(v.in.Stdout, "... and %d more\n", v.found-maxShown)
	}
	s := v.summary
	fmt.Fprintf(v.in.Stdout, "%d events in %d streams, %d cases, %d sealed values opened, %d erased or restricted, %d clocks, %d files, %d projections\n",
		s.Events, s.Streams, s.Cases, s.Opened, s.Closed, s.Clocks, s.Files, v.views)
	if s.Unsure > 0 {
		fmt.Fprintf(v.in.Stdout, "%d clocks are provisional under an older calendar and were left out\n", s.Unsure)
	}
	if v.found > 0 {
		fmt.Fprintf(v.in.Stdout, "%d findings\n", v.found)
		return errFound
	}
	fmt.Fprintln(v.in.Stdout, "clean")
	return nil
}

// run opens each part by itself, so that damage to one does not hide another.
func (v *verification) run(ctx context.Context) error {
	if err := v.openLog(ctx); err != nil {
		return err
	}
	if err := v.openKeys(ctx); err != nil {
		return err
	}
	if v.store == nil {
		return nil
	}
	return v.read(ctx)
}

// openLog opens the log and checks its file. A damaged one is told of, and not read.
func (v *verification) openLog(ctx context.Context) (err error) {
	v.store, err = sqlite.Open(ctx, v.folder.events(), sqlite.Options{})
	if errors.Is(err, es.ErrDamaged) {
		if more := sqlite.Examine(ctx, v.folder.events()); more != nil {
			err = more
		}
		v.tellAll(audit.Lines("events.db", err))
		return nil
	}
	if err != nil {
		return err
	}
	if err := v.store.Check(ctx); errors.Is(err, es.ErrDamaged) {
		v.tellAll(audit.Lines("events.db", err))
	} else if err != nil {
		return err
	}
	return nil
}

// openKeys opens the keyring and unwraps every key. Nothing is made that is missing.
func (v *verification) openKeys(ctx context.Context) error {
	for _, path := range []string{v.folder.keys(), v.folder.masterKey()} {
		if _, err := os.Stat(path); err != nil {
			v.tell(audit.Finding{Where: "keys", What: err.Error()})
			return nil
		}
	}
	ring, err := keyring.Open(keyring.Options{
		Path: v.folder.keys(), MasterFile: v.folder.masterKey(), Erasures: v.folder.erasures(),
	})
	if isKeyDamage(err) {
		v.tellAll(audit.Lines("keys", err))
		return nil
	}
	if err != nil {
		return err
	}
	v.keyring = ring
	if err := ring.Verify(ctx); isKeyDamage(err) {
		v.tellAll(audit.Lines("keys", err))
	} else if err != nil {
		return err
	}
	nameKey, err := ring.Derive("evidence names")
	if err != nil {
		return err
	}
	v.blobs, err = blob.Open(blob.Options{Dir: v.folder.evidence(), Keyring: ring, NameKey: nameKey, Limit: v.config.MaxEvidence})
	return err
}

func isKeyDamage(err error) bool {
	for _, damage := range []error{keyring.ErrDamaged, keyring.ErrMasterKey, keyring.ErrBadMasterKey, keyring.ErrNoMasterKey} {
		if errors.Is(err, damage) {
			return true
		}
	}
	return false
}

// read reads every event, then the read models.
func (v *verification) read(ctx context.Context) error {
	law, err := loadLaw(v.config.Lanes)
	if err != nil {
		return err
	}
	a := &adapters{config: v.config, folder: v.folder, store: v.store, law: law, registry: usecase.NewRegistry(codec.JSON{})}
	stats, err := v.store.Stats()
	if err != nil {
		return err
	}
	p := newProgress(v.in.Stderr, "events", stats.Events)
	l := audit.Log{Store: v.store, Registry: a.registry, Law: law, Step: func(n int) { p.add(int64(n)) }, Tell: v.tell}
	if v.keyring != nil {
		l.Keyring, l.Blobs = sealed.Keyring(v.keyring), v.blobs
	}
	v.summary, err = l.Check(ctx)
	p.end()
	if err != nil {
		return err
	}
	return v.readViews(ctx, a)
}

// readViews compares the snapshot of the read models with a fold from scratch.
func (v *verification) readViews(ctx context.Context, a *adapters) error {
	all := projectionsOf(a)
	model, loaded, err := memory.Open(memory.Options{Dir: v.folder.views(), Types: documentTypes(all)})
	if err != nil {
		return err
	}
	if loaded.Damaged != nil {
		v.tell(audit.Finding{Where: "views", What: loaded.Damaged.Error() + "; the next start replays the log"})
	}
	stats, err := v.store.Stats()
	if err != nil {
		return errors.Join(err, model.Close())
	}
	p := newProgress(v.in.Stderr, "read models", stats.Events)
	views := audit.Views{Store: v.store, Registry: a.registry, Model: model, Projections: all, Step: func(n int) { p.add(int64(n)) }, Tell: v.tell}
	v.views, err = views.Check(ctx)
	p.end()
	var unreadable *es.DecodeError
	if errors.Is(err, es.ErrDamaged) || errors.Is(err, es.ErrUnknownType) || errors.As(err, &unreadable) {
		v.tell(audit.Finding{Where: "views", What: "not compared: " + err.Error()})
		err = nil
	}
	if v.views == 0 && loaded.Damaged == nil {
		fmt.Fprintln(v.in.Stderr, "there is no snapshot of the read models; the next start replays the log")
	}
	return errors.Join(err, model.Close())
}
