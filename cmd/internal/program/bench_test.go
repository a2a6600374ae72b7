package program

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fangxin/cmd/internal/bench"
)

func TestBenchRefusesAnUnknownName(t *testing.T) {
	var told strings.Builder
	if code := Run(t.Context(), Invocation{Args: []string{"bench", "--only", "nothing"}, Stdout: &told, Stderr: &told}); code != exitUsage {
		t.Errorf("exit %d: %s", code, &told)
	}
}

// The command runs against the real node; how fast is no matter here.
func TestBenchMeasuresTheRealNode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	var out, told strings.Builder
	code := Run(t.Context(), Invocation{
		Args:   []string{"bench", "--only", "filing, start", "--json", path, "--dir", t.TempDir(), "--rounds", "1", "--span", "20ms", "--cases", "20"},
		Stdout: &out, Stderr: &told,
	})
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, &told)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var report bench.Report
	if err := json.Unmarshal(text, &report); err != nil || len(report.Ratios) != 4 {
		t.Errorf("%v: %s", err, text)
	}
	if !strings.Contains(out.String(), "start from a snapshot / by replay") {
		t.Error(out.String())
	}
}

// The register answers as PostgreSQL does, where that is installed, at two sizes; and
// lists keep up with filing.
func TestBenchAsksTheRegister(t *testing.T) {
	var out, told strings.Builder
	code := Run(t.Context(), Invocation{
		Args:   []string{"bench", "--only", "register, lag", "--dir", t.TempDir(), "--rounds", "1", "--span", "20ms", "--sizes", "200,400"},
		Stdout: &out, Stderr: &told, Env: os.Environ(),
	})
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, &told)
	}
	for _, want := range []string{"memory a case of 400", "a page as an HTTP answer, 400 cases / 200", "lists behind the log"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in %s", want, &out)
		}
	}
}

func TestSizesOfTheRegister(t *testing.T) {
	for _, bad := range []string{"", "0", "10,10", "20,10", "many", "10,,20"} {
		if sizes, err := parseSizes(bad); !errors.Is(err, errConfig) {
			t.Errorf("%q: %v (%v)", bad, sizes, err)
		}
	}
	if sizes, err := parseSizes("10, 200"); err != nil || !slices.Equal(sizes, []int{10, 200}) {
		t.Error(sizes, err)
	}
}

func TestRequiredServers(t *testing.T) {
	env := []string{"A=postgres", "FANGXIN_REQUIRE=redis,postgres"}
	if !requires(env, "postgres") || requires(env, "chromium") || requires(nil, "postgres") {
		t.Error("FANGXIN_REQUIRE is misread")
	}
}
