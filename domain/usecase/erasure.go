package usecase

import (
	"context"
	"errors"
	"maps"
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// maxCiting bounds how many other cases of a file are looked at. A file that more
// cases cite is kept.
const maxCiting = 200

// subjectsToErase lists whose keys a decision on erasure concerns. Where the consumer's
// data are only to be stored, or the consumer asked before the period was over, they are
// the consumer's, of who acts or writes for it, and of the files handed in for it. What
// is erased is erased for every person of the case: the period of its file is over for
// all of them, and nobody decides again (PIPL 47(1)).
func (c *Complaints) subjectsToErase(ctx context.Context, s *complaint.State, result string) ([]sealed.Subject, error) {
	everybody := result == complaint.ErasureErased || s.People.Over && s.People.Asked == nil
	in, err := c.scopeOf(ctx, s)
	if err != nil {
		return nil, err
	}
	var list []sealed.Subject
	for subject := range in.all {
		if result == complaint.ErasureRestricted && subject == subjectOf(s.ID, whoKeeps) {
			continue // what the office writes meanwhile lies under it
		}
		if everybody || !in.others[subject] {
			list = append(list, subject)
		}
	}
	slices.Sort(list)
	files := filesOfConsumer(s)
	if everybody {
		files = slices.Sorted(maps.Keys(in.cited))
	}
	for _, file := range files {
		var citers []Actor
		if everybody {
			citers = in.cited[file]
		}
		subjects, err := c.offerers(ctx, s, file, citers)
		if err != nil {
			return nil, err
		}
		list = append(list, subjects...)
	}
	return uniqueSubjects(list), nil
}

func uniqueSubjects(list []sealed.Subject) []sealed.Subject {
	var out []sealed.Subject
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// filesOfConsumer lists the files that were handed in on the consumer's side.
func filesOfConsumer(s *complaint.State) []string {
	var files []string
	if f := s.Filing; f != nil {
		files = append(append(files, f.Evidence...), f.Respondent.Photos...)
		if f.Filer != nil && f.Filer.PowerOfAttorney != "" {
			files = append(files, f.Filer.PowerOfAttorney)
		}
	}
	for _, a := range s.Supplements {
		files = append(files, a.Evidence...)
	}
	if a := s.Behind.Authority; a != nil && a.Document != "" {
		files = append(files, a.Document)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// offerers are the subjects of a file's offers by the consumer, by an officer for it, or
// by one of those who cited it in the case, unless another case that lives on cites the
// file.
func (c *Complaints) offerers(ctx context.Context, s *complaint.State, file string, citers []Actor) ([]sealed.Subject, error) {
	offers, err := c.offersOf(ctx, file)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []sealed.Subject
	for _, o := range offers {
		own := o.Role == string(RoleConsumer) && o.Account == s.Account && s.Account != ""
		cited := slices.ContainsFunc(citers, func(a Actor) bool { return a.ID == o.Account && string(a.Role) == o.Role })
		if !own && !cited && o.Role != string(RoleOfficer) {
			continue
		}
		needed, err := c.citedElsewhere(ctx, s, file, own)
		if err != nil {
			return nil, err
		}
		if !needed {
			list = append(list, o.Subject)
		}
	}
	return list, nil
}

// citedElsewhere says whether another case needs the key of an offer: of the same
// account, or, where an officer took the file in, any.
func (c *Complaints) citedElsewhere(ctx context.Context, s *complaint.State, file string, own bool) (bool, error) {
	if c.Lookup == nil {
		return false, nil
	}
	cases, err := c.Lookup.Citing(ctx, file, maxCiting)
	if err != nil || len(cases) >= maxCiting {
		return true, err
	}
	for _, id := range cases {
		if id == s.ID {
			continue
		}
		other, err := c.load(ctx, id, nil)
		if err != nil {
			return true, err
		}
		if (!own || other.now.Account == s.Account) && other.now.Gone() != string(sealed.Erased) {
			return true, nil
		}
	}
	return false, nil
}

// named fills in what only the use case can find: whose keys a decision concerns.
func (c *Complaints) named(ctx context.Context, s *complaint.State, do complaint.Action) (complaint.Action, error) {
	if review, ok := do.(complaint.ReviewStatement); ok {
		return c.opened(ctx, s, review)
	}
	d, ok := do.(complaint.DecideErasure)
	if !ok || d.Result == complaint.ErasureRefused {
		return do, nil
	}
	var err error
	if d.Subjects, err = c.subjectsToErase(ctx, s, d.Result); err != nil {
		return d, err
	}
	d.Linked, err = c.stillNeeding(ctx, s, d.Result, d.Subjects)
	return d, err
}

// CarryOut destroys or restricts the keys that a decision on erasure names, then
// records it: the decision is durable first, each key then goes once, and whatever a
// crash left is done by the next call. Nothing outstanding is no error. ErrNotFound,
// errors of the keyring and of the store.
func (c *Complaints) CarryOut(ctx context.Context, id string) error {
	f, err := c.load(ctx, id, nil)
	if err != nil {
		return err
	}
	left := f.now.Outstanding()
	if len(left) == 0 {
		return nil
	}
	d := f.now.People.Decided
	for _, subject := range left {
		if err := c.end(ctx, subject, d.Manner()); err != nil {
			return err
		}
	}
	do := complaint.RecordErased{}
	command := es.DeriveID(es.Namespace, "erased", id, d.Request, d.Result, d.On.String())
	body, err := c.bodies.hash(do.Route(), id, &struct {
		Result string `json:"result"`
		On     string `json:"on"`
	}{d.Result, d.On.String()})
	if err != nil {
		return err
	}
	_, err = c.run(ctx, request{actor: Actor{ID: "erasures", Role: roleSystem}, route: do.Route(), id: id, command: command, body: body, do: do})
	if errors.Is(err, &complaint.Refusal{Code: "moved_on"}) {
		return nil // another node was faster
	}
	return err
}

// end gives one key its last state. A subject without key has nothing to destroy; one
// that is erased already needs no restriction.
func (c *Complaints) end(ctx context.Context, subject sealed.Subject, manner string) error {
	var err error
	if manner == string(sealed.Restricted) {
		err = c.Keyring.Restrict(ctx, subject)
	} else {
		err = c.Keyring.Erase(ctx, subject)
	}
	if errors.Is(err, sealed.ErrNoKey) || errors.Is(err, sealed.ErrErased) {
		return nil
	}
	return err
}

// follow does what belongs to an action outside its stream. A repeat does it again, to
// the end.
func (c *Complaints) follow(ctx context.Context, id, action string) error {
	switch action {
	case complaint.DecideErasure{}.Route():
		return c.CarryOut(ctx, id)
	case complaint.CorrectConsumer{}.Route():
		return c.forgetReplaced(ctx, id)
	}
	return nil
}

// forgetReplaced takes the keyed hashes of replaced phones and numbers out of the
// keyring: by what is no longer right nobody is recognised (PIPL 46).
func (c *Complaints) forgetReplaced(ctx context.Context, id string) error {
	f, err := c.load(ctx, id, nil)
	if err != nil || f.now.Consumer == nil {
		return err
	}
	now := f.now.Consumer
	for _, r := range f.now.People.Replaced {
		field, kind, stands := fieldConsumerPhone, sealed.Phone, now.Phone
		switch r.Field {
		case complaint.FieldPhone:
		case complaint.FieldIDNumber:
			field, kind, stands = fieldConsumerID, sealed.IDNumber, now.IDNumber
		default:
			continue
		}
		if err := c.forget(ctx, field, kind, r.Value, stands); err != nil {
			return err
		}
	}
	return nil
}

func (c *Complaints) forget(ctx context.Context, field string, kind sealed.Kind, was, is *sealed.Value) error {
	old, err := c.Keyring.Open(ctx, field, *was)
	if errors.Is(err, sealed.ErrErased) || errors.Is(err, sealed.ErrRestricted) || errors.Is(err, sealed.ErrNoKey) {
		return nil // its hashes are gone, or may not be touched
	}
	if err != nil {
		return err
	}
	if is != nil {
		plain, err := c.Keyring.Open(ctx, field, *is)
		if err != nil {
			return err
		}
		_, a := sealed.Normal(kind, old)
		if _, b := sealed.Normal(kind, plain); a == b {
			return nil
		}
	}
	return c.Keyring.Forget(ctx, was.Subject, kind, old)
}
