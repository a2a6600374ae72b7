package deploy_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The part of the Compose specification (https://github.com/compose-spec/compose-spec)
// that this folder uses. A key that is not here fails to decode.

type composeFile struct {
	Name     string
	Services map[string]service
	Networks map[string]network
	Volumes  map[string]struct{}
	Secrets  map[string]secret
	Fragment map[string]any `yaml:",inline"` // x-…
}

type service struct {
	Image       string
	Build       *build
	Entrypoint  []string
	Command     []string
	User        string
	Restart     string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	CapAdd      []string `yaml:"cap_add"`
	SecurityOpt []string `yaml:"security_opt"`
	Tmpfs       []string
	NetworkMode string `yaml:"network_mode"`
	Networks    attached
	Ports       []string
	Volumes     []string
	Secrets     []string
	Environment map[string]string
	Profiles    []string
	DependsOn   map[string]dependency `yaml:"depends_on"`
	Healthcheck *healthcheck
	StopSignal  string `yaml:"stop_signal"`
	StopGrace   string `yaml:"stop_grace_period"`
	Logging     *logging
	Ulimits     map[string]struct{ Soft, Hard int }
	Deploy      *struct{ Resources resources }
}

type build struct{ Context, Dockerfile string }

type dependency struct {
	Condition string
	Required  *bool
}

type healthcheck struct {
	Test              []string
	Interval, Timeout string
	StartPeriod       string `yaml:"start_period"`
	Retries           int
	StartInterval     string `yaml:"start_interval"`
}

type logging struct {
	Driver  string
	Options map[string]string
}

type resources struct {
	Limits, Reservations struct {
		Cpus   string
		Memory string
		Pids   int
	}
}

type network struct {
	Internal bool
	Ipam     struct{ Config []struct{ Subnet string } }
}

type secret struct{ File string }

// attached is the networks of a service, a list or a map with addresses.
type attached map[string]struct {
	Address string `yaml:"ipv4_address"`
}

func (a *attached) UnmarshalYAML(n *yaml.Node) error {
	*a = attached{}
	if n.Kind == yaml.SequenceNode {
		var names []string
		if err := n.Decode(&names); err != nil {
			return err
		}
		for _, name := range names {
			(*a)[name] = struct {
				Address string `yaml:"ipv4_address"`
			}{}
		}
		return nil
	}
	plain := map[string]struct {
		Address string `yaml:"ipv4_address"`
	}{}
	if err := n.Decode(&plain); err != nil {
		return err
	}
	*a = plain
	return nil
}

func readCompose(t testing.TB) *composeFile {
	t.Helper()
	c := &composeFile{}
	decodeYAML(t, "compose.yaml", c)
	for key := range c.Fragment {
		if !strings.HasPrefix(key, "x-") {
			t.Errorf("compose.yaml: %s is no key of a compose file", key)
		}
	}
	return c
}

// isNode says whether a service is the program.
func (s service) isNode() bool { return strings.HasPrefix(s.Image, "fangxin:") }

// oneShot services end by themselves.
func (s service) oneShot() bool { return s.Restart == "" || strings.HasPrefix(s.Restart, "on-failure") }

// mount is one line of volumes.
type mount struct {
	source, target string
	readOnly       bool
}

func (s service) mounts() (all []mount, err error) {
	for _, line := range s.Volumes {
		parts := strings.Split(line, ":")
		if len(parts) < 2 || len(parts) > 3 || len(parts) == 3 && parts[2] != "ro" || !strings.HasPrefix(parts[1], "/") {
			return nil, fmt.Errorf("volume %q", line)
		}
		all = append(all, mount{parts[0], parts[1], len(parts) == 3})
	}
	return all, nil
}

// pinned is an image of one version: a tag with a digit in it.
var pinned = regexp.MustCompile(`^[a-z0-9][a-z0-9./_-]*:[A-Za-z0-9_.-]*[0-9][A-Za-z0-9_.-]*(@sha256:[0-9a-f]{64})?$`)

func TestImagesArePinned(t *testing.T) {
	for _, bad := range []string{"redis", "redis:latest", "redis:alpine", "redis@sha256:ab", "host/redis"} {
		if pinned.MatchString(bad) {
			t.Errorf("%s passes for pinned", bad)
		}
	}
	for name, s := range readCompose(t).Services {
		if !pinned.MatchString(s.Image) {
			t.Errorf("%s: image %q", name, s.Image)
		}
	}
}

// keysOf are the names of a map in order.
func keysOf[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
