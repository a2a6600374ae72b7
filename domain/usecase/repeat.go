package usecase

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// sameWords compares the personal fields of a repeated request with those of the
// first. The body's hash leaves them out, so without this a second text under the same
// key would be lost without a word. es.ErrKeyReused. What was erased or restricted
// since cannot be compared and is taken for the same.
func (c *Complaints) sameWords(ctx context.Context, id string, command es.ID, now *sealing) error {
	first, err := c.valuesOf(ctx, id, command)
	if err != nil {
		return err
	}
	for who := range now.matters {
		m := &now.matters[who]
		stored := first[m.Subject]
		if len(stored) == 0 && who == whoConsumer {
			// The command itself may have restricted the case, or set it free: its words
			// lie under the key that was right before it.
			stored = append(first[subjectOf(id, whoName(whoConsumer))], first[subjectOf(id, whoKeeps)]...)
		}
		if len(stored) != len(m.Fields) {
			return es.ErrKeyReused
		}
		for i := range m.Fields {
			if stored, err = c.without(ctx, stored, &m.Fields[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// wrote says whether the command stands in the case. Its id is derived from who sent
// it, so nobody learns more than it did itself.
func (c *Complaints) wrote(ctx context.Context, id string, command es.ID) bool {
	if es.CheckStream(Stream(id)) != nil {
		return false
	}
	first := es.EventID(command, 0)
	for env, err := range c.Store.Read(ctx, Stream(id), 0) {
		if err != nil {
			return false
		}
		if env.ID == first {
			return true
		}
	}
	return false
}

// without takes out the stored value that holds the field's text. es.ErrKeyReused
// where there is none.
func (c *Complaints) without(ctx context.Context, stored []sealed.Value, f *sealed.Field) ([]sealed.Value, error) {
	for i, v := range stored {
		plain, err := c.Keyring.Open(ctx, f.Name, v)
		switch {
		case errors.Is(err, sealed.ErrForged): // another field's value
			continue
		case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted), errors.Is(err, sealed.ErrNoKey):
		case err != nil:
			return nil, err
		case plain != f.Plain:
			continue
		}
		return append(append([]sealed.Value{}, stored[:i]...), stored[i+1:]...), nil
	}
	return nil, es.ErrKeyReused
}

// valuesOf gathers the sealed values that a command wrote, by subject. What stood in the
// case before and is carried on, as the rest of a person of whom one detail is
// corrected, is not its own.
func (c *Complaints) valuesOf(ctx context.Context, id string, command es.ID) (map[sealed.Subject][]sealed.Value, error) {
	found, earlier := map[sealed.Subject][]sealed.Value{}, map[sealed.Subject][]sealed.Value{}
	met := false
	for env, err := range c.Store.Read(ctx, Stream(id), 0) {
		if err != nil {
			return nil, err
		}
		m, err := c.Registry.DecodeMetadata(&env)
		if err != nil {
			return nil, err
		}
		own := m.Command == command
		if met = met || own; met && !own {
			break
		}
		event, err := c.event(&env)
		if err != nil {
			return nil, err
		}
		if own {
			gather(reflect.ValueOf(event), found)
		} else {
			gather(reflect.ValueOf(event), earlier)
		}
	}
	for subject := range found {
		found[subject] = slices.DeleteFunc(found[subject], func(v sealed.Value) bool { return holds(earlier[subject], v) })
	}
	return found, nil
}

func holds(values []sealed.Value, v sealed.Value) bool {
	return slices.ContainsFunc(values, func(w sealed.Value) bool { return bytes.Equal(w.Cipher, v.Cipher) })
}

func gather(v reflect.Value, into map[sealed.Subject][]sealed.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			gather(v.Elem(), into)
		}
	case reflect.Slice:
		for i := range v.Len() {
			gather(v.Index(i), into)
		}
	case reflect.Struct:
		if value, ok := v.Interface().(sealed.Value); ok {
			// One text may stand in several facts of a command.
			if !holds(into[value.Subject], value) {
				into[value.Subject] = append(into[value.Subject], value)
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				gather(v.Field(i), into)
			}
		}
	}
}

// bare is the view of a case that its reader may not see: what the receipt says.
func bare(role Role, a *Access, f *folded) CaseView {
	return CaseView{
		ID: f.state.ID, Number: f.state.Number, Kind: "complaint", Revision: int64(f.seenBy(role, a)), FiledAt: f.filedAt,
		Clocks: []ClockView{}, Actions: []string{}, ExternalRefs: []complaint.ExternalRef{}, Links: []LinkView{},
		Requests: []RequestView{}, Evidence: []string{}, Responses: []ResponseView{},
		Supplements: []SupplementView{}, Offers: []OfferView{}, Notices: []NoticeView{},
	}
}
