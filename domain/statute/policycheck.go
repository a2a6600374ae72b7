package statute

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Bounds of disclosure policies.
const (
	maxPolicies  = 20   // in one file
	maxStatement = 2000 // characters
	maxBands     = 50
)

// oneBegins: of the policies for the same cases no two begin on one day.
func (c *Catalogue) oneBegins(f *faults, p DisclosurePolicy) {
	for _, q := range c.policies {
		if q.Version <= p.Version || q.From != p.From {
			continue
		}
		for _, id := range p.RuleSets {
			f.add(!slices.Contains(q.RuleSets, id), "policies %s and %s begin on the same day for %s", p.Version, q.Version, id)
		}
	}
}

// readPolicies decodes the policies of a file, so that a message says which of them
// cannot be read.
func (f *Refinements) readPolicies(raw []json.RawMessage) error {
	if len(raw) > maxPolicies {
		return fmt.Errorf("more than %d policies", maxPolicies)
	}
	for i, text := range raw {
		var p DisclosurePolicy
		if err := decode(text, &p); err != nil {
			return fmt.Errorf("file %q, policy %d: %w", short(f.Version), i+1, err)
		}
		f.Policies = append(f.Policies, p)
	}
	return nil
}

// form keeps a policy from outside within what holds for every policy here: it begins on
// a day, the merchant has time to object, an officer reads what is shown, and nothing of
// the consumer, of a tip-off (Order 121 art 37), of a referral or of another's stolen
// identity becomes public.
func (p DisclosurePolicy) form() error {
	var bad faults
	bad.add(isToken(p.Version), "version is missing or no token")
	bad.add(p.Title.complete() && p.Title.bounded(), "title missing or too long")
	bad.add(!p.From.IsZero() && (p.To.IsZero() || p.To >= p.From), "no first day, or it ends before it begins")
	bad.add(!p.PublishAll && p.ReviewedTextOnly, "what no officer has read would be public")
	bad.add(p.ObjectionPeriod != nil && p.CorrectionPeriod != nil && p.Period != nil, "a period is missing")
	for _, w := range []string{WhenReferral, WhenIdentityTheft, WhenTipOff, WhenWithdrawn} {
		bad.add(slices.Contains(p.NeverWhen, w), "%s must keep a case private", w)
	}
	for _, field := range []string{"consumer_name", "consumer_contact", "consumer_id", "consumer_address", "order_no", "image", "unreviewed_text"} {
		bad.add(slices.Contains(p.NeverFields, field), "%s must never be public", field)
	}
	bad.add(len(p.AmountBands) <= maxBands && len(p.Marks) <= maxRefinements, "too many bands or marks")
	return errors.Join(bad.list...)
}
