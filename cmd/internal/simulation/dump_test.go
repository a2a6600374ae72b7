package simulation_test

import (
	"fmt"
	"os"
	"strings"
)

func (w *world) dump(log told) {
	want := os.Getenv("FANGXIN_DUMP")
	if want == "" {
		return
	}
	for _, s := range log.order {
		if strings.Contains(string(s), want) {
			for _, f := range log.streams[s] {
				fmt.Println(f.Revision, f.meta.At, f.Type, f.meta.Role, f.meta.Actor, string(f.Data))
			}
		}
	}
}
