package program

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Config is everything a node can be told. Every field has a working default;
// flags win over the environment (FANGXIN_…), which wins over the file.
type Config struct {
	Data          string
	Listen        string
	EventStore    string
	ReadModel     string
	Objects       string
	MasterKey     string
	TokenKey      string
	Node          string
	Partitions    int
	PublicURL     string
	Lanes         string
	Refinements   string
	Calendar      string
	LogLevel      string
	TrustedProxy  string
	RatePerMinute int
	MaxEvidence   int64
	// RetentionYears is how long a closed case's personal data are kept; 0 is the
	// default of the law's data.
	RetentionYears int
	// LinkDays is the most days for which an answer link is given out; 0 is 90.
	LinkDays int
	Snapshot time.Duration
	Demo     bool
}

// setting ties a field to its flag and to its line in the configuration table.
type setting struct {
	name, usage string
	secret      bool
	define      func(fs *flag.FlagSet, c *Config, name, usage string)
}

var errConfig = errors.New("configuration")

// settings is the one list of what can be configured; flags, environment, file
// and `fangxin config` are made from it.
func settings() []setting {
	str := func(field func(*Config) *string, value string) func(*flag.FlagSet, *Config, string, string) {
		return func(fs *flag.FlagSet, c *Config, name, usage string) { fs.StringVar(field(c), name, value, usage) }
	}
	return []setting{
		{name: "data", usage: "folder of the embedded stores, keys and evidence", define: str(func(c *Config) *string { return &c.Data }, "./data")},
		{name: "listen", usage: "address to listen on", define: str(func(c *Config) *string { return &c.Listen }, "127.0.0.1:8080")},
		{name: "eventstore", usage: "event store address, esdb://host:2113 or esdb+discover://name; empty is the embedded store in the data folder", secret: true, define: str(func(c *Config) *string { return &c.EventStore }, "")},
		{name: "readmodel", usage: "read model address, redis:// or redis+sentinel:// or redis+cluster://; empty is in process with a snapshot in the data folder", secret: true, define: str(func(c *Config) *string { return &c.ReadModel }, "")},
		{name: "master-key", usage: "file of the keyring's master key; empty is keys/master.key in the data folder, made on first start", define: str(func(c *Config) *string { return &c.MasterKey }, "")},
		{name: "objects", usage: "object store of keys and evidence, s3://key:secret@host/bucket; empty is the data folder, for one node alone", secret: true, define: str(func(c *Config) *string { return &c.Objects }, "")},
		{name: "token-key", usage: "file of the key that signs access tokens, the same for all nodes; empty is keys/token.pem in the data folder, made on first start", define: str(func(c *Config) *string { return &c.TokenKey }, "")},
		{name: "node", usage: "name of this node among the others, for logs and leases; empty is the host's name. Every start adds a mark of its own", define: str(func(c *Config) *string { return &c.Node }, "")},
		{name: "partitions", usage: "partitions of the read models in Redis, the same for all nodes; another number makes them anew", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.IntVar(&c.Partitions, n, 16, u) }},
		{name: "public-url", usage: "address under which people reach this installation; with https browsers are told to use nothing else", define: str(func(c *Config) *string { return &c.PublicURL }, "")},
		{name: "lanes", usage: "lanes this installation runs, the first is the default: department, association, direct", define: str(func(c *Config) *string { return &c.Lanes }, "department,direct")},
		{name: "refinements", usage: "folder of files (*.json) in which regions say the law in more detail or bring a disclosure policy; empty is none", define: str(func(c *Config) *string { return &c.Refinements }, "")},
		{name: "calendar", usage: "file of working days newer than the program, or a folder of them (*.txt), of which the latest counts; empty is the program's own", define: str(func(c *Config) *string { return &c.Calendar }, "")},
		{name: "log-level", usage: "debug, info, warn or error", define: str(func(c *Config) *string { return &c.LogLevel }, "info")},
		{name: "trusted-proxy", usage: "CIDR ranges of proxies whose X-Forwarded-For is believed, separated by commas", define: str(func(c *Config) *string { return &c.TrustedProxy }, "")},
		{name: "rate", usage: "requests a minute for each account or address", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.IntVar(&c.RatePerMinute, n, 600, u) }},
		{name: "retention-years", usage: "years for which the personal data of a closed complaint are kept, 1 to 30 (0: the default, 3)", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.IntVar(&c.RetentionYears, n, 0, u) }},
		{name: "link-days", usage: "most days for which a link is given out with which a merchant without an account answers, 1 to 90 (0: 90)", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.IntVar(&c.LinkDays, n, 0, u) }},
		{name: "max-evidence", usage: "largest evidence file, in bytes", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.Int64Var(&c.MaxEvidence, n, 20<<20, u) }},
		{name: "snapshot", usage: "how often the read model is written to disk while it changes", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.DurationVar(&c.Snapshot, n, 5*time.Minute, u) }},
		{name: "demo", usage: "start with marked sample cases, an account per role and a practice clock", define: func(fs *flag.FlagSet, c *Config, n, u string) { fs.BoolVar(&c.Demo, n, false, u) }},
	}
}

func envName(flagName string) string {
	return "FANGXIN_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// newFlags returns the flag set of a sub-command with every setting defined, and
// its own flags to be added by the caller.
func newFlags(name string, out io.Writer) (*flag.FlagSet, *Config, *string) {
	c := &Config{}
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(out)
	for _, s := range settings() {
		s.define(fs, c, s.name, s.usage)
	}
	file := fs.String("config", "", "file of settings, one `name = value` a line")
	return fs, c, file
}

// parse fills the configuration and returns what is left of the arguments.
func parse(fs *flag.FlagSet, file *string, args, env []string) ([]string, error) {
	positional, err := parseFlags(fs, args)
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, s := range settings() {
		key := envName(s.name) + "="
		i := slices.IndexFunc(env, func(e string) bool { return strings.HasPrefix(e, key) })
		if given[s.name] || i < 0 {
			continue
		}
		if err := fs.Set(s.name, strings.TrimPrefix(env[i], key)); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", errConfig, envName(s.name), err)
		}
		given[s.name] = true
	}
	if *file != "" {
		if err := readConfigFile(fs, *file, given); err != nil {
			return nil, err
		}
	}
	return positional, notNegative(fs, "rate", "max-evidence", "snapshot")
}

// notNegative refuses numbers that would switch a bound off by mistake.
func notNegative(fs *flag.FlagSet, names ...string) error {
	for _, name := range names {
		if v := fs.Lookup(name).Value.String(); strings.HasPrefix(v, "-") {
			return fmt.Errorf("%w: --%s %s: must not be negative", errConfig, name, v)
		}
	}
	return nil
}

// parseFlags lets flags stand before and after what they are about
// (`import FILE --data DIR`), which the flag package alone does not.
func parseFlags(fs *flag.FlagSet, args []string) ([]string, error) {
	var positional []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, fmt.Errorf("%w: %w", errConfig, err)
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return positional, nil
		}
		positional = append(positional, rest[0])
		args = rest[1:]
	}
}

func readConfigFile(fs *flag.FlagSet, path string, given map[string]bool) error {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("%w: %w", errConfig, err)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, 1<<20))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !slices.ContainsFunc(settings(), func(s setting) bool { return s.name == name }) {
			return fmt.Errorf("%w: %s line %d: no such setting", errConfig, path, n)
		}
		if given[name] {
			continue
		}
		if err := fs.Set(name, value); err != nil {
			return fmt.Errorf("%w: %s line %d: %w", errConfig, path, n, err)
		}
	}
	return lines.Err()
}

// print writes the effective configuration, secrets hidden.
func printConfig(w io.Writer, fs *flag.FlagSet) error {
	for _, s := range settings() {
		value := fs.Lookup(s.name).Value.String()
		if s.secret && value != "" {
			scheme, _, _ := strings.Cut(value, "://")
			value = scheme + "://…"
		}
		if _, err := fmt.Fprintf(w, "%-14s = %-24s # %s; %s\n", s.name, value, envName(s.name), s.usage); err != nil {
			return err
		}
	}
	return nil
}
