package usecase

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// EvidenceOffered: somebody handed in a file (证据). The stream is the file's own,
// so that every offer of the same bytes is kept. Derived is the copy that others see.
type EvidenceOffered struct {
	Evidence string         `json:"evidence"`
	Account  string         `json:"account"`
	Role     string         `json:"role"`
	Subject  sealed.Subject `json:"subject"`
	Size     int64          `json:"size"`
	Media    string         `json:"media"`
	Derived  string         `json:"derived,omitempty"`
	Tool     string         `json:"tool,omitempty"`
	At       time.Time      `json:"at"`
}

// EvidenceStream is where the offers of one file stand.
func EvidenceStream(id string) es.StreamID {
	return es.StreamID("evidence." + strings.TrimPrefix(id, "sha256:"))
}

// Offer keeps bytes that the actor hands in, with a copy for others to see, and
// records who offered them. Errors of Blobs and of the store.
func (c *Complaints) Offer(ctx context.Context, actor Actor, r io.Reader, limit int64) (Blob, error) {
	if actor.Role != RoleConsumer && actor.Role != RoleMerchant && actor.Role != RoleOfficer || c.Blobs == nil {
		return Blob{}, ErrForbidden
	}
	command, err := c.entropy.id()
	if err != nil {
		return Blob{}, err
	}
	subject := sealed.Subject(es.DeriveID(command, "evidence").String())
	original, err := c.Blobs.Put(ctx, subject, r, limit)
	if err != nil {
		return Blob{}, err
	}
	offered := &EvidenceOffered{
		Evidence: original.ID, Account: actor.ID, Role: string(actor.Role), Subject: subject,
		Size: original.Size, Media: original.Type,
	}
	// A file of which no copy can be made is shown to nobody but who offered it.
	copied, err := c.Blobs.Derive(ctx, original.ID)
	switch {
	case err == nil:
		offered.Derived, offered.Tool = copied.ID, copied.Tool
	case !errors.Is(err, ErrBlobNoCopy):
		return Blob{}, err
	}
	return original, c.trace(ctx, actor, EvidenceStream(original.ID), command, "offer-evidence", func(at time.Time) any {
		offered.At = at
		return offered
	})
}

// Show opens evidence: the original for who offered it, the derived copy for who may
// see the evidence of the case named. ErrNotFound, errors of Blobs.
func (c *Complaints) Show(ctx context.Context, actor Actor, caseID, id string) (io.ReadSeekCloser, Blob, error) {
	if c.Blobs == nil {
		return nil, Blob{}, ErrNotFound
	}
	offers, err := c.offersOf(ctx, id)
	if err != nil {
		return nil, Blob{}, err
	}
	if slices.ContainsFunc(offers, func(o *EvidenceOffered) bool { return o.Account == actor.ID && o.Role == string(actor.Role) }) {
		if err := c.recordOwn(ctx, actor, caseID, id); err != nil {
			return nil, Blob{}, err
		}
		return c.Blobs.Open(ctx, id)
	}
	if caseID == "" {
		return nil, Blob{}, ErrNotFound
	}
	// View checks the access tables and leaves the durable trace of the reading.
	view, err := c.View(ctx, actor, caseID, nil)
	if err != nil {
		return nil, Blob{}, err
	}
	derived := offers[0].Derived
	if !view.files(id) || derived == "" {
		return nil, Blob{}, ErrNotFound
	}
	file, about, err := c.Blobs.Open(ctx, derived)
	if errors.Is(err, sealed.ErrErased) || errors.Is(err, sealed.ErrRestricted) {
		// The copy belongs to who offered the bytes first and may be gone with that
		// person; another's original makes it again.
		if _, again := c.Blobs.Derive(ctx, id); again != nil {
			return nil, Blob{}, err
		}
		return c.Blobs.Open(ctx, derived)
	}
	return file, about, err
}

// recordOwn leaves a trace where an office or a merchant opens a file that it took in
// itself: the consumer may know of that too. It stands in the case that was named and in
// every case that cites the file, named or not; a file that no case cites yet is nobody's.
func (c *Complaints) recordOwn(ctx context.Context, actor Actor, caseID, file string) error {
	if actor.Role == RoleConsumer {
		return nil
	}
	var cases []string
	if caseID != "" {
		if _, err := c.enter(ctx, actor, caseID, "view"); err != nil {
			return err
		}
		cases = append(cases, caseID)
	}
	if c.Lookup != nil {
		citing, err := c.Lookup.Citing(ctx, file, maxCiting)
		if err != nil {
			return err
		}
		cases = append(cases, citing...)
	}
	slices.Sort(cases)
	for _, id := range slices.Compact(cases) {
		if err := c.recordRead(ctx, actor, id, "file", fieldsOpen); err != nil {
			return err
		}
	}
	return nil
}

// citable refuses evidence that the actor never handed in: who could cite a stranger's
// file by its hash could read it, or learn that it is there.
func (c *Complaints) citable(ctx context.Context, actor Actor, do complaint.Action, s *complaint.State) error {
	if c.Blobs == nil {
		return nil
	}
	var wrong faults
	cited, pointer := evidenceOf(do)
	for i, id := range cited {
		if slices.Contains(s.Evidence, id) {
			continue
		}
		offers, err := c.offersOf(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if !slices.ContainsFunc(offers, func(o *EvidenceOffered) bool { return o.Account == actor.ID && o.Role == string(actor.Role) }) {
			wrong.add(pointer(i), FaultEvidence)
		}
	}
	return wrong.err()
}

// evidenceOf lists the files that a request cites, and says where in it each stands.
func evidenceOf(do complaint.Action) ([]string, func(int) string) {
	listed := func(i int) string { return "/evidence/" + itoa(i) }
	switch do := do.(type) {
	case complaint.File:
		if do.From == "" { // of a part that was split off it was looked at there
			return do.Evidence, listed
		}
	case complaint.Respond:
		return do.Evidence, listed
	case complaint.Supplement:
		return do.Evidence, listed
	case complaint.ReportAppraisal:
		if do.Report != "" {
			return []string{do.Report}, func(int) string { return "/report" }
		}
	case complaint.RecordDelivery:
		if do.Proof != nil {
			return do.Proof.Evidence, func(i int) string { return "/proof/evidence/" + itoa(i) }
		}
	case complaint.Perform:
		return do.Evidence, listed
	case complaint.SplitOff:
		return do.Evidence, listed
	case complaint.FormJoint:
		return named(do.Document)
	case complaint.ConsentJoint:
		return named(do.Document)
	case complaint.AuthoriseFiler:
		return named(do.Document)
	case complaint.ReferPolice:
		return named(do.Document)
	}
	return nil, nil
}

// named is a single document, which may be absent.
func named(document string) ([]string, func(int) string) {
	if document == "" {
		return nil, nil
	}
	return []string{document}, func(int) string { return "/document" }
}

func (c *Complaints) offersOf(ctx context.Context, id string) ([]*EvidenceOffered, error) {
	var offers []*EvidenceOffered
	for env, err := range c.Store.Read(ctx, EvidenceStream(id), 0) {
		if errors.Is(err, es.ErrStreamNotFound) || errors.Is(err, es.ErrInvalidAppend) {
			return nil, ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		data, err := c.Registry.Decode(&env)
		if err != nil {
			return nil, err
		}
		if o, ok := data.(*EvidenceOffered); ok {
			offers = append(offers, o)
		}
	}
	if len(offers) == 0 {
		return nil, ErrNotFound
	}
	return offers, nil
}
