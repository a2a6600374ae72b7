package simulation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/usecase"
)

// checkBlind: what a merchant sees of a case is the same whether or not leads were
// found in it and a tip-off grew from it (Order 121 art 37). Each case with such facts
// is told again without them, and the two are looked at through the merchant's eyes.
func (w *world) checkBlind(ctx context.Context, log told) error {
	for _, s := range log.order {
		facts := log.streams[s]
		if s.Kind() != "complaint" || !slices.ContainsFunc(facts, hidden) {
			continue
		}
		with, err := w.seen(ctx, facts, false)
		if err != nil {
			return err
		}
		without, err := w.seen(ctx, facts, true)
		if err != nil {
			return err
		}
		if with != without {
			return fmt.Errorf("%s: the merchant can tell that leads were found:\n%s\n%s", s, with, without)
		}
	}
	return nil
}

func hidden(f fact) bool {
	switch e := f.data.(type) {
	case *complaint.LeadFound, *complaint.LeadCheckExtended, *complaint.LeadChecked:
		return true
	case *complaint.DeadlinePassed:
		return complaint.OfficeOnly(e.Rule)
	}
	return false
}

// seen is the confirmed merchant's view of a case, with or without its hidden facts.
func (w *world) seen(ctx context.Context, facts []fact, without bool) (string, error) {
	store, merchant := estest.NewStore(), ""
	revision := es.None
	for _, f := range facts {
		if c, ok := f.data.(*complaint.RespondentConfirmed); ok {
			merchant = c.Merchant.ID
		}
		if without && hidden(f) {
			continue
		}
		pending := []es.Pending{{ID: f.ID, Type: f.Type, Data: f.Data, Meta: f.Meta}}
		if _, err := store.Append(ctx, f.Stream, revision, pending); err != nil {
			return "", err
		}
		revision++
	}
	cases, err := usecase.NewComplaints(usecase.Deps{
		Store: store, Registry: w.registry, Keyring: w.keyring, Law: w.law, Now: w.now, Entropy: rand.NewChaCha8([32]byte{2}),
		Wait: func(ctx context.Context, _ int) error { return ctx.Err() },
	})
	if err != nil {
		return "", err
	}
	actor := usecase.Actor{ID: "sim-blind", Role: usecase.RoleMerchant, Merchant: merchant}
	view, err := cases.View(ctx, actor, facts[0].Stream.Key(), nil)
	if err != nil {
		return err.Error(), nil // the same for both
	}
	b, err := json.Marshal(view)
	return string(b), err
}
