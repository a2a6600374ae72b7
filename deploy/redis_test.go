package deploy_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// startRedis runs redis-server with the configuration as it is, but for its folder
// and its socket, and returns a connection.
func startRedis(t *testing.T, secrets string) net.Conn {
	t.Helper()
	binary := need(t, "redis-server", "redis")
	dir, err := os.MkdirTemp("", "fangxin-redis-") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	conf := strings.NewReplacer("/run/secrets/", secrets+"/", "dir /data", "dir "+dir).Replace(read(t, "redis/redis.conf"))
	path := filepath.Join(dir, "redis.conf")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	socket := filepath.Join(dir, "s")
	cmd := exec.CommandContext(ctx, binary, path, "--port", "0", "--unixsocket", socket)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	said, lines := "", bufio.NewScanner(out)
	for !strings.Contains(said, "ready to accept connections at") && lines.Scan() {
		said += lines.Text() + "\n"
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// ask sends one command and returns the answer's words, flat; errors begin with -.
func ask(t *testing.T, conn net.Conn, in *bufio.Reader, command ...string) []string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(command))
	for _, word := range command {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(conn, b.String()); err != nil {
		t.Fatal(err)
	}
	words, err := answer(in)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func answer(in *bufio.Reader) ([]string, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimRight(line, "\r\n")
	n, _ := strconv.Atoi(line[1:])
	switch {
	case line[0] == '$' && n >= 0:
		body := make([]byte, n+2)
		_, err := io.ReadFull(in, body)
		return []string{string(body[:n])}, err
	case line[0] == '*':
		var all []string
		for range n {
			words, err := answer(in)
			if err != nil {
				return nil, err
			}
			all = append(all, words...)
		}
		return all, nil
	}
	return []string{line}, nil
}

func TestRedisRunsWithItsConfiguration(t *testing.T) {
	dir := prepared(t)
	conn := startRedis(t, dir)
	in := bufio.NewReader(conn)
	if got := ask(t, conn, in, "PING"); !strings.HasPrefix(got[0], "-NOAUTH") {
		t.Errorf("without a name: %q", got)
	}
	login := func(user string) {
		t.Helper()
		if got := ask(t, conn, in, "AUTH", user, read(t, filepath.Join(dir, "redis_"+user))); got[0] != "+OK" {
			t.Fatalf("%s: %q", user, got)
		}
	}
	login("admin")
	for name, want := range map[string]string{
		"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "set-max-intset-entries": "65536",
		"save": "", "aof-use-rdb-preamble": "yes", "maxmemory": strconv.Itoa(3 << 30),
	} {
		if got := ask(t, conn, in, "CONFIG", "GET", name); len(got) != 2 || got[1] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	login("fangxin")
	for _, allowed := range [][]string{
		{"SET", "{p07}x", "1"}, {"EVAL", "return redis.call('GET', KEYS[1])", "1", "{p07}x"}, {"SCRIPT", "LOAD", "return 1"},
		{"MULTI"}, {"ZADD", "{p07}z", "1", "m"}, {"EXEC"}, {"SCAN", "0"}, {"UNLINK", "{p07}x"}, {"INFO", "server"}, {"CLIENT", "SETNAME", "node1"}, {"PUBLISH", "c", "m"},
		{"CONFIG", "GET", "maxmemory-policy"},
	} {
		if got := ask(t, conn, in, allowed...); len(got) > 0 && strings.HasPrefix(got[0], "-") {
			t.Errorf("the program may not %v: %s", allowed, got[0])
		}
	}
	for _, denied := range [][]string{{"FLUSHALL"}, {"KEYS", "*"}, {"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"}, {"ACL", "LIST"}, {"SHUTDOWN"}, {"SAVE"}} {
		if got := ask(t, conn, in, denied...); !strings.HasPrefix(got[0], "-NOPERM") {
			t.Errorf("the program may %v: %q", denied, got)
		}
	}
	login("metrics")
	if got := ask(t, conn, in, "INFO", "memory"); !strings.Contains(got[0], "used_memory:") {
		t.Errorf("the exporter sees %q", got)
	}
	if got := ask(t, conn, in, "GET", "{p07}x"); !strings.HasPrefix(got[0], "-NOPERM") {
		t.Errorf("the exporter reads data: %q", got)
	}
}

// What the program would advise at its start is already so.
func TestTheProgramHasNothingToAdvise(t *testing.T) {
	advice := read(t, root+"/cmd/internal/readmodel/redis/advise.go")
	conf := read(t, "redis/redis.conf")
	policy := regexp.MustCompile(`wantedPolicy = "(\w+)"`).FindStringSubmatch(advice)
	ints := regexp.MustCompile(`wantedInts = (\d+)`).FindStringSubmatch(advice)
	if policy == nil || ints == nil {
		t.Fatal("the program's advice is read wrongly")
	}
	if !strings.Contains(conf, "\nmaxmemory-policy "+policy[1]+"\n") {
		t.Errorf("the program wants maxmemory-policy %s", policy[1])
	}
	wanted, _ := strconv.Atoi(ints[1])
	if m := regexp.MustCompile(`(?m)^set-max-intset-entries (\d+)$`).FindStringSubmatch(conf); m == nil {
		t.Error("no set-max-intset-entries")
	} else if n, _ := strconv.Atoi(m[1]); n < wanted {
		t.Errorf("the program wants set-max-intset-entries %d", wanted)
	}
}

// A set as large as the search makes them stays an intset.
func TestLargeSetsOfNumbersStaySmall(t *testing.T) {
	dir := prepared(t)
	conn := startRedis(t, dir)
	in := bufio.NewReader(conn)
	ask(t, conn, in, "AUTH", "admin", read(t, filepath.Join(dir, "redis_admin")))
	add := []string{"SADD", "s"}
	for i := range 20_000 {
		add = append(add, strconv.Itoa(i))
	}
	ask(t, conn, in, add...)
	if got := ask(t, conn, in, "OBJECT", "ENCODING", "s"); got[0] != "intset" {
		t.Errorf("20,000 numbers are kept as %q", got)
	}
}
