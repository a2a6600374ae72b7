package memory

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// A roll finds the names it holds, and no others, whatever came and went.
func TestRollIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r roll
		held := map[string]bool{}
		for range rapid.IntRange(0, 300).Draw(t, "steps") {
			name := fmt.Sprintf("m%d", rapid.IntRange(0, 120).Draw(t, "name"))
			n, found := r.find(name)
			if found != held[name] || found && r.names[n] != name {
				t.Fatalf("%s: %v, want %v", name, found, held[name])
			}
			switch {
			case found:
				r.release(n)
			default:
				number := r.of(name)
				r.uses[number]++
			}
			held[name] = !held[name]
		}
		for name, is := range held {
			if _, found := r.find(name); found != is {
				t.Fatalf("at the end %s: %v, want %v", name, found, is)
			}
		}
	})
}
