package estest_test

import (
	"testing"

	"fangxin/domain/es/estest"
)

func TestReferenceStore(t *testing.T) {
	estest.Run(t, func(testing.TB) estest.Instance {
		return estest.Instance{Store: estest.NewStore()}
	},
		estest.Without(estest.Restart, "the reference store keeps nothing after Close"),
		estest.Without(estest.Faults, "memory does not fail; the fault wrapper has tests of its own"))
}
