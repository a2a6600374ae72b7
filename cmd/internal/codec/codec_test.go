package codec

import (
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

func sample() *complaint.Responded {
	return &complaint.Responded{
		Kind: "final", Via: "portal", Evidence: []string{"sha256:00"},
		Text:     &sealed.Value{Suite: sealed.SuiteA1, Subject: "s", Cipher: make([]byte, 300), Mask: "<蒙&>"},
		Occurred: complaint.Occurred{On: 739000, Source: "online"},
	}
}

func TestWritesWhatTheStandardLibraryWrites(t *testing.T) {
	ours, err := JSON{}.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := es.StdCodec{}.Marshal(sample())
	if err != nil || string(ours) != string(theirs) {
		t.Fatalf("%s\n%s\n%v", ours, theirs, err)
	}
}

func TestDecodedEventKeepsNothingOfTheInput(t *testing.T) {
	data, err := JSON{}.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	var e complaint.Responded
	if err := (JSON{}).Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	clear(data)
	if e.Kind != "final" || e.Text.Mask != "<蒙&>" || e.Evidence[0] != "sha256:00" {
		t.Fatalf("%+v", e)
	}
}

func BenchmarkDecode(b *testing.B) {
	data, err := JSON{}.Marshal(sample())
	if err != nil {
		b.Fatal(err)
	}
	for name, c := range map[string]es.Codec{"goccy": JSON{}, "encoding-json": es.StdCodec{}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				var e complaint.Responded
				if err := c.Unmarshal(data, &e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
