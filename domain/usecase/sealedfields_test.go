package usecase

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every name in the list of sealed fields is one a verifier tries.
func TestSealedFieldsAreAllListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "sealing.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 || !strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "field") {
			return true
		}
		if text, ok := spec.Values[0].(*ast.BasicLit); ok && text.Kind == token.STRING {
			name, err := strconv.Unquote(text.Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		return true
	})
	listed := SealedFields()
	slices.Sort(names)
	slices.Sort(listed)
	if len(names) < 20 || !slices.Equal(names, listed) {
		t.Errorf("declared %q, listed %q", names, listed)
	}
}
