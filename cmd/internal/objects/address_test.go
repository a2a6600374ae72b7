package objects_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/cmd/internal/objects"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]objects.Address{
		"s3://KEY:SECRET@minio:9000/fangxin?tls=false&region=cn-north-1&prefix=nm": {
			Host: "minio:9000", Bucket: "fangxin", Region: "cn-north-1", Prefix: "nm/", Plain: true,
			Credentials: objects.Credentials{AccessKey: "KEY", SecretKey: "SECRET"},
		},
		"s3://s3.cn-north-1.amazonaws.com.cn/a.b-c": {Host: "s3.cn-north-1.amazonaws.com.cn", Bucket: "a.b-c"},
		"s3://K:a%2Fb%2Bc%40@[::1]:9000/abc?prefix=": {
			Host: "[::1]:9000", Bucket: "abc", Credentials: objects.Credentials{AccessKey: "K", SecretKey: "a/b+c@"},
		},
		"s3://h/abc?prefix=a/b/&tls=true": {Host: "h", Bucket: "abc", Prefix: "a/b/"},
	} {
		got, err := objects.ParseAddress(text)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %s", text, err, cmp.Diff(want, got))
		}
		if again, err := objects.ParseAddress(got.String()); err != nil || again.String() != got.String() {
			t.Errorf("%s reads as %v, %v", got, again, err)
		}
	}
}

func TestAddressRefused(t *testing.T) {
	for _, text := range []string{
		"", "s3:", "s3://", "s3://h", "s3://h/", "s3://h/ab", "s3://h/abc/def", "s3://h/ABC", "s3://h/a..b", "s3://h/-abc",
		"http://h/abc", "s3:h/abc", "s3://h/abc#f", "s3://h/abc?tls=no", "s3://h/abc?tls=", "s3://h/abc?tsl=false", "s3://h/abc?prefix=/a",
		"s3://h/abc?prefix=a b", "s3://h/abc?prefix=a//b", "s3://h/abc?tls=true&tls=false", "s3://h/abc?region=a/b", "s3://h:0/abc", "s3://h:99999/abc", "s3://h:/abc",
		"s3://KEY@h/abc", "s3://:S@h/abc", "s3://KEY:@h/abc", "s3://KEY:se/cret@h/abc", "s3://KEY:se%zzcret@h/abc", "s3://h h/abc", "s3://h/abc?a;b", "s3://h/abc?prefix=" + strings.Repeat("p", 600),
	} {
		if a, err := objects.ParseAddress(text); !errors.Is(err, objects.ErrAddress) {
			t.Errorf("%q: %v, %v", text, a, err)
		} else if strings.Contains(err.Error(), "se/cret") || strings.Contains(err.Error(), "se%zz") {
			t.Errorf("the secret shows: %v", err)
		}
	}
}

// FuzzAddress: whatever is read, neither the error nor the address as printed shows
// what stands before the host, and what is printed reads as the same place.
func FuzzAddress(f *testing.F) {
	f.Add("s3://KEY:hidden-secret@minio:9000/fangxin?tls=false&region=cn-north-1&prefix=nm")
	f.Add("s3://KEY:hidden-%2F%40secret@[::1]:9000/abc?prefix=")
	f.Add("s3://KEY:hidden-secret/a@h/abc")
	f.Add("s3://h\x7f/abc")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := objects.ParseAddress(text)
		if err != nil {
			if !errors.Is(err, objects.ErrAddress) || len(err.Error()) > 200 || strings.Contains(err.Error(), "hidden-") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		printed := fmt.Sprintf("%v %+v %#v %s", a, a, a, a)
		if secret := a.Credentials.SecretKey; strings.Contains(secret, "hidden-") && strings.Contains(printed, secret) {
			t.Errorf("the secret shows: %s", printed)
		}
		a.Credentials = objects.Credentials{}
		if again, err := objects.ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("%q: %v, then %v, %v", text, a, again, err)
		}
	})
}
