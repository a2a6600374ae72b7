package deploy_test

import (
	"net/netip"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a service names is declared, and what is declared is used.
func TestComposeRefersToWhatItDeclares(t *testing.T) {
	c := readCompose(t)
	used := map[string]bool{}
	for name, s := range c.Services {
		for on, d := range s.DependsOn {
			target, ok := c.Services[on]
			switch {
			case !ok:
				t.Errorf("%s depends on %s", name, on)
			case d.Condition == "service_healthy" && target.Healthcheck == nil:
				t.Errorf("%s waits for %s to be healthy, which says nothing about its health", name, on)
			case d.Condition == "service_completed_successfully" && !target.oneShot():
				t.Errorf("%s waits for the end of %s, which starts again", name, on)
			case !slices.Contains([]string{"service_healthy", "service_completed_successfully", "service_started"}, d.Condition):
				t.Errorf("%s depends on %s: %q", name, on, d.Condition)
			case len(target.Profiles) > 0 && len(s.Profiles) == 0 && (d.Required == nil || *d.Required):
				t.Errorf("%s needs %s, which only a profile starts", name, on)
			}
		}
		for _, secret := range s.Secrets {
			used["secret "+secret] = true
			if _, ok := c.Secrets[secret]; !ok {
				t.Errorf("%s: secret %s", name, secret)
			}
		}
		for net := range s.Networks {
			used["network "+net] = true
			if _, ok := c.Networks[net]; !ok {
				t.Errorf("%s: network %s", name, net)
			}
		}
		if (s.NetworkMode == "") == (len(s.Networks) == 0) {
			t.Errorf("%s is on no network, or on two kinds", name)
		}
		checkMounts(t, c, name, s, used)
	}
	for _, v := range keysOf(c.Volumes) {
		if !used["volume "+v] {
			t.Errorf("volume %s is mounted nowhere", v)
		}
	}
	for _, v := range keysOf(c.Secrets) {
		if !used["secret "+v] {
			t.Errorf("secret %s is read by nobody", v)
		}
	}
	for _, v := range keysOf(c.Networks) {
		if !used["network "+v] {
			t.Errorf("network %s joins nobody", v)
		}
	}
}

func checkMounts(t *testing.T, c *composeFile, name string, s service, used map[string]bool) {
	t.Helper()
	mounts, err := s.mounts()
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, m := range mounts {
		if strings.HasPrefix(m.source, ".") {
			if _, err := os.Stat(m.source); err != nil || !m.readOnly {
				t.Errorf("%s: %s must exist and be mounted to read: %v", name, m.source, err)
			}
			continue
		}
		used["volume "+m.source] = true
		if _, ok := c.Volumes[m.source]; !ok {
			t.Errorf("%s: volume %s", name, m.source)
		}
	}
}

// Files that a service is told to read lie on a mount of it.
func TestPathsAreMounted(t *testing.T) {
	for name, s := range readCompose(t).Services {
		mounts, _ := s.mounts()
		told := append(append([]string{}, s.Entrypoint...), s.Command...)
		for _, value := range s.Environment {
			told = append(told, value)
		}
		for _, value := range told {
			_, file, found := strings.Cut(value, "=")
			if !found {
				file = value
			}
			if secret, ok := strings.CutPrefix(file, "/run/secrets/"); ok {
				if !slices.Contains(s.Secrets, secret) {
					t.Errorf("%s reads the secret %s, which it does not have", name, secret)
				}
				continue
			}
			if !strings.HasPrefix(file, "/") || strings.HasPrefix(file, "/bin/") {
				continue
			}
			inMemory := slices.ContainsFunc(s.Tmpfs, func(m string) bool { dir, _, _ := strings.Cut(m, ":"); return strings.HasPrefix(file, dir+"/") })
			if !inMemory && !slices.ContainsFunc(mounts, func(m mount) bool { return file == m.target || strings.HasPrefix(file, m.target+"/") }) {
				t.Errorf("%s: %s is on no volume", name, file)
			}
		}
	}
}

var (
	secretName  = regexp.MustCompile(`(?i)passw|secret|token|credential|master_?key|private_?key|admin$`)
	inAddress   = regexp.MustCompile(`://[^/\s]*:[^/\s@$]+@`)
	placeholder = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:?-[^}]*)?\}`)
)

// No password stands in the file, nor in what `docker inspect` shows.
func TestNoSecretInClear(t *testing.T) {
	c := readCompose(t)
	if m := inAddress.FindString(read(t, "compose.yaml")); m != "" {
		t.Errorf("an address with a password: %s", m)
	}
	for name, s := range c.Services {
		for key, value := range s.Environment {
			if secretName.MatchString(key) && !strings.HasPrefix(value, "/run/secrets/") && !strings.HasPrefix(value, "/tls/") {
				t.Errorf("%s: %s is given in clear", name, key)
			}
		}
	}
	for name, s := range c.Secrets {
		if path.Dir(s.File) != "secrets" && path.Dir(s.File) != "./secrets" {
			t.Errorf("secret %s lies in %s, which may be checked in", name, s.File)
		}
	}
	if !strings.Contains(read(t, ".gitignore"), "/secrets/") {
		t.Error("the folder of the secrets is not ignored")
	}
}

// Containers get nothing they do not need.
func TestContainersAreConfined(t *testing.T) {
	for name, s := range readCompose(t).Services {
		if !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain rights", name)
		}
		// A server of the log writes where its vendor decided.
		if !s.ReadOnly && !strings.HasPrefix(name, "kurrentdb") {
			t.Errorf("%s: the root file system can be written", name)
		}
		if asRoot := strings.HasPrefix(s.User, "0"); asRoot && (!s.oneShot() || s.NetworkMode != "none") {
			t.Errorf("%s runs as root, and not only for a moment without a network", name)
		}
		if s.oneShot() {
			continue
		}
		if len(s.CapAdd) > 0 {
			t.Errorf("%s: %v", name, s.CapAdd)
		}
		if s.Deploy == nil || s.Deploy.Resources.Limits.Memory == "" || s.Deploy.Resources.Limits.Cpus == "" {
			t.Errorf("%s has no bound on memory or processor", name)
		}
		if s.Logging == nil || s.Logging.Options["max-size"] == "" {
			t.Errorf("%s may fill the disk with its log", name)
		}
		checkHealth(t, name, s)
	}
}

func checkHealth(t *testing.T, name string, s service) {
	t.Helper()
	if s.isNode() || name == "redis-exporter" { // images without a shell; Prometheus asks both
		return
	}
	h := s.Healthcheck
	if h == nil || len(h.Test) < 2 || !strings.HasPrefix(h.Test[0], "CMD") || h.Retries == 0 {
		t.Errorf("%s says nothing about its health", name)
		return
	}
	for _, text := range []string{h.Interval, h.Timeout} {
		if d, err := time.ParseDuration(text); err != nil || d <= 0 {
			t.Errorf("%s: health check %q", name, text)
		}
	}
}

// The nodes of the program are the same but for their name and their folder.
func TestNodes(t *testing.T) {
	c, p := readCompose(t), readProgram(t)
	names := map[string]bool{}
	for name, s := range c.Services {
		if !s.isNode() {
			continue
		}
		if s.User == "" || strings.HasPrefix(s.User, "0") || s.User == "root" || !s.ReadOnly || len(s.Tmpfs) == 0 {
			t.Errorf("%s: user %q, read-only %v, tmpfs %v", name, s.User, s.ReadOnly, s.Tmpfs)
		}
		if grace, err := time.ParseDuration(s.StopGrace); err != nil || grace < 10*time.Second {
			t.Errorf("%s: %s is too short for requests under way (6 s) and the stores", name, s.StopGrace)
		}
		for key := range s.Environment {
			if strings.HasPrefix(key, "FANGXIN_") && !p.takesEnv(key) {
				t.Errorf("%s: the program has no setting %s", name, key)
			}
		}
		for i, arg := range s.Command {
			if flag, ok := strings.CutPrefix(arg, "--"); ok && !p.takesFlag(s.Command[0], flag) {
				t.Errorf("%s: %s has no flag %s", name, s.Command[0], s.Command[i])
			}
		}
		if names[s.Environment["FANGXIN_NODE"]] || s.Environment["FANGXIN_NODE"] == "" {
			t.Errorf("%s: node %q", name, s.Environment["FANGXIN_NODE"])
		}
		names[s.Environment["FANGXIN_NODE"]] = true
	}
	if len(names) != 3 {
		t.Errorf("%d nodes", len(names))
	}
	for _, m := range placeholder.FindAllStringSubmatch(read(t, "compose.yaml"), -1) {
		if !p.takesEnv(m[1]) {
			t.Errorf("compose.yaml asks the environment for %s, which is no setting", m[1])
		}
	}
}

// Addresses lie in their networks, and the nodes believe the balancer's header: that
// one address, by the one network they share.
func TestAddresses(t *testing.T) {
	c := readCompose(t)
	subnets := map[string]netip.Prefix{}
	for name, n := range c.Networks {
		for _, conf := range n.Ipam.Config {
			subnets[name] = netip.MustParsePrefix(conf.Subnet)
		}
	}
	taken := map[netip.Addr]string{}
	for name, s := range c.Services {
		for net, a := range s.Networks {
			if a.Address == "" {
				continue
			}
			addr := netip.MustParseAddr(a.Address)
			if !subnets[net].Contains(addr) || taken[addr] != "" {
				t.Errorf("%s: %s in %s, also %q", name, addr, net, taken[addr])
			}
			taken[addr] = name
		}
	}
	balancer := c.Services["balancer"]
	for name, s := range c.Services {
		if !s.isNode() {
			continue
		}
		var shared []string
		for net := range s.Networks {
			if a, ok := balancer.Networks[net]; ok {
				shared = append(shared, a.Address+"/32")
			}
		}
		if len(shared) != 1 || s.Environment["FANGXIN_TRUSTED_PROXY"] != shared[0] {
			t.Errorf("%s believes %s, the balancer comes from %v", name, s.Environment["FANGXIN_TRUSTED_PROXY"], shared)
		}
	}
	checkClosed(t, c)
}

// checkClosed: nothing but the door and, on the machine itself, the dashboard.
func checkClosed(t *testing.T, c *composeFile) {
	t.Helper()
	if !c.Networks["inner"].Internal {
		t.Error("the stores' network has a way out")
	}
	for name, s := range c.Services {
		_, inner := s.Networks["inner"]
		for _, port := range s.Ports {
			if name != "balancer" && !strings.HasPrefix(port, "127.0.0.1:") || inner {
				t.Errorf("%s publishes %s", name, port)
			}
		}
	}
}

// The three servers of the log name themselves and each other.
func TestLogServersKnowEachOther(t *testing.T) {
	c := readCompose(t)
	for n, name := range []string{"kurrentdb1", "kurrentdb2", "kurrentdb3"} {
		s, ok := c.Services[name]
		if !ok {
			t.Fatalf("no %s", name)
		}
		own := s.Networks["inner"].Address
		if s.Environment["KURRENTDB_REPLICATION_IP"] != own || s.Environment["KURRENTDB_ADVERTISE_HOST_TO_CLIENT_AS"] != name {
			t.Errorf("%s does not say who it is", name)
		}
		seeds := strings.Split(s.Environment["KURRENTDB_GOSSIP_SEED"], ",")
		for m, other := range []string{"kurrentdb1", "kurrentdb2", "kurrentdb3"} {
			seed := c.Services[other].Networks["inner"].Address + ":" + s.Environment["KURRENTDB_NODE_PORT"]
			if slices.Contains(seeds, seed) == (m == n) {
				t.Errorf("%s: seeds %v", name, seeds)
			}
		}
		if !strings.Contains(read(t, "kurrentdb/certificates.sh"), "172.30.240.1$n") || !strings.HasPrefix(own, "172.30.240.1") {
			t.Errorf("the certificate of %s is for another address than %s", name, own)
		}
		mounts, _ := s.mounts()
		for _, m := range mounts {
			if strings.Contains(m.source, "-ca") {
				t.Errorf("%s holds the key of the authority", name)
			}
		}
	}
}
