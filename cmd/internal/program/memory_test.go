package program

import "testing"

func TestSmallInstallationsCollectSeldomLargeOnesAsUsual(t *testing.T) {
	for alive, want := range map[uint64]int{0: 800, 32 << 20: 800, 128 << 20: 400, 512 << 20: 100, 8 << 30: 100} {
		if got := collectAt(alive); got != want {
			t.Errorf("%d MiB alive: %d %%, want %d", alive>>20, got, want)
		}
	}
}
