package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/search"
)

// plainModel is the read model done in the plainest way: maps that are sorted at
// each question.
type plainModel struct {
	readmodel.Model
	docs     map[string]any
	indexes  map[string]map[string]int64
	counters map[string]int64
	err      error
}

func newModel() *plainModel {
	return &plainModel{docs: map[string]any{}, indexes: map[string]map[string]int64{}, counters: map[string]int64{}}
}

func (m *plainModel) apply(changes []readmodel.Change) {
	for _, c := range changes {
		switch c.Op {
		case readmodel.PutDoc:
			m.docs[c.Key] = c.Doc
		case readmodel.DeleteDoc:
			delete(m.docs, c.Key)
		case readmodel.AddMember:
			if m.indexes[c.Key] == nil {
				m.indexes[c.Key] = map[string]int64{}
			}
			m.indexes[c.Key][c.Member] = c.Score
		case readmodel.RemoveMember:
			delete(m.indexes[c.Key], c.Member)
		case readmodel.AddCount:
			m.counters[c.Key] += c.Delta
		}
	}
}

func (m *plainModel) Current(context.Context, string, int) (int, error) { return 1, m.err }

func (m *plainModel) Lowest(context.Context, readmodel.Space) (es.Position, error) {
	return es.Position{}, m.err
}

func (m *plainModel) Checkpoint(context.Context, readmodel.Space, int) (es.Position, error) {
	return es.Position{}, m.err
}

func (m *plainModel) Get(_ context.Context, _ readmodel.Space, key string) (any, error) {
	if d, ok := m.docs[key]; ok {
		return d, m.err
	}
	return nil, readmodel.ErrNotFound
}

func (m *plainModel) GetMany(_ context.Context, _ readmodel.Space, keys []string) ([]any, error) {
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = m.docs[k]
	}
	return out, m.err
}

func (m *plainModel) set(e readmodel.Expr) map[string]int64 {
	out := map[string]int64{}
	switch {
	case e.Index != "":
		maps.Copy(out, m.indexes[e.Index])
	case len(e.All) > 0:
		out = m.set(e.All[0])
		for _, x := range e.All[1:] {
			other := m.set(x)
			maps.DeleteFunc(out, func(k string, _ int64) bool { _, ok := other[k]; return !ok })
		}
	}
	for _, x := range e.Any {
		maps.Copy(out, m.set(x))
	}
	return out
}

func (m *plainModel) Page(_ context.Context, _ readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	var rows []readmodel.Row
	for k, s := range m.set(p.Where) {
		if s >= p.Min && (p.Max == 0 || s <= p.Max) {
			rows = append(rows, readmodel.Row{Member: k, Score: s})
		}
	}
	compare := func(a, b readmodel.Row) int {
		c := cmp.Or(cmp.Compare(a.Score, b.Score), strings.Compare(a.Member, b.Member))
		if p.Order == readmodel.Newest {
			return -c
		}
		return c
	}
	slices.SortFunc(rows, compare)
	if p.After != "" {
		after, err := readmodel.ParseCursor(p.After)
		if err != nil {
			return readmodel.Rows{}, err
		}
		rows = slices.DeleteFunc(rows, func(r readmodel.Row) bool { return compare(r, after) <= 0 })
	}
	if len(rows) > p.Limit {
		return readmodel.Rows{Rows: rows[:p.Limit], Next: readmodel.CursorOf(rows[p.Limit-1])}, m.err
	}
	return readmodel.Rows{Rows: rows}, m.err
}

func (m *plainModel) Count(_ context.Context, _ readmodel.Space, where readmodel.Expr, _, _ int64) (readmodel.Number, error) {
	return readmodel.Number{N: int64(len(m.set(where)))}, m.err
}

func (m *plainModel) Indexes(_ context.Context, _ readmodel.Space, prefix, _ string, limit int) ([]string, error) {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m.indexes)) {
		if strings.HasPrefix(k, prefix) && len(out) < limit {
			out = append(out, k)
		}
	}
	return out, m.err
}

func (m *plainModel) Counters(_ context.Context, _ readmodel.Space, from, to string, _ int) ([]readmodel.Counter, error) {
	var out []readmodel.Counter
	for _, k := range slices.Sorted(maps.Keys(m.counters)) {
		if k >= from && k < to {
			out = append(out, readmodel.Counter{Key: k, Value: m.counters[k]})
		}
	}
	return out, m.err
}

// desk folds facts into a model, as the program does.
type desk struct {
	t       *testing.T
	model   *plainModel
	ring    *sealedtest.Keyring
	fold    *disclosure.Projection
	reading *reading
}

func newDesk(t *testing.T) *desk {
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, model: newModel(), ring: sealedtest.NewKeyring(), fold: disclosure.New(law.Policy)}
	d.reading = &reading{model: d.model, keyring: d.ring, law: law,
		now: func() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }}
	return d
}

func (d *desk) happened(id string, facts ...any) {
	stream := es.StreamID("complaint." + id)
	key := readmodel.ViewKey(stream)
	for _, f := range facts {
		var was, is any = d.model.docs[key], nil
		if was != nil {
			is = d.fold.Begin(was)
		}
		is, changes := d.fold.Project(is, &projections.Event{Envelope: es.Envelope{Stream: stream}, Data: f}, nil)
		changes = d.fold.Diff(stream, was, is, changes)
		d.model.apply(append(changes, readmodel.Put(key, is)))
	}
}

func (d *desk) seal(field, plain string) *sealed.Value {
	d.t.Helper()
	v, err := d.ring.Seal(d.t.Context(), sealed.Matter{Subject: "s-1", Fields: []sealed.Field{{Name: field, Kind: sealed.Text, Plain: plain}}})
	if err != nil {
		d.t.Fatal(err)
	}
	return &v[0][0]
}

func published(name string, on string) *complaint.Disclosed {
	return &complaint.Disclosed{On: calendar.MustDate(on), Until: calendar.MustDate(on) + 365, Record: complaint.PublicRecord{
		Policy: "NM-2026.1", Merchant: complaint.Identity{ID: "m-" + name, Name: name, USCC: "91150100MA0N3XTT1B", Store: "一店"},
		Region: "150105", Category: "phone", Kind: "goods", Requests: []string{"refund"}, Band: "10000-50000",
		Outcome: complaint.OutcomeAgreement, Class: "ordinary", FiledOn: calendar.MustDate(on) - 30, EndedOn: calendar.MustDate(on) - 9,
		Days: 20, Office: "150105/一所", Summary: "手机屏幕有坏点",
	}}
}

// A published case is on the register, found by its words, and gone when withdrawn.
func TestReadingNative(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	d.happened("c1", published("青城手机店", "2026-10-01"), &complaint.StatementAdded{Text: "已换新机"})
	d.happened("c2", published("草原旅行社", "2026-11-02"))
	d.happened("c3", &complaint.DisclosureRefused{Why: "no_consent"})

	own := search.Filter{}.With(search.Source, native)
	l, err := d.reading.Find(ctx, own, search.Newest, "", 1)
	if err != nil || l.Count.N != 2 || len(l.Records) != 1 || l.Records[0].ID != "c2" || l.Next == "" {
		t.Fatalf("%+v, %v", l, err)
	}
	l, err = d.reading.Find(ctx, own, search.Newest, l.Next, 1)
	if err != nil || len(l.Records) != 1 || l.Records[0].ID != "c1" || l.Next != "" {
		t.Fatalf("%+v, %v", l, err)
	}
	narrow := own.With(search.Region, "150100").With(search.Category, "phone").With(search.Outcome, "agreement")
	if narrow.Query, err = search.Parse("手机", nil); err != nil {
		t.Fatal(err)
	}
	if l, err = d.reading.Find(ctx, narrow, search.Newest, "", 10); err != nil || len(l.Records) != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	r, err := d.reading.Record(ctx, "c1")
	if err != nil || r.Statement != "已换新机" || (r.Band != Band{10000, 50000, true}) || r.Merchant.Name != "青城手机店" || r.Store != "一店" {
		t.Fatalf("%+v, %v", r, err)
	}
	if c, err := d.reading.Covered(ctx, native); err != nil || c.First.String() != "2026-10-01" || c.Last.String() != "2026-11-02" || c.Records.N != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	if m, err := d.reading.Merchants(ctx, native, "青城", 5); err != nil || len(m) != 1 || m[0].N != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	if m, err := d.reading.Merchant(ctx, "m-青城手机店"); err != nil || m.Source != native || m.Total != 1 || m.Outcomes[0].Outcome != "agreement" {
		t.Fatalf("%+v, %v", m, err)
	}
	d.happened("c1", &complaint.DisclosureWithdrawn{Class: "corrected", On: calendar.MustDate("2026-11-05")})
	var gone *Withdrawn
	if _, err := d.reading.Record(ctx, "c1"); !errors.As(err, &gone) || gone.Class != "corrected" || gone.On.String() != "2026-11-05" {
		t.Fatal(err)
	}
	for _, id := range []string{"c3", "c9"} {
		if _, err := d.reading.Record(ctx, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// A natural person's name is personal data: only its mask is shown (PIPL 4, 34).
func TestReadingPerson(t *testing.T) {
	d := newDesk(t)
	p := published("", "2026-11-02")
	mask := d.seal("merchant.person", "张三丰")
	mask.Mask = "张**"
	p.Record.Merchant = complaint.Identity{ID: "m-p", Person: mask, USCC: "92150100MA0N3XTT1B"}
	d.happened("c1", p)
	r, err := d.reading.Record(t.Context(), "c1")
	if err != nil || !r.Merchant.Person || r.Merchant.Name != "张**" || r.Merchant.USCC != "" {
		t.Fatalf("%+v, %v", r, err)
	}
}

// A foreign narrative is opened only while consent stands and the key lives.
func TestReadingForeign(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	f := &complaint.ForeignRecorded{ID: "cfpb-7", Ruleset: "CFPB", Policy: "CFPB-public", Case: complaint.ForeignCase{
		System: "cfpb", Number: "7", Received: calendar.MustDate("2019-05-01"), Sent: calendar.MustDate("2019-05-03"),
		Merchant: complaint.Identity{ID: "f-1", Name: "ACME BANK"}, Product: "Mortgage", State: "CA", Response: "In progress",
		Consent: disclosure.ConsentProvided, Narrative: d.seal(usecase.FieldNarrative, "They charged me twice."),
	}}
	d.happened("cfpb-7", f)
	r, err := d.reading.Record(ctx, "cfpb-7")
	if err != nil || r.Foreign == nil || r.Foreign.Narrative != "They charged me twice." || r.Source != cfpb || !r.On.IsZero() {
		t.Fatalf("%+v, %v", r, err)
	}
	if l, err := d.reading.Find(ctx, search.Filter{}, search.Newest, "", 10); err != nil || len(l.Records) != 0 {
		t.Fatalf("%+v, %v", l, err)
	}
	l, err := d.reading.Find(ctx, search.Filter{}.With(search.Source, cfpb).With(search.Region, "CA").With(search.Outcome, "In progress"), search.Newest, "", 10)
	if err != nil || len(l.Records) != 1 || l.Records[0].Foreign.Narrative != "" {
		t.Fatalf("%+v, %v", l, err)
	}
	if m, err := d.reading.Merchant(ctx, "f-1"); err != nil || m.Source != cfpb || m.Total != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	if err := d.ring.Erase(ctx, "s-1"); err != nil {
		t.Fatal(err)
	}
	if r, err = d.reading.Record(ctx, "cfpb-7"); err != nil || r.Foreign.Narrative != "" || r.Foreign.Closed {
		t.Fatalf("%+v, %v", r.Foreign, err)
	}
	f.Case.Consent = "Consent withdrawn"
	d.happened("cfpb-7", f)
	if r, err = d.reading.Record(ctx, "cfpb-7"); err != nil || r.Foreign.Narrative != "" {
		t.Fatalf("%+v, %v", r.Foreign, err)
	}
}

func TestReadingErrors(t *testing.T) {
	d := newDesk(t)
	if _, err := d.reading.Find(t.Context(), search.Filter{}, search.Newest, "bogus!", 10); !errors.Is(err, ErrCursor) {
		t.Error(err)
	}
	d.model.err = readmodel.ErrUnavailable
	if _, err := d.reading.Covered(t.Context(), native); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if _, err := d.reading.Merchant(t.Context(), "m"); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
}

func TestBand(t *testing.T) {
	for s, want := range map[string]Band{
		"10000-50000": {10000, 50000, true}, "10000000-": {10000000, 0, true}, "": {}, "x-1": {}, "5-": {5, 0, true}, "9-3": {9, 3, false}, "-1-5": {},
	} {
		if got := band(s); got != want {
			t.Errorf("%q: %+v", s, got)
		}
	}
}
