package program

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestCommandsBesideARunningNode: backup, rebuild, verify and export work while the
// node serves and people file.
func TestCommandsBesideARunningNode(t *testing.T) {
	i := installed(t)
	base, stop := started(t, i.data)
	token := tokenFor(t, i.data, "consumer", "c-9")
	first := fileOverHTTP(t, base, token, "first")
	halt := filing(t, base, token)
	if code, out, errs := run(t, "verify", "--data", i.data); code != exitOK || !strings.HasSuffix(out, "clean\n") || !strings.Contains(errs, "the node is running") || strings.Contains(out, " 0 projections") {
		t.Error(code, out, errs)
	}
	if code, out, errs := run(t, "rebuild", "--data", i.data); code != exitOK || !strings.Contains(errs, "the node is running") {
		t.Error(code, out, errs)
	}
	dest := backedUp(t, i.data, "--with-master-key")
	if code, out, errs := run(t, "export", "--case", first, "--data", i.data); code != exitOK || !strings.Contains(out, first) {
		t.Error(code, out, errs)
	}
	filed := append(halt(), first)
	last := fileOverHTTP(t, base, token, "last")
	awaitListed(t, base, tokenFor(t, i.data, "officer", "o-1", "--region", "15"), append(filed, last))
	left, err := filepath.Glob(filepath.Join(i.data, copyPrefix+"*"))
	if err != nil || len(left) > 0 {
		t.Error("left behind", left, err)
	}
	stop()
	if code, out, errs := run(t, "verify", "--data", i.data); code != exitOK || strings.Contains(out, " 0 projections") {
		t.Error(code, out, errs)
	}
	if _, err := os.Stat(filepath.Join(i.data, controlSocket)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the socket is still there", err)
	}
	to := filepath.Join(t.TempDir(), "restored")
	if code, out, errs := run(t, "restore", dest, "--data", to); code != exitOK {
		t.Error(code, out, errs)
	}
}

// filing files complaints until halt, which answers their ids.
func filing(t *testing.T, base, token string) (halt func() []string) {
	t.Helper()
	stop, ended := make(chan struct{}), make(chan []string, 1)
	go func() {
		var filed []string
		defer func() { ended <- filed }()
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			id, err := postComplaint(t.Context(), base, token, "during-"+strconv.Itoa(n))
			if err != nil {
				t.Error(err)
				return
			}
			filed = append(filed, id)
		}
	}()
	return func() []string {
		close(stop)
		return <-ended
	}
}

// awaitListed polls until the work list shows every case: after a rebuild, too, what
// is filed gets there.
func awaitListed(t *testing.T, base, token string, ids []string) {
	t.Helper()
	awaitTrue(t, func() bool {
		seen := map[string]bool{}
		for cursor := ""; ; {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v1/cases?limit=100&cursor="+cursor, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+token)
			var page struct {
				Cases []struct {
					ID string `json:"id"`
				} `json:"cases"`
				Next string `json:"next"`
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			err = json.NewDecoder(response.Body).Decode(&page)
			if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != http.StatusOK {
				t.Fatal(response.StatusCode, err)
			}
			for _, item := range page.Cases {
				seen[item.ID] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		for _, id := range ids {
			if !seen[id] {
				return false
			}
		}
		return true
	})
}

// awaitTrue polls until the condition holds.
func awaitTrue(t *testing.T, holds func() bool) {
	t.Helper()
	end := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-end:
			t.Fatal("it does not come about")
		case <-tick.C:
		}
	}
}

// TestLongFolder: where the data folder's path does not fit into a socket's address,
// a short one is used, and a killed node's is cleared away.
func TestLongFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), strings.Repeat("很长的文件夹", 6), "data")
	_, stop := started(t, data)
	note, err := os.ReadFile(filepath.Join(data, controlNote))
	if err != nil || len(note) > maxSocketPath {
		t.Fatalf("%q, %v", note, err)
	}
	if code, out, errs := run(t, "rebuild", "--data", data); code != exitOK {
		t.Error(code, out, errs)
	}
	stop()
	if _, err := os.Stat(filepath.Dir(strings.TrimSpace(string(note)))); !errors.Is(err, os.ErrNotExist) {
		t.Error("left behind:", string(note), err)
	}
	old, err := os.MkdirTemp("", controlFolder)
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{filepath.Join(old, controlSocket): "", filepath.Join(data, controlNote): filepath.Join(old, controlSocket)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, stop = started(t, data)
	stop()
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Error("what a killed node left is still there", err)
	}
}

func TestAnswerThatBreaksOff(t *testing.T) {
	for answer, want := range map[string]error{
		`{"say":"half"}` + "\n":      io.ErrUnexpectedEOF,
		"":                           io.ErrUnexpectedEOF,
		`{"error":"no room"}` + "\n": errAsked,
		"noise\n":                    errAsked,
		`{"done":true}` + "\n":       nil,
	} {
		if err := showAnswer(strings.NewReader(answer), io.Discard); !errors.Is(err, want) {
			t.Errorf("%q: %v", answer, err)
		}
	}
	if err := ask(t.Context(), folder{root: t.TempDir()}, "rebuild", nil, io.Discard); !errors.Is(err, errNoControl) {
		t.Error(err)
	}
}

// TestCopiesOfKilledCommands: a copy of the keys does not outlive the next start.
func TestCopiesOfKilledCommands(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	left := filepath.Join(data, copyPrefix+"123", "keys")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	_, stop := started(t, data)
	stop()
	if _, err := os.Stat(filepath.Dir(left)); !errors.Is(err, os.ErrNotExist) {
		t.Error("still there", err)
	}
}

// TestOneWorkAtATime: the second is told that the node is busy.
func TestOneWorkAtATime(t *testing.T) {
	c := &control{}
	entered, leave := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(c.answer(func(context.Context, []byte, io.Writer) error {
		close(entered)
		<-leave
		return nil
	}))
	defer server.Close()
	post := func() error {
		response, err := http.Post(server.URL, "application/json", nil)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		return showAnswer(response.Body, io.Discard)
	}
	first := make(chan error, 1)
	go func() { first <- post() }()
	<-entered
	if err := post(); err == nil || !strings.Contains(err.Error(), errBusy.Error()) {
		t.Error(err)
	}
	close(leave)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
