package program

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// tokenFor mints a token with the command.
func tokenFor(t *testing.T, data, role, sub string, more ...string) string {
	t.Helper()
	code, out, errs := run(t, append([]string{"token", "--data", data, "--role", role, "--sub", sub}, more...)...)
	if code != exitOK {
		t.Fatal(code, out, errs)
	}
	return strings.TrimSpace(out)
}

// postComplaint files over HTTP and answers the id of the case.
func postComplaint(ctx context.Context, base, token, key string) (string, error) {
	body, err := json.Marshal(complaintInput())
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/v1/complaints", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("status %d: %s", response.StatusCode, answer)
	}
	var view struct {
		ID string `json:"id"`
	}
	err = json.Unmarshal(answer, &view)
	return view.ID, err
}

func fileOverHTTP(t *testing.T, base, token, key string) string {
	t.Helper()
	id, err := postComplaint(t.Context(), base, token, key)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
