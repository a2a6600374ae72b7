package reconcile

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden reports anew")

const (
	shop  = "91150105MA0N1XK83R" // the check characters decide nothing here
	stall = "92150105MA0PXXXX1Q"
)

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func run(t testing.TB, ours []Ours, theirs []Theirs) *Report {
	t.Helper()
	r := New(Fields())
	for _, o := range ours {
		if err := r.AddOurs(o); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range theirs {
		if err := r.AddTheirs(row); err != nil {
			t.Fatal(err)
		}
	}
	return r.Report()
}

func lines(t testing.TB, p *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for entry := range p.Entries() {
		if err := e.Encode(entry); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

// march is a month in which everything happens once.
func march(t testing.TB) ([]Ours, []Theirs) {
	filed, accepted, ended := day(t, "2026-05-06"), day(t, "2026-05-11"), day(t, "2026-06-02")
	ours := []Ours{
		{Case: "c-01", Number: "2026-AAAA-0000-0001-11", Refs: []string{"1150105002026050600000001"}, Merchant: shop, Complainant: "巴特尔",
			Dates: Dates{FiledOn: filed, ReceivedOn: filed, AcceptedOn: accepted, EndedOn: ended, ClosedOn: ended}, State: complaint.StatusAgreed, AmountFen: 12900},
		{Case: "c-02", Number: "2026-AAAA-0000-0002-12", Refs: []string{"1150105002026050600000002"}, Complainant: "李*",
			Dates: Dates{FiledOn: filed, ReceivedOn: filed, AcceptedOn: accepted}, State: complaint.StatusAccepted},
		{Case: "c-03", Number: "2026-AAAA-0000-0003-13", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Case: "c-04", Number: "2026-AAAA-0000-0004-14", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Case: "c-05", Number: "2026-AAAA-0000-0005-15", Merchant: shop, AmountFen: 5000, Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Case: "c-06", Number: "2026-AAAA-0000-0006-16", Refs: []string{"1150105002026050600000006"}, Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Case: "c-07", Number: "2026-AAAA-0000-0007-17", Refs: []string{"1150105002026050600000007"}, Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
	}
	theirs := []Theirs{
		{Record: 1, Line: 2, Number: "1150105002026050600000001", Merchant: strings.ToLower(shop), Complainant: "巴**",
			Dates: ours[0].Dates, State: complaint.StatusClosed, AmountFen: 12900},
		{Record: 2, Line: 3, Number: "１150105002026050600000002 ", Complainant: "王小明", OurNumber: "2026-AAAA-0000-0003-13",
			Dates: Dates{FiledOn: filed, ReceivedOn: filed + 1, AcceptedOn: accepted + 1}, State: complaint.StatusAccepted},
		{Record: 3, Line: 4, Number: "1150105002026050600000003", OurNumber: "2026-aaaa-0000-0003-13", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Record: 4, Line: 5, Number: "1150105002026050600000099", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Record: 5, Line: 6, Number: "1150105002026050600000005", Merchant: shop, AmountFen: 5000, Dates: Dates{FiledOn: filed}},
		{Record: 6, Line: 7, Number: "1150105002026050600000006", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Record: 7, Line: 8, Number: "1150105002026050600000006", Dates: Dates{FiledOn: filed}, State: complaint.StatusClosed},
		{Record: 8, Line: 9, Number: "1150105002026050600000099", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
		{Record: 9, Line: 10, Number: "1150105002026050600000017", OurNumber: "2026-AAAA-0000-0007-17", Dates: Dates{FiledOn: filed}, State: complaint.StatusReceived},
	}
	return ours, theirs
}

func TestGoldenReport(t *testing.T) {
	p := run(t, first(march(t)), second(march(t)))
	golden(t, "march.ndjson", lines(t, p))
	counts, err := json.MarshalIndent(p.Counts(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "march.counts.json", counts)
}

func first(o []Ours, _ []Theirs) []Ours    { return o }
func second(_ []Ours, t []Theirs) []Theirs { return t }
func entries(p *Report) []Entry            { return slices.Collect(p.Entries()) }
func of(p *Report, c Class) (found []Entry) {
	for _, e := range entries(p) {
		if e.Class == c {
			found = append(found, e)
		}
	}
	return found
}

func TestExternalRefGoesBeforeNumber(t *testing.T) {
	// Their record names our case 3 by number, but case 2 names their record.
	ours, theirs := march(t)
	p := run(t, ours[1:3], theirs[1:2])
	found := of(p, Differs)
	if len(found) != 1 || found[0].By != ByExternalRef || found[0].Ours[0].Case != "c-02" {
		t.Fatalf("%+v", entries(p))
	}
	want := []Difference{
		{FieldReceivedOn, "2026-05-06", "2026-05-07"}, {FieldAcceptedOn, "2026-05-11", "2026-05-12"},
		{FieldComplainant, "李*", "王*"}, {FieldNumber, "2026-AAAA-0000-0002-12", "2026-AAAA-0000-0003-13"},
	}
	if d := cmp.Diff(want, found[0].Differences); d != "" {
		t.Error(d)
	}
	if only := of(p, OnlyHere); len(only) != 1 || only[0].Ours[0].Case != "c-03" {
		t.Errorf("%+v", only)
	}
}

func TestGuessIsNeverTaken(t *testing.T) {
	d := Dates{FiledOn: day(t, "2026-05-06")}
	ours := []Ours{{Case: "a", Merchant: shop, AmountFen: 100, Dates: d}, {Case: "b", Merchant: shop, AmountFen: 100, Dates: d}, {Case: "c", Merchant: stall, AmountFen: 100, Dates: d}}
	theirs := []Theirs{{Record: 1, Number: "10001", Merchant: shop, AmountFen: 100, Dates: d}}
	p := run(t, ours, theirs)
	found := of(p, Proposed)
	if len(found) != 1 || len(found[0].Ours) != 2 || len(found[0].Theirs) != 1 || len(of(p, OnlyHere)) != 1 {
		t.Fatalf("%+v", entries(p))
	}
	if s := Syncs(found[0], Fields()); s != nil {
		t.Errorf("a guess says %+v", s)
	}
	// A case that names a number of theirs is not a guess for another of their rows.
	ours[0].Refs, ours[1].Refs = []string{"77777"}, []string{"88888"}
	if found := of(run(t, ours, theirs), Proposed); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestFieldsWithoutColumnAreNotCompared(t *testing.T) {
	ours, theirs := march(t)
	r := New([]Field{FieldFiledOn})
	if err := errors.Join(r.AddOurs(ours[1]), r.AddTheirs(theirs[1])); err != nil {
		t.Fatal(err)
	}
	if got := entries(r.Report()); len(got) != 1 || got[0].Class != Matched {
		t.Errorf("%+v", got)
	}
}

func TestSyncStatesOfActs(t *testing.T) {
	d := day(t, "2026-05-06")
	o := Ours{Case: "c", Refs: []string{"12345"}, Dates: Dates{FiledOn: d, ReceivedOn: d, AcceptedOn: d + 3}}
	e := Theirs{Record: 1, Number: "12345", Dates: Dates{FiledOn: d, ReceivedOn: d + 1, ClosedOn: d + 9}}
	got := Syncs(entries(run(t, []Ours{o}, []Theirs{e}))[0], Fields())
	want := []Sync{
		{"c", "12345", FieldFiledOn, SyncEntered, "2026-05-06", "2026-05-06"},
		{"c", "12345", FieldReceivedOn, SyncDiffers, "2026-05-06", "2026-05-07"},
		{"c", "12345", FieldAcceptedOn, SyncToEnter, "2026-05-09", ""},
		{"c", "12345", FieldClosedOn, SyncDiffers, "", "2026-05-15"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	alone := Syncs(entries(run(t, []Ours{o}, nil))[0], []Field{FieldReceivedOn})
	if len(alone) != 1 || alone[0].State != SyncToEnter || alone[0].Number != "" {
		t.Errorf("%+v", alone)
	}
	if there := Syncs(entries(run(t, nil, []Theirs{e}))[0], Fields()); there != nil {
		t.Errorf("%+v", there)
	}
}

// Names, ID numbers and phones that stand where they should not never reach a report
// (PIPL 6, rules.md 9.1).
func TestNoPersonalDataInTheReport(t *testing.T) {
	const id, phone = "11010519491231002X", "13812341234"
	r := New(Fields())
	var bad *RowError
	for _, n := range []string{id, phone, "+86 138 1234 1234", "１３８１２３４１２３４"} {
		if err := r.AddTheirs(Theirs{Record: 4, Number: n}); !errors.As(err, &bad) || bad.Reason != "personal_number" {
			t.Errorf("%s: %v", n, err)
		}
	}
	err := errors.Join(
		r.AddTheirs(Theirs{Record: 5, Number: "100001", OurNumber: phone, Merchant: id, Complainant: "欧阳娜娜"}),
		r.AddOurs(Ours{Case: "c", Number: "2026-AAAA", Refs: []string{"100001", phone, "欧阳娜娜"}, Merchant: id, Complainant: "诸葛亮亮"}))
	if err != nil {
		t.Fatal(err)
	}
	text := string(lines(t, r.Report()))
	for _, secret := range []string{id, phone, "阳", "葛", "娜", "亮"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in %s", secret, text)
		}
	}
	if !strings.Contains(text, `{"field":"complainant","ours":"诸*","theirs":"欧*"}`) {
		t.Error(text)
	}
}

func TestRowsThatCannotBeTaken(t *testing.T) {
	r := New(nil)
	for reason, err := range map[string]error{
		"no_case":       r.AddOurs(Ours{}),
		"too_long":      r.AddOurs(Ours{Case: strings.Repeat("x", maxText+1)}),
		"unknown_state": r.AddOurs(Ours{Case: "c", State: "mad"}),
		"no_number":     r.AddTheirs(Theirs{Record: 1, Number: "第号"}),
	} {
		var bad *RowError
		if !errors.As(err, &bad) || bad.Reason != reason || bad.Error() == "" {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if err := r.AddTheirs(Theirs{Record: 2, Number: "10001", State: "mad"}); err == nil {
		t.Error("unknown state was taken")
	}
	if n := len(entries(r.Report())); n != 0 {
		t.Errorf("%d entries of nothing", n)
	}
}
