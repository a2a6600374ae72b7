package usecase

import (
	"context"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// Signals are facts that bear on whether a complaint is a consumer's (Order 121 art 17,
// F1 to F4). They are counts and no score; the text names considerations for an officer
// and no thresholds, so nothing follows from them by itself.
type Signals struct {
	Factors []Factor `json:"factors"`
	// AtLeast: there may be more than was counted.
	AtLeast bool `json:"at_least,omitempty"`
	// Days is how far back the counts reach.
	Days int `json:"days"`
}

// Factor is one consideration with what was counted for it.
type Factor struct {
	Code   string        `json:"code"` // F1, F2, F3, F4
	Counts []SignalCount `json:"counts"`
	// Cases are those counted, the newest first.
	Cases []string `json:"cases,omitempty"`
}

// SignalCount is one count: quantity, purchases_of_category, cases, same_merchant,
// same_category, evidence, order_number, persons_on_phone, persons_at_address.
type SignalCount struct {
	Of    string `json:"of"`
	Count int64  `json:"count"`
}

// signalDays is how far back complaints are counted [design].
const signalDays = 365

// Signals counts for an officer. ErrNotFound, ErrForbidden, errors of the keyring, the
// store and the work list.
func (c *Complaints) Signals(ctx context.Context, actor Actor, id string) (Signals, error) {
	f, err := c.enter(ctx, actor, id, "signals")
	if err != nil {
		return Signals{}, err
	}
	s := &f.state
	out := Signals{Factors: []Factor{}, Days: signalDays}
	if s.Filing == nil || s.Consumer == nil {
		return out, c.recordRead(ctx, actor, id, "signals", fieldsNone)
	}
	plain := map[sealed.Kind]string{}
	for kind, v := range map[sealed.Kind]struct {
		field string
		value *sealed.Value
	}{
		sealed.IDNumber: {fieldConsumerID, s.Consumer.IDNumber}, sealed.Phone: {fieldConsumerPhone, s.Consumer.Phone},
		sealed.Address: {fieldConsumerAddress, s.Consumer.Address}, sealed.Name: {fieldConsumerName, s.Consumer.Name},
	} {
		if v.value != nil {
			// What was erased is not compared.
			plain[kind], _ = c.Keyring.Open(ctx, v.field, *v.value)
		}
	}
	kin, more, err := c.kinOf(ctx, id, plain)
	if err != nil {
		return Signals{}, err
	}
	since := s.FiledOn - calendar.Date(signalDays)
	kin = slices.DeleteFunc(kin, func(k kindred) bool { return k.state.FiledOn < since })
	slices.SortFunc(kin, func(a, b kindred) int { return int(b.state.FiledOn - a.state.FiledOn) })
	out.AtLeast = more
	out.Factors = c.factors(ctx, s, kin, plain)
	return out, c.recordRead(ctx, actor, id, "signals", fieldsNone)
}

func (c *Complaints) factors(ctx context.Context, s *complaint.State, kin []kindred, plain map[sealed.Kind]string) []Factor {
	var total, merchant, category int64
	var cases, others []string
	phones, homes := map[string]bool{}, map[string]bool{}
	for i := range kin {
		k := &kin[i]
		if k.samePart || c.reads(ctx, fieldConsumerName, sealed.Name, k.state.Consumer.Name, plain[sealed.Name]) {
			total++
			cases = append(cases, k.state.ID)
			if sameMerchant(&s.Filing.Respondent, &k.state) {
				merchant++
			}
			if k.state.Filing.Purchase.Category == s.Filing.Purchase.Category {
				category++
			}
			continue
		}
		who := c.nameOf(ctx, &k.state)
		if k.phone {
			phones[who] = true
		}
		if k.address {
			homes[who] = true
		}
		others = append(others, k.state.ID)
	}
	order := int64(0)
	if s.Filing.Purchase.OrderNo != nil {
		order = 1
	}
	return []Factor{
		{Code: "F1", Counts: []SignalCount{{"quantity", s.Filing.Purchase.Quantity}, {"purchases_of_category", category + 1}}},
		{Code: "F2", Counts: []SignalCount{{"cases", total}, {"same_merchant", merchant}, {"same_category", category}}, Cases: cases},
		{Code: "F3", Counts: []SignalCount{{"evidence", int64(len(s.Evidence))}, {"order_number", order}}},
		{Code: "F4", Counts: []SignalCount{{"persons_on_phone", int64(len(phones))}, {"persons_at_address", int64(len(homes))}}, Cases: others},
	}
}

// nameOf tells persons apart; it leaves this package nowhere.
func (c *Complaints) nameOf(ctx context.Context, s *complaint.State) string {
	if s.Consumer.Name == nil {
		return s.ID
	}
	plain, err := c.Keyring.Open(ctx, fieldConsumerName, *s.Consumer.Name)
	if err != nil {
		return s.ID
	}
	_, plain = sealed.Normal(sealed.Name, plain)
	return plain
}
