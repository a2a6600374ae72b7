package keyring_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
)

func bucket(t *testing.T) (*s3test.Server, *objects.S3) {
	t.Helper()
	s, err := s3test.Start(s3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	o, err := objects.Open(t.Context(), s.Under("nm"), objects.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return s, o
}

// stopwatch is a clock that the test moves.
type stopwatch struct {
	mu sync.Mutex
	at time.Duration
}

func (w *stopwatch) elapsed() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *stopwatch) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at += d
}

func inObjects(store objects.Store, w *stopwatch) keyring.Options {
	o := options("")
	o.Path, o.Erasures, o.MasterFile = "", "", ""
	o.Objects, o.Master, o.Elapsed = store, bytes.Repeat([]byte{1}, 32), w.elapsed
	return o
}

// node opens a keyring of a node of its own on a shared store.
func node(t *testing.T, store objects.Store) (*keyring.Keyring, *stopwatch) {
	t.Helper()
	w := &stopwatch{}
	return open(t, inObjects(store, w)), w
}

func TestConformanceInObjects(t *testing.T) {
	sealedtest.Run(t, func(t *testing.T) sealed.Keyring {
		_, o := bucket(t)
		k, _ := node(t, o)
		return k
	})
}

func wantOpens(t *testing.T, k *keyring.Keyring, v sealed.Value, want error) {
	t.Helper()
	if _, err := k.Open(t.Context(), "consumer.phone", v); !errors.Is(err, want) {
		t.Errorf("Open(%s) = %v, want %v", v.Subject, err, want)
	}
}

func wantSame(t *testing.T, k *keyring.Keyring, phone string, want ...sealed.Subject) {
	t.Helper()
	if got, err := k.Same(t.Context(), sealed.Phone, phone, 99); err != nil || !slices.Equal(got, want) {
		t.Errorf("Same(%s) = %v, %v; want %v", phone, got, err, want)
	}
}

func namesUnder(s *s3test.Server, folder string) (names []string) {
	for _, name := range s.Names() {
		if strings.HasPrefix(name, "nm/"+folder) {
			names = append(names, name)
		}
	}
	return names
}

func TestReopenInObjects(t *testing.T) {
	_, o := bucket(t)
	if made, err := keyring.KeysIn(t.Context(), o); err != nil || made {
		t.Error(made, err)
	}
	k, _ := node(t, o)
	var values []sealed.Value
	for i := range 4 {
		values = append(values, seal(t, k, person(subject(i), i))[1])
	}
	if err := errors.Join(k.Restrict(t.Context(), subject(3)), k.Erase(t.Context(), subject(2)), k.Ready(t.Context()), k.Close(), k.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := k.StateOf(t.Context(), subject(1)); !errors.Is(err, keyring.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	k, _ = node(t, o)
	if made, err := keyring.KeysIn(t.Context(), o); err != nil || !made {
		t.Error(made, err)
	}
	for i, want := range []error{nil, nil, sealed.ErrErased, sealed.ErrRestricted} {
		wantOpens(t, k, values[i], want)
	}
	if n, err := k.Count(t.Context()); err != nil || n != (keyring.Counts{Active: 2, Restricted: 1, Erased: 1}) {
		t.Errorf("Count = %+v, %v", n, err)
	}
	list, err := k.Erasures(t.Context())
	if want := []keyring.Erasure{{Subject: subject(2), At: options("").Now()}}; err != nil || !slices.Equal(list, want) {
		t.Errorf("Erasures = %v, %v", list, err)
	}
	if err := k.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// Nothing in a name or an object tells a phone, an ID number, a name or a subject's
// data key; names do not even tell the subject.
func TestNoPlainTextInAnyObject(t *testing.T) {
	s, o := bucket(t)
	k, _ := node(t, o)
	seal(t, k, person("s-1", 12345678))
	seal(t, k, person("s-2", 12345678))
	if err := errors.Join(k.Restrict(t.Context(), "s-1"), k.Erase(t.Context(), "s-2")); err != nil {
		t.Fatal(err)
	}
	for _, name := range s.Names() {
		for _, plain := range []string{"13812345678", "E12345678", "乌兰", "赛罕"} {
			if strings.Contains(name, plain) || bytes.Contains(s.Object(name), []byte(plain)) {
				t.Errorf("%s holds %q", name, plain)
			}
		}
		if strings.Contains(name, "s-1") || strings.Contains(name, "s-2") {
			t.Errorf("%s tells the subject", name)
		}
	}
}

func TestOtherMasterKeyIsRefused(t *testing.T) {
	s, o := bucket(t)
	k, _ := node(t, o)
	seal(t, k, person("s-1", 1))
	wrong := inObjects(o, &stopwatch{})
	wrong.Master = bytes.Repeat([]byte{2}, 32)
	wantOpenErr(t, wrong, keyring.ErrMasterKey)
	wrong.Master, wrong.MasterFile = nil, t.TempDir()+"/master.key"
	wantOpenErr(t, wrong, keyring.ErrNoMasterKey)
	s.Replace("nm/keys/check", nil)
	wantOpenErr(t, inObjects(o, &stopwatch{}), keyring.ErrDamaged)
	if err := k.Ready(t.Context()); !errors.Is(err, keyring.ErrDamaged) {
		t.Errorf("Ready = %v", err)
	}
}

// Given a store whose keys were put back from a backup that is older than the list,
// then an erased subject stays erased and its key is destroyed again when it is met.
func TestRestoredKeysAndPresentList(t *testing.T) {
	s, o := bucket(t)
	k, clock := node(t, o)
	v1, v2 := seal(t, k, person("s-1", 1))[1], seal(t, k, person("s-2", 2))[1]
	backup := make(map[string][]byte)
	for _, name := range namesUnder(s, "keys/") {
		backup[name] = s.Object(name)
	}
	later := seal(t, k, person("s-3", 3))[1]
	if err := errors.Join(k.Erase(t.Context(), "s-1"), k.Erase(t.Context(), "s-3")); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		for _, name := range namesUnder(s, "keys/") {
			s.Replace(name, nil)
		}
		for name, content := range backup {
			s.Replace(name, content)
		}
		clock.pass(time.Hour)
	}
	restore()
	wantOpens(t, k, v1, sealed.ErrErased)
	wantOpens(t, k, v2, nil)
	wantOpens(t, k, later, sealed.ErrErased)
	wantSame(t, k, "13800000001")
	if _, err := k.Seal(t.Context(), person("s-3", 3)); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Seal = %v", err)
	}
	restore()
	if err := k.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := k.Count(t.Context()); err != nil || n != (keyring.Counts{Active: 1, Erased: 2}) {
		t.Errorf("Count = %+v, %v", n, err)
	}
	if err := k.Erase(t.Context(), "s-2"); err != nil {
		t.Fatal(err)
	}
	wantNothingLeft(t, s)
}

func TestApplyInObjects(t *testing.T) {
	s, o := bucket(t)
	k, _ := node(t, o)
	v := seal(t, k, person("s-1", 1))[1]
	list := []keyring.Erasure{{Subject: "s-1", At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)}}
	for i := range 100 {
		list = append(list, keyring.Erasure{Subject: subject(i), At: options("").Now()})
	}
	for range 2 {
		if err := k.Apply(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	wantOpens(t, k, v, sealed.ErrErased)
	if _, err := k.Seal(t.Context(), person(subject(7), 7)); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Seal = %v", err)
	}
	got, err := k.Erasures(t.Context())
	if err != nil || len(got) != len(list) || got[0] != (keyring.Erasure{Subject: "s-1", At: list[0].At.Truncate(time.Second)}) {
		t.Errorf("%d entries, %v, %v", len(got), got[0], err)
	}
	if n, err := k.Count(t.Context()); err != nil || n.Erased != 101 {
		t.Errorf("Count = %+v, %v", n, err)
	}
	wantNothingLeft(t, s)
}

func TestKnownSubjectTouchesNoNetwork(t *testing.T) {
	s, o := bucket(t)
	k, clock := node(t, o)
	v := seal(t, k, person("s-1", 1))[1]
	before := s.Requests()
	for range 10 {
		seal(t, k, person("s-1", 1))
		wantOpens(t, k, v, nil)
	}
	if n := s.Requests() - before; n != 0 {
		t.Errorf("%d requests", n)
	}
	clock.pass(keyring.DefaultStaleness)
	wantOpens(t, k, v, nil)
	if n := s.Requests() - before; n != 3 {
		t.Errorf("%d requests to look again", n)
	}
}

// Given no master key and no keys, then one is made; the nodes share its file.
func TestMasterKeyFileOfNodes(t *testing.T) {
	_, o := bucket(t)
	first := inObjects(o, &stopwatch{})
	first.Master, first.MasterFile = nil, t.TempDir()+"/master.key"
	v := seal(t, open(t, first), person("s-1", 1))[1]
	wantOpens(t, open(t, first), v, nil)
}

// Given keys in an object store, when they are backed up, then the file opens by
// itself with the same master key and answers as the store did.
func TestBackupOfObjects(t *testing.T) {
	_, o := bucket(t)
	k, _ := node(t, o)
	var values []sealed.Value
	for i := range 20 {
		values = append(values, seal(t, k, person(subject(i), i%5))[1])
	}
	if err := errors.Join(k.Restrict(t.Context(), subject(5)), k.Erase(t.Context(), subject(6))); err != nil {
		t.Fatal(err)
	}
	copied := options(t.TempDir())
	copied.Master = bytes.Repeat([]byte{1}, 32)
	if err := k.Backup(t.Context(), copied.Path); err != nil {
		t.Fatal(err)
	}
	if err := k.Backup(t.Context(), copied.Path); err == nil {
		t.Error("a backup was overwritten")
	}
	file := open(t, copied)
	for i, v := range values {
		want := map[int]error{5: sealed.ErrRestricted, 6: sealed.ErrErased}[i]
		wantOpens(t, file, v, want)
	}
	wantSame(t, file, "13800000002", subject(17), subject(12), subject(7), subject(2))
	wantSame(t, k, "13800000002", subject(17), subject(12), subject(7), subject(2))
	a, err1 := k.Count(t.Context())
	b, err2 := file.Count(t.Context())
	if err := errors.Join(err1, err2, file.Verify(t.Context())); err != nil || a != b {
		t.Errorf("%+v, %+v, %v", a, b, err)
	}
	seal(t, file, person("s-later", 2))
	wantSame(t, file, "13800000002", "s-later", subject(17), subject(12), subject(7), subject(2))
}
