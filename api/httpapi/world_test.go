package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/feed"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"

	"github.com/labstack/echo/v4"
)

var lawOf = sync.OnceValues(func() (complaint.Law, error) {
	catalogue, err := statute.Load()
	if err != nil {
		return complaint.Law{}, err
	}
	days, err := calendar.Load()
	return complaint.Law{Catalogue: catalogue, Calendar: days, Lanes: []complaint.Lane{complaint.LaneDepartment, complaint.LaneDirect}}, err
})

// world is the whole surface on stores in memory, with a clock that the test moves.
type world struct {
	t        testing.TB
	e        *echo.Echo
	cases    *usecase.Complaints
	store    *estest.Store
	faults   *faulty
	registry *es.Registry
	model    *model
	evidence *evidence
	config   httpapi.Config
	clock    atomic.Int64
	ids      atomic.Int64
	views    map[readmodel.Space]map[es.StreamID]any
}

const shopName = "呼和浩特市暖阳家电有限公司"

// accounts are the actors; the token is the name.
func accounts() map[string]usecase.Actor {
	return map[string]usecase.Actor{
		"consumer": {ID: "c-1", Role: usecase.RoleConsumer}, "stranger": {ID: "c-2", Role: usecase.RoleConsumer},
		"officer":     {ID: "o-1", Role: usecase.RoleOfficer, Region: "150100"},
		"elsewhere":   {ID: "o-2", Role: usecase.RoleOfficer, Region: "150200"},
		"merchant":    {ID: "m-1", Role: usecase.RoleMerchant, Merchant: usecase.MerchantID("", shopName, "150102")},
		"competitor":  {ID: "m-2", Role: usecase.RoleMerchant, Merchant: usecase.MerchantID("", "别家", "150102")},
		"auditor":     {ID: "a-1", Role: usecase.RoleAuditor},
		"institution": {ID: "i-1", Role: usecase.RoleInstitution, Institution: "i"},
		"admin":       {ID: "x-1", Role: usecase.RoleAdmin},
	}
}

type tokens map[string]usecase.Actor

func (a tokens) Verify(token string) (usecase.Actor, error) {
	if actor, ok := a[token]; ok {
		return actor, nil
	}
	return usecase.Actor{}, errors.New("no such token")
}

// faulty fails appends when told to.
type faulty struct {
	es.Store
	fail atomic.Pointer[error]
}

func (f *faulty) Append(ctx context.Context, s es.StreamID, r es.Revision, p []es.Pending) (es.Receipt, error) {
	if err := f.fail.Load(); err != nil {
		return es.Receipt{}, *err
	}
	return f.Store.Append(ctx, s, r, p)
}

// evidence keeps bytes in a map.
type evidence struct {
	mu    sync.Mutex
	blobs map[string][]byte
}

func (e *evidence) Offer(_ context.Context, _ usecase.Actor, r io.Reader, limit int64) (usecase.Blob, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return usecase.Blob{}, err
	case int64(len(raw)) > limit:
		return usecase.Blob{}, usecase.ErrBlobTooLarge
	case len(raw) == 0:
		return usecase.Blob{}, usecase.ErrBlobEmpty
	case bytes.HasPrefix(raw, []byte("MZ")):
		return usecase.Blob{}, usecase.ErrBlobType
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	id := fmt.Sprintf("sha256:%064x", len(raw))
	e.blobs[id] = raw
	return usecase.Blob{ID: id, Size: int64(len(raw)), Type: "text/plain; charset=utf-8"}, nil
}

// nowhere finds no case across streams.
type nowhere struct{}

func (nowhere) CasesOf(context.Context, string, string, int) ([]string, string, error) {
	return nil, "", nil
}
func (nowhere) Citing(context.Context, string, int) ([]string, error) { return nil, nil }

type reader struct{ *bytes.Reader }

func (reader) Close() error { return nil }

func (e *evidence) Show(_ context.Context, actor usecase.Actor, _, id string) (io.ReadSeekCloser, usecase.Blob, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	raw, ok := e.blobs[id]
	if !ok || actor.ID != "c-1" {
		return nil, usecase.Blob{}, usecase.ErrNotFound
	}
	return reader{bytes.NewReader(raw)}, usecase.Blob{ID: id, Size: int64(len(raw)), Type: "text/plain; charset=utf-8"}, nil
}

func newWorld(t testing.TB, change ...func(*httpapi.Config)) *world {
	t.Helper()
	law, err := lawOf()
	if err != nil {
		t.Fatal(err)
	}
	return newWorldUnder(t, law, change...)
}

func newWorldUnder(t testing.TB, law complaint.Law, change ...func(*httpapi.Config)) *world {
	t.Helper()
	var err error
	w := &world{
		t: t, store: estest.NewStore(), model: newModel(), registry: usecase.NewRegistry(es.StdCodec{}),
		evidence: &evidence{blobs: map[string][]byte{}}, views: map[readmodel.Space]map[es.StreamID]any{},
	}
	w.faults = &faulty{Store: w.store}
	w.at("2026-09-14")
	w.cases, err = usecase.NewComplaints(usecase.Deps{
		Store: w.faults, Registry: w.registry, Keyring: sealedtest.NewKeyring(), Law: law, Now: w.now, Lookup: nowhere{},
		Entropy: rand.NewChaCha8([32]byte{1}),
		Wait:    func(context.Context, int) error { return context.Canceled },
		LinkKey: []byte("a key of thirty-two bytes, or so"),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.config = httpapi.Config{
		Complaints: w.cases, Model: w.model, Auth: granted{accounts: tokens(accounts()), made: map[string]usecase.Actor{}, until: map[string]time.Time{}, now: w.now}, Law: law.Catalogue, CalendarIn: law.CalendarIn, Evidence: w.evidence,
		Feed: feed.NewHub(w.store, httpapi.Sees(w.cases)), Now: w.now, Machine: time.Now,
		NewID: func() string { return fmt.Sprintf("id-%d", w.ids.Add(1)) },
		Node: httpapi.Node{
			WaitFor: func(context.Context, httpapi.Place) error { w.project(); return nil },
			Age:     func(context.Context, es.Position) time.Duration { return 1500 * time.Millisecond },
			MoveClock: func(to time.Time) bool {
				if to.Before(w.now()) {
					return false
				}
				w.clock.Store(to.UnixNano())
				return true
			},
			OpenNarrative: func(context.Context, *sealed.Value) string { return "narrative" },
		},
	}
	w.config.Mint, _ = w.config.Auth.(httpapi.Minter)
	for _, f := range change {
		f(&w.config)
	}
	if w.e, err = httpapi.New(w.config); err != nil {
		t.Fatal(err)
	}
	w.project()
	return w
}

func (w *world) now() time.Time { return time.Unix(0, w.clock.Load()).UTC() }

func (w *world) at(date string) {
	w.clock.Store(calendar.MustDate(date).Start().Add(10 * time.Hour).UnixNano())
}

// project brings the read model up to the log.
func (w *world) project() {
	law, _ := lawOf()
	policies := map[string]statute.DisclosurePolicy{}
	for _, p := range law.Catalogue.Policies() {
		policies[p.Version] = p
	}
	for _, p := range []projections.Projection{
		casework.New(), deadlines.New(), responsetime.New(law.Calendar),
		disclosure.New(func(v string) (statute.DisclosurePolicy, bool) { p, ok := policies[v]; return p, ok }),
	} {
		w.projectOne(p)
	}
}

func (w *world) projectOne(p projections.Projection) {
	ctx := context.Background()
	s := readmodel.First(p.Name(), p.Version())
	if err := w.model.Flip(ctx, s); err != nil {
		w.t.Fatal(err)
	}
	if w.views[s] == nil {
		w.views[s] = map[es.StreamID]any{}
	}
	wanted := map[string]bool{}
	for _, name := range p.Handles() {
		wanted[name] = true
	}
	at, _ := w.model.Checkpoint(ctx, s, 0)
	for env, err := range w.store.ReadAll(ctx, at) {
		if err != nil {
			w.t.Fatal(err)
		}
		batch := readmodel.Batch{Space: s, From: at, To: env.Position}
		if wanted[env.Type] {
			batch.Changes = w.fold(p, s, &env)
		}
		if err := w.model.Commit(ctx, batch); err != nil {
			w.t.Fatal(err)
		}
		at = env.Position
	}
}

// fold lets a projection see one event.
func (w *world) fold(p projections.Projection, s readmodel.Space, env *es.Envelope) []readmodel.Change {
	meta, err := w.registry.DecodeMetadata(env)
	data, err2 := w.registry.Decode(env)
	closings, err3 := projections.ReadClosings(context.Background(), w.store, w.registry)
	if err := errors.Join(err, err2, err3); err != nil {
		w.t.Fatal(err)
	}
	before := closings.Before(env.Position)
	was := w.views[s][env.Stream]
	var view any
	if was != nil {
		view = p.Begin(was)
	}
	e := &projections.Event{Envelope: *env, Data: data, At: meta.At, Known: before.Known(meta.At), Closings: before}
	view, changes := p.Project(view, e, nil)
	changes = p.Diff(env.Stream, was, view, changes)
	w.views[s][env.Stream] = view
	if view == nil {
		return append(changes, readmodel.Delete(readmodel.ViewKey(env.Stream)))
	}
	return append(changes, readmodel.Put(readmodel.ViewKey(env.Stream), view))
}

// events counts what is stored: a refused request must not change it.
func (w *world) events() int {
	n := 0
	for _, err := range w.store.ReadAll(context.Background(), es.Position{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		n++
	}
	return n
}

// request is one call; set changes it before it is sent.
func (w *world) request(token, method, path, body string, set ...func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range set {
		f(r)
	}
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	w.conforms(r, body, rec)
	return rec
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// do calls and wants the status.
func (w *world) do(want int, token, method, path, body string, set ...func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	rec := w.request(token, method, path, body, set...)
	if rec.Code != want {
		w.t.Fatalf("%s %s by %q: %d, want %d: %s", method, path, token, rec.Code, want, rec.Body)
	}
	return rec
}

type object = map[string]any

func (w *world) json(rec *httptest.ResponseRecorder) object {
	w.t.Helper()
	var v object
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		w.t.Fatalf("%v: %s", err, rec.Body)
	}
	return v
}

// refused wants a problem with the code, and nothing written.
func (w *world) refused(status int, code, token, method, path, body string, set ...func(*http.Request)) object {
	w.t.Helper()
	before := w.events()
	rec := w.do(status, token, method, path, body, set...)
	p := w.json(rec)
	if p["code"] != code || rec.Header().Get("Content-Type") != "application/problem+json" || p["title"] == "" || p["detail"] == "" {
		w.t.Errorf("%s %s: problem %v, want %s", method, path, p, code)
	}
	if n := w.events(); n != before {
		w.t.Errorf("%s %s was refused, yet wrote %d events", method, path, n-before)
	}
	return p
}

const filing = `{"consumer":{"name":"乌云·其其格","phone":"13847112233","address":"新城区中山东路八十八号","region":"150102"},
"merchant":{"name":"暖阳家电","region":"150102","address":"赛罕区大学西路一号"},
"subject":{"kind":"goods","category":"appliances","name":"冰箱","bought_on":"2026-09-01","channel":"online","amount_fen":329900},
"facts":"冰箱送货三天后不制冷。","requests":[{"kind":"refund","amount_fen":329900}],
"consent":{"publish":true,"delegate_mediation":false,"wording":"v1"},"everyday_use":true,"truthful":true}`

const complaints = "/api/v1/complaints"

func (w *world) file() string {
	w.t.Helper()
	return w.json(w.do(201, "consumer", "POST", complaints, filing))["id"].(string)
}

func (w *world) act(token, id, action, body string) object {
	w.t.Helper()
	return w.json(w.do(200, token, "POST", complaints+"/"+id+"/"+action, body))
}

// accepted is a case that the department mediates.
func (w *world) accepted() string {
	w.t.Helper()
	id := w.file()
	w.act("officer", id, "identify-merchant", `{"state":"confirmed","source":"register","merchant":{"name":"`+shopName+`","region":"150102","industry":"retail"}}`)
	w.act("officer", id, "accept", `{}`)
	w.act("officer", id, "notify", `{"about":"acceptance","recipient":"consumer","channel":"sms","text":"已受理"}`)
	return id
}

// published walks an accepted case to the register.
func (w *world) published() string {
	w.t.Helper()
	id := w.accepted()
	w.act("merchant", id, "respond", `{"kind":"final","text":"同意退款"}`)
	w.act("officer", id, "agree", `{"form":"record","record":"电话调解达成一致","terms":{"kind":"refund","amount_fen":329900,"perform_by":"2026-09-20"}}`)
	w.act("merchant", id, "perform", `{"amount_fen":329900}`)
	w.act("consumer", id, "confirm-performance", `{}`)
	w.act("consumer", id, "rate", `{"view":"resolved","merchant":4,"office":5}`)
	w.act("officer", id, "close", `{}`)
	w.act("officer", id, "review-disclosure", `{"summary":"=冰箱不制冷，商家全额退款。"}`)
	w.at("2026-10-20")
	if v := w.act("officer", id, "publish", `{}`); v["disclosure"].(object)["state"] != "public" {
		w.t.Fatalf("%v", v["disclosure"])
	}
	w.project()
	return id
}
