package blob

import (
	"bytes"
	"encoding/binary"
)

// Markers of ITU-T T.81, table B.1.
const (
	jpegSOI   = 0xd8
	jpegEOI   = 0xd9
	jpegSOS   = 0xda
	jpegEXP   = 0xdf
	jpegAPP0  = 0xe0
	jpegAPP1  = 0xe1
	jpegAPP2  = 0xe2
	jpegAPP14 = 0xee
)

// stripJPEG keeps what is needed to decode and to show the right colours: frames,
// tables, scans, JFIF without its thumbnail, the ICC profile and Adobe's transform
// flag. Everything else goes, also what lies behind the end of the image: second
// pictures, depth maps, films.
func stripJPEG(b []byte) ([]byte, error) {
	if len(b) < 4 || b[0] != 0xff || b[1] != jpegSOI {
		return nil, errFormat
	}
	w := jpegWalk{in: b, at: 2, out: append(make([]byte, 0, len(b)), 0xff, jpegSOI)}
	for {
		done, err := w.segment()
		if err != nil {
			return nil, err
		}
		if done {
			return w.out, nil
		}
	}
}

type jpegWalk struct {
	in     []byte
	at     int
	out    []byte
	turned bool
	frame  bool
	scan   bool
}

// segment copies or drops one segment.
func (w *jpegWalk) segment() (done bool, err error) {
	marker, err := w.marker()
	if err != nil {
		return false, err
	}
	if marker == jpegEOI {
		w.out = append(w.out, 0xff, jpegEOI)
		if !w.frame || !w.scan {
			return false, errFormat
		}
		return true, nil
	}
	if marker < 0xc0 || marker >= 0xd0 && marker <= jpegSOI || w.at+2 > len(w.in) {
		return false, errFormat
	}
	length := int(binary.BigEndian.Uint16(w.in[w.at:]))
	if length < 2 || w.at+length > len(w.in) {
		return false, errFormat
	}
	payload := w.in[w.at+2 : w.at+length]
	w.at += length
	if kept := w.keep(marker, payload); kept != nil {
		w.out = append(w.out, 0xff, marker)
		w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(kept)+2))
		w.out = append(w.out, kept...)
	}
	if marker == jpegSOS {
		w.scan = true
		return false, w.entropyCoded()
	}
	return false, nil
}

// marker reads a marker and the fill bytes before it.
func (w *jpegWalk) marker() (byte, error) {
	if w.at >= len(w.in) || w.in[w.at] != 0xff {
		return 0, errFormat
	}
	for w.at < len(w.in) && w.in[w.at] == 0xff {
		w.at++
	}
	if w.at >= len(w.in) || w.in[w.at] == 0 {
		return 0, errFormat
	}
	w.at++
	return w.in[w.at-1], nil
}

// keep answers what stays of a segment's payload, or nil.
func (w *jpegWalk) keep(marker byte, payload []byte) []byte {
	switch {
	case marker >= 0xc0 && marker <= 0xcf:
		w.frame = w.frame || marker != 0xc4 && marker != 0xc8 && marker != 0xcc
		return payload
	case marker >= jpegSOS && marker <= jpegEXP:
		return payload
	case marker == jpegAPP0 && bytes.HasPrefix(payload, []byte("JFIF\x00")) && len(payload) >= 14:
		return append(bytes.Clone(payload[:12]), 0, 0) // no thumbnail
	case marker == jpegAPP2 && bytes.HasPrefix(payload, []byte("ICC_PROFILE\x00")):
		return payload
	case marker == jpegAPP14 && bytes.HasPrefix(payload, []byte("Adobe")) && len(payload) >= 12:
		return payload[:12]
	case marker == jpegAPP1 && bytes.HasPrefix(payload, []byte(exifHeader)) && !w.turned:
		if o := orientation(payload[len(exifHeader):]); o != 1 {
			w.turned = true
			return append([]byte(exifHeader), orientationOnly(o)...)
		}
	}
	return nil
}

// entropyCoded copies a scan's data up to the next marker. A zero after 0xff is
// stuffing, and restart markers belong to the scan.
func (w *jpegWalk) entropyCoded() error {
	from := w.at
	for {
		i := bytes.IndexByte(w.in[w.at:], 0xff)
		if i < 0 || w.at+i+1 >= len(w.in) {
			return errFormat
		}
		w.at += i
		if next := w.in[w.at+1]; next != 0 && (next < 0xd0 || next > 0xd7) {
			w.out = append(w.out, w.in[from:w.at]...)
			return nil
		}
		w.at += 2
	}
}
