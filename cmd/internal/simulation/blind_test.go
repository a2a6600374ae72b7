package simulation_test

import (
	"context"
	"encoding/json"
	"errors"
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
	told, silent := estest.NewStore(estest.Shared()), estest.NewStore(estest.Shared())
	with, err := w.cases(told)
	if err != nil {
		return err
	}
	without, err := w.cases(silent)
	if err != nil {
		return err
	}
	for _, s := range log.order {
		facts := log.streams[s]
		if s.Kind() != "complaint" || !slices.ContainsFunc(facts, hidden) {
			continue
		}
		if err := errors.Join(tell(ctx, told, facts), tell(ctx, silent, slices.DeleteFunc(slices.Clone(facts), hidden))); err != nil {
			return err
		}
		all, less := seen(ctx, with, facts), seen(ctx, without, facts)
		if all != less {
			return fmt.Errorf("%s: the merchant can tell that leads were found:\n%s\n%s", s, all, less)
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

// tell writes the facts of a case into a log.
func tell(ctx context.Context, store *estest.Store, facts []fact) error {
	for i, f := range facts {
		pending := []es.Pending{{ID: f.ID, Type: f.Type, Data: f.Data, Meta: f.Meta}}
		if _, err := store.Append(ctx, f.Stream, es.Revision(i-1), pending); err != nil {
			return err
		}
	}
	return nil
}

// cases are the use cases of one more process over a log.
func (w *world) cases(store es.Store) (*usecase.Complaints, error) {
	return usecase.NewComplaints(usecase.Deps{
		Store: store, Registry: w.registry, Keyring: w.keyring, Law: w.law, Now: w.now, Entropy: rand.NewChaCha8([32]byte{2}),
		Wait: func(ctx context.Context, _ int) error { return ctx.Err() }, LinkKey: linkKey(),
	})
}

// seen is the last confirmed merchant's view of a case, or why it has none: the same for
// both.
func seen(ctx context.Context, cases *usecase.Complaints, facts []fact) string {
	merchant := ""
	for _, f := range facts {
		if c, ok := f.data.(*complaint.RespondentConfirmed); ok {
			merchant = c.Merchant.ID
		}
	}
	actor := usecase.Actor{ID: "sim-blind", Role: usecase.RoleMerchant, Merchant: merchant}
	view, err := cases.View(ctx, actor, facts[0].Stream.Key(), nil)
	if err != nil {
		return err.Error()
	}
	b, err := json.Marshal(view)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
