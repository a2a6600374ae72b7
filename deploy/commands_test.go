package deploy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// commandLine is one command of a shell block, in words; quotes are gone.
type commandLine []string

// commandsOf takes a block apart at ends of lines, pipes, lists and substitutions.
func commandsOf(block string) (all []commandLine) {
	block = strings.ReplaceAll(block, "\\\n", " ")
	var line commandLine
	word, quote, begun := "", rune(0), false
	end := func() {
		if begun {
			line = append(line, word)
		}
		word, begun = "", false
	}
	flush := func() {
		end()
		if len(line) > 0 {
			all = append(all, line)
		}
		line = nil
	}
	for i, r := range block {
		switch {
		case quote == 0 && r == '#' && !begun && word == "" && (i == 0 || block[i-1] == ' ' || block[i-1] == '\n'):
			quote = '#'
		case quote == '#':
			if r == '\n' {
				quote = 0
				flush()
			}
		case quote == r:
			quote = 0
		case quote != 0:
			word += string(r)
		case r == '"' || r == '\'':
			quote, begun = r, true
		case strings.ContainsRune(" \t", r):
			end()
		case strings.ContainsRune("\n;|&", r):
			flush()
		default:
			word, begun = word+string(r), true
		}
	}
	flush()
	return all
}

// Every command of every page can be read by the shell, and what it calls exists.
func TestCommandsExist(t *testing.T) {
	c, p := readCompose(t), readProgram(t)
	calls := 0
	for _, page := range readPages(t) {
		for _, block := range page.blocks {
			checkShell(t, page.path, block)
			for _, line := range commandsOf(block) {
				for len(line) > 0 && slices.Contains([]string{"do", "until", "then", "if", "!"}, line[0]) {
					line = line[1:]
				}
				switch {
				case len(line) == 0:
				case line[0] == "fangxin":
					checkProgramCall(t, page.path, p, line[1:])
					calls++
				case line[0] == "docker" && len(line) > 1 && line[1] == "compose":
					calls += checkComposeCall(t, page.path, c, p, line[2:])
				case strings.HasPrefix(line[0], "./"):
					if _, err := os.Stat(line[0]); err != nil {
						t.Errorf("%s: %v", page.path, err)
					}
				}
			}
		}
		checkVolumeNames(t, page, c)
	}
	if calls < 10 {
		t.Errorf("only %d calls of the program were found", calls)
	}
}

// checkProgramCall checks a sub-command and its flags.
func checkProgramCall(t *testing.T, where string, p *program, args commandLine) {
	t.Helper()
	if len(args) == 0 || p.flags[args[0]] == nil && args[0] != "version" {
		t.Errorf("%s: fangxin %v: no such command", where, args)
		return
	}
	for _, arg := range args[1:] {
		flag, ok := strings.CutPrefix(arg, "--")
		flag, _, _ = strings.Cut(flag, "=")
		if ok && !p.takesFlag(args[0], flag) {
			t.Errorf("%s: fangxin %s has no flag --%s", where, args[0], flag)
		}
		if file, ok := strings.CutPrefix(arg, "/run/secrets/"); ok {
			if !slices.Contains(readCompose(t).Services["node1"].Secrets, file) {
				t.Errorf("%s: nodes have no secret %s", where, file)
			}
		}
	}
}

// valued are the flags of docker compose that take a value.
var valued = []string{"-e", "--tail", "--signal", "--profile", "--entrypoint", "-v", "-u", "--user"}

// checkComposeCall checks sub-command and services of a call of docker compose, and
// what it runs in a node. It answers how many calls of the program there were.
func checkComposeCall(t *testing.T, where string, c *composeFile, p *program, args commandLine) int {
	t.Helper()
	var plain commandLine
	for i := 0; i < len(args); i++ {
		switch {
		case strings.HasPrefix(args[i], "-") && (len(plain) < 2 || plain[0] != "exec" && plain[0] != "run"):
			if slices.Contains(valued, args[i]) {
				i++
			}
		default:
			plain = append(plain, args[i])
		}
	}
	if len(plain) == 0 || !slices.Contains([]string{"up", "stop", "start", "ps", "logs", "exec", "run", "rm", "kill", "config"}, plain[0]) {
		t.Errorf("%s: docker compose %v", where, args)
		return 0
	}
	services, inside := plain[1:], commandLine(nil)
	if plain[0] == "exec" || plain[0] == "run" {
		services, inside = plain[1:2], plain[2:]
	}
	for _, s := range services {
		for _, n := range []string{"1", "2", "3"} {
			if _, ok := c.Services[strings.ReplaceAll(s, "$n", n)]; !ok && !strings.HasPrefix(s, "2>") {
				t.Errorf("%s: docker compose %s: no service %s", where, plain[0], s)
			}
		}
	}
	if len(inside) == 0 || !c.Services[services[0]].isNode() {
		return 0
	}
	if plain[0] == "exec" {
		if inside[0] != "fangxin" {
			t.Errorf("%s: a node has nothing but the program, not %s", where, inside[0])
		}
		inside = inside[1:]
	}
	checkProgramCall(t, where, p, inside)
	return 1
}

// checkVolumeNames: `docker run -v` and `docker volume` name volumes with the
// project before them.
func checkVolumeNames(t *testing.T, p page, c *composeFile) {
	t.Helper()
	for _, m := range regexp.MustCompile(c.Name+`_([a-z0-9$]+-(?:data|tls|logs|ca|trust))`).FindAllStringSubmatch(p.text, -1) {
		if _, ok := c.Volumes[strings.ReplaceAll(m[1], "$n", "1")]; !ok {
			t.Errorf("%s: there is no volume %s", p.path, m[1])
		}
	}
}

func TestShellBlocksAreTakenApart(t *testing.T) {
	got := commandsOf("a b  'c d' # not this\nuntil x \"$n:1\" --y; do sleep 2; done\nz | q \\\n r")
	want := []commandLine{{"a", "b", "c d"}, {"until", "x", "$n:1", "--y"}, {"do", "sleep", "2"}, {"done"}, {"z"}, {"q", "r"}}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}
