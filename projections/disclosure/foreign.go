package disclosure

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/projections"
)

// ConsentProvided is how the source says that the consumer agreed to publication of
// the narrative.
const ConsentProvided = "Consent provided"

// foreign takes over what the source states; fields are the JSON names of what it
// states anew, nil for all. Every row and figure keeps the source's own words.
func (v *View) foreign(id string, c *complaint.ForeignCase, fields []string) {
	if v.Record.Foreign == nil {
		v.Record.Foreign = &Foreign{}
	}
	r, f := &v.Record, v.Record.Foreign
	all := fields == nil
	text := func(name string, to *string, from string) {
		if all || slices.Contains(fields, name) {
			*to = from
		}
	}
	day := func(name string, to *calendar.Date, from calendar.Date) {
		if all || slices.Contains(fields, name) {
			*to = from
		}
	}
	text("system", &f.System, c.System)
	text("number", &f.Number, c.Number)
	day("received_on", &f.Received, c.Received)
	day("sent_on", &f.Sent, c.Sent)
	text("product", &f.Product, c.Product)
	text("sub_product", &f.SubProduct, c.SubProduct)
	text("issue", &f.Issue, c.Issue)
	text("sub_issue", &f.SubIssue, c.SubIssue)
	text("state", &f.State, c.State)
	text("zip", &f.ZIP, c.ZIP)
	text("tags", &f.Tags, c.Tags)
	text("consent", &v.Consent, c.Consent)
	text("via", &f.Via, c.Via)
	text("response", &f.Response, c.Response)
	text("public_response", &f.PublicResponse, c.PublicResponse)
	text("timely", &f.Timely, c.Timely)
	text("disputed", &f.Disputed, c.Disputed)
	if all || slices.Contains(fields, "merchant") {
		r.Merchant = c.Merchant
	}
	if all || slices.Contains(fields, "narrative") {
		v.Narrative, v.Narrator = c.Narrative, ""
		if c.Narrative != nil {
			v.Narrator = c.Narrative.Subject
		}
	}
	r.Case, r.Source = id, f.System
	r.Region, r.Category, r.FiledOn, r.Published = f.State, f.Product, f.Received, f.Received
	r.Outcome = complaint.Outcome(f.Response)
	r.net()
}

// decide says by the case's policy whether the row is public and whether its
// narrative is.
func (p *Projection) decide(v *View, e *projections.Event) {
	r := &v.Record
	r.Policy, r.Position = v.Policy, e.Envelope.Position
	policy, known := p.policies(v.Policy)
	v.Public = known && policy.PublishAll && r.Withdrawn == ""
	f := r.Foreign
	f.Narrative, f.HasNarrative = nil, false
	if v.Narrative != nil && known && (!policy.NarrativeByConsent || v.Consent == ConsentProvided) {
		f.Narrative, f.HasNarrative = v.Narrative, true
	}
}
