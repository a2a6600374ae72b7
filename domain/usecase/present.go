package usecase

import (
	"context"
	"errors"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// presenting makes the view of one case for one actor. Every field goes through the
// access table; what it does not allow stays absent.
type presenting struct {
	c      *Complaints
	ctx    context.Context
	actor  Actor
	s      *complaint.State
	stage  Stage
	opened bool // something sealed was opened
	err    error
	// gone says why a person's data cannot be shown, alive whose can.
	gone  map[sealed.Subject]string
	alive map[sealed.Subject]bool
	// own is the complainant to whom the account belongs, about the one being shown.
	own, about string
}

func (c *Complaints) presenting(ctx context.Context, actor Actor, f *folded) *presenting {
	p := &presenting{c: c, ctx: ctx, actor: actor, s: &f.state, stage: StageOf(&f.now), about: complaint.MainComplainant}
	p.own = f.now.ComplainantOf(actor.ID)
	for _, e := range f.now.Erased {
		p.missing(e.Subject, e.Manner)
	}
	p.decided(&f.now)
	return p
}

func (p *presenting) missing(s sealed.Subject, manner string) {
	if p.gone == nil {
		p.gone = map[sealed.Subject]string{}
	}
	p.gone[s] = manner
}

func (p *presenting) show(field string) Show {
	return p.narrowed(field, p.c.access.Show(p.actor.Role, field, p.stage))
}

func (p *presenting) sees(field string) bool { return p.show(field) != ShowNothing }

// value shows a sealed field: open, masked or not at all. row is its line in the
// field table, field the name it was sealed under.
func (p *presenting) value(row, field string, v *sealed.Value) string {
	show := p.show(row)
	if v == nil || v.IsZero() || show == ShowNothing || p.err != nil {
		return ""
	}
	if _, gone := p.gone[v.Subject]; gone {
		return ""
	}
	if show == ShowMask {
		return p.mask(v)
	}
	plain, err := p.c.Keyring.Open(p.ctx, field, *v)
	if !p.lives(v.Subject, err) {
		return ""
	}
	p.opened = true
	if show == ShowNet {
		return sealed.MaskText(plain)
	}
	return plain
}

// mask shows a mask while the person's data are there: it is personal data too.
func (p *presenting) mask(v *sealed.Value) string {
	if !p.alive[v.Subject] {
		state, err := p.c.Keyring.StateOf(p.ctx, v.Subject)
		switch {
		case err != nil:
		case state == sealed.Erased:
			err = sealed.ErrErased
		case state == sealed.Restricted:
			err = sealed.ErrRestricted
		}
		if !p.lives(v.Subject, err) {
			return ""
		}
	}
	return v.Mask
}

// lives notes what the keyring said of a person.
func (p *presenting) lives(s sealed.Subject, err error) bool {
	switch {
	case errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrNoKey):
		p.missing(s, string(sealed.Erased))
	case errors.Is(err, sealed.ErrRestricted):
		p.missing(s, string(sealed.Restricted))
	case err != nil:
		p.err = err
	case !p.alive[s]:
		if p.alive == nil {
			p.alive = map[sealed.Subject]bool{}
		}
		p.alive[s] = true
	}
	return err == nil
}

// present makes the view. The keyring's errors, other than that data are gone, pass
// through: a view is whole or not given.
func (c *Complaints) present(ctx context.Context, actor Actor, f *folded) (CaseView, error) {
	return c.presenting(ctx, actor, f).present(f)
}

func (p *presenting) present(f *folded) (CaseView, error) {
	v := p.frame(f)
	if filing := p.s.Filing; filing != nil {
		p.filing(filing, &v)
	}
	if foreign := p.s.Foreign; foreign != nil {
		p.foreign(foreign, &v)
	}
	v.Clocks = clockViews(p.c.clocksFor(p.actor.Role, p.stage, p.s.Clocks))
	p.behind(&v)
	p.roads(&v)
	p.outside(&v)
	p.materials(&v)
	p.talk(&v)
	p.end(&v)
	p.after(&v)
	p.rights(&v)
	v.Corrections = p.corrections()
	p.answerLinks(&v)
	if f.asOf == nil {
		v.Actions = p.c.actions(p.actor, &f.state)
	}
	return v, p.err
}

// class says how much was shown, for the access log.
func (p *presenting) class() string {
	switch {
	case p.opened:
		return fieldsOpen
	case p.sees("facts"), p.sees("narrative"):
		return fieldsMasked
	}
	return fieldsNone
}

func (p *presenting) frame(f *folded) CaseView {
	s := p.s
	v := CaseView{
		ID: s.ID, Number: s.Number, Kind: "complaint", Lane: string(s.Lane), Status: string(s.Status),
		Revision: int64(f.seenBy(p.actor.Role, p.c.access)), FiledAt: f.filedAt, AsOf: f.asOf, Source: f.source,
		Region: caseRegion(s), Ruleset: s.Ruleset, Outcome: string(s.Outcome),
		Merchant: p.merchant(),
		Actions:  []string{}, Links: p.links(), ExternalRefs: []complaint.ExternalRef{},
		Evidence: []string{}, Requests: []RequestView{},
		Responses: []ResponseView{}, Supplements: []SupplementView{}, Offers: []OfferView{}, Notices: []NoticeView{},
	}
	if p.sees("unit") {
		v.Unit = s.Unit
	}
	if p.sees("external_refs") {
		v.ExternalRefs = append(v.ExternalRefs, s.ExternalRefs...)
	}
	if p.sees("evidence") {
		v.Evidence = append(v.Evidence, p.readable(s.Evidence)...)
	}
	return v
}

// actions are the routes that the case and the route table both leave open.
func (c *Complaints) actions(actor Actor, s *complaint.State) []string {
	routes := []string{}
	if c.access.Standing(actor.Role, "view") == StandingNone {
		return routes
	}
	regions := c.Law.Catalogue.Regions()
	for _, route := range c.decider.Allowed(*s, speaker(actor), c.Now()) {
		if c.access.Check(regions, actor, route, s) == nil && !slices.Contains(routes, route) {
			routes = append(routes, route)
		}
	}
	return routes
}

func (p *presenting) merchant() MerchantView {
	s := p.s
	v := MerchantView{Identity: string(s.Identity)}
	switch {
	case s.Respondent != nil && s.Identity == complaint.IdentityConfirmed:
		r := s.Respondent
		v.ID, v.USCC, v.Name = r.ID, r.USCC, r.Name
		if r.Person != nil {
			v.Name = p.value("respondent.person", fieldPerson, r.Person)
		}
	case s.Foreign != nil:
		v.ID, v.Name = s.Foreign.Case.Merchant.ID, s.Foreign.Case.Merchant.Name
	case s.Filing != nil:
		v.USCC, v.Name = s.Filing.Respondent.USCC, p.claimedName(&s.Filing.Respondent)
	}
	if p.sees("candidates") {
		v.Candidates = p.candidates()
	}
	return v
}

// candidates are shown with a natural person's name in place of its sealed form.
func (p *presenting) candidates() []complaint.Candidate {
	shown := slices.Clone(p.s.Candidates)
	for i := range shown {
		if person := shown[i].Person; person != nil {
			shown[i].Name, shown[i].Person = p.value("respondent.person", fieldPerson, person), nil
		}
	}
	return shown
}

// claimedName is the best name the consumer gave.
func (p *presenting) claimedName(t *complaint.Told) string {
	switch {
	case t.Name != "":
		return t.Name
	case t.Sign != "":
		return t.Sign
	case t.Person != nil:
		return p.value("respondent.person", fieldPerson, t.Person)
	case t.Platform != nil:
		return t.Platform.Shop
	}
	return ""
}

func (p *presenting) links() []LinkView {
	links := []LinkView{}
	for _, l := range p.s.Links {
		if p.sees(linkRow(l)) {
			links = append(links, LinkView{Kind: l.Kind, ID: l.Case, Relation: l.Relation})
		}
	}
	return links
}

func (p *presenting) filing(f *complaint.Filed, v *CaseView) {
	b := &f.Purchase
	v.Category, v.AmountFen = b.Category, b.AmountFen
	v.Subject = &PurchaseView{
		Kind: b.Kind, Category: b.Category, Name: b.Name,
		OrderNo:  p.value("purchase.order_no", fieldOrderNo, b.OrderNo),
		Place:    p.value("purchase.place", fieldPlace, b.Place),
		BoughtOn: b.BoughtOn, Channel: b.Channel, AmountFen: b.AmountFen, Brand: b.Brand, Model: b.Model,
		DeliveredOn: b.DeliveredOn, InstalledOn: b.InstalledOn, Maker: b.Maker, Batch: b.Batch, Quantity: b.Quantity,
		Serial: p.value("purchase.serial", fieldSerial, b.Serial),
	}
	if b.Prepaid != nil {
		prepaid := PrepaidView(*b.Prepaid)
		v.Subject.Prepaid = &prepaid
	}
	p.told(f, v)
	v.Facts = p.value("facts", fieldFacts, p.facts(f))
	for _, r := range p.s.Requests {
		v.Requests = append(v.Requests, RequestView{
			Kind: r.Kind, AmountFen: r.AmountFen, Text: p.value("request.text", fieldRequest, r.Text),
		})
	}
	if p.sees("warnings") {
		v.Warnings = f.Respondent.Warnings
	}
	if p.sees("consumer.name") && p.s.Consumer != nil {
		v.Consumer = p.person(p.s.Consumer)
	}
}

func (p *presenting) person(c *complaint.Person) *PersonView {
	v := &PersonView{
		Name:     p.value("consumer.name", fieldConsumerName, c.Name),
		Phone:    p.value("consumer.phone", fieldConsumerPhone, c.Phone),
		Address:  p.value("consumer.address", fieldConsumerAddress, c.Address),
		IDNumber: p.value("consumer.id_number", fieldConsumerID, c.IDNumber),
		Erased:   p.gone[c.Subject],
	}
	if p.sees("consumer.region") {
		v.Region = c.Region
	}
	if p.sees("consumer.id_type") {
		v.IDType = c.IDType
	}
	if p.sees("consumer.contact") {
		v.Language = c.Language
		for _, w := range c.Contacts {
			v.Contacts = append(v.Contacts, ContactView{Kind: w.Kind, Value: p.value("consumer.contact", fieldConsumerContact, w.Value)})
		}
	}
	return v
}

// foreign shows a case of another system. Its narrative is shown as the case's
// facts, never as cipher text.
func (p *presenting) foreign(f *complaint.ForeignState, v *CaseView) {
	stated := f.Case
	v.Facts = p.value("narrative", FieldNarrative, stated.Narrative)
	stated.Narrative = nil
	v.Foreign, v.Category = &stated, stated.Product
}

// talk shows answers, offers and notices.
func (p *presenting) talk(v *CaseView) {
	today := calendar.DateOf(p.c.Now())
	if v.AsOf != nil {
		today = calendar.DateOf(*v.AsOf)
	}
	for _, r := range p.s.Responses {
		v.Responses = append(v.Responses, p.response(r))
	}
	for _, a := range p.s.Supplements {
		s := SupplementView{On: a.Occurred.On, Text: p.value("supplement.text", fieldSupplement, a.Text), Evidence: []string{}}
		if p.sees("evidence") {
			s.Evidence = append(s.Evidence, a.Evidence...)
		}
		v.Supplements = append(v.Supplements, s)
	}
	for _, o := range p.s.Offers {
		v.Offers = append(v.Offers, p.offer(&o, today))
	}
	p.notices(v)
	p.sync(v)
}

func (p *presenting) response(r *complaint.Responded) ResponseView {
	return ResponseView{Kind: r.Kind, On: r.Occurred.On, Via: r.Via, Text: p.value("response.text", fieldResponse, r.Text)}
}

func (p *presenting) offer(o *complaint.OfferState, today calendar.Date) OfferView {
	return OfferView{ID: o.Offer, By: string(o.By), Terms: p.terms(&o.Terms), State: o.StateOn(today), Via: o.Via}
}

func (p *presenting) terms(t *complaint.Terms) TermsView {
	return TermsView{
		Kind: t.Kind, AmountFen: t.AmountFen, PerformBy: t.PerformBy,
		Text: p.value("terms.text", fieldTerms, t.Text), Instalments: instalments(t.Instalments, nil),
	}
}

// end shows what came of the case.
func (p *presenting) end(v *CaseView) {
	s := p.s
	v.Performance = string(s.Performance)
	v.Decision = p.decision()
	if a := s.Agreement; a != nil {
		t := p.terms(&a.Terms)
		t.Form, t.Instalments = a.Form, instalments(a.Terms.Instalments, s.Instalments)
		v.Agreement = &t
	}
	if r := s.Rating; r != nil && p.sees("rating") {
		v.Rating = &RatingView{
			View: string(r.View), Merchant: r.Merchant, Office: r.Office,
			Text: p.value("rating.text", fieldRating, r.Text),
		}
	}
	v.Disclosure = p.disclosure(&s.Disclosure)
}

// record is the public record without sealed values: a natural person as respondent
// stands in no register.
func (p *presenting) record(r *complaint.PublicRecord) *complaint.PublicRecord {
	if r == nil || r.Merchant.Person == nil {
		return r
	}
	shown := *r
	shown.Merchant.Person = nil
	return &shown
}
