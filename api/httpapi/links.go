package httpapi

import (
	"net/http"
	"strings"
	"time"

	"fangxin/api/httpapi/gcra"
	"fangxin/api/problem"
	"fangxin/domain/usecase"

	"github.com/labstack/echo/v4"
)

// perLink bounds how often codes are tried from one address, in a minute. A code has 128
// bits that nobody can guess; the bound keeps the server from being asked in vain.
const perLink = 10

// Minter makes a bearer token for a caller.
type Minter interface {
	Mint(actor usecase.Actor, ttl time.Duration) (string, error)
}

// tokenView is what a code is exchanged for (RFC 6749 section 5.1).
type tokenView struct {
	Token string `json:"access_token"`
	Type  string `json:"token_type"`
	// ExpiresIn is in seconds.
	ExpiresIn int    `json:"expires_in"`
	Case      string `json:"case"`
}

// exchangeLink gives a short-lived token for the code of an answer link.
func (s *surface) exchangeLink(c echo.Context) error {
	if err := s.allow(c, "link "+c.RealIP(), gcra.PerMinute(perLink)); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	var in usecase.ExchangeLink
	if err := s.read(c, &in); err != nil {
		return err
	}
	grant, err := s.Complaints.ExchangeLink(c.Request().Context(), in)
	if err != nil {
		return err
	}
	token, err := s.Mint.Mint(grant.Actor, grant.For)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, tokenView{Token: token, Type: "Bearer", ExpiresIn: int(grant.For / time.Second), Case: grant.Actor.Case})
}

// byLink lets who came by a link through to its one case, the files of that case and its
// changes, while the link stands. Everything else is closed to it, also what is added to
// the surface later.
func (s *surface) byLink(c echo.Context, actor usecase.Actor) error {
	path := c.Path()
	if !strings.HasPrefix(path, "/api/v1/complaints/:id") && path != "/api/v1/evidence" &&
		path != "/api/v1/evidence/:id" && path != "/api/v1/events" {
		return problem.New(problem.Forbidden)
	}
	return s.Complaints.LinkStands(c.Request().Context(), actor)
}
