package httpapi_test

import (
	"context"

	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

// model is the plain read model of the suite that can be away.
type model struct {
	*readmodeltest.Simple
	down error
}

func newModel() *model { return &model{Simple: readmodeltest.NewSimple()} }

// Current says what readers use, or that the model is away.
func (m *model) Current(ctx context.Context, projection string, version int) (int, error) {
	if m.down != nil {
		return 0, m.down
	}
	return m.Simple.Current(ctx, projection, version)
}

var _ readmodel.Model = (*model)(nil)
