package httpapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fangxin/api/httpapi/body"
	"fangxin/api/problem"
)

// Every code that the edge itself gives has a text: those of bodies, and those
// written where a parameter or header is refused.
func TestEveryCodeOfTheEdgeHasAText(t *testing.T) {
	c, err := problem.LoadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	codes := body.Codes()
	paths, _ := filepath.Glob("*.go")
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			lit, isText := call.Args[1].(*ast.BasicLit)
			if ok && isText && (method.Sel.Name == "In" || method.Sel.Name == "At" || method.Sel.Name == "fault") {
				code, _ := strconv.Unquote(lit.Value)
				codes = append(codes, code)
			}
			return true
		})
	}
	for _, code := range codes {
		if _, ok := c.Fault(problem.English, code); !ok {
			t.Errorf("%s has no text", code)
		}
	}
	if len(codes) < len(body.Codes())+10 {
		t.Errorf("only %d codes found", len(codes))
	}
}
