package es_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"fangxin/domain/es"
)

type named struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

// namedRegistry knows three versions: v1 had one name, v2 called it full.
func namedRegistry() *es.Registry {
	r := es.NewRegistry(es.StdCodec{})
	es.Register[named](r, "person.named.v3")
	r.Upcast("person.named.v1", "person.named.v2", func(b []byte) ([]byte, error) {
		return bytes.Replace(b, []byte(`"name"`), []byte(`"full"`), 1), nil
	})
	r.Upcast("person.named.v2", "person.named.v3", func(b []byte) ([]byte, error) {
		if !bytes.Contains(b, []byte("·")) {
			return nil, errors.New("no dot in the name")
		}
		b = bytes.Replace(b, []byte(`"full"`), []byte(`"first"`), 1)
		return bytes.Replace(b, []byte("·"), []byte(`","last":"`), 1), nil
	})
	return r
}

func TestOldVersionsAreReadAsTheCurrentOne(t *testing.T) {
	r := namedRegistry()
	for name, data := range map[string]string{
		"person.named.v1": `{"name":"乌云·其其格"}`, "person.named.v2": `{"full":"乌云·其其格"}`, "person.named.v3": `{"first":"乌云","last":"其其格"}`,
	} {
		got, err := r.Decode(&es.Envelope{Type: name, Data: []byte(data)})
		if err != nil || *got.(*named) != (named{"乌云", "其其格"}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if name, data, err := r.Encode(&named{"a", "b<&"}); err != nil || name != "person.named.v3" || string(data) != `{"first":"a","last":"b<&"}` {
		t.Error(name, string(data), err)
	}
	if got := r.Types(); !slices.Equal(got, []string{"person.named.v1", "person.named.v2", "person.named.v3"}) {
		t.Error(got)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	r := namedRegistry()
	at := es.Envelope{Stream: "person.1", Revision: 4}
	read := func(name, data string) error {
		e := at
		e.Type, e.Data = name, []byte(data)
		_, err := r.Decode(&e)
		return err
	}
	if err := read("person.named.v4", "{}"); !errors.Is(err, es.ErrUnknownType) {
		t.Error(err)
	}
	for name, data := range map[string]string{"person.named.v3": "{", "person.named.v1": `{"name":"x"}`} {
		var broken *es.DecodeError
		if err := read(name, data); !errors.As(err, &broken) || broken.Type != name || broken.Stream != "person.1" || broken.At != 4 || broken.Err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.DecodeMetadata(&es.Envelope{Meta: []byte("[]")}); err == nil {
		t.Error("a list is no metadata")
	}
	if _, _, err := r.Encode(struct{}{}); !errors.Is(err, es.ErrUnknownType) {
		t.Error(err)
	}
}

func TestANameIsGivenOnce(t *testing.T) {
	type other struct{}
	for what, register := range map[string]func(*es.Registry){
		"a current name": func(r *es.Registry) { es.Register[other](r, "person.named.v3") },
		"an old name":    func(r *es.Registry) { es.Register[other](r, "person.named.v1") },
		"a type":         func(r *es.Registry) { es.Register[named](r, "person.named.v4") },
		"an upcaster":    func(r *es.Registry) { r.Upcast("person.named.v3", "person.named.v4", nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was given twice", what)
				}
			}()
			register(namedRegistry())
		}()
	}
}
