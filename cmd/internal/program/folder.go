package program

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// folder is the data folder of the embedded stores: one file or folder a thing.
type folder struct {
	root   string
	master string // the master key's file, where it lies elsewhere
	token  string // the file of the tokens' key, where it lies elsewhere
}

// folder is where the configuration puts things.
func (c Config) folder() folder {
	return folder{root: c.Data, master: c.MasterKey, token: c.TokenKey}
}

func (f folder) events() string   { return filepath.Join(f.root, "events.db") }
func (f folder) keys() string     { return filepath.Join(f.root, "keys", "keyring.db") }
func (f folder) erasures() string { return filepath.Join(f.root, "erasures", "erasures.jsonl") }
func (f folder) evidence() string { return filepath.Join(f.root, "evidence") }
func (f folder) views() string    { return filepath.Join(f.root, "views") }
func (f folder) id() string       { return filepath.Join(f.root, "keys", "folder.id") }
func (f folder) sample() string   { return filepath.Join(f.root, "SAMPLE-DATA") }

func (f folder) masterKey() string {
	if f.master != "" {
		return f.master
	}
	return filepath.Join(f.root, "keys", "master.key")
}

func (f folder) tokenKey() string {
	if f.token != "" {
		return f.token
	}
	return filepath.Join(f.root, "keys", "token.pem")
}

func (f folder) make() error {
	for _, dir := range []string{f.root, filepath.Dir(f.keys()), filepath.Dir(f.erasures()), f.evidence(), f.views(), filepath.Dir(f.masterKey()), filepath.Dir(f.tokenKey())} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("data folder: %w", err)
		}
	}
	return nil
}

// exists says whether there is an installation in the folder.
func (f folder) exists() bool {
	_, err := os.Stat(f.events())
	return err == nil
}

func (f folder) isSample() bool {
	_, err := os.Stat(f.sample())
	return err == nil
}

const sampleMark = "This folder holds made-up sample cases (serve --demo). Real cases never enter it.\n"

var errSample = errors.New("sample data and real data are kept apart")

// checkSample keeps real cases out of a demonstration and the other way round.
func (f folder) checkSample(demo bool) error {
	switch {
	case demo && f.exists() && !f.isSample():
		return fmt.Errorf("%s holds real data: %w; choose another --data for --demo", f.root, errSample)
	case !demo && f.isSample():
		return fmt.Errorf("%s holds sample data: %w; start it with --demo or choose another --data", f.root, errSample)
	case demo:
		return os.WriteFile(f.sample(), []byte(sampleMark), 0o600)
	}
	return nil
}
