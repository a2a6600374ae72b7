package program

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/es"
)

// TestExport reads an export back: head, every envelope byte for byte, count and
// hash.
func TestExport(t *testing.T) {
	i := installed(t)
	file := filepath.Join(t.TempDir(), "log.ndjson")
	if code, out, errs := run(t, "export", "--data", i.data, file); code != exitOK || out != "" {
		t.Fatal(code, out, errs)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets() {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%q stands in the export", secret)
		}
	}
	a, err := openAdapters(t.Context(), configOf(t, i.data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	readBack(t, text, a)
}

// exported reads an export line by line and hashes what it has read.
type exported struct {
	t     *testing.T
	lines *bufio.Scanner
	sum   hash.Hash
}

func (x *exported) next(into any) {
	x.t.Helper()
	if !x.lines.Scan() {
		x.t.Fatal("the export ends early")
	}
	if err := json.Unmarshal(x.lines.Bytes(), into); err != nil {
		x.t.Fatal(err)
	}
}

func (x *exported) hashed(into any) {
	x.t.Helper()
	x.next(into)
	x.sum.Write(append(x.lines.Bytes(), '\n'))
}

func readBack(t *testing.T, text []byte, a *adapters) {
	t.Helper()
	x := &exported{t: t, lines: bufio.NewScanner(bytes.NewReader(text)), sum: sha256.New()}
	x.lines.Buffer(nil, 1<<20)
	var head exportHead
	if x.hashed(&head); head.Export != exportFormat || head.Head.IsStart() {
		t.Errorf("%+v", head)
	}
	n := int64(0)
	for env, err := range a.store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		var got exportLine
		x.hashed(&got)
		n++
		if got.ID != env.ID || got.Stream != env.Stream || got.Revision != env.Revision || got.Position != env.Position ||
			got.Type != env.Type || !bytes.Equal(got.Data, env.Data) || !bytes.Equal(got.Meta, env.Meta) || !got.Recorded.Equal(env.Recorded) {
			t.Fatalf("%+v is not %+v", got, env)
		}
	}
	var tail exportTail
	x.next(&tail)
	if tail.Events != n || tail.SHA256 != hex.EncodeToString(x.sum.Sum(nil)) || x.lines.Scan() {
		t.Errorf("%+v, %d events", tail, n)
	}
}

func TestExportOfAPart(t *testing.T) {
	i := installed(t)
	count := func(args ...string) int {
		t.Helper()
		code, out, errs := run(t, append([]string{"export", "--data", i.data}, args...)...)
		if code != exitOK {
			t.Fatal(code, errs)
		}
		return strings.Count(out, "\n") - 2
	}
	all, one := count(), count("--case", i.cases[0])
	if one < 12 || one >= all {
		t.Errorf("%d of %d", one, all)
	}
	if n := count("--after", "10"); n != all-10 {
		t.Errorf("%d of %d after the tenth", n, all)
	}
	if n := count("--after", (es.Position{Commit: 10, Prepare: 10}).String()); n != all-10 {
		t.Errorf("%d of %d after the tenth", n, all)
	}
	if n := count("--case", i.cases[0], "--after", "1000000"); n != 0 {
		t.Errorf("%d after the end", n)
	}
	for _, args := range [][]string{{"--case", "none"}, {"--after", "x"}} {
		if code, _, _ := run(t, append([]string{"export", "--data", i.data}, args...)...); code == exitOK {
			t.Error(args)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing", "log.ndjson")
	if code, _, _ := run(t, "export", "--data", i.data, missing); code != exitFound {
		t.Error("exported into a missing folder")
	}
}
