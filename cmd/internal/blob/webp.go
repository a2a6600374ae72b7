package blob

import (
	"bytes"
	"encoding/binary"
)

// Flags of the VP8X chunk (RFC 9649, section 2.7).
const (
	webpXMP  = 0x04
	webpEXIF = 0x08
)

// anmfHeader is the length of a frame's own fields before its chunks.
const anmfHeader = 16

// stripWebP copies image, alpha, animation and colour profile, sets the flags of
// what is gone and writes the new length. What follows the container is dropped.
func stripWebP(b []byte) ([]byte, error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return nil, errFormat
	}
	size := int64(binary.LittleEndian.Uint32(b[4:]))
	if size < 4 || size+8 > int64(len(b)) {
		return nil, errFormat
	}
	w := webpWalk{out: append(make([]byte, 0, len(b)), "RIFF\x00\x00\x00\x00WEBP"...), flags: -1}
	if err := w.chunks(b[12:size+8], false); err != nil {
		return nil, err
	}
	if !w.image {
		return nil, errFormat
	}
	if w.flags >= 0 {
		w.out[w.flags] &^= webpXMP | webpEXIF
		if w.turned {
			w.out[w.flags] |= webpEXIF
		}
	}
	binary.LittleEndian.PutUint32(w.out[4:], uint32(len(w.out)-8))
	return w.out, nil
}

type webpWalk struct {
	out    []byte
	flags  int // where the flags of VP8X stand in out, or -1
	image  bool
	turned bool
}

func (w *webpWalk) chunks(b []byte, inFrame bool) error {
	for len(b) > 0 {
		if len(b) < 8 {
			return errFormat
		}
		length := int64(binary.LittleEndian.Uint32(b[4:]))
		padded := length + length%2
		if 8+length > int64(len(b)) {
			return errFormat
		}
		if err := w.chunk(string(b[:4]), b[8:8+length], inFrame); err != nil {
			return err
		}
		b = b[min(8+padded, int64(len(b))):]
	}
	return nil
}

func (w *webpWalk) chunk(kind string, payload []byte, inFrame bool) error {
	switch kind {
	case "VP8 ", "VP8L":
		w.image = true
		w.append(kind, payload)
	case "ALPH":
		w.append(kind, payload)
	case "VP8X":
		if inFrame || len(payload) < 10 || w.flags >= 0 {
			return errFormat
		}
		w.flags = len(w.out) + 8
		w.append(kind, payload[:10])
	case "ICCP", "ANIM":
		if !inFrame {
			w.append(kind, payload)
		}
	case "ANMF":
		return w.frame(payload, inFrame)
	case "EXIF":
		tiff, _ := bytes.CutPrefix(payload, []byte(exifHeader))
		if o := orientation(tiff); o != 1 && !inFrame && !w.turned && w.flags >= 0 {
			w.turned = true
			w.append(kind, orientationOnly(o))
		}
	}
	return nil
}

// frame copies a frame of an animation, whose chunks may carry others among them.
func (w *webpWalk) frame(payload []byte, inFrame bool) error {
	if inFrame || len(payload) < anmfHeader {
		return errFormat
	}
	at := len(w.out)
	w.out = append(append(w.out, "ANMF\x00\x00\x00\x00"...), payload[:anmfHeader]...)
	if err := w.chunks(payload[anmfHeader:], true); err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(w.out[at+4:], uint32(len(w.out)-at-8))
	return nil
}

func (w *webpWalk) append(kind string, payload []byte) {
	w.out = append(w.out, kind...)
	w.out = binary.LittleEndian.AppendUint32(w.out, uint32(len(payload)))
	w.out = append(w.out, payload...)
	if len(payload)%2 == 1 {
		w.out = append(w.out, 0)
	}
}
