package usecase

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// ForeignInput is one record of another system, as an importer read it.
type ForeignInput struct {
	// Case is what the source states, without its narrative. An empty merchant id is
	// filled in from the system and the merchant's name.
	Case complaint.ForeignCase
	// Narrative is the consumer's own text, plain; it is sealed here.
	Narrative string
	// Ruleset is the law of the source, for instance CFPB.
	Ruleset string
	// At is when the source had it; zero is the start of the day it was received.
	// Changes that a later file brings are recorded at the clock of the use case.
	At          time.Time
	Correlation string
}

// RecordForeign takes over a record of another system: the first time as a case,
// later only what changed in it. changed is false where nothing was written, so that
// a file can be imported any number of times. *complaint.Refusal, errors of the
// keyring and of the store.
func (c *Complaints) RecordForeign(ctx context.Context, in ForeignInput) (changed bool, receipt Receipt, err error) {
	id := foreignID(in.Case.System, in.Case.Number)
	if in.Case.Merchant.ID == "" {
		in.Case.Merchant.ID = ForeignMerchantID(in.Case.System, in.Case.Merchant.Name)
	}
	before, err := c.load(ctx, id, nil)
	if errors.Is(err, ErrNotFound) {
		before, err = folded{revision: es.None}, nil
	}
	if err != nil {
		return false, Receipt{}, err
	}
	do := complaint.RecordForeignCase{ID: id, Ruleset: in.Ruleset, Case: in.Case}
	if do.NarrativeChanged, err = c.narrativeChanged(ctx, &before.state, in.Narrative); err != nil {
		return false, Receipt{}, err
	}
	if err := c.sealNarrative(ctx, id, in.Narrative, &do, &before.state); err != nil {
		return false, Receipt{}, err
	}
	q, err := c.foreignRequest(id, in, do, before.revision)
	if err != nil {
		return false, Receipt{}, err
	}
	out, err := c.run(ctx, q)
	if err != nil {
		return false, Receipt{}, err
	}
	receipt = Receipt{ID: id, Revision: out.Receipt.Revision, Position: out.Receipt.Position, Repeated: out.Receipt.Repeated}
	return len(out.Events) > 0 && !receipt.Repeated, receipt, nil
}

// foreignRequest derives the command from the source's number, what it states and
// the revision it is compared with: a rerun is a repeat, and a record that changes
// back is a change. The narrative takes no part, its hash would be personal data.
func (c *Complaints) foreignRequest(id string, in ForeignInput, do complaint.RecordForeignCase, seen es.Revision) (request, error) {
	stated := in.Case
	stated.Narrative = nil
	text, err := es.StdCodec{}.Marshal(&stated)
	if err != nil {
		return request{}, fmt.Errorf("foreign case: %w", err)
	}
	q := request{
		actor: Actor{ID: "import", Role: roleSystem}, route: do.Route(), id: id, source: in.Case.System,
		command: es.DeriveID(es.Namespace, "foreign", id, itoa(int(seen)), string(text)),
		opens:   seen == es.None, do: do, options: Options{Correlation: in.Correlation},
	}
	if q.body, err = c.bodies.hash(q.route, id, &struct {
		Stated string `json:"stated"`
	}{string(text)}); err != nil {
		return q, err
	}
	switch {
	case !q.opens:
		q.options.IfMatch = &seen
	case !in.At.IsZero():
		q.at = in.At
	case !in.Case.Received.IsZero():
		q.at = in.Case.Received.Start()
	}
	return q, nil
}

// narrativeChanged opens the stored narrative and compares. One that was erased or
// restricted stays as it is: nothing new is sealed for its consumer.
func (c *Complaints) narrativeChanged(ctx context.Context, s *complaint.State, now string) (bool, error) {
	if s.Foreign == nil {
		return now != "", nil
	}
	stored := s.Foreign.Case.Narrative
	if stored == nil {
		if now == "" {
			return false, nil
		}
		state, err := c.Keyring.StateOf(ctx, subjectOf(s.ID, whoName(whoConsumer)))
		if errors.Is(err, sealed.ErrNoKey) {
			return true, nil
		}
		return state == sealed.Active, err
	}
	was, err := c.Keyring.Open(ctx, FieldNarrative, *stored)
	switch {
	case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted), errors.Is(err, sealed.ErrNoKey):
		return false, nil
	case err != nil:
		return false, err
	}
	return was != now, nil
}

func (c *Complaints) sealNarrative(ctx context.Context, id, plain string, do *complaint.RecordForeignCase, s *complaint.State) error {
	if !do.NarrativeChanged {
		if s.Foreign != nil {
			do.Case.Narrative = s.Foreign.Case.Narrative
		}
		return nil
	}
	seal := newSealing(id)
	seal.text(FieldNarrative, plain, &do.Case.Narrative)
	return seal.seal(ctx, c.Keyring)
}
