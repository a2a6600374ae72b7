package sealedtest_test

import (
	"testing"

	"fangxin/domain/sealed"
	"fangxin/domain/sealed/sealedtest"
)

func TestKeyringInMemory(t *testing.T) {
	sealedtest.Run(t, func(*testing.T) sealed.Keyring { return sealedtest.NewKeyring() })
}
