package statute

import "testing"

func TestFormsLoad(t *testing.T) {
	if _, err := LoadForms(load(t)); err != nil {
		t.Fatal(err)
	}
}
