package main

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
	"strings"
	"testing"
)

const root = "../.."

type listed struct {
	ImportPath   string
	Dir          string
	Standard     bool
	Imports      []string
	Deps         []string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Standard,Imports,Deps,GoFiles"}, args...)...)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func ours(path string) bool { return within(path, "fangxin") }

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && !ours(path)
}

// forTests says whether a package exists for tests alone and may import testing tools.
func forTests(path string) bool { return strings.HasSuffix(path, "test") }

// may lists, per floor of the house, what a package there may import beside the
// standard library.
var may = []struct {
	floor   string
	imports []string
}{
	{"fangxin/domain", []string{"fangxin/domain"}},
	{"fangxin/projections", []string{"fangxin/domain", "fangxin/projections", "github.com/tidwall/btree", "github.com/RoaringBitmap/roaring"}},
	{"fangxin/api", []string{"fangxin/api", "fangxin/domain", "fangxin/projections", "github.com/labstack/echo/v4",
		"github.com/go-playground/validator/v10", "github.com/a-h/templ", "github.com/goccy/go-json", "golang.org/x/text"}},
}

// drivers touch the outside world; only cmd/internal imports them.
var drivers = []string{"modernc.org/sqlite", "github.com/redis/go-redis", "github.com/EventStore/EventStore-Client-Go",
	"github.com/jackc/pgx", "github.com/minio/minio-go", "github.com/golang-jwt/jwt"}

func TestDependenciesPointOneWay(t *testing.T) {
	for _, p := range list(t, "./...") {
		for _, imp := range p.Imports {
			if within(imp, "fangxin/cmd") && !within(p.ImportPath, "fangxin/cmd") {
				t.Errorf("%s imports %s: nobody imports cmd", p.ImportPath, imp)
			}
		}
		for _, rule := range may {
			if !within(p.ImportPath, rule.floor) || forTests(p.ImportPath) {
				continue
			}
			for _, imp := range p.Imports {
				if !standard(imp) && !slices.ContainsFunc(rule.imports, func(ok string) bool { return within(imp, ok) }) {
					t.Errorf("%s imports %s", p.ImportPath, imp)
				}
			}
		}
	}
}

func TestDomainTouchesNothingOutside(t *testing.T) {
	outside := []string{"net", "os", "database/sql", "syscall", "math/rand", "crypto/rand"}
	deciders := []string{"complaint", "numbering", "period", "tipoff", "compensation", "noreason", "qualitydispute", "fund", "merchant", "institution"}
	for _, p := range list(t, "./domain/...") {
		if forTests(p.ImportPath) {
			continue
		}
		for _, imp := range p.Imports {
			for _, o := range outside {
				if within(imp, o) {
					t.Errorf("%s imports %s", p.ImportPath, imp)
				}
			}
			for _, d := range deciders {
				if within(p.ImportPath, "fangxin/domain/"+d) && imp == "fangxin/domain/es" {
					t.Errorf("%s imports domain/es: deciders know plain structs only", p.ImportPath)
				}
			}
		}
	}
}

func TestNoDriverAboveTheFence(t *testing.T) {
	for _, p := range list(t, "./domain/...", "./projections/...", "./api/...") {
		if forTests(p.ImportPath) {
			continue
		}
		for _, dep := range p.Deps {
			for _, d := range drivers {
				if within(dep, d) {
					t.Errorf("%s depends on %s", p.ImportPath, dep)
				}
			}
		}
	}
}

// benchServers serve `bench --cluster`, which measures nodes without an engine beside
// them; nothing else of the program uses them.
var benchServers = []string{"fangxin/cmd/internal/eventstore/kurrent/kurrenttest", "fangxin/cmd/internal/objects/s3test", "fangxin/cmd/internal/redistest"}

func TestTestHelpersStayOutOfTheProgram(t *testing.T) {
	for _, p := range list(t, "./cmd/...") {
		for _, imp := range p.Imports {
			bench := p.ImportPath == "fangxin/cmd/internal/cluster" || p.ImportPath == "fangxin/cmd/internal/program"
			if slices.Contains(benchServers, imp) && !bench && !forTests(p.ImportPath) {
				t.Errorf("%s imports %s", p.ImportPath, imp)
			}
		}
	}
	for _, p := range list(t, "./cmd/fangxin") {
		for _, dep := range p.Deps {
			if dep == "testing" || ours(dep) && forTests(dep) && !slices.Contains(benchServers, dep) {
				t.Errorf("the program contains %s", dep)
			}
		}
	}
}

// calls that read a clock or chance; outside cmd/internal they are passed in.
var outsideCalls = map[string][]string{
	"time":        {"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker"},
	"math/rand":   nil,
	"crypto/rand": nil,
}

func TestNoClockNoChanceNoInit(t *testing.T) {
	for _, floor := range []string{"domain", "projections", "api"} {
		err := filepath.WalkDir(filepath.Join(root, floor), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.HasSuffix(filepath.Dir(path), "test") {
				return err
			}
			inspectFile(t, path, floor == "api")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// inspectFile allows the edge its timers (deadlines of a request, heartbeats), but
// never a reading of the clock.
func inspectFile(t *testing.T, path string, timers bool) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, imp := range f.Imports {
		p := strings.Trim(imp.Path.Value, `"`)
		name := p[strings.LastIndex(p, "/")+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		names[name] = p
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				t.Errorf("%s: init", fset.Position(n.Pos()))
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok || x.Obj != nil {
				return true
			}
			banned, known := outsideCalls[names[x.Name]]
			if known && (banned == nil || slices.Contains(banned, n.Sel.Name)) &&
				!(timers && (n.Sel.Name == "NewTimer" || n.Sel.Name == "NewTicker" || n.Sel.Name == "After")) {
				t.Errorf("%s: %s.%s", fset.Position(n.Pos()), x.Name, n.Sel.Name)
			}
		}
		return true
	})
}

func TestTopLevelIsFixed(t *testing.T) {
	allowed := []string{"cmd", "domain", "projections", "api", "deploy", "go.mod", "go.sum", "README.md", "README.zh-CN.md",
		"LICENSE", "SECURITY.md", ".ci", ".git", ".gitignore", ".gitattributes", ".golangci.yml", "data"}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s does not belong at the top", e.Name())
		}
	}
}
