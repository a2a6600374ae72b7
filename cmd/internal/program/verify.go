package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/audit"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/keyring"
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
	if f := c.folder(); c.EventStore == "" && !f.exists() {
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
	if err := c.whole(); err != nil {
		return fmt.Errorf("the node is running on this folder: %w", errRunning)
	}
	fmt.Fprintln(in.Stderr, "the node is running: a copy of what it holds now is verified")
	f := c.folder()
	return withCopy(ctx, in, f, backupProbe, func(copied folder) error {
		c.Data, c.MasterKey = copied.root, f.masterKey()
		return verifyFolder(ctx, in, c)
	})
}

// errRunning: part of what is to be verified is held by the node.
var errRunning = errors.New("stop it, or keep keys and evidence in an object store (--objects)")

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

// verification is one run over one installation.
type verification struct {
	*adapters
	in      Invocation
	found   int
	summary audit.Summary
	views   int
}

func verifyFolder(ctx context.Context, in Invocation, c Config) error {
	v := &verification{in: in, adapters: &adapters{config: c, folder: c.folder(), clock: clock.System{}, log: quiet(), meter: meter.New()}}
	err := v.run(ctx)
	if err = errors.Join(err, v.close()); err != nil {
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
	if err := v.readLog(ctx); err != nil {
		return err
	}
	if err := v.readKeys(ctx); err != nil {
		return err
	}
	if v.store == nil {
		return nil
	}
	return v.read(ctx)
}

// readLog opens the log and checks its file. A damaged one is told of, and not read.
func (v *verification) readLog(ctx context.Context) error {
	err := v.openLog(ctx)
	if errors.Is(err, es.ErrDamaged) {
		if more := sqlite.Examine(ctx, v.folder.events()); more != nil {
			err = more
		}
		v.tellAll(audit.Lines("events.db", err))
		return nil
	}
	if err != nil || v.local == nil {
		return err
	}
	if err := v.local.Check(ctx); errors.Is(err, es.ErrDamaged) {
		v.tellAll(audit.Lines("events.db", err))
	} else if err != nil {
		return err
	}
	return nil
}

// readKeys opens the keyring and unwraps every key. Nothing is made that is missing.
func (v *verification) readKeys(ctx context.Context) error {
	if err := v.openObjects(ctx); err != nil {
		return err
	}
	if there, err := v.keysThere(ctx); err != nil || !there {
		return err
	}
	ring, err := v.openKeyring()
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
	v.blobs, err = v.openBlobs()
	return err
}

// keysThere tells of keys that are missing.
func (v *verification) keysThere(ctx context.Context) (bool, error) {
	paths := []string{v.folder.masterKey()}
	if v.objects == nil {
		paths = append(paths, v.folder.keys())
	} else if there, err := keyring.KeysIn(ctx, v.objects); err != nil || !there {
		if err == nil {
			v.tell(audit.Finding{Where: "keys", What: errNoKeys.Error()})
		}
		return false, err
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			v.tell(audit.Finding{Where: "keys", What: err.Error()})
			return false, nil
		}
	}
	return true, nil
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
func (v *verification) read(ctx context.Context) (err error) {
	if v.law, err = loadLaw(v.config); err != nil {
		return err
	}
	v.registry = usecase.NewRegistry(codec.JSON{})
	total, err := v.events()
	if err != nil {
		return err
	}
	p := newProgress(v.in.Stderr, "events", total)
	l := audit.Log{Store: v.store, Registry: v.registry, Law: v.law, Step: func(n int) { p.add(int64(n)) }, Tell: v.tell}
	if v.keyring != nil {
		l.Keyring, l.Blobs = sealed.Keyring(v.keyring), v.blobs
	}
	v.summary, err = l.Check(ctx)
	p.end()
	if err != nil {
		return err
	}
	return v.readViews(ctx)
}

// readViews compares the read models with a fold from scratch.
func (v *verification) readViews(ctx context.Context) error {
	all, before := projectionsOf(v.adapters), v.found
	model, err := v.openViews(ctx, all)
	if err != nil {
		return err
	}
	if model.loaded.Damaged != nil {
		v.tell(audit.Finding{Where: "views", What: model.loaded.Damaged.Error() + "; the next start replays the log"})
	}
	total, err := v.events()
	if err != nil {
		return errors.Join(err, model.Close())
	}
	p := newProgress(v.in.Stderr, "read models", total)
	views := audit.Views{
		Store: v.store, Registry: v.registry, Model: model.Model, Projections: all,
		Step: func(n int) { p.add(int64(n)) }, Tell: v.tell, Wait: backOff,
	}
	v.views, err = views.Check(ctx)
	p.end()
	var unreadable *es.DecodeError
	if errors.Is(err, es.ErrDamaged) || errors.Is(err, es.ErrUnknownType) || errors.As(err, &unreadable) {
		v.tell(audit.Finding{Where: "views", What: "not compared: " + err.Error()})
		err = nil
	}
	if err == nil && v.views < len(all) && v.found == before {
		fmt.Fprintf(v.in.Stderr, "%d of %d projections have no read model yet and were not compared: nodes make them by themselves\n", len(all)-v.views, len(all))
	}
	return errors.Join(err, model.Close())
}
