package deploy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// section is one section of haproxy.cfg: its kind and name, its lines in words.
type section struct {
	kind, name string
	lines      [][]string
}

func (s section) find(first ...string) [][]string {
	var found [][]string
	for _, l := range s.lines {
		if len(l) >= len(first) && slices.Equal(l[:len(first)], first) {
			found = append(found, l)
		}
	}
	return found
}

func readBalancer(t testing.TB) (all []section) {
	t.Helper()
	for line := range strings.Lines(read(t, "haproxy/haproxy.cfg")) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case line[0] != ' ':
			s := section{kind: words[0]}
			if len(words) > 1 {
				s.name = words[1]
			}
			all = append(all, s)
		default:
			all[len(all)-1].lines = append(all[len(all)-1].lines, words)
		}
	}
	return all
}

func named(t testing.TB, all []section, kind, name string) section {
	t.Helper()
	i := slices.IndexFunc(all, func(s section) bool { return s.kind == kind && s.name == name })
	if i < 0 {
		t.Fatalf("no %s %s", kind, name)
	}
	return all[i]
}

// Every backend leads to every node, at the port the nodes listen on.
func TestBackendsAreTheNodes(t *testing.T) {
	c, all := readCompose(t), readBalancer(t)
	for _, s := range all {
		for _, use := range append(s.find("use_backend"), s.find("default_backend")...) {
			named(t, all, "backend", use[1])
		}
		if s.kind != "backend" {
			continue
		}
		var hosts []string
		for _, server := range s.find("server") {
			host, port, _ := strings.Cut(server[2], ":")
			hosts = append(hosts, host)
			if !c.Services[host].isNode() || !strings.HasSuffix(c.Services[host].Environment["FANGXIN_LISTEN"], ":"+port) {
				t.Errorf("%s: server %s", s.name, server[2])
			}
			if i := slices.Index(server, "track"); i > 0 {
				backend, name, _ := strings.Cut(server[i+1], "/")
				if len(named(t, all, "backend", backend).find("server", name)) != 1 {
					t.Errorf("%s tracks %s", s.name, server[i+1])
				}
			}
		}
		slices.Sort(hosts)
		if !slices.Equal(hosts, []string{"node1", "node2", "node3"}) {
			t.Errorf("backend %s leads to %v", s.name, hosts)
		}
	}
}

// Health is asked where the program answers it, and with no node ready those that
// live go on: commands need no read model.
func TestHealthIsAsked(t *testing.T) {
	all := readBalancer(t)
	routes := read(t, root+"/api/httpapi/config.go")
	for backend, path := range map[string]string{"nodes": "/readyz", "alive": "/healthz"} {
		check := named(t, all, "backend", backend).find("http-check", "send")
		if len(check) != 1 || !slices.Contains(check[0], path) || !strings.Contains(routes, `"`+path+`"`) {
			t.Errorf("backend %s asks %v, not %s", backend, check, path)
		}
	}
	public := named(t, all, "frontend", "public")
	if use := public.find("use_backend", "alive", "if"); len(use) != 1 || len(public.find("acl", use[0][3], "nbsrv(nodes)")) != 1 {
		t.Error("with no node ready, nobody serves")
	}
	if live := public.find("use_backend", "live"); len(live) != 1 || !strings.Contains(read(t, root+"/api/openapi.yaml"), "\n  "+live[0][len(live[0])-2]+":\n") {
		t.Errorf("the program has no live stream at %v", live)
	}
	if strings.Index(read(t, "haproxy/haproxy.cfg"), "use_backend alive") > strings.Index(read(t, "haproxy/haproxy.cfg"), "use_backend live ") {
		t.Error("live streams go to nodes that are not ready though others are asked for")
	}
}

// The caller's own X-Forwarded-For never reaches a node, nor does a caller reach what
// is for operators.
func TestTheDoor(t *testing.T) {
	c := readCompose(t)
	public := named(t, readBalancer(t), "frontend", "public")
	if len(public.find("http-request", "set-header", "X-Forwarded-For", "%[src]")) != 1 {
		t.Error("X-Forwarded-For is not set to the caller's address")
	}
	denied := public.find("http-request", "deny")
	for _, path := range []string{"/metrics", "/readyz", "/healthz"} {
		if !slices.ContainsFunc(denied, func(l []string) bool { return slices.Contains(l, path) }) {
			t.Errorf("%s is open to the world", path)
		}
	}
	binds := map[string]bool{}
	for _, s := range readBalancer(t) {
		for _, bind := range s.find("bind") {
			binds[strings.TrimPrefix(bind[1], ":")] = true
			if i := slices.Index(bind, "crt"); i > 0 && !slices.Contains(c.Services["balancer"].Secrets, strings.TrimPrefix(bind[i+1], "/run/secrets/")) {
				t.Errorf("the certificate %s is no secret of the balancer", bind[i+1])
			}
		}
	}
	for _, port := range c.Services["balancer"].Ports {
		_, inside, _ := strings.Cut(port, ":")
		if !binds[inside] {
			t.Errorf("port %s is published, and nothing listens there", port)
		}
	}
	if !binds["8404"] || strings.Contains(strings.Join(c.Services["balancer"].Ports, " "), "8404") {
		t.Error("the balancer's own figures belong inside")
	}
}

// A live stream is silent for up to a heartbeat; a request may take until its
// deadline.
func TestTimeoutsOutlastTheProgram(t *testing.T) {
	config := read(t, root+"/api/httpapi/config.go")
	m := regexp.MustCompile(`heartbeat\s+= (\d+) \* time\.Second`).FindStringSubmatch(config)
	if m == nil {
		t.Fatal("no heartbeat in the program")
	}
	beat, _ := time.ParseDuration(m[1] + "s")
	defaults := named(t, readBalancer(t), "defaults", "")
	for _, side := range []string{"client", "server"} {
		found := defaults.find("timeout", side)
		if len(found) != 1 {
			t.Fatalf("timeout %s", side)
		}
		if d, err := time.ParseDuration(found[0][2]); err != nil || d < 3*beat {
			t.Errorf("timeout %s %s cuts live streams with a heartbeat of %s", side, found[0][2], beat)
		}
	}
	for _, needed := range []string{"connect", "http-request", "queue"} {
		if len(defaults.find("timeout", needed)) != 1 {
			t.Errorf("no timeout %s", needed)
		}
	}
	// Sent twice by the balancer, a command with an unknown outcome could reach two nodes.
	if retry := defaults.find("retry-on"); len(retry) != 1 || !slices.Equal(retry[0][1:], []string{"conn-failure"}) {
		t.Errorf("retry-on %v", retry)
	}
}
