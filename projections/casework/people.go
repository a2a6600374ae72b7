package casework

import (
	"context"
	"slices"

	"fangxin/domain/complaint"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
)

// What an officer is asked to decide about the personal data of a case.
const (
	ErasureAsked = "requested"      // the consumer asked (PIPL 47)
	ErasureOver  = "retention_over" // the retention period ended
)

// Indexes of the rights of the persons of a case.
const (
	ixOwner   = "owner/"   // account: also what is hidden
	ixFile    = "file/"    // evidence: the cases that cite it, also what is hidden
	ixErasure = "erasure/" // what an officer is asked to decide
)

// cites notes files that the case cites.
func (v *View) cites(files ...string) {
	for _, f := range files {
		if f != "" && !slices.Contains(v.Files, f) {
			v.Files = append(v.Files, f)
		}
	}
}

// foldPeople takes what concerns the rights of the persons of the case.
func (v *View) foldPeople(data any) {
	switch d := data.(type) {
	case *complaint.Supplemented:
		v.cites(d.Evidence...)
	case *complaint.EvidenceAdded:
		v.cites(d.Evidence)
	case *complaint.Responded:
		v.cites(d.Evidence...)
	case *complaint.Performed:
		v.cites(d.Evidence...)
	case *complaint.AppraisalReported:
		v.cites(d.Report)
	case *complaint.ErasureRequested:
		v.Row.Erasure = ErasureAsked
	case *complaint.RetentionOver:
		if v.Row.Erasure == "" {
			v.Row.Erasure = ErasureOver
		}
	case *complaint.SubjectReleased:
		v.release(d)
	case *complaint.ErasureDecided:
		v.Row.Erasure = ""
		v.decided(d)
	}
}

// decided takes the case out of every list at once, before the keys are gone.
func (v *View) decided(d *complaint.ErasureDecided) {
	if !slices.Contains(d.Subjects, v.Subject) || v.Subject == "" {
		return
	}
	v.Account = ""
	if d.Result == complaint.ErasureRestricted {
		v.Hidden = true
	}
}

// release puts a case whose consumer's data may be handled again back into the lists.
func (v *View) release(e *complaint.SubjectReleased) {
	if e.Subject == v.Subject {
		v.Account, v.Hidden = v.Owner, false
	}
}

// owners keeps the indexes that hold hidden cases too.
func owners(out []readmodel.Change, m string, a, b *View) []readmodel.Change {
	out = facet.Own(out, ixOwner, m, a.Owner, b.Owner)
	for _, f := range a.Files {
		if !slices.Contains(b.Files, f) {
			out = append(out, readmodel.Remove(ixFile+f, m))
		}
	}
	for _, f := range b.Files {
		if !slices.Contains(a.Files, f) {
			out = append(out, readmodel.Add(ixFile+f, m, 0))
		}
	}
	return out
}

// Owned lists the cases that an account filed, restricted ones too, after the cursor,
// with the next cursor. readmodel.ErrCursor, readmodel.ErrUnavailable.
func Owned(ctx context.Context, m readmodel.Model, account, cursor string, limit int) ([]string, string, error) {
	if account == "" {
		return nil, "", nil
	}
	return members(ctx, m, ixOwner+account, cursor, limit)
}

// Citing lists cases that cite a file, restricted ones too, at most limit.
func Citing(ctx context.Context, m readmodel.Model, file string, limit int) ([]string, error) {
	ids, _, err := members(ctx, m, ixFile+file, "", limit)
	return ids, err
}

func members(ctx context.Context, m readmodel.Model, index, cursor string, limit int) ([]string, string, error) {
	s, _, err := readmodel.Reading(ctx, m, Name, Version)
	if err != nil {
		return nil, "", err
	}
	page, err := m.Page(ctx, s, readmodel.Page{Where: readmodel.In(index), Order: readmodel.Oldest, After: cursor, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	ids := make([]string, len(page.Rows))
	for i, r := range page.Rows {
		ids[i] = r.Member[len(streamPrefix):]
	}
	return ids, page.Next, nil
}
