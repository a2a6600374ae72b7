package program

import (
	"encoding/json"
	"os"
	"path/filepath"
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

func TestRequiredServers(t *testing.T) {
	env := []string{"A=postgres", "FANGXIN_REQUIRE=redis,postgres"}
	if !requires(env, "postgres") || requires(env, "chromium") || requires(nil, "postgres") {
		t.Error("FANGXIN_REQUIRE is misread")
	}
}
