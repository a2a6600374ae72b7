//go:build unix

package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// postgres is a PostgreSQL server of the bench's own in a temporary folder, with
// durable defaults: fsync and synchronous_commit on.
type postgres struct {
	dir string
	bin string
}

// postgresBin finds the server's programs. ErrMissing.
func postgresBin() (string, error) {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.Reverse(debian)
	for _, dir := range append(debian, dirs...) {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("postgresql: %w", ErrMissing)
}

func startPostgres(ctx context.Context, dir string, connections int, settings string) (*postgres, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir, bin: bin}
	if err := p.giveToServer(); err != nil {
		return nil, err
	}
	if err := p.run(ctx, "initdb", "-D", filepath.Join(dir, "db"), "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C"); err != nil {
		return nil, err
	}
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories=%s -c max_connections=%d -c synchronous_commit=on -c fsync=on %s", dir, connections+10, settings)
	return p, p.run(ctx, "pg_ctl", "-D", filepath.Join(dir, "db"), "-w", "-l", filepath.Join(dir, "server.log"), "-o", options, "start")
}

// giveToServer hands the folder to the unprivileged account that the server asks
// for when the bench runs as root.
func (p *postgres) giveToServer() error {
	account, err := p.account()
	if err != nil || account == nil {
		return err
	}
	for dir := p.dir; len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			return err
		}
	}
	return os.Chown(p.dir, int(account.Uid), int(account.Gid))
}

func (p *postgres) account() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("no account to run postgresql: %w", ErrMissing)
}

func (p *postgres) run(ctx context.Context, program string, args ...string) error {
	account, err := p.account()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, program), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"LC_ALL=C", "PATH=" + p.bin + ":/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	log, err := os.Create(filepath.Join(os.TempDir(), "fangxin-bench-"+program+".log"))
	if err != nil {
		return err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w: %s", program, err, text)
	}
	return nil
}

func (p *postgres) connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, fmt.Sprintf("host=%s user=bench dbname=postgres", p.dir))
}

func (p *postgres) stop() error {
	return p.run(context.Background(), "pg_ctl", "-D", filepath.Join(p.dir, "db"), "-m", "immediate", "-w", "stop")
}
