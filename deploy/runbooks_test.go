package deploy_test

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/api/httpapi/meter"
)

// page is a document: its prose, its shell blocks and its quoted output.
type page struct {
	path, text string
	blocks     []string
	quotes     []string
}

func readPages(t testing.TB) (all []page) {
	t.Helper()
	for _, file := range filesBelow(t, ".md") {
		p := page{path: file, text: read(t, file)}
		block, inside := "", false
		for line := range strings.Lines(p.text) {
			switch fence := strings.HasPrefix(strings.TrimSpace(line), "```"); {
			case fence && inside:
				p.blocks, block, inside = append(p.blocks, block), "", false
			case fence:
				inside = true
				if strings.TrimSpace(line) != "```sh" {
					t.Errorf("%s: a block of %s", file, line)
				}
			case inside:
				block += line
			case strings.HasPrefix(line, "> "):
				p.quotes = append(p.quotes, strings.TrimSpace(line[2:]))
			}
		}
		if inside {
			t.Errorf("%s: a block without an end", file)
		}
		all = append(all, p)
	}
	return all
}

// anchors are the headings of a page as links name them.
func anchors(text string) (all []string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		heading := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		heading = regexp.MustCompile(`[^\p{L}\p{N} -]`).ReplaceAllString(heading, "")
		all = append(all, strings.ReplaceAll(heading, " ", "-"))
	}
	return all
}

// Every runbook says in Chinese what it is about, how one notices, what is safe, and
// how one knows that it is over.
func TestRunbooksHaveTheirParts(t *testing.T) {
	wanted := []string{"backup-and-restore", "credentials", "key-loss", "lost-node", "lost-redis", "rebuild", "upgrade"}
	var found []string
	for _, p := range readPages(t) {
		if path.Dir(p.path) != "runbooks" {
			continue
		}
		found = append(found, strings.TrimSuffix(path.Base(p.path), ".md"))
		lines := strings.SplitN(p.text, "\n", 4)
		if len(lines) < 4 || !strings.HasPrefix(lines[0], "# ") || !strings.HasPrefix(lines[2], "> 中文摘要：") {
			t.Errorf("%s does not begin with a title and a summary in Chinese", p.path)
		}
		heads := anchors(p.text)
		for _, part := range []string{"how-you-notice", "what-is-safe", "how-you-know-it-is-over"} {
			if !slices.ContainsFunc(heads, func(h string) bool { return strings.HasPrefix(h, part) }) {
				// An upgrade is not noticed, it is begun.
				if part != "how-you-notice" && part != "what-is-safe" || !strings.HasSuffix(p.path, "upgrade.md") {
					t.Errorf("%s: no section %s", p.path, part)
				}
			}
		}
		if len(p.blocks) == 0 {
			t.Errorf("%s has no command", p.path)
		}
	}
	if !slices.Equal(found, wanted) {
		t.Errorf("runbooks %v", found)
	}
}

// Links lead to a file, and to a heading in it.
func TestLinksResolve(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, p := range readPages(t) {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			text := p.text
			if target != "" {
				content, err := os.ReadFile(path.Join(path.Dir(p.path), target))
				if err != nil {
					t.Errorf("%s: %v", p.path, err)
					continue
				}
				text = string(content)
			}
			if anchor != "" && !slices.Contains(anchors(text), anchor) {
				t.Errorf("%s: %s has no section %s", p.path, target, anchor)
			}
		}
		for _, m := range regexp.MustCompile("`([a-z]+/[a-z./_-]*)`").FindAllStringSubmatch(p.text, -1) {
			base := strings.TrimPrefix(m[1], "deploy/")
			if _, err := os.Stat(base); err != nil && !installed(base) {
				t.Errorf("%s: there is no %s", p.path, m[1])
			}
		}
	}
}

// installed are paths of an installation, which are not in the repository.
func installed(name string) bool {
	return slices.Contains([]string{"keys/", "keys/keyring.db", "erasures/"}, name) || strings.HasPrefix(name, "secrets/")
}

// What is quoted is what the program says, letter for letter.
func TestQuotedOutputIsTheProgramsOwn(t *testing.T) {
	p := readProgram(t)
	p.readTexts(t)
	for _, page := range readPages(t) {
		for _, quote := range page.quotes {
			if !strings.HasPrefix(quote, "中文摘要：") && !p.says(quote) {
				t.Errorf("%s: the program never says %q", page.path, quote)
			}
		}
		for _, m := range regexp.MustCompile("`msg=\"?([^\"`]+)\"?`").FindAllStringSubmatch(page.text, -1) {
			if !p.says(m[1]) {
				t.Errorf("%s: no log line %q", page.path, m[1])
			}
		}
	}
}

// Figures and alerts that a page names exist.
func TestPagesNameFiguresThatExist(t *testing.T) {
	alerts := readAlerts(t)
	figure := regexp.MustCompile(`\b(?:fangxin|redis|kurrentdb)_[a-z_]+[a-z]\b`)
	code := regexp.MustCompile("`([^`\n]+)`")
	c := readCompose(t)
	for _, p := range readPages(t) {
		for _, m := range code.FindAllStringSubmatch(p.text, -1) {
			if regexp.MustCompile(`^[A-Z][a-z]+[A-Z][A-Za-z]*$`).MatchString(m[1]) &&
				!slices.ContainsFunc(alerts, func(a alert) bool { return a.Alert == m[1] }) {
				t.Errorf("%s: there is no alert %s", p.path, m[1])
			}
			if strings.Contains(m[1], "/") || strings.HasPrefix(m[1], "fangxin_trust") {
				continue
			}
			for _, series := range figure.FindAllString(m[1], -1) {
				_, isSecret := c.Secrets[series]
				base, isHistogram := listed(series + "_bucket")
				_, isListed := listed(series)
				if foreign()[series] == "" && !isListed && !isSecret && !(isHistogram && base.Name == series) {
					t.Errorf("%s: there is no figure %s", p.path, series)
				}
			}
		}
	}
}

// The README's table is the list of figures, no more and no less; other documents
// name none that is not in it.
func TestTheTableOfFiguresIsTheList(t *testing.T) {
	var want strings.Builder
	for _, m := range meter.Metrics() {
		labels := make([]string, len(m.Labels))
		for i, l := range m.Labels {
			if labels[i] = "`" + l.Name + "`"; l.Values != nil {
				labels[i] += " (" + strings.Join(l.Values, ", ") + ")"
			}
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s | %s |\n", m.Name, m.Kind, strings.Join(labels, ", "), m.Help)
	}
	if !strings.Contains(read(t, "README.md"), want.String()) {
		t.Errorf("the table in README.md is not\n%s", want.String())
	}
	for _, file := range []string{"README.md", "README.zh-CN.md", "SECURITY.md"} {
		for _, series := range regexp.MustCompile(`\bfangxin_[a-z_]+[a-z]\b`).FindAllString(read(t, root+"/"+file), -1) {
			if _, ok := listed(series); !ok {
				t.Errorf("%s: there is no figure %s", file, series)
			}
		}
	}
}
