package problem

import (
	"context"
	"errors"
	"net/http"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
	"fangxin/projections/readmodel"

	"github.com/labstack/echo/v4"
)

// retrySoon is told where a store is away for a moment.
const retrySoon = 2 * time.Second

// From describes an error. The texts are still missing: see Catalogue.Say.
func From(err error) Problem {
	var own *Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &own):
		return own.problem()
	case errors.As(err, &large): // wherever the body was being read
		return New(BodyTooLarge).problem()
	}
	if p, ok := fromUseCase(err); ok {
		return p
	}
	if p, ok := fromStores(err); ok {
		return p
	}
	if p, ok := fromEvidence(err); ok {
		return p
	}
	return fromHTTP(err)
}

func fromUseCase(err error) (Problem, bool) {
	var invalid *usecase.InvalidError
	var refusal *complaint.Refusal
	var moved *usecase.MovedOnError
	switch {
	case errors.As(err, &moved):
		return movedOn(moved), true
	case errors.As(err, &invalid):
		e := New(Invalid)
		for _, f := range invalid.Faults {
			at := At(f.Pointer, f.Code)
			at.From, at.To = f.From, f.To
			e.Faults = append(e.Faults, at)
		}
		return e.problem(), true
	case errors.As(err, &refusal):
		return refused(refusal), true
	case errors.Is(err, usecase.ErrNotFound), errors.Is(err, usecase.ErrUnknownAction):
		return New(NotFound).problem(), true
	case errors.Is(err, usecase.ErrRestricted):
		e := New(Gone)
		e.Reason = "data_restricted"
		return e.problem(), true
	case errors.Is(err, usecase.ErrLink):
		return New(LinkEnded).problem(), true
	case errors.Is(err, usecase.ErrForbidden):
		return New(Forbidden).problem(), true
	}
	return Problem{}, false
}

// movedOn says where the case stands and what happened there last.
func movedOn(err *usecase.MovedOnError) Problem {
	var refusal *complaint.Refusal
	p, _ := fromStores(err.Err)
	if errors.As(err.Err, &refusal) {
		p = refused(refusal)
	}
	revision := int64(err.Revision)
	p.CurrentRevision = &revision
	if last := err.Last; last.Type != "" {
		p.LastFact = &LastFact{Type: last.Type, At: last.At, Role: last.Role}
	}
	return p
}

// refused shows every ground of a refusal. The first is the problem's own, and is
// listed among the fields only where it names one.
func refused(r *complaint.Refusal) Problem {
	p := New(Refused).problem()
	p.Reason, p.Rule, p.Citation, p.Who = r.Code, r.Rule, r.Citation, r.Who
	if r.Pointer != "" {
		p.Errors = append(p.Errors, ground(r))
	}
	for _, other := range r.Others {
		p.Errors = append(p.Errors, ground(other))
	}
	return p
}

func ground(r *complaint.Refusal) Fault {
	f := Fault{Code: r.Code, Rule: r.Rule, Citation: r.Citation}
	if r.Pointer != "" {
		f.Pointer = &r.Pointer
	}
	return f
}

func fromStores(err error) (Problem, bool) {
	var stale *es.StaleError
	var conflict *es.ConflictError
	var large *es.TooLargeError
	e := &Error{}
	switch {
	case errors.As(err, &stale):
		e.Code, e.Revision = PreconditionFailed, &stale.Actual
	case errors.As(err, &conflict):
		e.Code, e.Revision = Conflict, &conflict.Actual
	case errors.As(err, &large):
		e.Code = BodyTooLarge
	case errors.Is(err, es.ErrKeyReused):
		e.Code = KeyReused
	case errors.Is(err, es.ErrUnknownOutcome):
		e.Code, e.RetryAfter = UnknownOutcome, retrySoon
	case errors.Is(err, es.ErrUnknownType), errors.Is(err, es.ErrNewerSchema):
		e.Code = NewerVersion
	case errors.Is(err, es.ErrUnavailable), errors.Is(err, es.ErrClosed), errors.Is(err, es.ErrDamaged), errors.Is(err, sealed.ErrUnavailable),
		errors.Is(err, readmodel.ErrUnavailable), errors.Is(err, readmodel.ErrClosed):
		e.Code, e.RetryAfter = Unavailable, retrySoon
	case errors.Is(err, readmodel.ErrNotFound), errors.Is(err, es.ErrStreamNotFound):
		e.Code = NotFound
	case errors.Is(err, readmodel.ErrCursor):
		e.Code, e.Faults = BadParameter, []Fault{In("cursor", "bad_cursor")}
	case errors.Is(err, readmodel.ErrTooComplex):
		e.Code, e.Faults = BadParameter, []Fault{In("q", "too_complex")}
	default:
		return Problem{}, false
	}
	return e.problem(), true
}

func fromEvidence(err error) (Problem, bool) {
	e := &Error{}
	switch {
	case errors.Is(err, usecase.ErrBlobNotFound), errors.Is(err, usecase.ErrBlobNoCopy):
		e.Code = NotFound
	case errors.Is(err, usecase.ErrBlobTooLarge):
		e.Code = BodyTooLarge
	case errors.Is(err, usecase.ErrBlobType):
		e.Code = UnsupportedMediaType
	case errors.Is(err, usecase.ErrBlobEmpty):
		e.Code, e.Faults = Invalid, []Fault{In("file", "empty_file")}
	case errors.Is(err, usecase.ErrBlobMalformed), errors.Is(err, usecase.ErrBlobCut):
		e.Code, e.Faults = Invalid, []Fault{In("file", "malformed_file")}
	case errors.Is(err, usecase.ErrBlobUnavailable), errors.Is(err, usecase.ErrBlobDamaged):
		e.Code, e.RetryAfter = Unavailable, retrySoon
	case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted):
		e.Code, e.Reason = Gone, "erased"
	default:
		return Problem{}, false
	}
	return e.problem(), true
}

// fromHTTP reads what echo and net/http say, and gives up on the rest.
func fromHTTP(err error) Problem {
	var he *echo.HTTPError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return (&Error{Code: Timeout, RetryAfter: retrySoon}).problem()
	case errors.As(err, &he):
		for _, code := range []string{NotFound, MethodNotAllowed, BodyTooLarge, UnsupportedMediaType, Unauthenticated, Forbidden, RateLimited} {
			if statuses()[code] == he.Code {
				return New(code).problem()
			}
		}
	}
	return New(Internal).problem()
}
