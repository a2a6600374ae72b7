package memory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

var space1 = readmodel.Space{Projection: "p", Version: 1}

func open(t testing.TB, dir string) (*Model, Loaded) {
	t.Helper()
	m, found, err := Open(Options{Dir: dir, Types: readmodeltest.Types})
	if err != nil {
		t.Fatal(err)
	}
	return m, found
}

func fill(t testing.TB, m *Model) {
	t.Helper()
	changes := []readmodel.Change{readmodel.Put("a", &readmodeltest.Doc{Text: "x", N: 1}), readmodel.Count("n", -3), readmodel.Add("small", "a", 5)}
	for i := range 100 {
		changes = append(changes, readmodel.Add("large", fmt.Sprintf("m%03d", i), int64(i%7)))
	}
	b := readmodel.Batch{Space: space1, To: es.Position{Commit: 7, Prepare: 7}, Changes: changes}
	if err := m.Commit(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	if err := m.Flip(context.Background(), space1); err != nil {
		t.Fatal(err)
	}
}

func ask(t testing.TB, m *Model) string {
	t.Helper()
	ctx := context.Background()
	var out bytes.Buffer
	at, err := m.Checkpoint(ctx, space1, 0)
	v, err2 := m.Current(ctx, "p", space1.Major())
	doc, err3 := m.GetMany(ctx, space1, []string{"a"})
	rows, err4 := m.Page(ctx, space1, readmodel.Page{Where: readmodel.In("large"), Limit: 30})
	one, err5 := m.Page(ctx, space1, readmodel.Page{Where: readmodel.In("small"), Limit: 3})
	names, err6 := m.Indexes(ctx, space1, "", "", 9)
	counters, err7 := m.Counters(ctx, space1, "", "", 9)
	if err := errors.Join(err, err2, err3, err4, err5, err6, err7); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, at, v, reflect.ValueOf(doc[0]).IsValid(), rows, one, names, counters)
	return out.String()
}

// A model that was closed opens as it was, however often.
func TestSnapshotRoundTrip(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := t.TempDir()
	m, found := open(t, dir)
	if found != (Loaded{}) {
		t.Fatalf("found %+v in an empty folder", found)
	}
	fill(t, m)
	want := ask(t, m)
	for range 3 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		if m, found = open(t, dir); found.Spaces != 1 || found.Damaged != nil {
			t.Fatalf("found %+v", found)
		}
		if got := ask(t, m); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		// A change makes the next snapshot; untouched parts are carried over packed.
		next := es.Position{Commit: 7, Prepare: 7}
		if err := m.Commit(t.Context(), readmodel.Batch{Space: space1, From: next, To: next}); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
}

// Members of a packed index can be added, moved and removed.
func TestPackedIndexChanges(t *testing.T) {
	dir := t.TempDir()
	m, _ := open(t, dir)
	fill(t, m)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	m, _ = open(t, dir)
	defer m.Close()
	b := readmodel.Batch{Space: space1, From: es.Position{Commit: 7, Prepare: 7}, To: es.Position{Commit: 8, Prepare: 8}, Changes: []readmodel.Change{
		readmodel.Remove("small", "a"), readmodel.Remove("large", "m001"), readmodel.Add("large", "m002", 99), readmodel.Add("large", "z", 98),
	}}
	if err := m.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	rows, err := m.Page(t.Context(), space1, readmodel.Page{Where: readmodel.In("large"), Limit: 2})
	if err != nil || fmt.Sprint(rows.Rows) != "[{m002 99} {z 98}]" {
		t.Fatal(rows, err)
	}
	if n, err := m.Count(t.Context(), space1, readmodel.Any("large", "small"), 0, 0); err != nil || n.N != 100 {
		t.Fatal(n, err)
	}
}

// A missing, cut, changed or older snapshot means an empty model, never an error.
func TestDamagedSnapshotMeansReplay(t *testing.T) {
	dir := t.TempDir()
	m, _ := open(t, dir)
	fill(t, m)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	older := bytes.Clone(good)
	older[len(magic)]++
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, bad := range map[string][]byte{"cut": good[:len(good)/2], "empty": {}, "flipped": flipped, "other version": older, "longer": append(bytes.Clone(good), 0)} {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		m, found := open(t, dir)
		if found.Spaces != 0 || found.Damaged == nil {
			t.Errorf("%s: found %+v", name, found)
		}
		fill(t, m)
		if err := m.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, found := open(t, dir); found.Spaces != 1 {
		t.Errorf("not repaired: %+v", found)
	}
}

// What an interrupted write left is removed, and the last whole snapshot counts.
func TestInterruptedWrite(t *testing.T) {
	dir := t.TempDir()
	m, _ := open(t, dir)
	fill(t, m)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, fileName+".123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	m, found := open(t, dir)
	defer m.Close()
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) || found.Spaces != 1 {
		t.Fatalf("%v, found %+v", err, found)
	}
}

// A space of a version this program does not build is left out and made again.
func TestUnknownSpaceIsLeftOut(t *testing.T) {
	dir := t.TempDir()
	m, _ := open(t, dir)
	fill(t, m)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	m, found, err := Open(Options{Dir: dir, Types: func(readmodel.Space) []readmodel.DocType { return nil }})
	if err != nil || found.Spaces != 0 {
		t.Fatal(found, err)
	}
	defer m.Close()
	if v, err := m.Current(t.Context(), "p", space1.Major()); err != nil || v != 0 {
		t.Fatalf("current %d (%v)", v, err)
	}
}

// Enough changes wake the background writer.
func TestBackgroundSnapshot(t *testing.T) {
	dir := t.TempDir()
	m, _, err := Open(Options{Dir: dir, Types: readmodeltest.Types, Changes: 10, Every: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	fill(t, m)
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-deadline.C:
			t.Fatal("no snapshot was written")
		case <-poll.C:
			if _, err := os.Stat(filepath.Join(dir, fileName)); err == nil {
				return
			}
		}
	}
}

// A start from a snapshot, with the rest of the log folded on top, equals a replay.
func TestStartFromSnapshotEqualsReplay(t *testing.T) {
	store, reg := caselogtest.New(t, 60)
	whole := New()
	if err := projections.Rebuild(t.Context(), store, reg, whole, caselogtest.Projections(t), nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	half := &caselogtest.Log{Events: store.Events[:307]}
	for _, s := range []*caselogtest.Log{half, store} {
		m, _, err := Open(Options{Dir: dir, Types: caselogtest.TypesOf(caselogtest.Projections(t))})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		r, err := projections.NewRunner(liveStore{s}, reg, m, caselogtest.Projections(t), projections.Options{Batch: 64})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		head, _ := liveStore{s}.Head(ctx)
		if err := r.WaitFor(ctx, head); err != nil {
			t.Fatal(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if s == store {
			compare(t, m, whole)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func compare(t *testing.T, a, b *Model) {
	t.Helper()
	for _, f := range []casework.Filter{{}, {Status: "closed"}, {Q: "百货"}, {Region: "1501", Q: "手机"}} {
		one, err1 := casework.List(t.Context(), a, f, "", 200)
		two, err2 := casework.List(t.Context(), b, f, "", 200)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(one.Rows, two.Rows) || one.Total != two.Total || len(one.Rows) == 0 {
			t.Fatalf("%+v: %d rows and %d (%v, %v)", f, len(one.Rows), len(two.Rows), err1, err2)
		}
	}
	for s, of := range b.spaces {
		got := a.spaces[s]
		if got == nil || len(got.docs) != len(of.docs) || len(got.indexes) != len(of.indexes) || len(got.ones) != len(of.ones) {
			t.Fatalf("%v differs", s)
		}
		got.counters.order()
		of.counters.order()
		if !slices.Equal(got.counters.between("", "", math.MaxInt), of.counters.between("", "", math.MaxInt)) {
			t.Fatalf("counters of %v differ", s)
		}
		for name, x := range of.indexes {
			if got.indexes[name] == nil || got.indexes[name].len() != x.len() {
				t.Fatalf("%v: index %s differs", s, name)
			}
		}
	}
}

// liveStore is a log that nobody writes to any more.
type liveStore struct{ *caselogtest.Log }

func (s liveStore) Head(context.Context) (es.Position, error) {
	return s.Events[len(s.Events)-1].Position, nil
}

func (s liveStore) Subscribe(context.Context, es.Position) (es.Subscription, error) {
	return quiet{}, nil
}

type quiet struct{}

func (quiet) Next(ctx context.Context) (es.Delivery, error) {
	<-ctx.Done()
	return es.Delivery{}, ctx.Err()
}

func (quiet) Close() error { return nil }

// FuzzDecode: no bytes can do more than be refused.
func FuzzDecode(f *testing.F) {
	m := New()
	fill(f, m)
	good, err := m.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[headSize : len(good)-4])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := reader{b: body}
		_, s := decodeSpace(&r, readmodeltest.Types)
		if s == nil || r.bad {
			return
		}
		s.roll.ready()
		s.counters.order()
		s.counters.between("", "", 100)
		for _, x := range s.indexes {
			x.ready()
			x.inOrder(&s.roll)
		}
	})
}
