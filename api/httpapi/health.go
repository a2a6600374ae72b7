package httpapi

import (
	"bytes"
	"net/http"

	"fangxin/api/httpapi/meter"
	"fangxin/api/problem"

	"github.com/labstack/echo/v4"
)

// healthView says whether the node is well.
type healthView struct {
	Status string  `json:"status"` // ok, degraded
	Checks []Check `json:"checks,omitempty"`
}

// healthz answers while the process runs.
func (s *surface) healthz(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return answer(c, http.StatusOK, healthView{Status: "ok"})
}

// readyz answers 200 while every part can serve.
func (s *surface) readyz(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	v, status := healthView{Status: "ok"}, http.StatusOK
	if s.Node.Ready != nil {
		v.Checks = s.Node.Ready(c.Request().Context())
	}
	for _, check := range v.Checks {
		if !check.OK {
			v.Status, status = "degraded", http.StatusServiceUnavailable
		}
	}
	return answer(c, status, v)
}

// metrics writes the node's figures for Prometheus.
func (s *surface) metrics(c echo.Context) error {
	var gauges []meter.Gauge
	if s.Node.Gauges != nil {
		gauges = s.Node.Gauges()
	}
	var b bytes.Buffer
	if err := s.meter.Write(&b, gauges); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", b.Bytes())
}

// problemType is a problem type as data: what stands behind its URI.
type problemType struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// explain is where the URI of a problem type leads.
func (s *surface) explain(c echo.Context) error {
	lang := problem.Language(c.Request().Header.Get("Accept-Language"))
	m, ok := s.messages.Message(lang, c.Param("code"))
	if !ok {
		return problem.New(problem.NotFound)
	}
	c.Response().Header().Set("Content-Language", string(lang))
	c.Response().Header().Set("Vary", "Accept-Language")
	return answer(c, http.StatusOK, problemType{Code: c.Param("code"), Title: m.Title, Detail: m.Detail})
}
