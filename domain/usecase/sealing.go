package usecase

import (
	"context"
	"errors"
	"fmt"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// Names of sealed fields. They stand in the associated data of every value, so they
// are fixed for ever.
const (
	fieldConsumerName    = "consumer.name"
	fieldConsumerPhone   = "consumer.phone"
	fieldConsumerAddress = "consumer.address"
	fieldConsumerID      = "consumer.id_number"
	fieldConsumerContact = "consumer.contact"
	fieldFilerName       = "filer.name"
	fieldFilerPhone      = "filer.phone"
	fieldFilerID         = "filer.id_number"
	fieldHelperName      = "filer.helper"
	fieldHelperPhone     = "filer.helper_phone"
	fieldHelperAddress   = "filer.helper_address"
	fieldPerson          = "respondent.person"
	fieldPhone           = "respondent.phone"
	fieldAddress         = "respondent.address"
	fieldLandmark        = "respondent.landmark"
	fieldAddressShown    = "respondent.platform_address"
	fieldPlatformURL     = "respondent.platform_url"
	fieldPayee           = "respondent.payee"
	fieldOrderNo         = "purchase.order_no"
	fieldPlace           = "purchase.place"
	fieldSerial          = "purchase.serial"
	fieldAnswerBefore    = "history.merchant_answer"
	fieldFacts           = "facts"
	fieldRequest         = "request.text"
	fieldReason          = "reason"
	fieldOccurred        = "occurred.reason"
	fieldResponse        = "response.text"
	fieldTerms           = "terms.text"
	fieldSupplement      = "supplement.text"
	fieldRating          = "rating.text"
	fieldObjection       = "objection.text"
	fieldStatement       = "statement.text"
	fieldNotice          = "notice.text"
	fieldReport          = "report.text"
	fieldLead            = "lead.text"
	fieldRecord          = "mediation.record"
	fieldSessionPlace    = "session.place"
	fieldCallBack        = "callback.result"
	fieldPart            = "split.text"
	fieldProof           = "notice.proof"
	fieldSync            = "sync.text"
	// FieldNarrative is the text of an imported case; pages open it where its consent
	// stands.
	FieldNarrative = "narrative"
)

// Who a sealed field belongs to. Free text of a case belongs to its consumer, also
// where another wrote it: it speaks of the consumer.
const (
	whoConsumer = iota
	whoRespondent
	whoFiler
	whoComplainant // who joins
	persons
)

func whoName(who int) string {
	return [persons]string{"consumer", "respondent", "filer", "complainant"}[who]
}

// sealing gathers the plain fields of one request, asks the keyring once, and puts
// each sealed value where it belongs.
type sealing struct {
	id      string
	matters [persons]sealed.Matter
	into    [persons][]**sealed.Value
	// coming stands where a value will be, so that a request can be judged first.
	coming sealed.Value
	// complainant tells one who joins from the others.
	complainant string
}

func newSealing(id string) *sealing {
	s := &sealing{id: id}
	s.matters[whoConsumer].Fields = make([]sealed.Field, 0, 12)
	s.into[whoConsumer] = make([]**sealed.Value, 0, 12)
	return s
}

func (s *sealing) subject(who int) sealed.Subject {
	m := &s.matters[who]
	if m.Subject == "" {
		name := whoName(who)
		if who == whoComplainant {
			name += " " + s.complainant
		}
		m.Subject = subjectOf(s.id, name)
	}
	return m.Subject
}

// put asks for plain to be sealed into *to; empty text stays absent.
func (s *sealing) put(who int, field string, kind sealed.Kind, plain string, to **sealed.Value) {
	if plain == "" {
		return
	}
	s.subject(who)
	m := &s.matters[who]
	m.Fields = append(m.Fields, sealed.Field{Name: field, Kind: kind, Plain: plain})
	s.into[who] = append(s.into[who], to)
	*to = &s.coming
}

// known is put for fields by which the same person is recognised later.
func (s *sealing) known(who int, field string, kind sealed.Kind, plain string, to **sealed.Value) {
	if plain == "" {
		return
	}
	s.put(who, field, kind, plain, to)
	m := &s.matters[who]
	m.Known = append(m.Known, sealed.Field{Name: field, Kind: kind, Plain: plain})
}

func (s *sealing) text(field, plain string, to *complaint.Text) {
	s.put(whoConsumer, field, sealed.Text, plain, to)
}

// seal asks the keyring. When it returns, every key that was used is durable.
func (s *sealing) seal(ctx context.Context, k sealed.Keyring) error {
	var matters [persons]sealed.Matter
	var from [persons]int
	n := 0
	for who := range persons {
		if len(s.matters[who].Fields) > 0 {
			matters[n], from[n] = s.matters[who], who
			n++
		}
	}
	if n == 0 {
		return nil
	}
	values, err := k.Seal(ctx, matters[:n]...)
	if errors.Is(err, sealed.ErrInvalid) {
		return &InvalidError{Faults: []Fault{{Pointer: "", Code: FaultUnsealable}}}
	}
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	for i := range n {
		for j, to := range s.into[from[i]] {
			*to = &values[i][j]
		}
	}
	return nil
}
