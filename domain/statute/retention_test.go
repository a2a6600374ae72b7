package statute

import (
	"errors"
	"testing"
)

// PIPL 19 and 56, ECL 31: what a law sets is a minimum nobody changes; what no law sets
// is the installation's own, marked as such.
func TestRetention(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	file, ok := c.Retention(RetainComplaint)
	if !ok || !file.Configurable || file.Mark != Design || file.Period.N != 3 {
		t.Errorf("%+v", file)
	}
	for _, id := range []string{"impact_assessment", "platform_transaction", "platform_identity", "livestream_video"} {
		if r, ok := c.Retention(id); !ok || r.Mark != Verified || !r.AtLeast || r.Period.N != 3 {
			t.Errorf("%s: %+v", id, r)
		}
		if _, err := c.WithRetention(id, 1); !errors.Is(err, ErrRetention) {
			t.Errorf("%s: %v", id, err)
		}
	}
	five, err := c.WithRetention(RetainComplaint, 5)
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := five.Retention(RetainComplaint); r.Period.N != 5 || r.Version == file.Version {
		t.Errorf("%+v", r)
	}
	if r, _ := c.Retention(RetainComplaint); r.Period.N != 3 {
		t.Error("the shared catalogue changed")
	}
	for _, years := range []int{0, -1, 31} {
		if _, err := c.WithRetention(RetainComplaint, years); !errors.Is(err, ErrRetention) {
			t.Errorf("%d: %v", years, err)
		}
	}
	if _, err := c.WithRetention("nothing", 3); !errors.Is(err, ErrRetention) {
		t.Error(err)
	}
}
