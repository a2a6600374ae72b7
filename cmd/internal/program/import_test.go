package program

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/es"
)

const importText = "They kept my deposit in Wichita for months."

// importRow is one line of our own format.
func importRow(number, consent, response, text string) string {
	return fmt.Sprintf(`{"system":"cfpb","number":%q,"received_on":"2020-03-02","sent_on":"2020-03-04","merchant":{"name":"ACME BANK"},`+
		`"product":"Mortgage","consent":%q,"response":%q,"timely":"Yes","narrative":%q}`+"\n", number, consent, response, text)
}

// imported runs import on a file with the content and answers what it said.
func imported(t *testing.T, data, content string) (code int, out, errs, report string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.ndjson")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs = run(t, "import", "--format", "ndjson", "--data", data, path)
	text, err := os.ReadFile(path + ".refused.ndjson")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return code, out, errs, string(text)
}

// typesInLog lists the events of the log in order.
func typesInLog(t *testing.T, data string) (types []string) {
	t.Helper()
	a, err := openAdapters(t.Context(), configOf(t, data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	for env, err := range a.store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, env.Type)
	}
	return types
}

// disclosed counts the records of the register and lists the narratives it shows.
func disclosed(t *testing.T, data string) (count int, narratives []string) {
	t.Helper()
	if code, out, errs := run(t, "rebuild", "--data", data); code != exitOK {
		t.Fatal(code, out, errs)
	}
	base, stop := started(t, data)
	defer stop()
	var page struct {
		Disclosures []struct {
			Foreign struct{ Narrative string }
		}
	}
	fetch(t, base+"/api/v1/public/disclosures?source=cfpb", &page)
	for _, item := range page.Disclosures {
		if item.Foreign.Narrative != "" {
			narratives = append(narratives, item.Foreign.Narrative)
		}
	}
	return len(page.Disclosures), narratives
}

// TestImportAppendsOnlyWhatChanged: a second run adds nothing, a changed row appends
// only the change, a row that changes back is a change again, and a consent that was
// withdrawn closes the narrative.
func TestImportAppendsOnlyWhatChanged(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	const given, withdrawn = "Consent provided", "Consent withdrawn"
	other := importRow("2", "N/A", "Closed", "")
	first := importRow("1", given, "In progress", importText) + other
	for i, c := range []struct{ content, want string }{
		{first, "2 new, 0 changed, 0 unchanged, 0 refused"},
		{first, "0 new, 0 changed, 2 unchanged, 0 refused"},
		{importRow("1", given, "Closed", importText) + other, "0 new, 1 changed, 1 unchanged, 0 refused"},
		{first, "0 new, 1 changed, 1 unchanged, 0 refused"},
		// Rows of one case are taken in the order of the file: the last one stands.
		{importRow("1", given, "Closed", importText) + first, "0 new, 2 changed, 1 unchanged, 0 refused"},
	} {
		if code, out, errs, _ := imported(t, data, c.content); code != exitOK || !strings.Contains(out, c.want) {
			t.Fatalf("file %d: %d, %q, want %q; %s", i+1, code, out, c.want, errs)
		}
	}
	if count, texts := disclosed(t, data); count != 2 || len(texts) != 1 || texts[0] != importText {
		t.Errorf("with consent: %d records, %q", count, texts)
	}
	code, out, errs, _ := imported(t, data, importRow("1", withdrawn, "In progress", importText)+other)
	if code != exitOK || !strings.Contains(out, "0 new, 1 changed, 1 unchanged") {
		t.Fatal(code, out, errs)
	}
	if count, texts := disclosed(t, data); count != 2 || len(texts) != 0 {
		t.Errorf("consent withdrawn: %d records, %q", count, texts)
	}
	seen := map[string]int{}
	for _, name := range typesInLog(t, data) {
		seen[name]++
	}
	if len(seen) != 2 || seen["complaint.foreign_recorded.v1"] != 2 || seen["complaint.foreign_changed.v1"] != 5 {
		t.Errorf("events %v", seen)
	}
	if code, out, errs := run(t, "verify", "--data", data); code != exitOK {
		t.Error(code, out, errs)
	}
}

// TestImportReportsWhatItRefuses: by the reader or by the domain, with record and
// line; a cut file ends with 1 and keeps what came before it and the report.
func TestImportReportsWhatItRefuses(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	unknown := strings.Replace(importRow("3", "", "", ""), `"cfpb"`, `"nowhere"`, 1)
	content := importRow("1", "", "", "") + "\n" + `{"system":"cfpb","number":"2"}` + "\n" + unknown + importRow("4", "", "", "")
	code, out, errs, report := imported(t, data, content+`{"system":"cfpb","num`)
	if code != exitFound || !strings.Contains(out, "read 4: 2 new, 0 changed, 0 unchanged, 2 refused") {
		t.Error(code, out, errs)
	}
	if want := fmt.Sprintf("record 5, which begins on line 6 at byte %d", len(content)); !strings.Contains(errs, want) {
		t.Errorf("no %q in %s", want, errs)
	}
	for _, want := range []string{`"line":3,"reason":"is empty","record":2`, `"line":4,"reason":"no_rule_set","record":3`} {
		if !strings.Contains(report, want) {
			t.Errorf("no %s in the report\n%s", want, report)
		}
	}
	if n := len(typesInLog(t, data)); n != 2 {
		t.Errorf("%d events", n)
	}
}

// TestImportReportNeverReplacesTheFile: the report is a file of its own.
func TestImportReportNeverReplacesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.ndjson")
	const content = "{}\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := run(t, "import", "--format", "ndjson", "--data", filepath.Join(t.TempDir(), "data"), "--refused", path, path)
	if code != exitUsage || !strings.Contains(errs, "would replace") {
		t.Error(code, errs)
	}
	if left, err := os.ReadFile(path); err != nil || string(left) != content {
		t.Errorf("%q, %v", left, err)
	}
}
