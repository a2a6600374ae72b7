package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// files holds the style sheet, the mark and the scripts; nothing writes it.
//
//go:embed assets/site.css assets/mark.svg assets/answer.js assets/search.js
var files embed.FS

// assets are served under names with a hash of their content, to be kept for ever.
type assets struct {
	css, mark, script, search string
	byName                    map[string]file
}

type file struct {
	kind string
	body []byte
}

func loadAssets() (*assets, error) {
	a := &assets{byName: map[string]file{}}
	for _, f := range []struct {
		base, ext, kind string
		path            *string
	}{{"site", ".css", "text/css; charset=utf-8", &a.css}, {"mark", ".svg", "image/svg+xml", &a.mark},
		{"answer", ".js", "text/javascript; charset=utf-8", &a.script},
		{"search", ".js", "text/javascript; charset=utf-8", &a.search}} {
		body, err := files.ReadFile("assets/" + f.base + f.ext)
		if err != nil {
			return nil, fmt.Errorf("static file: %w", err)
		}
		sum := sha256.Sum256(body)
		name := f.base + "." + hex.EncodeToString(sum[:6]) + f.ext
		a.byName[name] = file{f.kind, body}
		*f.path = "/assets/" + name
	}
	return a, nil
}

func (s *Site) asset(c echo.Context) error {
	f, ok := s.assets.byName[c.Param("name")]
	if !ok {
		return s.Error(c, http.StatusNotFound)
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	return c.Blob(http.StatusOK, f.kind, f.body)
}
