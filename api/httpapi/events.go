package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"fangxin/api/httpapi/feed"
	"fangxin/api/problem"
	"fangxin/domain/usecase"

	"github.com/goccy/go-json"
	"github.com/labstack/echo/v4"
)

// changeView is one change on the wire; what changed is read from the case.
type changeView struct {
	Case     string    `json:"case"`
	Revision int64     `json:"revision"`
	Type     string    `json:"type"`
	At       time.Time `json:"at"`
}

// events streams what changes in the actor's cases (server-sent events, WHATWG HTML
// section 9.2). The id of an event is its place in the log.
func (s *surface) events(c echo.Context, actor usecase.Actor) error {
	q := queryOf(c)
	if err := q.err(); err != nil {
		return err
	}
	after, err := place(c, "Last-Event-ID")
	if err != nil {
		return err
	}
	from := feed.From(c.Request().Header.Get("Last-Event-ID") != "")
	stream, err := s.Feed.Follow(actor, after.Position, from)
	if err != nil {
		return streamError(err)
	}
	defer stream.Close()
	c.Response().Header().Set(echo.HeaderContentType, "text/event-stream")
	c.Response().WriteHeader(http.StatusOK)
	return s.stream(c, stream)
}

func streamError(err error) error {
	switch {
	case errors.Is(err, feed.ErrTooMany):
		return &problem.Error{Code: problem.TooManyStreams, RetryAfter: heartbeat, Cause: err}
	case errors.Is(err, feed.ErrClosed):
		return &problem.Error{Code: problem.Unavailable, RetryAfter: waitAtMost, Cause: err}
	}
	return err
}

// stream writes until the reader goes away or has to begin again.
func (s *surface) stream(c echo.Context, stream *feed.Stream) error {
	ctx := c.Request().Context()
	if err := s.send(c, "retry: 3000\n\n"); err != nil {
		return nil
	}
	for {
		wait, cancel := context.WithTimeout(ctx, heartbeat)
		change, err := stream.Next(wait)
		idle := wait.Err() != nil && ctx.Err() == nil
		cancel()
		text := ": still here\n\n"
		switch {
		case err == nil:
			text = eventText(change)
		case errors.Is(err, feed.ErrBehind):
			// What was missed cannot be told one by one: read the lists again.
			_ = s.send(c, "event: reset\ndata: {}\n\n")
			return nil
		case !idle:
			visitOf(c).err = err
			return nil
		}
		if s.send(c, text) != nil {
			return nil
		}
	}
}

func eventText(c feed.Change) string {
	// A value of numbers, times and strings always has a JSON form.
	data, _ := json.MarshalWithOption(changeView{Case: c.Case, Revision: int64(c.Revision), Type: c.Type, At: c.At}, json.DisableHTMLEscape())
	return fmt.Sprintf("id: %s\nevent: change\ndata: %s\n\n", c.Position, data)
}

// send writes and flushes within a deadline, so that a reader that does not read is
// let go.
func (s *surface) send(c echo.Context, text string) error {
	if err := s.extend(c); err != nil {
		return err
	}
	if _, err := c.Response().Write([]byte(text)); err != nil {
		return err
	}
	return http.NewResponseController(c.Response()).Flush()
}
