package deploy_test

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// need skips the test where a program is not installed, or fails it if
// FANGXIN_REQUIRE lists it.
func need(t testing.TB, binary, name string) string {
	t.Helper()
	path, err := exec.LookPath(binary)
	if err != nil && slices.Contains(strings.Split(os.Getenv("FANGXIN_REQUIRE"), ","), name) {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	return path
}

// prepared makes the secrets of an installation in a folder of its own.
func prepared(t testing.TB) string {
	t.Helper()
	need(t, "openssl", "openssl")
	dir := filepath.Join(t.TempDir(), "secrets")
	runPrepare(t, dir)
	return dir
}

func runPrepare(t testing.TB, dir string) {
	t.Helper()
	if out, err := exec.Command("./prepare", dir).CombinedOutput(); err != nil {
		t.Fatalf("prepare: %v\n%s", err, out)
	}
}

func TestPrepareMakesEverySecret(t *testing.T) {
	dir, c := prepared(t), readCompose(t)
	for name, s := range c.Secrets {
		if filepath.Base(s.File) != name {
			t.Errorf("secret %s lies in %s", name, s.File)
		}
		if content := read(t, filepath.Join(dir, filepath.Base(s.File))); content == "" {
			t.Errorf("%s is empty", name)
		}
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v %v", info.Mode(), err)
	}
	before := map[string]string{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		before[e.Name()] = read(t, filepath.Join(dir, e.Name()))
	}
	runPrepare(t, dir)
	for name, content := range before {
		if read(t, filepath.Join(dir, name)) != content {
			t.Errorf("a second run replaced %s", name)
		}
	}
	if again, _ := os.ReadDir(dir); len(again) != len(before) {
		t.Errorf("a second run left %d files, before %d", len(again), len(before))
	}
}

// The keys are what the program reads: 32 bytes, Ed25519 in PKCS #8, a certificate
// with its key.
func TestPreparedKeysAreWhatTheProgramReads(t *testing.T) {
	dir := prepared(t)
	if n := len(read(t, filepath.Join(dir, "master_key"))); n != 32 {
		t.Errorf("the master key has %d bytes", n)
	}
	block, _ := pem.Decode([]byte(read(t, filepath.Join(dir, "token_key"))))
	if block == nil || block.Type != "PRIVATE KEY" {
		t.Fatal("the token key is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if _, ok := key.(ed25519.PrivateKey); err != nil || !ok {
		t.Errorf("the token key is a %T: %v", key, err)
	}
	if _, err := tls.LoadX509KeyPair(filepath.Join(dir, "tls_pem"), filepath.Join(dir, "tls_pem")); err != nil {
		t.Error(err)
	}
}

// The nodes' file holds settings of the program, with addresses of services, the
// users these know and their passwords.
func TestPreparedConfiguration(t *testing.T) {
	dir, c, p := prepared(t), readCompose(t), readProgram(t)
	secretOf := func(name string) string { return read(t, filepath.Join(dir, name)) }
	values := map[string]string{}
	for line := range strings.Lines(secretOf("fangxin_conf")) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, " = ")
		if !ok || !slices.Contains(p.settings, name) {
			t.Errorf("%q is no setting", line)
		}
		values[name] = value
	}
	for name, parts := range map[string][]string{
		"eventstore": {"esdb://fangxin:" + secretOf("kurrentdb_fangxin") + "@", "kurrentdb1:2113,kurrentdb2:2113,kurrentdb3:2113", "tls=true", "tlsCAFile=/trust/ca.crt"},
		"readmodel":  {"redis://fangxin:" + secretOf("redis_fangxin") + "@redis:6379"},
		"objects":    {"s3://" + secretOf("objects_user") + ":" + secretOf("objects_password") + "@objects:9000/fangxin"},
	} {
		for _, part := range parts {
			if !strings.Contains(values[name], part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
	}
	for _, host := range []string{"redis", "objects", "kurrentdb1"} {
		if _, ok := c.Services[host]; !ok {
			t.Errorf("no service %s", host)
		}
	}
	if !slices.Contains(c.Services["node1"].Volumes, "kurrentdb-trust:/trust:ro") {
		t.Error("node1 cannot read the authority of the log")
	}
	if strings.Contains(secretOf("redis_acl"), secretOf("redis_fangxin")) {
		t.Error("the ACL file holds a password in clear")
	}
}
