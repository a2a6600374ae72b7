package usecase

import (
	"context"
	"slices"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// Kin finds the cases of consumers by their subjects in the keyring. The work list
// answers it; it may lag behind by a moment, so nothing is ever decided on it alone.
type Kin interface {
	// CasesOf returns the ids of the cases whose consumer is one of the subjects.
	CasesOf(ctx context.Context, subjects []sealed.Subject) ([]string, error)
}

// Bounds of a search for cases of the same person.
const (
	maxSame = 40
	// nearDays is how far purchases of one dispute lie apart at most [design].
	nearDays = 7
)

// contacts are of who helps to file: they are no contact of the consumer.
type contacts struct{ phones, addresses []string }

func helperOf(in *FileComplaint) contacts {
	var c contacts
	if f := in.Filer; f != nil {
		c.phones = append(c.phones, f.Phone)
		if f.Helper != nil {
			c.phones, c.addresses = append(c.phones, f.Helper.Phone), append(c.addresses, f.Helper.Address)
		}
	}
	return c
}

// contact is known unless it is the helper's: the phone or address of a family member, a
// service station (消费维权服务站) or an officer never counts as shared (art 17, F4).
func (m *mapping) contact(field string, kind sealed.Kind, plain string, helpers []string, to **sealed.Value) {
	_, own := sealed.Normal(kind, plain)
	if slices.ContainsFunc(helpers, func(h string) bool { _, n := sealed.Normal(kind, h); return n != "" && n == own }) {
		m.put(whoConsumer, field, kind, plain, to)
		return
	}
	m.known(whoConsumer, field, kind, plain, to)
}

// kindred is a case that shares a person or a contact with another.
type kindred struct {
	state    complaint.State
	samePart bool // the same ID number
	phone    bool
	address  bool
}

// kinOf finds the cases that share ID number, phone or address, without the case itself.
// more says that there may be others.
func (c *Complaints) kinOf(ctx context.Context, id string, by map[sealed.Kind]string) (found []kindred, more bool, err error) {
	if c.Kin == nil {
		return nil, false, nil
	}
	hits := map[sealed.Subject]map[sealed.Kind]bool{}
	var subjects []sealed.Subject
	for _, kind := range []sealed.Kind{sealed.IDNumber, sealed.Phone, sealed.Address} {
		if by[kind] == "" {
			continue
		}
		same, err := c.Keyring.Same(ctx, kind, by[kind], maxSame)
		if err != nil {
			return nil, false, err
		}
		more = more || len(same) == maxSame
		for _, s := range same {
			if hits[s] == nil {
				hits[s] = map[sealed.Kind]bool{}
				subjects = append(subjects, s)
			}
			hits[s][kind] = true
		}
	}
	subjects = slices.DeleteFunc(subjects, func(s sealed.Subject) bool { return s == subjectOf(id, "consumer") })
	if len(subjects) > maxSame {
		subjects, more = subjects[:maxSame], true
	}
	if len(subjects) == 0 {
		return nil, more, nil
	}
	ids, err := c.Kin.CasesOf(ctx, subjects)
	if err != nil {
		return nil, more, err
	}
	for _, other := range ids {
		f, err := c.load(ctx, other, nil)
		if err != nil || f.state.Consumer == nil || other == id {
			continue
		}
		h := hits[f.state.Consumer.Subject]
		found = append(found, kindred{state: f.state, samePart: h[sealed.IDNumber], phone: h[sealed.Phone], address: h[sealed.Address]})
	}
	return found, more, nil
}

// alike names cases that may be the same dispute: the same consumer (by ID number, or by
// phone and name), and the same order, or the same merchant about the same days. A look
// that fails never stops a filing.
func (c *Complaints) alike(ctx context.Context, in *FileComplaint, f *complaint.File) []complaint.DuplicateFlagged {
	by := map[sealed.Kind]string{sealed.IDNumber: in.Consumer.IDNumber, sealed.Phone: in.Consumer.Phone}
	kin, _, err := c.kinOf(ctx, f.ID, by)
	if err != nil {
		return nil
	}
	var flags []complaint.DuplicateFlagged
	for i := range kin {
		other := &kin[i].state
		if len(flags) == complaint.FlagMax || !kin[i].samePart && !c.reads(ctx, fieldConsumerName, sealed.Name, other.Consumer.Name, in.Consumer.Name) {
			continue
		}
		switch {
		case c.reads(ctx, fieldOrderNo, sealed.Text, other.Filing.Purchase.OrderNo, in.Subject.OrderNo):
			flags = append(flags, complaint.DuplicateFlagged{Case: other.ID, By: "order"})
		case sameMerchant(&f.Respondent, other) && near(f.Purchase.BoughtOn, other.Filing.Purchase.BoughtOn):
			flags = append(flags, complaint.DuplicateFlagged{Case: other.ID, By: "merchant_and_dates"})
		}
	}
	return flags
}

// reads says whether a sealed value says the same as a text.
func (c *Complaints) reads(ctx context.Context, field string, kind sealed.Kind, v *sealed.Value, text string) bool {
	if v == nil || text == "" {
		return false
	}
	plain, err := c.Keyring.Open(ctx, field, *v)
	if err != nil {
		return false
	}
	_, a := sealed.Normal(kind, plain)
	_, b := sealed.Normal(kind, text)
	return a == b
}

func near(a, b calendar.Date) bool { return a-b <= nearDays && b-a <= nearDays }

// sameMerchant compares a claim with the respondent of another case, by credit code, else
// by any of its names.
func sameMerchant(t *complaint.Told, other *complaint.State) bool {
	codes, names := calledBy(&other.Filing.Respondent)
	if r := other.Respondent; r != nil {
		codes, names = append(codes, r.USCC), append(names, normalMerchant(r.Name))
	}
	theseCodes, these := calledBy(t)
	shared := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(s string) bool { return strings.TrimSpace(s) != "" && slices.Contains(b, s) })
	}
	return shared(theseCodes, codes) || shared(these, names)
}

func calledBy(t *complaint.Told) (codes, names []string) {
	names = []string{normalMerchant(t.Name), normalMerchant(t.Sign)}
	if t.Platform != nil {
		names = append(names, normalMerchant(t.Platform.Shop))
	}
	return []string{t.USCC}, names
}
