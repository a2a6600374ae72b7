package program

import (
	"context"

	"fangxin/domain/sealed"
	"fangxin/projections/casework"
	"fangxin/projections/readmodel"
)

// kin finds the cases of a person in the work list.
type kin struct{ model readmodel.Model }

// maxKin bounds the cases that are looked at for one person.
const maxKin = 40

// CasesOf implements usecase.Kin.
func (k kin) CasesOf(ctx context.Context, subjects []sealed.Subject) ([]string, error) {
	streams, err := casework.OfSubjects(ctx, k.model, subjects, maxKin)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(streams))
	for i, s := range streams {
		ids[i] = s.Key()
	}
	return ids, nil
}
