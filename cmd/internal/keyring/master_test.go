package keyring

import (
	"bytes"
	"encoding/hex"
	"testing"

	"fangxin/domain/sealed"
)

// The derived keys, the hash of a phone and the wrapping of a data key are fixed for
// ever: a keyring of today must open under every later version.
func TestGoldenDerivations(t *testing.T) {
	m, err := newMaster(bytes.Repeat([]byte{1}, masterSize))
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := m.newKey("s-1", bytes.NewReader(bytes.Repeat([]byte{2}, sealed.KeySize+nonceSize)))
	if err != nil {
		t.Fatal(err)
	}
	other, err := m.derive("for blob names")
	if err != nil {
		t.Fatal(err)
	}
	phone, ok := m.markOf(sealed.Phone, "138-1234-1234")
	if !ok {
		t.Fatal("no mark")
	}
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"check":   {m.check, "192a22fe92f7e13315d0f5d892aab14c4cea2f42e598f6fcfd808edf6f783cca"},
		"wrapped": {fresh.wrapped, "02020202020202020202020245108bc229847039d728b0a71a7193d4299c5073eedc229320452bdb918449f931944d5eff8ffde5b5c22f450e23f6af"},
		"mark":    {phone[:], "c087fd089ce75d9e3823fd181d308534"},
		"derived": {other, "d90a2e95bb90ce400c8f3444e5a24e8e9ab74ef9c40bf86770056c5a01b35988"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s is %s, want %s", name, got, c.want)
		}
	}
	if _, err := m.unwrap("s-1", fresh.wrapped); err != nil {
		t.Error(err)
	}
	if _, err := m.unwrap("s-2", fresh.wrapped); err == nil {
		t.Error("the key of one subject unwraps as another's")
	}
}
