package simulation_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"time"

	"fangxin/api/httpapi"
	"fangxin/api/web"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// nobody is signed in.
type nobody struct{}

func (nobody) Verify(string) (usecase.Actor, error) { return usecase.Actor{}, errors.New("nobody is") }

// public is what anybody can reach of a node: API and pages.
func (w *world) public(n *node) (http.Handler, error) {
	surface, err := httpapi.New(httpapi.Config{
		Complaints: n.cases, Model: n.model, Auth: nobody{}, Law: w.law.Catalogue, Now: w.now, NewID: func() string { return "sim" },
		Node: httpapi.Node{
			Ready:   func(context.Context) []httpapi.Check { return nil },
			WaitFor: func(context.Context, httpapi.Place) error { return nil },
			Age:     func(context.Context, es.Position) time.Duration { return 0 },
		},
	})
	if err != nil {
		return nil, err
	}
	site, err := web.New(web.Config{Model: n.model, Keyring: w.keyring, Law: w.law.Catalogue, Now: w.now})
	if err != nil {
		return nil, err
	}
	site.Register(surface)
	return surface, nil
}

// maxPages bounds a walk through the public side.
const maxPages = 150

// checkPublic walks every public page and every public list from the home page on, and
// looks for personal details in each answer.
func (w *world) checkPublic(ctx context.Context) error {
	handler, err := w.public(w.nodes[0])
	if err != nil {
		return err
	}
	todo := []string{"/", "/api/v1/public/disclosures", "/api/v1/public/disclosures.csv", "/api/v1/public/disclosures.ndjson",
		"/api/v1/public/metrics/response-times?by=merchant", "/openapi.yaml"}
	seen := map[string]bool{}
	link := regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)`)
	for len(todo) > 0 && len(seen) < maxPages {
		path := strings.ReplaceAll(todo[0], "&amp;", "&")
		todo = todo[1:]
		if seen[path] || strings.HasPrefix(path, "/static/") {
			continue
		}
		seen[path] = true
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		body := answer.Body.Bytes()
		if answer.Code >= http.StatusInternalServerError {
			return fmt.Errorf("%s answers %d: %.300s", path, answer.Code, body)
		}
		if secret := personal(body); secret != "" && path != "/openapi.yaml" {
			return fmt.Errorf("%s shows %s to anybody", path, secret)
		}
		for _, found := range link.FindAllSubmatch(body, -1) {
			todo = append(todo, string(found[1]))
		}
	}
	if len(seen) < 8 {
		return fmt.Errorf("the public side has %d pages only", len(seen))
	}
	return nil
}
