package program

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version of the program's own forms and commands.
const release = "0.1.0"

func version(_ context.Context, in Invocation, _ []string) error {
	revision := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(in.Stdout, "fangxin %s (revision %s, %s)\n", release, revision, runtime.Version())
	return err
}
