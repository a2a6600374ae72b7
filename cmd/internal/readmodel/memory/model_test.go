package memory

import (
	"testing"

	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

func TestConformance(t *testing.T) {
	readmodeltest.Run(t, func(testing.TB) readmodel.Model { return New() })
}

func TestConformanceOnDisk(t *testing.T) {
	readmodeltest.Run(t, func(t testing.TB) readmodel.Model {
		m, _, err := Open(Options{Dir: t.TempDir(), Types: readmodeltest.Types, Changes: 50})
		if err != nil {
			t.Fatal(err)
		}
		return m
	})
}
