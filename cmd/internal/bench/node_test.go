package bench

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/identity"
	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/responsetime"
)

func lawOf() (complaint.Law, error) {
	catalogue, err := statute.Load()
	if err != nil {
		return complaint.Law{}, err
	}
	days, err := calendar.Load()
	return complaint.Law{Catalogue: catalogue, Calendar: days, Lanes: []complaint.Lane{complaint.LaneDepartment}}, err
}

func testProjections() ([]projections.Projection, error) {
	law, err := lawOf()
	if err != nil {
		return nil, err
	}
	return []projections.Projection{
		casework.New(), deadlines.New(), disclosure.New(law.Catalogue.Policy), responsetime.New(law.Calendar),
	}, nil
}

func openTestStore(ctx context.Context, dir string) (es.Store, error) {
	return sqlite.Open(ctx, filepath.Join(dir, "events.db"), sqlite.Options{})
}

// openTestNode is a node on the real stores, put together as the program does.
func openTestNode(ctx context.Context, dir string) (*Node, error) {
	law, err := lawOf()
	if err != nil {
		return nil, err
	}
	store, err := openTestStore(ctx, dir)
	if err != nil {
		return nil, err
	}
	keys, err := keyring.Open(keyring.Options{
		Path: filepath.Join(dir, "keys.db"), MasterFile: filepath.Join(dir, "master.key"), Erasures: filepath.Join(dir, "erasures"),
	})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	deps := usecase.Deps{
		Store: store, Registry: usecase.NewRegistry(codec.JSON{}), Keyring: keys, Law: law, Now: time.Now, Entropy: rand.Reader,
		Wait: func(ctx context.Context, _ int) error { return ctx.Err() },
	}
	n, err := assemble(deps)
	if err != nil {
		return nil, errors.Join(err, keys.Close(), store.Close())
	}
	stop := n.Close
	n.Close = func() error { return errors.Join(stop(), keys.Close(), store.Close()) }
	return n, nil
}

func assemble(deps usecase.Deps) (*Node, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	authority, err := identity.New(identity.Options{Key: key})
	if err != nil {
		return nil, err
	}
	cases, err := usecase.NewComplaints(deps)
	if err != nil {
		return nil, err
	}
	all, err := testProjections()
	if err != nil {
		return nil, err
	}
	model := memory.New()
	runner, err := projections.NewRunner(deps.Store, deps.Registry, model, all, projections.Options{})
	if err != nil {
		return nil, err
	}
	handler, err := httpapi.New(httpapi.Config{
		Complaints: cases, Model: model, Auth: authority, Law: deps.Law.Catalogue, Now: time.Now, NewID: func() string { return "test" },
	})
	stop, done := func() {}, make(chan error, 1)
	done <- nil
	return &Node{
		Handler: handler, Authority: authority, Deps: deps, Projections: testProjections,
		Start: func(ctx context.Context) {
			ctx, stop = context.WithCancel(ctx)
			<-done
			go func() { done <- runner.Run(ctx) }()
		},
		CaughtUp: func(ctx context.Context) error {
			head, err := deps.Store.Head(ctx)
			return errors.Join(err, runner.WaitFor(ctx, head))
		},
		Close: func() error {
			stop()
			return errors.Join(<-done, model.Close())
		},
	}, err
}

// Every bench runs to its end and records what it compares; how fast is no matter.
func TestEveryBenchRuns(t *testing.T) {
	benches := []Bench{
		Filing(openTestNode), Rebuild(openTestStore, testProjections), Start(openTestStore, testProjections),
	}
	report, err := All(t.Context(), benches, Options{Folder: t.TempDir(), Rounds: 1, Span: 20 * time.Millisecond, Cases: 40})
	if err != nil {
		t.Fatal(err)
	}
	ratios := map[string]int{}
	for _, x := range report.Ratios {
		ratios[x.Bench]++
	}
	if ratios["filing"] != 3 || ratios["rebuild"] != 3 || ratios["start"] != 1 {
		t.Errorf("%+v", report.Ratios)
	}
	for _, f := range report.Figures {
		if f.Median <= 0 && !strings.Contains(f.Name, "behind") {
			t.Errorf("%s: %s is %v", f.Bench, f.Name, f.Median)
		}
	}
}

func TestFloorChecksTokenAndBody(t *testing.T) {
	n, err := openTestNode(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	handler, err := floor(n.Authority, n.Deps.Law.Catalogue, &usecase.CaseView{ID: "c", Facts: "商家<拒绝>"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := n.Authority.Mint(consumer(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	body := string(Complaint(1))
	for name, c := range map[string]struct {
		token, body string
		status      int
	}{
		"good":          {token, body, http.StatusCreated},
		"other token":   {token + "x", body, http.StatusUnauthorized},
		"not JSON":      {token, body[:100], http.StatusBadRequest},
		"wrong phone":   {token, strings.Replace(body, `"phone":"138`, `"phone":"`+strings.Repeat("1", 30), 1), http.StatusUnprocessableEntity},
		"wrong region":  {token, strings.Replace(body, `"region":"150105"`, `"region":"999999"`, 1), http.StatusUnprocessableEntity},
		"missing facts": {token, strings.Replace(body, `"facts":`, `"fact":`, 1), http.StatusUnprocessableEntity},
	} {
		r := httptest.NewRequest(http.MethodPost, complaintPath, strings.NewReader(c.body))
		r.Header.Set("Authorization", "Bearer "+c.token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// The load is accepted by the whole program, and each request is a case of its own.
func TestTheProgramAcceptsTheLoad(t *testing.T) {
	n, err := openTestNode(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	token, err := n.Authority.Mint(consumer(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	address, stop, err := listen(httpapi.Server, n.Handler)
	if err != nil {
		t.Fatal(err)
	}
	l := load{address: address, request: complaintRequest(address, token), status: http.StatusCreated, serial: &atomic.Int64{}}
	ids := map[string]bool{}
	for range 3 {
		raw, err := l.one(t.Context())
		var view usecase.CaseView
		if err = errors.Join(err, json.Unmarshal(raw, &view)); err != nil || view.Consumer == nil || view.Consumer.Phone == "" {
			t.Fatalf("%s, %v", raw, err)
		}
		ids[view.ID] = true
	}
	if len(ids) != 3 {
		t.Error(ids)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A made-up case reads as the program's own, ends on the register, and is the same
// in every run.
func TestMadeUpCases(t *testing.T) {
	registry := usecase.NewRegistry(codec.JSON{})
	store, err := openTestStore(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := newTown(registry).fill(t.Context(), store, 70); err != nil {
		t.Fatal(err)
	}
	l := &caseLog{store: store, registry: registry, events: 70 * EventsPerCase}
	if err := errors.Join(l.load(t.Context()), l.fold(t.Context())); err != nil {
		t.Fatal(err)
	}
	_, once, err := newTown(registry).made(3)
	_, again, err2 := newTown(registry).made(3)
	if err = errors.Join(err, err2); err != nil || string(once[0].Data) != string(again[0].Data) {
		t.Error("two towns differ", err)
	}
	l.events++
	if err := l.scan(t.Context()); !errors.Is(err, errShort) {
		t.Error(err)
	}
}

// The floors of an append stand beside the store; PostgreSQL where it is installed.
func TestAppendRuns(t *testing.T) {
	required := slices.Contains(strings.Split(os.Getenv("FANGXIN_REQUIRE"), ","), "postgres")
	report, err := All(t.Context(), []Bench{Append(openTestStore, required)}, Options{Folder: t.TempDir(), Rounds: 1, Span: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Ratios)+len(report.Skipped) != 2 {
		t.Errorf("%+v", report)
	}
}
