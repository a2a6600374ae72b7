package program

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/complaint"
)

const officialHeader = "登记编号,来源编号,登记时间,受理时间,不予受理时间,投诉人姓名,业务类型\n"

// officialFile writes an export of the national platform.
func officialFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "12315.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// numbersOf lists our case numbers in the order of filing.
func (i *installation) numbersOf(t *testing.T) (numbers []string) {
	t.Helper()
	for _, s := range i.states(t) {
		numbers = append(numbers, s.Number)
	}
	return numbers
}

func (i *installation) states(t *testing.T) (states []complaint.State) {
	t.Helper()
	a, err := openAdapters(t.Context(), configOf(t, i.data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	for _, id := range i.cases {
		s, _, err := a.cases.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, s)
	}
	return states
}

// official states five cases as the platform might: the first two as we have them, the
// third with another day, the fourth not at all, one that we do not have, and a tip-off.
func (i *installation) official(t *testing.T) string {
	n := i.numbersOf(t)
	row := func(number int, ours, filed, accepted, declined, kind string) string {
		return fmt.Sprintf("11501050020260914%08d,%s,%s,%s,%s,乌*,%s\n", number, ours, filed, accepted, declined, kind)
	}
	return officialHeader +
		row(1, n[0], "2026-09-14", "2026-09-14", "", "投诉") +
		row(2, n[1], "2026-09-14", "", "2026-09-15", "投诉") +
		row(3, n[2], "2026-09-13", "", "", "投诉") +
		row(4, "", "2026-09-12", "", "", "投诉") +
		row(5, "", "2026-09-12", "", "", "举报")
}

// What stands on one side only, what differs and what agrees is counted; the code says
// that somebody has to look (Order 121 art 40).
func TestReconcile(t *testing.T) {
	i := installed(t)
	file := officialFile(t, i.official(t))
	report := filepath.Join(t.TempDir(), "report.csv")
	before := len(typesInLog(t, i.data))
	code, out, errs := run(t, "reconcile", "--data", i.data, "--report", report, file)
	if code != exitFound || !strings.Contains(errs, "1 records are no complaints") {
		t.Fatal(code, out, errs)
	}
	for _, want := range []string{"ours 5, theirs 4, refused 0", "matched     2", "differs     1", "only_here   2", "only_there  1", "differs in filed_on     1"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	text, err := os.ReadFile(report)
	if err != nil || strings.Count(string(text), "\n") < 6 {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, secret := range secrets() {
		if strings.Contains(string(text)+out+errs, secret) {
			t.Errorf("%q is told", secret)
		}
	}
	if n := len(typesInLog(t, i.data)); n != before {
		t.Errorf("%d events were written", n-before)
	}
}

// With --record the certain findings stand on the cases, once.
func TestReconcileRecords(t *testing.T) {
	i := installed(t)
	file := officialFile(t, i.official(t))
	for _, first := range []bool{true, false} {
		code, out, errs := run(t, "reconcile", "--data", i.data, "--record", file)
		if code != exitFound || !strings.Contains(out, "recorded ") || strings.Contains(out, "recorded 0 ") == first {
			t.Fatal(code, out, errs)
		}
	}
	states := i.states(t)
	if s := states[0]; len(s.ExternalRefs) != 1 || s.ExternalRefs[0].System != "12315" || s.Syncs[complaint.ActAccepted].State != complaint.SyncEntered {
		t.Errorf("%+v, %+v", s.ExternalRefs, s.Syncs)
	}
	if s := states[2]; s.Syncs[complaint.ActFiled].State != complaint.SyncDiffers {
		t.Errorf("%+v", s.Syncs)
	}
	if s := states[3]; len(s.ExternalRefs) != 0 || len(s.Syncs) != 0 {
		t.Errorf("%+v, %+v", s.ExternalRefs, s.Syncs)
	}
	if code, out, errs := run(t, "verify", "--data", i.data); code != exitOK {
		t.Error(code, out, errs)
	}
}

// What cannot be compared is one line and a code, and nothing is made.
func TestReconcileRefusesInOneLine(t *testing.T) {
	good := officialFile(t, officialHeader)
	broken := officialFile(t, `{"name":`)
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no file":         {[]string{filepath.Join(t.TempDir(), "none.csv")}, exitFound, "no such file"},
		"no argument":     {nil, exitUsage, "FILE"},
		"two files":       {[]string{good, good}, exitUsage, "FILE"},
		"empty":           {[]string{officialFile(t, "")}, exitFound, "no header"},
		"other text":      {[]string{officialFile(t, "a,b\n1,2\n")}, exitFound, "no header"},
		"a workbook":      {[]string{officialFile(t, "PK\x03\x04....")}, exitUsage, "xlsx"},
		"no such mapping": {[]string{"--mapping", filepath.Join(t.TempDir(), "none.json"), good}, exitUsage, "no such file"},
		"bad mapping":     {[]string{"--mapping", broken, good}, exitUsage, "mapping"},
		"bad language":    {[]string{"--report", filepath.Join(t.TempDir(), "r.csv"), "--lang", "xx", good}, exitUsage, "xx"},
	} {
		data := filepath.Join(t.TempDir(), "data")
		code, out, errs := run(t, append([]string{"reconcile", "--data", data}, c.args...)...)
		if code != c.code || out != "" || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: %d, %q, %q", name, code, out, errs)
		}
	}
}

// An export without records, and a house without cases, differ in nothing.
func TestReconcileNothing(t *testing.T) {
	code, out, errs := run(t, "reconcile", "--data", filepath.Join(t.TempDir(), "data"), officialFile(t, officialHeader))
	if code != exitOK || !strings.Contains(out, "ours 0, theirs 0, refused 0") {
		t.Error(code, out, errs)
	}
}

// Rows that cannot be read are listed with record, line and reason; a mapping of one's
// own reads other headers.
func TestReconcileListsRefusedRows(t *testing.T) {
	mapping := officialFile(t, `{"name":"own","fields":[{"field":"number","required":true,"headers":["No."]},
		{"field":"filed_on","required":true,"headers":["Day"]}],"dates":["2006-01-02"]}`)
	file := officialFile(t, "No.,Day\n10001,2026-09-14\n13812341234,2026-09-14\n10003,soon\n")
	code, out, errs := run(t, "reconcile", "--data", filepath.Join(t.TempDir(), "data"), "--mapping", mapping, file)
	if code != exitFound || !strings.Contains(out, "theirs 1, refused 2") ||
		!strings.Contains(errs, "refused: record 2 (line 3), No.: is a person's number") || !strings.Contains(errs, "refused: record 3 (line 4), Day:") {
		t.Error(code, out, errs)
	}
}
