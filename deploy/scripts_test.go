package deploy_test

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// logServer answers what the scripts ask of a server of the log.
type logServer struct {
	mu    sync.Mutex
	users map[string]string
	acl   map[string]any
	asked []string
}

func (l *logServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	l.asked = append(l.asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type"))
	name, word, _ := r.BasicAuth()
	switch path := r.URL.Path; {
	case name != "admin" || word != "admins-word":
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method == http.MethodPost && path == "/users":
		var u struct {
			LoginName, FullName, Password string
			Groups                        []string
		}
		switch err := json.Unmarshal(body, &u); {
		case err != nil || u.FullName == "" || !slices.Equal(u.Groups, []string{"fangxin-nodes"}):
			w.WriteHeader(http.StatusBadRequest)
		case l.users[u.LoginName] != "":
			w.WriteHeader(http.StatusConflict)
		default:
			l.users[u.LoginName] = u.Password
			w.WriteHeader(http.StatusCreated)
		}
	case strings.HasSuffix(path, "/command/reset-password"):
		var u struct{ NewPassword string }
		_ = json.Unmarshal(body, &u)
		l.users[strings.Split(path, "/")[2]] = u.NewPassword
	case path == "/streams/$all/metadata":
		var events []struct {
			EventID, EventType string
			Data               struct {
				ACL map[string]any `json:"$acl"`
			}
		}
		if err := json.Unmarshal(body, &events); err != nil || events[0].EventType != "$metadata" || len(events[0].EventID) != 36 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		l.acl = events[0].Data.ACL
		w.WriteHeader(http.StatusCreated)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// state is what the server holds; its handlers may still be running.
func (l *logServer) state() (users map[string]string, acl map[string]any, asked []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.users), maps.Clone(l.acl), slices.Clone(l.asked)
}

// The program's user is made, its password is set again by a second run, and it may
// read the log; another login gets the same.
func TestTheUserOfTheLog(t *testing.T) {
	need(t, "curl", "curl")
	l := &logServer{users: map[string]string{}}
	server := httptest.NewTLSServer(l)
	defer server.Close()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	authority := write("ca.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	run := func(login ...string) ([]byte, error) {
		cmd := exec.Command("bash", append([]string{"kurrentdb/users.sh"}, login...)...)
		cmd.Env = append(os.Environ(), "KURRENTDB_SERVER="+server.URL, "KURRENTDB_AUTHORITY="+authority, "SECRETS="+dir)
		return cmd.CombinedOutput()
	}
	write("kurrentdb_admin", "admins-word")
	for _, password := range []string{"first", "second"} {
		write("kurrentdb_fangxin", password)
		out, err := run()
		if users, _, asked := l.state(); err != nil || users["fangxin"] != password {
			t.Fatalf("%v: %s\n%q %v", err, out, users, asked)
		}
	}
	out, err := run("fangxin2")
	users, acl, _ := l.state()
	if err != nil || users["fangxin2"] != "second" {
		t.Errorf("%v: %s", err, out)
	}
	if readers, _ := acl["$r"].([]any); !slices.Contains(readers, any("fangxin-nodes")) || !slices.Contains(readers, any("$admins")) || acl["$w"] != nil {
		t.Errorf("the log may be read by %v", acl)
	}
	write("kurrentdb_admin", "wrong")
	if out, err := run(); err == nil || !strings.Contains(string(out), "user fangxin: answer 401") {
		t.Errorf("a wrong password: %v %s", err, out)
	}
}

// fakeTool stands for es-gencert-cli: it writes what it was asked for.
const fakeTool = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    create-ca) name=ca ;;
    create-node) name=node ;;
    -out) out=$2; shift ;;
    -ca-key) [ -s "$2" ] || exit 9; shift ;;
    -ip-addresses | -dns-names | -ca-certificate | -days) all="${all:-} $2"; shift ;;
    *) exit 8 ;;
  esac
  shift
done
mkdir "$out"
echo "key $$" > "$out/$name.key"
echo "certificate$all $$" > "$out/$name.crt"
`

// Certificates are made once, again when asked, under an authority that stays, and
// nobody but their owner reads the keys.
func TestCertificates(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"ca", "trust", "tls/1", "tls/2", "tls/3", "bin"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "es-gencert-cli"), []byte(fakeTool), 0o700); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("sh", append([]string{"kurrentdb/certificates.sh"}, args...)...)
		cmd.Env = append(os.Environ(), "CERTIFICATES_AT="+dir, "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	of := func(name string) string { t.Helper(); return read(t, filepath.Join(dir, name)) }
	run()
	authority, node := of("ca/ca.key"), of("tls/2/node.crt")
	if !strings.Contains(node, "172.30.240.12") || !strings.Contains(node, "kurrentdb2") || of("trust/ca.crt") != of("ca/ca.crt") {
		t.Errorf("node 2 has %q", node)
	}
	if run(); of("tls/2/node.crt") != node {
		t.Error("a second run replaced a certificate")
	}
	if run("renew"); of("tls/2/node.crt") == node || of("ca/ca.key") != authority {
		t.Error("not renewed, or under another authority")
	}
	for name, mode := range map[string]os.FileMode{"ca/ca.key": 0o600, "tls/1/node.key": 0o600, "trust/ca.crt": 0o644} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "trust", "ca.key")); err == nil {
		t.Error("the authority's key lies where everybody reads")
	}
}
