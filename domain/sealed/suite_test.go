package sealed_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/sealed"
)

var update = flag.Bool("update", false, "write the golden files")

// vector is a sealed value with all that made it.
type vector struct {
	Key        string       `json:"key"`
	Nonce      string       `json:"nonce"`
	Field      string       `json:"field"`
	Kind       sealed.Kind  `json:"kind"`
	Plain      string       `json:"plain"`
	Associated string       `json:"associated_data"`
	Value      sealed.Value `json:"value"`
}

func sealVector(t *testing.T, v vector) sealed.Value {
	t.Helper()
	key, err1 := hex.DecodeString(v.Key)
	nonce, err2 := hex.DecodeString(v.Nonce)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	k, err := sealed.NewDataKey(v.Value.Subject, key)
	if err != nil {
		t.Fatal(err)
	}
	values, err := k.Seal(bytes.NewReader(nonce), []sealed.Field{{Name: v.Field, Kind: v.Kind, Plain: v.Plain}})
	if err != nil {
		t.Fatal(err)
	}
	return values[0]
}

// The form of a sealed value and its associated data are fixed for ever: what was
// sealed by the first version opens by every later one.
func TestGoldenValues(t *testing.T) {
	path := filepath.Join("testdata", "values.json")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(content, &vectors); err != nil {
		t.Fatal(err)
	}
	for i := range vectors {
		v := &vectors[i]
		if *update {
			v.Value = sealVector(t, *v)
			v.Associated = hex.EncodeToString(sealed.AssociatedData(v.Value.Subject, v.Field))
		}
		if got := sealVector(t, *v); !reflect.DeepEqual(got, v.Value) {
			t.Errorf("%s: sealed as %+v, want %+v", v.Field, got, v.Value)
		}
		if got := hex.EncodeToString(sealed.AssociatedData(v.Value.Subject, v.Field)); got != v.Associated {
			t.Errorf("%s: associated data %s, want %s", v.Field, got, v.Associated)
		}
		key, _ := hex.DecodeString(v.Key)
		k, err := sealed.NewDataKey(v.Value.Subject, key)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(v.Field, v.Value); err != nil || got != v.Plain {
			t.Errorf("%s: opens to %q, %v", v.Field, got, err)
		}
	}
	again, err := json.MarshalIndent(vectors, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	again = append(again, '\n')
	if *update {
		if err := os.WriteFile(path, again, 0o600); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(again, content) {
		t.Errorf("the JSON form has changed:\n%s", again)
	}
}

func TestNewDataKeyRefusesOtherLengths(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := sealed.NewDataKey("s", make([]byte, n)); !errors.Is(err, sealed.ErrInvalid) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestSealWithoutEntropy(t *testing.T) {
	k, err := sealed.NewDataKey("s", make([]byte, sealed.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Seal(strings.NewReader("short"), []sealed.Field{{Name: "a", Plain: "x"}})
	if !errors.Is(err, sealed.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// Whatever is sealed opens again, under its own subject and field only.
func TestSealOpenProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), sealed.KeySize, sealed.KeySize).Draw(t, "key")
		plain := rapid.StringN(1, 200, -1).Draw(t, "plain")
		name := rapid.StringMatching(`[a-z.]{1,20}`).Draw(t, "name")
		other := rapid.StringMatching(`[a-z.]{1,20}`).Draw(t, "other")
		k, err := sealed.NewDataKey("s-1", key)
		if err != nil {
			t.Fatal(err)
		}
		nonce := rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "nonce")
		v, err := k.Seal(bytes.NewReader(nonce), []sealed.Field{{Name: name, Kind: sealed.Text, Plain: plain}})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(name, v[0]); err != nil || got != plain {
			t.Fatalf("%q, %v", got, err)
		}
		if _, err := k.Open(other, v[0]); name != other && !errors.Is(err, sealed.ErrForged) {
			t.Fatalf("opens as %s: %v", other, err)
		}
	})
}

func TestValueCheck(t *testing.T) {
	whole := sealed.Value{Suite: sealed.SuiteA1, Subject: "s", Cipher: make([]byte, 28)}
	if err := errors.Join(whole.Check(), sealed.Value{}.Check()); err != nil {
		t.Error(err)
	}
	for name, alter := range map[string]func(*sealed.Value){
		"no suite":   func(v *sealed.Value) { v.Suite = "" },
		"no subject": func(v *sealed.Value) { v.Subject = "" },
		"short":      func(v *sealed.Value) { v.Cipher = v.Cipher[:27] },
		"long":       func(v *sealed.Value) { v.Cipher = make([]byte, sealed.MaxPlain+29) },
	} {
		v := whole
		alter(&v)
		if err := v.Check(); !errors.Is(err, sealed.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzValue: what decodes encodes to the same value, and opening it never panics.
func FuzzValue(f *testing.F) {
	content, err := os.ReadFile(filepath.Join("testdata", "values.json"))
	if err != nil {
		f.Fatal(err)
	}
	var vectors []struct{ Value json.RawMessage }
	if err := json.Unmarshal(content, &vectors); err != nil {
		f.Fatal(err)
	}
	for _, v := range vectors {
		f.Add([]byte(v.Value))
	}
	f.Add([]byte(`{"suite":"A1","subject":"s","cipher":null}`))
	f.Add([]byte(`{}`))
	k, err := sealed.NewDataKey("s", make([]byte, sealed.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, again sealed.Value
		if json.Unmarshal(b, &v) != nil {
			return
		}
		if plain, err := k.Open("f", v); !errors.Is(err, sealed.ErrForged) {
			t.Fatalf("opens to %q, %v", plain, err)
		}
		_ = v.Check()
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(encoded, &again); err != nil || again.Suite != v.Suite || again.Subject != v.Subject ||
			again.Mask != v.Mask || !bytes.Equal(again.Cipher, v.Cipher) {
			t.Fatalf("%+v became %+v, %v", v, again, err)
		}
	})
}
