package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testsOf lists the tests of the module as package.Test, by the last part of the path.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	all := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(source, -1) {
			all[filepath.Base(filepath.Dir(path))+"."+string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Mistakes that users of comparable programs reported are not repeated: each has a test
// that there is, or a reason.
func TestMistakesOfOthersHaveTests(t *testing.T) {
	table, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	tests, rows, words := testsOf(t), 0, map[string]bool{}
	for line := range strings.Lines(string(table)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, " | ")
		if rows++; len(cells) != 3 || cells[0] == "" || words[cells[1]] {
			t.Errorf("not a row, or twice: %s", line)
			continue
		}
		words[cells[1]] = true
		if why, none := strings.CutPrefix(cells[2], "none: "); none {
			if len(why) < 20 {
				t.Errorf("no reason: %s", line)
			}
			continue
		}
		for _, name := range strings.Fields(cells[2]) {
			if !tests[name] {
				t.Errorf("%s: there is no %s", cells[1], name)
			}
		}
	}
	if rows < 40 {
		t.Errorf("%d rows", rows)
	}
}
