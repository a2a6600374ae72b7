package blob

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"testing"
)

// secret stands in every kind of metadata of the test images.
const secret = "N40.8414,E111.7519 Hulunbuir Phone 13812341234"

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 48, 32))
	for x := range 48 {
		for y := range 32 {
			m.Set(x, y, color.RGBA{uint8(5 * x), uint8(7 * y), uint8(x * y), 255})
		}
	}
	return m
}

// exifGPS is a TIFF structure with an orientation and a GPS directory.
func exifGPS(order binary.AppendByteOrder, o uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, orientationTag), 3), 1)
	b = append(order.AppendUint16(b, o), 0, 0)
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x8825), 4), 1) // GPSInfo
	b = order.AppendUint32(b, 38)
	return append(append(b, 0, 0, 0, 0), secret...)
}

func segment(marker byte, payload string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))
	return append(b, payload...)
}

func testJPEG(t testing.TB, o uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	return slices.Concat(plain[:2],
		segment(jpegAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc"),
		segment(jpegAPP1, exifHeader+string(exifGPS(binary.LittleEndian, o))),
		segment(jpegAPP1, "http://ns.adobe.com/xap/1.0/\x00"+secret),
		segment(jpegAPP2, "ICC_PROFILE\x00\x01\x01profile"),
		segment(0xed, "Photoshop 3.0\x00"+secret), segment(0xfe, secret), []byte{0xff, 0xff},
		plain[2:], []byte(secret))
}

func testPNG(t testing.TB, o uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	ihdr := len(pngSignature) + 25
	out := slices.Clone(plain[:ihdr])
	out = appendPNG(out, "eXIf", exifGPS(binary.BigEndian, o))
	for _, kind := range []string{"tEXt", "zTXt", "iTXt", "tIME", "prVt"} {
		out = appendPNG(out, kind, []byte(secret))
	}
	out = appendPNG(out, "pHYs", make([]byte, 9))
	return slices.Concat(out, plain[ihdr:], []byte(secret))
}

func testWebP(o uint16) []byte {
	pixel, _ := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	w := webpWalk{out: []byte("RIFF\x00\x00\x00\x00WEBP")}
	w.append("VP8X", []byte{webpEXIF | webpXMP | 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	w.append("ICCP", []byte("profile"))
	w.out = append(w.out, pixel[12:]...)
	w.append("EXIF", slices.Concat([]byte(exifHeader), exifGPS(binary.LittleEndian, o)))
	w.append("XMP ", []byte(secret))
	w.append("prVt", []byte(secret))
	frame := webpWalk{}
	frame.append("XMP ", []byte(secret))
	frame.append("VP8L", pixel[20:33])
	w.append("ANMF", append(make([]byte, anmfHeader), frame.out...))
	binary.LittleEndian.PutUint32(w.out[4:], uint32(len(w.out)-8))
	return append(w.out, secret...)
}

func TestStripRemovesMetadataOnly(t *testing.T) {
	for _, o := range []uint16{1, 6} {
		for name, c := range map[string]struct {
			image  []byte
			strip  func([]byte) ([]byte, error)
			decode func(*testing.T, []byte) image.Image
			keeps  []string
		}{
			"JPEG": {testJPEG(t, o), stripJPEG, decodeJPEG, []string{"ICC_PROFILE", "JFIF"}},
			"PNG":  {testPNG(t, o), stripPNG, decodePNG, []string{"pHYs"}},
			"WebP": {testWebP(o), stripWebP, nil, []string{"ICCP", "VP8L", "ANMF"}},
		} {
			got, err := c.strip(c.image)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, part := range []string{"N40.8414", "Hulunbuir", "13812341234", "\x88\x25", "\x25\x88\x04"} {
				if bytes.Contains(got, []byte(part)) {
					t.Errorf("%s: %q is still there", name, part)
				}
			}
			for _, part := range c.keeps {
				if !bytes.Contains(got, []byte(part)) {
					t.Errorf("%s: %q is gone", name, part)
				}
			}
			if turned := bytes.Contains(got, orientationOnly(6)); turned != (o == 6) {
				t.Errorf("%s: orientation %d kept: %v", name, o, turned)
			}
			if again, err := c.strip(got); err != nil || !bytes.Equal(again, got) {
				t.Errorf("%s: stripping twice: %v", name, err)
			}
			if c.decode != nil && !samePixels(c.decode(t, c.image), c.decode(t, got)) {
				t.Errorf("%s: other pixels", name)
			}
		}
	}
}

func decodeJPEG(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decodePNG(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func samePixels(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for x := range a.Bounds().Dx() {
		for y := range a.Bounds().Dy() {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

// Every beginning of an image is refused, never half stripped, and never panics.
func TestStripRefusesCutImages(t *testing.T) {
	j, p, w := testJPEG(t, 6), testPNG(t, 6), testWebP(6)
	for _, c := range []struct {
		image []byte
		strip func([]byte) ([]byte, error)
	}{{j, stripJPEG}, {p, stripPNG}, {w, stripWebP}} {
		whole := c.image[:len(c.image)-len(secret)]
		for i := range whole {
			if out, err := c.strip(whole[:i]); !errors.Is(err, errFormat) {
				t.Fatalf("%.8q cut at %d of %d: %d bytes, %v", whole, i, len(whole), len(out), err)
			}
		}
		if _, err := c.strip(whole); err != nil {
			t.Error(err)
		}
	}
}

func fuzzStrip(f *testing.F, strip func([]byte) ([]byte, error), decode func([]byte) (image.Image, error)) {
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := strip(b)
		if err != nil {
			if !errors.Is(err, errFormat) {
				t.Fatal(err)
			}
			return
		}
		if len(got) > len(b) {
			t.Fatalf("%d bytes became %d", len(b), len(got))
		}
		if again, err := strip(got); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("stripping twice: %v", err)
		}
		if decode == nil {
			return
		}
		if before, err := decode(b); err == nil && before.Bounds().Dx()*before.Bounds().Dy() < 1<<16 {
			if after, err := decode(got); err != nil || !samePixels(before, after) {
				t.Fatalf("other pixels: %v", err)
			}
		}
	})
}

// bounded decodes small images only.
func bounded(config func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error)) func([]byte) (image.Image, error) {
	return func(b []byte) (image.Image, error) {
		if c, err := config(bytes.NewReader(b)); err != nil || c.Width > 256 || c.Height > 256 {
			return nil, errFormat
		}
		return decode(bytes.NewReader(b))
	}
}

func FuzzStripJPEG(f *testing.F) {
	f.Add(testJPEG(f, 6))
	fuzzStrip(f, stripJPEG, bounded(jpeg.DecodeConfig, jpeg.Decode))
}

func FuzzStripPNG(f *testing.F) {
	f.Add(testPNG(f, 6))
	fuzzStrip(f, stripPNG, bounded(png.DecodeConfig, png.Decode))
}

func FuzzStripWebP(f *testing.F) {
	f.Add(testWebP(6))
	fuzzStrip(f, stripWebP, nil)
}
