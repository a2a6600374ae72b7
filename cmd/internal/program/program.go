// Package program turns arguments into a running node or tool: configuration ->
// adapters -> use cases -> servers. One file a sub-command.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Invocation is everything the program takes from its surroundings.
type Invocation struct {
	Args   []string
	Env    []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// Ready, if set, is called with the address once the server accepts requests.
	Ready func(addr string)
}

// Exit codes.
const (
	exitOK    = 0
	exitFound = 1 // the command ran and found something wrong
	exitUsage = 2
)

type command struct {
	name, about string
	run         func(ctx context.Context, in Invocation, args []string) error
}

// errFound ends a command with code 1 after it has said what it found.
var errFound = errors.New("something was found")

func commands() []command {
	return []command{
		{"serve", "run a node: API, pages, projections, timers", serve},
		{"import", "take over cases from a file: import --format cfpb|ndjson|12315 FILE", importCases},
		{"reconcile", "lay an export of the national 12315 platform beside our cases; exit 1 where they differ", reconcileCases},
		{"rebuild", "make the read models again from the log", rebuild},
		{"verify", "check the log, every fold and the read models; exit 1 with what is wrong", verify},
		{"export", "write the log, or one case, as NDJSON", export},
		{"backup", "copy log, keys and evidence to a folder while the node runs or stands", backup},
		{"restore", "put a backup in place; erasures made since are applied", restore},
		{"token", "mint an access token with the server's own key", token},
		{"bench", "measure this machine side by side with known floors", benchmark},
		{"config", "print the effective configuration, secrets hidden", showConfig},
		{"version", "print the version", version},
	}
}

// Run runs one sub-command and returns the exit code.
func Run(ctx context.Context, in Invocation) int {
	if len(in.Args) == 0 || in.Args[0] == "help" || in.Args[0] == "-h" || in.Args[0] == "--help" {
		usage(in.Stdout)
		return exitOK
	}
	defer tuneCollector(in.Env)()
	for _, c := range commands() {
		if c.name != in.Args[0] {
			continue
		}
		err := c.run(ctx, in, in.Args[1:])
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return exitOK
		case errors.Is(err, errFound):
			return exitFound
		case errors.Is(err, errConfig):
			fmt.Fprintln(in.Stderr, "fangxin "+c.name+":", err)
			return exitUsage
		}
		fmt.Fprintln(in.Stderr, "fangxin "+c.name+":", err)
		return exitFound
	}
	fmt.Fprintf(in.Stderr, "fangxin: no command %q\n", in.Args[0])
	usage(in.Stderr)
	return exitUsage
}

func usage(w io.Writer) {
	var b strings.Builder
	b.WriteString("fangxin 放心: consumer complaints and disputes\n\nusage: fangxin <command> [flags]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-8s  %s\n", c.name, c.about)
	}
	b.WriteString("\nfangxin <command> -h lists its flags.\n")
	fmt.Fprint(w, b.String())
}

func showConfig(_ context.Context, in Invocation, args []string) error {
	fs, _, file := newFlags("config", in.Stderr)
	if _, err := parse(fs, file, args, in.Env); err != nil {
		return err
	}
	return printConfig(in.Stdout, fs)
}
