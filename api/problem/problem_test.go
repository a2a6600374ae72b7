package problem

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
	"fangxin/projections/readmodel"

	"github.com/labstack/echo/v4"
)

func TestEveryErrorHasItsProblem(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{&usecase.InvalidError{Faults: []usecase.Fault{{Pointer: "/x", Code: usecase.FaultDate}}}, 422, Invalid},
		{&complaint.Refusal{Code: "ended"}, 422, Refused},
		{usecase.ErrNotFound, 404, NotFound}, {usecase.ErrUnknownAction, 404, NotFound}, {usecase.ErrForbidden, 403, Forbidden},
		{&es.StaleError{Seen: 1, Actual: 2}, 412, PreconditionFailed}, {&es.ConflictError{Actual: 3}, 409, Conflict},
		{&es.TooLargeError{}, 413, BodyTooLarge}, {es.ErrKeyReused, 422, KeyReused},
		{es.ErrUnknownOutcome, 503, UnknownOutcome}, {es.ErrFull, 503, Unavailable}, {es.ErrLocked, 503, Unavailable},
		{es.ErrClosed, 503, Unavailable}, {es.ErrUnknownType, 503, NewerVersion}, {sealed.ErrUnavailable, 503, Unavailable},
		{readmodel.ErrUnavailable, 503, Unavailable}, {readmodel.ErrCursor, 400, BadParameter}, {readmodel.ErrNotFound, 404, NotFound},
		{usecase.ErrBlobTooLarge, 413, BodyTooLarge}, {usecase.ErrBlobType, 415, UnsupportedMediaType}, {usecase.ErrBlobEmpty, 422, Invalid},
		{usecase.ErrBlobCut, 422, Invalid},
		{sealed.ErrErased, 410, Gone}, {echo.ErrNotFound, 404, NotFound}, {echo.ErrMethodNotAllowed, 405, MethodNotAllowed},
		{&http.MaxBytesError{}, 413, BodyTooLarge}, {errors.New("secret"), 500, Internal}, {echo.ErrTeapot, 500, Internal},
	} {
		// An error keeps its meaning however deep it is wrapped.
		p := From(fmt.Errorf("while at it: %w", c.err))
		if p.Status != c.status || p.Code != c.code {
			t.Errorf("%v: %d %s, want %d %s", c.err, p.Status, p.Code, c.status, c.code)
		}
		raw, _ := json.Marshal(catalogue(t).Say(p, English))
		if strings.Contains(string(raw), "secret") || !strings.Contains(string(raw), `"type":"/problems/`) {
			t.Errorf("%s", raw)
		}
	}
}

func TestRefusalShowsEveryGround(t *testing.T) {
	r := &complaint.Refusal{
		Code: "respondent_unclear", Rule: "ORD-121.10", Citation: "…第十条", Pointer: "/merchant",
		Others: []*complaint.Refusal{{Code: "request_missing", Rule: "ORD-121.10", Citation: "…第十条", Pointer: "/requests"}, {Code: "too_many"}},
	}
	c := catalogue(t)
	for _, l := range []Lang{Chinese, English} {
		p := c.Say(From(fmt.Errorf("filing: %w", r)), l)
		if p.Code != Refused || p.Reason != r.Code || p.Rule != r.Rule || p.Citation != r.Citation || len(p.Errors) != 3 {
			t.Fatalf("%+v", p)
		}
		for i, one := range append([]*complaint.Refusal{r}, r.Others...) {
			want, _ := c.Refusal(l, one.Code)
			f := p.Errors[i]
			if f.Detail != want || f.Code != one.Code || f.Rule != one.Rule || f.Citation != one.Citation {
				t.Errorf("%s: %+v", l, f)
			}
			if f.Pointer == nil != (one.Pointer == "") || f.Pointer != nil && *f.Pointer != one.Pointer {
				t.Errorf("%s: pointer %v", one.Code, f.Pointer)
			}
		}
		if p.Detail != p.Errors[0].Detail {
			t.Errorf("%s: %q is not the first ground", l, p.Detail)
		}
	}
}

// What no field is at fault for is told by the problem itself.
func TestRefusalWithoutFieldListsNone(t *testing.T) {
	p := catalogue(t).Say(From(&complaint.Refusal{Code: "ended", Rule: "FANGXIN.case"}), Chinese)
	raw, err := json.Marshal(p)
	if err != nil || strings.Contains(string(raw), `"errors"`) || strings.Contains(string(raw), `"pointer"`) {
		t.Errorf("%s %v", raw, err)
	}
	if want, _ := catalogue(t).Refusal(Chinese, "ended"); p.Detail != want || want == "" || p.Rule != "FANGXIN.case" {
		t.Errorf("%+v", p)
	}
}

// The same code means another thing in a request and in law.
func TestFaultsAndRefusalsDoNotShareWords(t *testing.T) {
	c := catalogue(t)
	wrong := c.Say(From(New(Invalid, At("/evidence", "too_many"))), Chinese)
	against := c.Say(From(&complaint.Refusal{Code: "too_many"}), Chinese)
	if wrong.Errors[0].Detail == against.Detail || wrong.Errors[0].Detail == "" {
		t.Errorf("%q, %q", wrong.Errors[0].Detail, against.Detail)
	}
}

func TestWithdrawnRecordSaysWhy(t *testing.T) {
	c := catalogue(t)
	p := c.Say(From(&Error{Code: Gone, Reason: "consent_withdrawn"}), English)
	if want, ok := c.Reason(English, "consent_withdrawn"); !ok || p.Detail != want || p.Status != http.StatusGone {
		t.Errorf("%+v", p)
	}
}

func TestLanguage(t *testing.T) {
	for header, want := range map[string]Lang{
		"": Chinese, "en": English, "en-US,en;q=0.9": English, "zh-CN,en;q=0.8": Chinese, "en;q=0.3, zh;q=0.9": Chinese,
		"mn": Chinese, "mn, en;q=0.5": English, "*": Chinese, "en;q=x": Chinese, strings.Repeat("en,", 400): Chinese,
	} {
		if got := Language(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
