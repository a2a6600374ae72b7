package program

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

func TestVerifyFindsNothingInASoundInstallation(t *testing.T) {
	i := installed(t)
	code, out, errs := run(t, "verify", "--data", i.data)
	if code != exitOK || !strings.HasSuffix(out, "clean\n") {
		t.Fatal(code, out, errs)
	}
	if !strings.Contains(out, "45 cases") || !strings.Contains(out, "4 projections") || strings.Contains(out, " 0 clocks") || strings.Contains(out, " 0 files") {
		t.Error(out)
	}
	if code, _, errs := run(t, "verify", "--data", filepath.Join(i.data, "none")); code != exitFound || !strings.Contains(errs, "no installation") {
		t.Error(code, errs)
	}
}

// damage is one thing done to an installation and what verify must say of it.
type damage struct {
	name string
	do   func(*testing.T, *installation)
	want []string
}

// sqlOn damages the log by SQL.
func sqlOn(statements ...string) func(*testing.T, *installation) {
	return func(t *testing.T, i *installation) { alter(t, folder{root: i.data}.events(), statements...) }
}

// firstOf is the position of the first event of a type.
func firstOf(kind string) string {
	return fmt.Sprintf(`(SELECT min(position) FROM events WHERE type = (SELECT no FROM types WHERE name = '%s'))`, kind)
}

// edit replaces text in the data of the first event of a type.
func edit(kind, from, to string) string {
	return fmt.Sprintf(`UPDATE events SET data = CAST(replace(CAST(data AS TEXT), '%s', '%s') AS BLOB) WHERE position = %s AND instr(CAST(data AS TEXT), '%s') > 0`, from, to, firstOf(kind), from)
}

func damagesOfTheLog() []damage {
	const first = `(SELECT min(position) FROM events WHERE stream LIKE 'complaint.%' AND revision = 1)`
	return []damage{
		{"a row is gone", sqlOn(`DELETE FROM events WHERE position = 17`), []string{"no event at position 17", "revisions have gaps in stream"}},
		{"a revision is changed", sqlOn(`UPDATE events SET revision = revision + 40 WHERE position = ` + first), []string{"revisions have gaps in stream complaint."}},
		{"a byte of a sealed value", sqlOn(`UPDATE events SET data = CAST(replace(CAST(data AS TEXT), substr(CAST(data AS TEXT), instr(CAST(data AS TEXT), '"cipher":"') + 20, 4), 'AAAA') AS BLOB) WHERE position = ` + firstOf("complaint.filed.v1")),
			[]string{"/0@2#/", "sealed value does not open"}},
		{"data are no JSON", sqlOn(`UPDATE events SET data = x'7b22' WHERE position = ` + first), []string{": decode complaint.", "views: not compared"}},
		{"a field is lost", sqlOn(edit("complaint.accepted.v1", `"clock"`, `"clokc"`)), []string{"data of complaint.accepted.v1 are not as they are written"}},
		{"a clock is moved", sqlOn(edit("complaint.accepted.v1", `"due":"2026-`, `"due":"2027-`)), []string{"clock CP.MEDIATE.M3 from 2026-09-14: stored 2027-"}},
		{"time runs backwards", sqlOn(`UPDATE events SET meta = CAST(replace(CAST(meta AS TEXT), '"at":"2026', '"at":"2025') AS BLOB) WHERE position = ` + firstOf("complaint.accepted.v1")),
			[]string{"time runs backwards: 2025-"}},
		{"metadata lose a field", sqlOn(`UPDATE events SET meta = CAST(replace(CAST(meta AS TEXT), '"actor":', '"actro":') AS BLOB) WHERE position = ` + first),
			[]string{"metadata are not as they are written"}},
		{"an event is exchanged", sqlOn(`UPDATE events SET id = x'000102030405060708090a0b0c0d0e0f' WHERE position = ` + first), []string{"identifier 00010203-0405"}},
		{"metadata are gone", sqlOn(`UPDATE events SET meta = x'' WHERE position = ` + first), []string{": metadata: "}},
	}
}

func damagesOfTheFolder() []damage {
	return []damage{
		{"a key is gone", func(t *testing.T, i *installation) {
			alter(t, folder{root: i.data}.keys(), `DELETE FROM subject_key WHERE id = 1`)
		}, []string{"no key for this subject"}},
		{"a key is spoilt", func(t *testing.T, i *installation) {
			alter(t, folder{root: i.data}.keys(), `UPDATE subject_key SET wrapped = zeroblob(length(wrapped)) WHERE id = 2`)
		}, []string{"keys: ", "does not unwrap"}},
		{"the keyring is gone", func(t *testing.T, i *installation) { remove(t, folder{root: i.data}.keys()) }, []string{"keys: ", "keyring.db"}},
		{"the master key is gone", func(t *testing.T, i *installation) { remove(t, folder{root: i.data}.masterKey()) }, []string{"master.key"}},
		{"evidence is gone", func(t *testing.T, i *installation) { remove(t, folder{root: i.data}.evidence()) }, []string{"evidence.", "evidence not found"}},
		{"the log is another file", func(t *testing.T, i *installation) {
			if err := os.WriteFile(folder{root: i.data}.events(), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{"events.db: "}},
		{"the snapshot has a flipped byte", func(t *testing.T, i *installation) {
			flip(t, filepath.Join(folder{root: i.data}.views(), "readmodel.snapshot"))
		},
			[]string{"views: snapshot damaged"}},
		{"the snapshot says something else", tamper, []string{
			`views/casework.`, `counter "forged in casework": holds 3, the log gives nothing`, `member "forged-index in casework" "x": holds 1`, `document "view/complaint.`,
			`views/deadlines.`, `counter "forged in deadlines": holds 3`, `member "forged-index in deadlines" "x": holds 1`,
			`views/disclosure.`, `counter "forged in disclosure": holds 3`, `member "forged-index in disclosure" "x": holds 1`,
			`views/responsetime.`, `counter "forged in responsetime": holds 3`, `member "forged-index in responsetime" "x": holds 1`,
		}},
	}
}

// TestVerifyNamesDamage damages one thing at a time; verify says where and ends
// with 1.
func TestVerifyNamesDamage(t *testing.T) {
	for _, c := range append(damagesOfTheLog(), damagesOfTheFolder()...) {
		t.Run(c.name, func(t *testing.T) {
			i := installed(t)
			c.do(t, i)
			code, out, errs := run(t, "verify", "--data", i.data)
			if code != exitFound || strings.Contains(out, "clean") {
				t.Fatal(code, out, errs)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s%s", want, out, errs)
				}
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func flip(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0x10
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// tamper changes an index and a counter of each projection and a document, and writes a
// sound snapshot.
func tamper(t *testing.T, i *installation) {
	t.Helper()
	a, err := openAdapters(t.Context(), configOf(t, i.data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	all := projectionsOf(a)
	model, loaded, err := memory.Open(memory.Options{Dir: a.folder.views(), Types: documentTypes(all)})
	if err != nil || loaded.Damaged != nil {
		t.Fatal(err, loaded.Damaged)
	}
	for _, p := range all {
		space, at, err := readmodel.Reading(t.Context(), model, p.Name(), p.Version())
		if err != nil {
			t.Fatal(err)
		}
		changes := []readmodel.Change{
			readmodel.Count("forged in "+p.Name(), 3), readmodel.Add("forged-index in "+p.Name(), "x", 1),
		}
		if p.Name() == casework.Name {
			changes = append(changes, readmodel.Delete(readmodel.ViewPrefix+"complaint."+i.cases[0]))
		}
		if err := model.Commit(t.Context(), readmodel.Batch{Space: space, From: at, To: at, Changes: changes}); err != nil {
			t.Fatal(err)
		}
	}
	if err := model.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
}

// TestNothingFiledStandsInAnyFile looks for personal data in every byte of the data
// folder: while the node runs, with its write-ahead logs and its live snapshot, and
// after it stopped.
func TestNothingFiledStandsInAnyFile(t *testing.T) {
	i := installed(t)
	check := func(when string) {
		t.Helper()
		files := filesBelow(t, i.data)
		for _, path := range files {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets() {
				if bytes.Contains(content, []byte(secret)) || strings.Contains(path, secret) {
					t.Errorf("%s: %q stands in %s", when, secret, path)
				}
			}
		}
		if len(files) < 8 {
			t.Errorf("%s: only %v", when, files)
		}
	}
	check("at rest")
	base, stop := started(t, i.data)
	fileOverHTTP(t, base, tokenFor(t, i.data, "consumer", "c-9"), "while-it-runs")
	if code, out, errs := run(t, "rebuild", "--data", i.data); code != exitOK {
		t.Fatal(code, out, errs)
	}
	check("while it runs")
	stop()
	check("after it stopped")
	f := folder{root: i.data}
	if _, err := os.Stat(f.events() + "-wal"); err == nil {
		t.Error("a write-ahead log after the node stopped")
	}
	if code, out, errs := run(t, "verify", "--data", i.data); code != exitOK {
		t.Error(code, out, errs)
	}
}
