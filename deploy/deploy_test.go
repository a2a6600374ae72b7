// Package deploy_test checks what cannot be started on every machine: that the files
// of this folder parse, name only what exists on the other side, and agree with the
// program.
package deploy_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const root = ".."

func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// decodeYAML reads one document, strictly: fields that the type does not have fail.
func decodeYAML(t testing.TB, path string, into any) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(read(t, path)))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// filesBelow lists the files of this folder with one of the endings.
func filesBelow(t testing.TB, endings ...string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "secrets":
			return fs.SkipDir
		case slices.Contains(endings, filepath.Ext(path)):
			found = append(found, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%v: %v", endings, err)
	}
	return found
}

func TestEveryFileParses(t *testing.T) {
	for _, path := range filesBelow(t, ".yaml", ".yml") {
		var any map[string]any
		decodeYAML(t, path, &any)
	}
	for _, path := range filesBelow(t, ".json") {
		if !json.Valid([]byte(read(t, path))) {
			t.Errorf("%s is not JSON", path)
		}
	}
	for _, path := range append(filesBelow(t, ".sh"), "prepare") {
		checkShell(t, path, read(t, path))
		if info, err := os.Stat(path); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf("%s cannot be run: %v", path, err)
		}
	}
}

// checkShell lets the shell read a script without running it.
func checkShell(t testing.TB, name, script string) {
	t.Helper()
	cmd := exec.Command("bash", "-n")
	cmd.Stdin = strings.NewReader(script)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", name, err, bytes.TrimSpace(out))
	}
}

// program is what the command line takes, read from its source.
type program struct {
	settings []string            // also FANGXIN_… and lines of a file
	flags    map[string][]string // of each command
	texts    []string            // every string literal of cmd, api and projections
}

func (p *program) takesFlag(command, flag string) bool {
	return slices.Contains(p.flags[command], flag)
}

// takesEnv says whether an environment variable is a setting.
func (p *program) takesEnv(name string) bool {
	return slices.ContainsFunc(p.settings, func(s string) bool {
		return name == "FANGXIN_"+strings.ToUpper(strings.ReplaceAll(s, "-", "_"))
	})
}

// says whether some text of the program contains this one.
func (p *program) says(text string) bool {
	return slices.ContainsFunc(p.texts, func(s string) bool { return strings.Contains(s, text) })
}

func readProgram(t testing.TB) *program {
	t.Helper()
	functions := map[string]*ast.FuncDecl{}
	for _, f := range parseFolder(t, root+"/cmd/internal/program") {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil {
				functions[d.Name.Name] = d
			}
		}
	}
	p := &program{flags: map[string][]string{}}
	for _, lit := range literalsOf(functions["settings"]) {
		if name := keyed(lit, "name"); name != "" {
			p.settings = append(p.settings, name)
		}
	}
	for _, lit := range literalsOf(functions["commands"]) {
		if len(lit.Elts) != 3 {
			continue
		}
		run, ok := lit.Elts[2].(*ast.Ident)
		if name := text(lit.Elts[0]); ok && name != "" {
			p.flags[name] = p.flagsOf(functions, run.Name, map[string]bool{})
		}
	}
	if len(p.settings) < 10 || len(p.flags) < 10 {
		t.Fatalf("the program's source is read wrongly: settings %v, commands %v", p.settings, p.flags)
	}
	return p
}

// flagsOf collects the flags a function defines, also in functions it hands the flag
// set to.
func (p *program) flagsOf(functions map[string]*ast.FuncDecl, name string, seen map[string]bool) []string {
	f := functions[name]
	if f == nil || seen[name] {
		return nil
	}
	seen[name] = true
	var flags []string
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			if fun.Name == "newFlags" {
				flags = append(append(flags, p.settings...), "config")
			} else if slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return isIdent(a, "fs") }) {
				flags = append(flags, p.flagsOf(functions, fun.Name, seen)...)
			}
		case *ast.SelectorExpr:
			if !isIdent(fun.X, "fs") {
				return true
			}
			at := 0
			if strings.HasSuffix(fun.Sel.Name, "Var") {
				at = 1
			}
			if at < len(call.Args) && text(call.Args[at]) != "" {
				flags = append(flags, text(call.Args[at]))
			}
		}
		return true
	})
	return flags
}

func isIdent(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}

func literalsOf(f *ast.FuncDecl) (all []*ast.CompositeLit) {
	if f == nil {
		return nil
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			all = append(all, lit)
		}
		return true
	})
	return all
}

func keyed(lit *ast.CompositeLit, key string) string {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && isIdent(kv.Key, key) {
			return text(kv.Value)
		}
	}
	return ""
}

func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}

func parseFolder(t testing.TB, dir string) (files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.FromSlash(dir) + "/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v", dir, err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// readTexts adds every string literal a user of the program may meet.
func (p *program) readTexts(t testing.TB) {
	t.Helper()
	for _, floor := range []string{"cmd", "api", "projections"} {
		err := filepath.WalkDir(filepath.Join(root, floor), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					p.texts = append(p.texts, text(lit))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
