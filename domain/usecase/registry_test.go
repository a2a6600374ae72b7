package usecase

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	goccy "github.com/goccy/go-json"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

var update = flag.Bool("update", false, "write golden files that are missing; existing ones are never changed")

// goccyCodec writes what StdCodec writes, faster; the program may run on either.
type goccyCodec struct{}

func (goccyCodec) Marshal(v any) ([]byte, error) {
	return goccy.MarshalContext(context.Background(), v, goccy.DisableHTMLEscape())
}
func (goccyCodec) Unmarshal(data []byte, v any) error { return goccy.Unmarshal(data, v) }

func codecs() map[string]es.Codec {
	return map[string]es.Codec{"encoding/json": es.StdCodec{}, "goccy/go-json": goccyCodec{}}
}

// filler sets every exported field to a value that is not zero and depends only on
// the field's place.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value, name string) {
	f.n++
	switch v.Interface().(type) {
	case calendar.Date:
		v.SetInt(int64(calendar.MustDate("2026-01-01")) + int64(f.n))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 6, 30, 0, f.n*1000, time.UTC)))
		return
	case es.ID:
		v.Set(reflect.ValueOf(es.DeriveID(es.Namespace, name)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s-%d·文<&>", name, f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), name)
	case reflect.Slice:
		f.slice(v, name)
	case reflect.Struct:
		for i := range v.NumField() {
			if t := v.Type().Field(i); t.IsExported() {
				f.fill(v.Field(i), strings.ToLower(t.Name))
			}
		}
	default:
		panic("no sample for " + v.Type().String())
	}
}

func (f *filler) slice(v reflect.Value, name string) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		v.SetBytes([]byte{0, 1, 2, byte(f.n), 0xfe, 0xff})
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	for i := range 2 {
		f.fill(v.Index(i), name)
	}
}

func sampleOf(v any) any {
	new(filler).fill(reflect.ValueOf(v).Elem(), "event")
	return v
}

// instances makes one new value per registered event, by its name.
func instances(t testing.TB, r *es.Registry) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, name := range r.Types() {
		v, err := r.Decode(&es.Envelope{Type: name, Data: []byte("{}")})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = v
	}
	return all
}

func golden(t *testing.T, path string, want any) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) && *update {
		if data, err = (es.StdCodec{}).Marshal(want); err == nil {
			data = append(data, '\n')
			err = os.WriteFile(path, data, 0o644)
		}
	}
	if err != nil {
		t.Fatalf("golden file: %v (a new event version needs one: run with -update)", err)
	}
	return bytes.TrimSuffix(data, []byte("\n"))
}

func TestEveryEventVersionHasItsGoldenFile(t *testing.T) {
	names := instances(t, NewRegistry(es.StdCodec{}))
	for name, v := range names {
		t.Run(name, func(t *testing.T) {
			want := sampleOf(v)
			data := golden(t, filepath.Join("testdata", "events", name+".json"), want)
			if grown := filepath.Join("testdata", "events", name+grownSuffix); exists(grown) || *update && grew(name, data, want) {
				rereads(t, name, data)
				data = golden(t, grown, want)
			}
			for codecName, codec := range codecs() {
				r := NewRegistry(codec)
				got, err := r.Decode(&es.Envelope{Type: name, Data: data})
				if err != nil {
					t.Fatalf("%s: %v", codecName, err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: decoded another event: %+v", codecName, got)
				}
				again, out, err := r.Encode(got)
				if err != nil || again != name || !bytes.Equal(out, data) {
					t.Errorf("%s: encoded %s\n got %s\nwant %s (%v)", codecName, again, out, data, err)
				}
			}
		})
	}
	files, err := os.ReadDir(filepath.Join("testdata", "events"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := names[strings.TrimSuffix(strings.TrimSuffix(f.Name(), grownSuffix), ".json")]; !ok {
			t.Errorf("%s: no event of this name; a stored version can never be dropped", f.Name())
		}
	}
}

// grownSuffix is of the golden file of an event to which optional fields were added: the
// first file stays, and is read and written again byte by byte.
const grownSuffix = ".grown.json"

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// grew says that an event has fields that its golden file does not know.
func grew(name string, data []byte, want any) bool {
	v, err := NewRegistry(es.StdCodec{}).Decode(&es.Envelope{Type: name, Data: data})
	return err == nil && !reflect.DeepEqual(v, want)
}

// rereads: what was stored before a field was added is read, and written as it was.
func rereads(t *testing.T, name string, data []byte) {
	t.Helper()
	for codecName, codec := range codecs() {
		r := NewRegistry(codec)
		v, err := r.Decode(&es.Envelope{Type: name, Data: data})
		if err != nil {
			t.Fatalf("%s: %v", codecName, err)
		}
		if _, out, err := r.Encode(v); err != nil || !bytes.Equal(out, data) {
			t.Errorf("%s: the older shape became\n%s\nwas %s (%v)", codecName, out, data, err)
		}
	}
}

func TestMetadataHasItsGoldenFile(t *testing.T) {
	want := *sampleOf(new(es.Metadata)).(*es.Metadata)
	data := golden(t, filepath.Join("testdata", "metadata.json"), &want)
	for name, codec := range codecs() {
		r := NewRegistry(codec)
		got, err := r.DecodeMetadata(&es.Envelope{Meta: data})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: decoded %+v, %v", name, got, err)
		}
		out, err := r.EncodeMetadata(&got)
		if err != nil || !bytes.Equal(out, data) {
			t.Errorf("%s: encoded %s, %v", name, out, err)
		}
	}
}

func TestCodecsAgreeOnAbsentFields(t *testing.T) {
	for name, v := range instances(t, NewRegistry(es.StdCodec{})) {
		std, err1 := (es.StdCodec{}).Marshal(v)
		fast, err2 := (goccyCodec{}).Marshal(v)
		if err1 != nil || err2 != nil || !bytes.Equal(std, fast) {
			t.Errorf("%s:\n%s\n%s (%v, %v)", name, std, fast, err1, err2)
		}
	}
}

// declaredFacts lists the events that package complaint declares, read from its source.
func declaredFacts(t *testing.T) []string {
	t.Helper()
	var names []string
	paths, err := filepath.Glob("../complaint/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatal("no source of package complaint", err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && len(s.Fields.List) > 0 {
				first := s.Fields.List[0]
				if id, ok := first.Type.(*ast.Ident); ok && id.Name == "fact" && len(first.Names) == 0 {
					names = append(names, spec.Name.Name)
				}
			}
			return true
		})
	}
	return names
}

func TestEveryFactOfAComplaintIsRegistered(t *testing.T) {
	known := map[string]bool{}
	for _, v := range instances(t, NewRegistry(es.StdCodec{})) {
		known[reflect.TypeOf(v).Elem().Name()] = true
	}
	for _, name := range declaredFacts(t) {
		if !known[name] {
			t.Errorf("complaint.%s has no stored name", name)
		}
	}
}

func TestEventNamesFollowTheRule(t *testing.T) {
	for name, v := range instances(t, NewRegistry(es.StdCodec{})) {
		kind, rest, _ := strings.Cut(name, ".")
		if !slices.Contains([]string{"complaint", "notice", "disclosure", "subject", "access", "evidence", "number", "period"}, kind) || !strings.HasSuffix(rest, ".v1") {
			t.Errorf("%s: not a stored name", name)
		}
		if kind == "complaint" {
			if want := "complaint." + snake(reflect.TypeOf(v).Elem().Name()) + ".v1"; want != name {
				t.Errorf("%s: want %s", name, want)
			}
		}
		if _, ok := v.(complaint.Event); !ok && kind != "access" && kind != "evidence" && kind != "number" && kind != "period" {
			t.Errorf("%s is no event of a complaint", name)
		}
	}
}

func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func FuzzDecodeEvent(f *testing.F) {
	r := NewRegistry(es.StdCodec{})
	types := r.Types()
	for i, name := range types {
		data, err := os.ReadFile(filepath.Join("testdata", "events", name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint16(i), data)
	}
	f.Add(uint16(0), []byte(`{"filed_on":"2026-02-30"}`))
	f.Add(uint16(0), []byte(`null`))
	fast := NewRegistry(goccyCodec{})
	f.Fuzz(func(t *testing.T, i uint16, data []byte) {
		name := types[int(i)%len(types)]
		v, err := r.Decode(&es.Envelope{Type: name, Data: data})
		if err != nil {
			return
		}
		_, once, err := r.Encode(v)
		if err != nil {
			t.Fatalf("%s: decoded but not encoded: %v", name, err)
		}
		if !json.Valid(once) {
			t.Fatalf("%s: wrote %s", name, once)
		}
		for _, reg := range []*es.Registry{r, fast} {
			again, err := reg.Decode(&es.Envelope{Type: name, Data: once})
			if err != nil {
				t.Fatalf("%s: own bytes not read: %v", name, err)
			}
			if _, twice, err := reg.Encode(again); err != nil || !bytes.Equal(once, twice) {
				t.Fatalf("%s: not stable:\n%s\n%s (%v)", name, once, twice, err)
			}
		}
	})
}
