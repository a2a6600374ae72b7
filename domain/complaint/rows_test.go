package complaint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/statute"
)

// row is a line of testdata/rows.txt.
type row struct {
	tests []string
	why   string // nobody acts on it, for this reason
}

// lawRows are the lines of the law's data: kind and code, and the places where each stands.
func lawRows(c *statute.Catalogue) map[string][]statute.Citation {
	rows := map[string][]statute.Citation{}
	note := func(kind, code string, cites []statute.Citation) {
		rows[kind+" "+code] = append(rows[kind+" "+code], cites...)
	}
	for _, rs := range c.RuleSets() {
		for _, id := range rs.ClockIDs {
			r, _ := rs.Clock(id)
			note("clock", id, r.Citations)
		}
		for _, kind := range []statute.GroundKind{statute.Decline, statute.Terminate} {
			for _, g := range rs.Grounds(kind) {
				note("ground", g.Code, g.Citations)
				for _, f := range g.Factors {
					note("factor", f.Code, f.Citations)
				}
			}
		}
		for _, p := range rs.Provisions() {
			note("provision", p.Code, p.Citations)
		}
		for _, f := range rs.Fields("") {
			note("field", f.Code, f.Citations)
		}
		for _, ch := range rs.Channels() {
			note("channel", ch.Code, ch.Citations)
		}
		for _, m := range rs.OutOfScope(rs.From) {
			note("scope", m.Code, m.Citations)
		}
		for _, d := range rs.DateRules() {
			note("date", d.Code, d.Citations)
		}
		if m, ok := rs.Measure(statute.MeasureSinceIntake); ok {
			note("measure", m.Code, m.Citations)
		}
		for _, kind := range []string{
			statute.RespondentOrdinary, statute.RespondentPlatform, statute.RespondentOwnSite,
			statute.RespondentNetwork, statute.RespondentOnPlatform,
		} {
			for _, h := range rs.Hints(kind, statute.Whereabouts{Business: "150102", Domicile: "150105", PlatformDomicile: "110105"}) {
				note("competence", kind, h.Citations)
			}
		}
	}
	return rows
}

// namedRows reads testdata/rows.txt.
func namedRows(t *testing.T) map[string]row {
	t.Helper()
	raw, err := os.ReadFile("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		key := strings.Join(f[:min(2, len(f))], " ")
		_, why, _ := strings.Cut(line, " data: ")
		if _, twice := rows[key]; twice || len(f) < 3 {
			t.Errorf("%q stands twice or says nothing", key)
		}
		if rows[key] = (row{tests: f[2:]}); why != "" {
			rows[key] = row{why: why}
		}
	}
	return rows
}

// testsOf are the tests of the packages that act by the law, with what each says of itself:
// its name, its comment, the names of its cases.
func testsOf(t *testing.T) map[string]string {
	t.Helper()
	says := map[string]string{}
	for pkg, folder := range map[string]string{"": ".", "usecase.": "../usecase", "httpapi.": "../../api/httpapi", "paper.": "../../api/paper"} {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
					says[pkg+f.Name.Name] = f.Name.Name + " " + f.Doc.Text() + literals(f.Body)
				}
			}
		}
	}
	return says
}

func literals(body *ast.BlockStmt) string {
	var all strings.Builder
	ast.Inspect(body, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && strings.ContainsAny(l.Value, ". ") {
			all.WriteString(" " + l.Value)
		}
		return true
	})
	return all.String()
}

// names says whether a test names one of the places: the article's number stands behind the
// word article, or behind the law.
func names(text string, places []statute.Citation) bool {
	return slices.ContainsFunc(places, func(c statute.Citation) bool {
		n, _, _ := strings.Cut(c.Article, "(")
		if strings.HasPrefix(c.Law, "FORMS") {
			return regexp.MustCompile(`Forms2026|[Ff]orm ?` + n).MatchString(text)
		}
		number := regexp.QuoteMeta(n) + `([^0-9]|$)`
		return regexp.MustCompile(`(?i)(arts?[ _]?|arts?[ _]?[0-9]+( to |, | and |and)|` + regexp.QuoteMeta(c.Law) + `[. ]|ORD121_|CRPL )` + number).MatchString(text)
	})
}

// Every line of the law's data - clock, ground, factor, field, channel, hint, matter, date,
// provision - is held by a test of the program that names its article, or says why nobody
// acts on it. A line without one fails here.
func TestEveryRowOfTheCatalogue(t *testing.T) {
	c, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	law, named, tests := lawRows(c), namedRows(t), testsOf(t)
	for key, places := range law {
		r, ok := named[key]
		switch {
		case !ok:
			t.Errorf("%s: name in testdata/rows.txt the test that holds it, or say why nobody acts on it", key)
			continue
		case r.why != "":
			continue
		}
		byArticle := !slices.ContainsFunc(places, func(c statute.Citation) bool { return c.Mark == statute.Verified })
		for _, test := range r.tests {
			says, ok := tests[test]
			if !ok {
				t.Errorf("%s: there is no test %s", key, test)
			}
			byArticle = byArticle || names(says, places)
		}
		if !byArticle {
			t.Errorf("%s stands at %v; none of %v names it", key, places, r.tests)
		}
	}
	for key := range named {
		if _, ok := law[key]; !ok {
			t.Errorf("the law's data has no %s", key)
		}
	}
}
