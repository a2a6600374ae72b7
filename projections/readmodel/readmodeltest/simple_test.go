package readmodeltest_test

import (
	"testing"

	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

func TestSimple(t *testing.T) {
	readmodeltest.Run(t, func(testing.TB) readmodel.Model { return readmodeltest.NewSimple() })
}

func TestSimplePartitioned(t *testing.T) {
	readmodeltest.Run(t, func(testing.TB) readmodel.Model { return readmodeltest.NewPartitioned(5) })
}
