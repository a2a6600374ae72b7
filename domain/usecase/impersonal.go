package usecase

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// impersonal refuses a text for the register that names one of the persons of the case,
// or holds a phone, an ID number and the like of anybody. The officer who reviewed it is
// the first net, the masks on the way out the third.
func (c *Complaints) impersonal(ctx context.Context, pointer, public string, s *complaint.State) error {
	if public == "" {
		return nil
	}
	text := squeezed(public)
	for _, f := range personsOf(s) {
		plain, err := c.Keyring.Open(ctx, f.name, *f.value)
		switch {
		case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted), errors.Is(err, sealed.ErrNoKey):
			continue
		case err != nil:
			return err
		}
		plain = squeezed(plain)
		if f.name == fieldPayee && s.Respondent != nil && plain == squeezed(s.Respondent.Name) {
			continue // the merchant itself was paid
		}
		if utf8.RuneCountInString(plain) > 1 && strings.Contains(text, plain) {
			return &InvalidError{Faults: []Fault{{Pointer: pointer, Code: FaultPersonal}}}
		}
	}
	return personalIn(pointer, public)
}

// squeezed is a text without the spaces, dots and hyphens that people put into names
// and numbers or leave out.
func squeezed(text string) string {
	_, text = sealed.Normal(sealed.Name, text)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, text)
}

type sealedField struct {
	name  string
	value *sealed.Value
}

// personsOf lists what names or finds a person in the case.
func personsOf(s *complaint.State) []sealedField {
	var fields []sealedField
	add := func(name string, v *sealed.Value) {
		if v != nil && !v.IsZero() {
			fields = append(fields, sealedField{name, v})
		}
	}
	if p := s.Consumer; p != nil {
		add(fieldConsumerName, p.Name)
		add(fieldConsumerPhone, p.Phone)
		add(fieldConsumerAddress, p.Address)
		add(fieldConsumerID, p.IDNumber)
		for _, w := range p.Contacts {
			add(fieldConsumerContact, w.Value)
		}
	}
	for _, c := range s.Behind.Joined {
		add(fieldConsumerName, c.Person.Name)
		add(fieldConsumerPhone, c.Person.Phone)
		add(fieldConsumerAddress, c.Person.Address)
		add(fieldConsumerID, c.Person.IDNumber)
	}
	if f := s.Filing; f != nil {
		add(fieldPerson, f.Respondent.Person)
		add(fieldPhone, f.Respondent.Phone)
		add(fieldOrderNo, f.Purchase.OrderNo)
		add(fieldSerial, f.Purchase.Serial)
		if f.Respondent.Payee != nil {
			add(fieldPayee, f.Respondent.Payee.Name)
		}
		if f.Filer != nil {
			add(fieldFilerName, f.Filer.Name)
			add(fieldFilerPhone, f.Filer.Phone)
			if f.Filer.Helper != nil {
				add(fieldHelperName, f.Filer.Helper.Name)
				add(fieldHelperPhone, f.Filer.Helper.Phone)
			}
		}
	}
	if r := s.Respondent; r != nil {
		add(fieldPerson, r.Person)
	}
	return fields
}
