package usecase

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// scope is what the facts of one case say of whose data it holds.
type scope struct {
	// all own data in the case: of every value and every key that its facts name, and of
	// the words of its notices.
	all map[sealed.Subject]bool
	// others are the respondents and the complainants who joined: persons whose data are
	// not the consumer's to delete (PIPL 47).
	others map[sealed.Subject]bool
	// cited are the files of the case, and in what role and account they were cited.
	cited map[string][]Actor
}

func (c *Complaints) scopeOf(ctx context.Context, s *complaint.State) (*scope, error) {
	consumer := subjectOf(s.ID, whoName(whoConsumer))
	p := &scope{all: map[sealed.Subject]bool{consumer: true}, others: map[sealed.Subject]bool{}, cited: map[string][]Actor{}}
	for env, err := range c.Store.Read(ctx, Stream(s.ID), 0) {
		if err != nil {
			return nil, err
		}
		event, err := c.event(&env)
		if err != nil {
			return nil, err
		}
		m, err := c.Registry.DecodeMetadata(&env)
		if err != nil {
			return nil, err
		}
		p.add(event, &m)
	}
	own := []sealed.Subject{consumer, ""}
	if s.Consumer != nil {
		p.all[s.Consumer.Subject] = true
		own = append(own, s.Consumer.Subject)
	}
	for _, subject := range own {
		delete(p.others, subject)
	}
	delete(p.all, "")
	return p, nil
}

// add takes one fact. What was decided before names nobody: it is decided anew.
func (p *scope) add(event complaint.Event, m *es.Metadata) {
	switch e := event.(type) {
	case *complaint.ErasureDecided, *complaint.SubjectErased, *complaint.SubjectReleased:
		return
	case *complaint.Filed:
		subjectsIn(reflect.ValueOf(e.Respondent), p.others)
	case *complaint.RespondentProposed:
		subjectsIn(reflect.ValueOf(e.Candidates), p.others)
	case *complaint.RespondentConfirmed:
		subjectsIn(reflect.ValueOf(e.Merchant), p.others)
	case *complaint.RespondentReplaced:
		subjectsIn(reflect.ValueOf(e.From), p.others)
		subjectsIn(reflect.ValueOf(e.To), p.others)
	case *complaint.ComplainantJoined:
		subjectsIn(reflect.ValueOf(e.Person), p.others)
	}
	v := reflect.ValueOf(event)
	subjectsIn(v, p.all)
	filesIn(v, func(file string) {
		p.cited[file] = append(p.cited[file], Actor{ID: m.Actor, Role: Role(m.Role)})
	})
}

// subjectsIn notes the subject of every sealed value, and every key named without one:
// a claim code is known to the keyring alone.
func subjectsIn(v reflect.Value, into map[sealed.Subject]bool) {
	eachField(v, func(f reflect.Value) {
		if subject, ok := f.Interface().(sealed.Subject); ok {
			into[subject] = true
		}
	})
}

// filesIn tells every file that a fact names, in whatever field.
func filesIn(v reflect.Value, tell func(string)) {
	eachField(v, func(f reflect.Value) {
		if text, ok := f.Interface().(string); ok && strings.HasPrefix(text, digestPrefix) {
			tell(text)
		}
	})
}

const digestPrefix = "sha256:"

// eachField visits every exported value below v that is no struct, pointer, list or map.
func eachField(v reflect.Value, visit func(reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachField(v.Elem(), visit)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachField(v.Index(i), visit)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			eachField(v.MapIndex(k), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachField(v.Field(i), visit)
			}
		}
	default:
		visit(v)
	}
}

// maxFamily bounds how many cases of one mixed submission are looked at.
const maxFamily = 60

// family lists the cases that grew from the same mixed submission: their consumer is one
// person in one matter, with one key. Others are left out; whole is false where there are
// more than were looked at.
func (c *Complaints) family(ctx context.Context, s *complaint.State) (list []complaint.State, whole bool, err error) {
	seen := []string{s.ID}
	for next := kinship(s); len(next) > 0; next = next[1:] {
		if slices.Contains(seen, next[0]) {
			continue
		}
		if len(seen) == maxFamily {
			return list, false, nil
		}
		seen = append(seen, next[0])
		f, err := c.load(ctx, next[0], nil)
		if err != nil {
			return nil, false, err
		}
		list = append(list, f.now)
		next = append(next, kinship(&f.now)...)
	}
	return list, true, nil
}

func kinship(s *complaint.State) []string {
	var ids []string
	for _, part := range s.Splits {
		if part.Case != "" {
			ids = append(ids, part.Case)
		}
	}
	for _, l := range s.Links {
		if l.Relation == complaint.SplitFrom {
			ids = append(ids, l.Case)
		}
	}
	return ids
}

// stillNeeding lists the cases of the same submission that share one of the subjects and
// may not lose it yet.
func (c *Complaints) stillNeeding(ctx context.Context, s *complaint.State, result string, subjects []sealed.Subject) ([]string, error) {
	kin, whole, err := c.family(ctx, s)
	if err != nil {
		return nil, err
	}
	var needed []string
	if !whole {
		needed = append(needed, s.ID)
	}
	for i := range kin {
		shared, err := c.scopeOf(ctx, &kin[i])
		if err != nil {
			return nil, err
		}
		shares := slices.ContainsFunc(subjects, func(one sealed.Subject) bool { return shared.all[one] })
		if shares && !c.decider.Dispensable(kin[i], result, c.Now()) {
			needed = append(needed, kin[i].ID)
		}
	}
	return needed, nil
}
