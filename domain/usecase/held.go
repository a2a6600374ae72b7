package usecase

import (
	"context"
	"errors"

	"fangxin/domain/complaint"
)

// MaxHeld bounds the cases of one answer to "what do you hold about me".
const MaxHeld = 2000

const heldPage = 100

// Held gives, case by case, all that is held about the account that asks (个人信息查阅、
// 复制, PIPL 45): the cases it filed with every field opened, its consents and their
// wording, its files, and who read them. more says that there are cases beyond MaxHeld.
// Only consumers have it, of themselves. ErrForbidden, the error of give, errors of the
// keyring and of the store.
func (c *Complaints) Held(ctx context.Context, actor Actor, give func(*CaseData) error) (more bool, err error) {
	if c.access.Standing(actor.Role, "me-data") != StandingSigned || actor.ID == "" || c.Lookup == nil {
		return false, ErrForbidden
	}
	given := 0
	for cursor := ""; ; {
		ids, next, err := c.Lookup.CasesOf(ctx, actor.ID, cursor, heldPage)
		if err != nil {
			return false, err
		}
		for _, id := range ids {
			if given == MaxHeld {
				return true, nil
			}
			data, err := c.heldIn(ctx, actor, id)
			if errors.Is(err, ErrNotFound) {
				continue // no longer this account's
			}
			if err != nil {
				return false, err
			}
			if err := give(data); err != nil {
				return false, err
			}
			given++
		}
		if next == "" {
			return false, nil
		}
		cursor = next
	}
}

func (c *Complaints) heldIn(ctx context.Context, actor Actor, id string) (*CaseData, error) {
	f, err := c.enter(ctx, actor, id, "view")
	if err != nil {
		return nil, err
	}
	view, err := c.present(ctx, actor, &f)
	if err != nil {
		return nil, err
	}
	d := &CaseData{Case: view}
	if d.Consents, err = c.consentsOf(ctx, id); err != nil {
		return nil, err
	}
	if d.Files, err = c.filesOf(ctx, actor, &f.now); err != nil {
		return nil, err
	}
	d.Reads, d.MoreReads, err = c.readsOf(ctx, id, f.filedAt, false)
	return d, err
}

// consentsOf lists the consents of a case as they were given and changed.
func (c *Complaints) consentsOf(ctx context.Context, id string) ([]ConsentFact, error) {
	list := []ConsentFact{}
	for env, err := range c.Store.Read(ctx, Stream(id), 0) {
		if err != nil {
			return nil, err
		}
		event, err := c.event(&env)
		if err != nil {
			return nil, err
		}
		var given complaint.Consent
		switch e := event.(type) {
		case *complaint.Filed:
			given = e.Consent
		case *complaint.ConsentChanged:
			given = e.Consent
		default:
			continue
		}
		m, err := c.Registry.DecodeMetadata(&env)
		if err != nil {
			return nil, err
		}
		list = append(list, ConsentFact{ConsentGiven: ConsentGiven(given), At: m.At})
	}
	return list, nil
}

// filesOf lists the files that the consumer handed in; none where its data are gone.
func (c *Complaints) filesOf(ctx context.Context, actor Actor, s *complaint.State) ([]FileFact, error) {
	list := []FileFact{}
	if s.Gone() != "" {
		return list, nil
	}
	for _, id := range filesOfConsumer(s) {
		offers, err := c.offersOf(ctx, id)
		if errors.Is(err, ErrNotFound) {
			list = append(list, FileFact{ID: id})
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			if o.Account == actor.ID && o.Role == string(actor.Role) || o.Role == string(RoleOfficer) {
				list = append(list, FileFact{ID: id, Size: o.Size, Media: o.Media, At: o.At})
				break
			}
		}
	}
	return list, nil
}
