package problem

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
)

func catalogue(t *testing.T) *Catalogue {
	t.Helper()
	c, err := LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryProblemHasBothLanguages(t *testing.T) {
	for l, m := range catalogue(t).languages {
		same(t, l, m.Problems, slices.Collect(maps.Keys(statuses())))
		for code, text := range m.Problems {
			if text.Title == "" || text.Detail == "" {
				t.Errorf("%s: %s has no text", l, code)
			}
		}
	}
}

// Every refusal by law or rule has its words, and nothing else has.
func TestEveryRefusalHasBothLanguages(t *testing.T) {
	file, err := os.ReadFile("../../domain/complaint/testdata/refusals.txt")
	if err != nil {
		t.Fatal(err)
	}
	for l, m := range catalogue(t).languages {
		same(t, l, m.Refusals, slices.Concat(strings.Fields(string(file)), usecase.NumberRefusals(), usecase.PeriodRefusals()))
	}
}

// People read these words: whole sentences, short, each of them different, and no
// Latin letters in the Chinese ones.
func TestRefusalsAreReadable(t *testing.T) {
	c := catalogue(t)
	for l, end := range map[Lang]string{Chinese: "。", English: "."} {
		seen := map[string]string{}
		for code, text := range c.languages[l].Refusals {
			if !strings.HasSuffix(text, end) || strings.TrimSpace(text) != text {
				t.Errorf("%s: %s is no sentence: %q", l, code, text)
			}
			if twin, ok := seen[text]; ok {
				t.Errorf("%s: %s and %s say the same", l, code, twin)
			}
			seen[text] = code
		}
	}
	for code, text := range c.languages[Chinese].Refusals {
		if n := utf8.RuneCountInString(text); n > 60 {
			t.Errorf("%s has %d characters", code, n)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
			t.Errorf("%s: %q", code, text)
		}
	}
}

func TestEveryFaultHasBothLanguages(t *testing.T) {
	codes := constants(t, "../../domain/usecase/errors.go", "Fault")
	if len(codes) < 9 {
		t.Fatalf("only %d codes found", len(codes))
	}
	c := catalogue(t)
	same(t, English, c.languages[English].Faults, slices.Collect(maps.Keys(c.languages[Chinese].Faults)))
	for l, m := range c.languages {
		for _, code := range codes {
			if m.Faults[code] == "" {
				t.Errorf("%s: %s has no text", l, code)
			}
		}
	}
}

// A fault that no source names any more keeps no words.
func TestNoFaultIsUnused(t *testing.T) {
	used := written(t, ".", "../httpapi", "../../domain/usecase", "../../projections/search")
	for code := range catalogue(t).languages[Chinese].Faults {
		if !used[code] {
			t.Errorf("%s is unused", code)
		}
	}
}

// Reasons: the classes of a withdrawal, and what From says of erased and restricted data.
func TestEveryReasonHasBothLanguages(t *testing.T) {
	classes := listed(t, "../../domain/complaint/decide_disclosure.go", "classes")
	if len(classes) < 6 {
		t.Fatalf("only %v found", classes)
	}
	for l, m := range catalogue(t).languages {
		same(t, l, m.Reasons, append(slices.Clone(classes), "erased", "data_restricted"))
	}
}

// same says that a section holds words for exactly these codes.
func same[V any](t *testing.T, l Lang, section map[string]V, codes []string) {
	t.Helper()
	if d := cmp.Diff(slices.Sorted(slices.Values(codes)), slices.Sorted(maps.Keys(section))); d != "" {
		t.Errorf("%s (-used +worded): %s", l, d)
	}
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// written are the texts in the sources under the folders, tests left out.
func written(t *testing.T, dirs ...string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			ast.Inspect(parse(t, path), func(n ast.Node) bool {
				if e, ok := n.(*ast.BasicLit); ok {
					if s, ok := text(e); ok {
						found[s] = true
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// constants are the texts of constants whose names begin with the prefix.
func constants(t *testing.T, path, prefix string) (found []string) {
	t.Helper()
	ast.Inspect(parse(t, path), func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, prefix) && len(spec.Values) == 1 {
			if s, ok := text(spec.Values[0]); ok {
				found = append(found, s)
			}
		}
		return true
	})
	return found
}

// listed are the texts of the list that a variable is made with.
func listed(t *testing.T, path, name string) (found []string) {
	t.Helper()
	ast.Inspect(parse(t, path), func(n ast.Node) bool {
		made, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		variable, isName := made.Lhs[0].(*ast.Ident)
		list, isList := made.Rhs[0].(*ast.CompositeLit)
		if isName && isList && variable.Name == name {
			for _, e := range list.Elts {
				if s, ok := text(e); ok {
					found = append(found, s)
				}
			}
		}
		return true
	})
	return found
}
