package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// reading is one stream on its way from its first event to its last.
type reading struct {
	*check
	*walker
	ctx    context.Context
	stream es.StreamID
	next   es.Revision
	at     time.Time
	// command is the one that wrote the last event, nth its place among that
	// command's events.
	command es.ID
	nth     int
	// folds: the stream is a case and no event of it was lost to the fold.
	folds   bool
	state   complaint.State
	keyless map[sealed.Subject]bool
	sum     Summary
}

// take checks one event. The error is for a check that cannot go on.
func (r *reading) take(env *es.Envelope) error {
	r.sum.Events++
	place := placeOf(env)
	if env.Revision != r.next {
		r.tell(place, "revision %d is missing", r.next)
	}
	r.next = env.Revision + 1
	r.metadata(env, place)
	event, err := r.Registry.Decode(env)
	if err != nil {
		r.tell(place, "%v", err)
		r.folds = false
		return nil
	}
	r.encodes(env, event, place)
	if r.folds {
		r.fold(event, place)
	}
	if err := r.files(event, place); err != nil {
		return err
	}
	return r.inside(event, place)
}

func (r *reading) metadata(env *es.Envelope, place string) {
	m, err := r.Registry.DecodeMetadata(env)
	if err != nil {
		r.tell(place, "metadata: %v", err)
		return
	}
	if again, err := r.Registry.EncodeMetadata(&m); err != nil || !bytes.Equal(again, env.Meta) {
		r.tell(place, "metadata are not as they are written: %d bytes, written again %d", len(env.Meta), len(again))
	}
	switch {
	case m.At.IsZero():
		r.tell(place, "has no time")
	case m.At.Before(r.at):
		r.tell(place, "time runs backwards: %s after %s", m.At.Format(time.RFC3339Nano), r.at.Format(time.RFC3339Nano))
	default:
		r.at = m.At
	}
	if r.nth++; m.Command != r.command {
		r.command, r.nth = m.Command, 0
	}
	if env.ID != es.EventID(m.Command, r.nth) {
		r.tell(place, "identifier %s is not that of event %d of command %s", env.ID, r.nth, m.Command)
	}
}

// encodes checks that nothing stands in the data which reading leaves out.
func (r *reading) encodes(env *es.Envelope, event any, place string) {
	name, data, err := r.Registry.Encode(event)
	switch {
	case err != nil:
		r.tell(place, "%v", err)
	case name == env.Type && !bytes.Equal(data, env.Data):
		r.tell(place, "data of %s are not as they are written: %d bytes, written again %d", env.Type, len(env.Data), len(data))
	}
}

// fold adds the event to the state; a decider that cannot take it is a finding.
func (r *reading) fold(event any, place string) {
	defer func() {
		if p := recover(); p != nil {
			r.folds = false
			r.tell(place, "does not fold: %v", p)
		}
	}()
	e, ok := event.(complaint.Event)
	if !ok {
		r.folds = false
		r.tell(place, "%T is no event of a complaint", event)
		return
	}
	if r.state = r.decider.Evolve(r.state, e); r.state.ID != r.stream.Key() {
		r.folds = false
		r.tell(place, "folds to case %q", r.state.ID)
		return
	}
	if r.next == 1 {
		r.sum.Cases++
	}
}

// inside checks the sealed values and clocks of an event.
func (r *reading) inside(event any, place string) error {
	return r.walk(event, visitor{
		sealed: func(owner field, pointer string, v *sealed.Value) error { return r.open(owner, place+"#"+pointer, v) },
		clock: func(pointer string, c *complaint.Clock) error {
			if r.folds {
				r.clock(place+"#"+pointer, c)
			}
			return nil
		},
	})
}

// open checks that the value's key is there and fits, or was destroyed on purpose.
func (r *reading) open(owner field, place string, v *sealed.Value) error {
	if r.Keyring == nil || v.IsZero() {
		return nil
	}
	for _, name := range r.names(owner) {
		_, err := r.Keyring.Open(r.ctx, name, *v)
		switch {
		case err == nil:
			r.hints[owner] = name
			r.sum.Opened++
			return nil
		case errors.Is(err, sealed.ErrForged):
			continue
		case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted):
			r.sum.Closed++
			return nil
		case errors.Is(err, sealed.ErrUnavailable), r.ctx.Err() != nil:
			return err
		}
		r.reportKey(place, v.Subject, err)
		return nil
	}
	r.tell(place, "%v", sealed.ErrForged)
	return nil
}

// reportKey tells once a stream that a subject's key is missing or damaged.
func (r *reading) reportKey(place string, s sealed.Subject, err error) {
	if r.keyless[s] {
		return
	}
	if r.keyless == nil {
		r.keyless = map[sealed.Subject]bool{}
	}
	r.keyless[s] = true
	r.tell(place, "key of subject %s: %v", s, err)
}

// files reads what an event says was kept, to the last byte: evidence that was handed
// in with its copy for others, and the words of notices. A case may also name
// evidence that nobody handed in here; that is no damage.
func (r *reading) files(event any, place string) error {
	if r.Blobs == nil {
		return nil
	}
	switch e := event.(type) {
	case *usecase.EvidenceOffered:
		return errors.Join(r.file(e.Evidence, place), r.file(e.Derived, place))
	case *complaint.NoticeIssued:
		if e.Form == complaint.FormPublicRecord { // its text is the record itself
			return r.recordTold(e, place)
		}
		return r.file(e.TextHash, place)
	}
	return nil
}

func (r *reading) file(id, place string) error {
	if id == "" {
		return nil
	}
	switch err := r.readFile(id); {
	case err == nil:
		r.sum.Files++
	case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted):
		r.sum.Closed++
	case errors.Is(err, usecase.ErrBlobNotFound), errors.Is(err, usecase.ErrBlobDamaged), errors.Is(err, sealed.ErrNoKey), errors.Is(err, sealed.ErrForged):
		r.tell(place, "file %s: %v", id, err)
	default:
		return fmt.Errorf("file %s of %s: %w", id, place, err)
	}
	return nil
}

func (r *reading) readFile(id string) error {
	content, _, err := r.Blobs.Open(r.ctx, id)
	if err != nil {
		return err
	}
	defer content.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, content); err != nil {
		return err
	}
	if "sha256:"+hex.EncodeToString(sum.Sum(nil)) != id {
		return usecase.ErrBlobDamaged
	}
	return nil
}

// recordTold checks that a notice of a public record binds the very record.
func (r *reading) recordTold(e *complaint.NoticeIssued, place string) error {
	record := r.state.Disclosure.Record
	if record == nil {
		r.tell(place, "notice %s shows a record that is not there", e.Notice)
		return nil
	}
	hash, err := record.Hash()
	if err == nil && hash != e.TextHash {
		r.tell(place, "notice %s does not show the record that was made", e.Notice)
	}
	return err
}
