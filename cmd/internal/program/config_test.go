package program

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func parsed(t *testing.T, env []string, args ...string) (*Config, []string, error) {
	t.Helper()
	fs, c, file := newFlags("test", io.Discard)
	rest, err := parse(fs, file, args, env)
	return c, rest, err
}

func TestFlagsWinOverEnvironmentOverFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fangxin.conf")
	if err := os.WriteFile(path, []byte("# settings\ndata = /from/file\nlisten = file:1\nrate = 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, rest, err := parsed(t, []string{"FANGXIN_LISTEN=env:1", "FANGXIN_DATA=/from/env"}, "FILE", "--data", "/from/flag", "--config", path, "MORE")
	if err != nil || c.Data != "/from/flag" || c.Listen != "env:1" || c.RatePerMinute != 7 || !slices.Equal(rest, []string{"FILE", "MORE"}) {
		t.Fatalf("%+v %v %v", c, rest, err)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fangxin.conf")
	if err := os.WriteFile(path, []byte("data = x\ncolour = red\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"line 2":        {"--config", path},
		"no-such-flag":  {"--no-such-flag"},
		"invalid value": {"--rate", "many"},
		"--rate -1":     {"--rate", "-1"},
		"--snapshot -5": {"--snapshot", "-5m"},
		"no such file":  {"--config", path + "x"},
	} {
		if _, _, err := parsed(t, nil, args...); !errors.Is(err, errConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, _, err := parsed(t, []string{"FANGXIN_RATE=many"}); !errors.Is(err, errConfig) || !strings.Contains(err.Error(), "FANGXIN_RATE") {
		t.Errorf("%v", err)
	}
}

func TestEverySettingStandsInBothDocuments(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings() {
		if !strings.Contains(string(readme), "--"+s.name) || !strings.Contains(string(readme), envName(s.name)) {
			t.Errorf("README.md does not name --%s and %s", s.name, envName(s.name))
		}
	}
}

func TestConfigHidesSecrets(t *testing.T) {
	code, out, _ := run(t, "config", "--readmodel", "redis://user:hunter2@db", "--data", "/d")
	if code != exitOK || strings.Contains(out, "hunter2") || !strings.Contains(out, "redis://…") || !strings.Contains(out, "/d") {
		t.Fatalf("%d %s", code, out)
	}
}

func TestCommandLineMistakes(t *testing.T) {
	for _, args := range [][]string{{"fly"}, {"token"}, {"token", "--role", "king", "--sub", "x"}, {"import"}, {"import", "--format", "xml", "f"},
		{"serve", "--lanes", "motorway", "--data", t.TempDir()}, {"serve", "--log-level", "loud"}, {"serve", "--eventstore", "http://x", "--data", t.TempDir()},
		{"serve", "--demo", "--readmodel", "redis://x", "--data", t.TempDir()}} {
		if code, _, errs := run(t, args...); code == exitOK || errs == "" {
			t.Errorf("%v: exit %d, %q", args, code, errs)
		}
	}
	for _, args := range [][]string{nil, {"help"}, {"version"}, {"token", "-h"}} {
		if code, _, _ := run(t, args...); code != exitOK {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

func TestSampleAndRealDataStayApart(t *testing.T) {
	f := folder{root: t.TempDir()}
	if err := f.checkSample(true); err != nil || !f.isSample() {
		t.Fatal(err)
	}
	if err := f.checkSample(false); !errors.Is(err, errSample) {
		t.Errorf("sample data served as real: %v", err)
	}
	if code, _, _ := run(t, "import", "--format", "cfpb", "x.csv", "--data", f.root); code == exitOK {
		t.Error("import into sample data")
	}
	g := folder{root: t.TempDir()}
	if err := os.WriteFile(g.events(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := g.checkSample(true); !errors.Is(err, errSample) {
		t.Errorf("demonstration on real data: %v", err)
	}
}
