package redistest

import "testing"

// verdict is a test that notes how it ended.
type verdict struct{ skipped, failed bool }

func (*verdict) Helper()        {}
func (*verdict) Cleanup(func()) {}
func (v *verdict) Fatal(...any) { v.failed = true }
func (v *verdict) Error(...any) { v.failed = true }
func (v *verdict) Skip(...any)  { v.skipped = true }

func TestNeed(t *testing.T) {
	path := t.TempDir() // holds no redis-server
	for _, c := range []struct {
		require string
		failed  bool
	}{{"", false}, {"chromium,postgres", false}, {"chromium,redis,postgres", true}} {
		t.Setenv("PATH", path)
		t.Setenv(requireEnv, c.require)
		v := &verdict{}
		Need(v)
		if v.failed != c.failed || !v.failed && !v.skipped {
			t.Errorf("%q: %+v", c.require, *v)
		}
	}
}
