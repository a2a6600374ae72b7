package usecase

import (
	"context"
	"errors"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// part is another complaint of a mixed submission on its way to a case of its own. What
// is sealed for it is of the same person in the same matter, so it has the same subject.
type part struct {
	mapping
	id   es.ID
	file complaint.File
	// Given says what the part has of its own.
	respondent, purchase bool
}

// split maps the part, and the case that another complaint becomes.
func (m *mapping) split(in *Split) later {
	c := &complaint.SplitOff{Kind: in.Kind, Part: es.DeriveID(m.command, "part").String(), Evidence: in.Evidence}
	m.text(fieldPart, in.Text, &c.Text)
	m.text(fieldFacts, in.Rest, &c.Rest)
	if in.Kind != complaint.SplitComplaint {
		m.noComplaint(in)
		return ready(c)
	}
	opening := es.DeriveID(m.command, "split")
	p := &part{mapping: mapping{sealing: newSealing(m.id), law: m.law, command: opening}, id: caseID(opening)}
	c.Case = p.id.String()
	p.matters[whoRespondent].Subject = subjectOf(c.Case, whoName(whoRespondent))
	p.file.Evidence = in.Evidence
	p.text(fieldFacts, in.Text, &p.file.Facts)
	if in.Merchant != nil {
		p.respondent = true
		p.told(in.Merchant, &p.file.Respondent)
	}
	if in.Subject != nil {
		p.purchase = true
		p.mapping.purchase(in.Subject, &p.file.Purchase)
	}
	if len(in.Requests) == 0 {
		p.faults.add("/requests", FaultRequired)
	}
	p.file.Requests = make([]complaint.Request, len(in.Requests))
	for i, r := range in.Requests {
		p.file.Requests[i] = complaint.Request{Kind: r.Kind, AmountFen: r.AmountFen}
		p.text(fieldRequest, r.Text, &p.file.Requests[i].Text)
	}
	m.part, m.faults = p, append(m.faults, p.faults...)
	return ready(c)
}

// noComplaint: a tip-off has no respondent, purchase or requests here.
func (m *mapping) noComplaint(in *Split) {
	if in.Merchant != nil {
		m.faults.add("/merchant", FaultNotHere)
	}
	if in.Subject != nil {
		m.faults.add("/subject", FaultNotHere)
	}
	if len(in.Requests) > 0 {
		m.faults.add("/requests", FaultNotHere)
	}
}

// openPart opens the case of a part before the split is recorded. Its id, its command and
// its facts follow from the command that splits: whoever breaks off in between repeats
// it, meets the same case, and completes the split. Nothing is opened for a split that
// would be refused.
func (c *Complaints) openPart(ctx context.Context, q request, m *mapping, from *folded) error {
	p := m.part
	if p == nil || q.options.IfMatch != nil && *q.options.IfMatch != from.seenBy(q.actor.Role, c.access) {
		return nil // a stale one is answered by the split itself
	}
	id := p.id.String()
	if _, err := c.load(ctx, id, nil); !errors.Is(err, ErrNotFound) {
		return err
	}
	now := c.Now()
	if _, refused := c.guarded(ctx, q)(from.now, complaint.Command{At: now, Actor: speaker(q.actor), Do: q.do}); refused != nil {
		return refused
	}
	p.inherit(&from.now, calendar.DateOf(now))
	open := request{actor: q.actor, route: routeFile, id: id, command: p.command, body: q.body, options: Options{Correlation: q.options.Correlation}, opens: true, at: now, do: p.file}
	if err := c.foresee(ctx, open); err != nil {
		return err
	}
	if err := p.seal(ctx, c.Keyring); err != nil {
		return err
	}
	open.do = p.file
	_, err := c.run(ctx, open)
	return err
}

// inherit fills in what the part has in common with the submission: who complains, when
// it came in, consent, and respondent and purchase where they are the same.
func (p *part) inherit(s *complaint.State, today calendar.Date) {
	filed, f := s.Filing, &p.file
	f.ID, f.Number, f.From = p.id.String(), complaint.Number(today, p.id), s.ID
	f.Lane, f.Channel, f.Consumer, f.Filer, f.Consent = s.Lane, filed.Channel, *s.Consumer, filed.Filer, s.Consent
	f.ReceivedOn = complaint.Occurred{On: filed.ReceivedOn.On, Source: filed.ReceivedOn.Source}
	f.EverydayUse, f.Truthful = filed.EverydayUse, filed.Truthful
	if !p.respondent {
		f.Respondent = filed.Respondent
	}
	if !p.purchase {
		f.Purchase = filed.Purchase
	}
}

// facts are those that the viewer reads: a respondent reads what is left of a mixed
// submission.
func (p *presenting) facts(f *complaint.Filed) complaint.Text {
	if p.actor.Role == RoleMerchant && p.s.Rest != nil {
		return p.s.Rest
	}
	return f.Facts
}

// readable leaves out the files of a part that was split off.
func (p *presenting) readable(files []string) []string {
	if p.actor.Role != RoleMerchant || len(p.s.Withheld) == 0 {
		return files
	}
	return slices.DeleteFunc(slices.Clone(files), func(f string) bool { return slices.Contains(p.s.Withheld, f) })
}

// SplitView is a part of a mixed submission. Officers see it only.
type SplitView struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Case     string   `json:"case,omitempty"`
	Text     string   `json:"text,omitempty"`
	Evidence []string `json:"evidence"`
}

func (p *presenting) splits() []SplitView {
	var list []SplitView
	for _, s := range p.s.Splits {
		list = append(list, SplitView{
			ID: s.Part, Kind: s.Kind, Case: s.Case, Text: p.value("splits.text", fieldPart, s.Text), Evidence: append([]string{}, s.Evidence...),
		})
	}
	return list
}
