package blob

import (
	"encoding/binary"
	"hash/crc32"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// keptPNG says whether a chunk is needed to decode or to show the right colours
// (PNG, third edition). Text, times, EXIF and private chunks are not.
func keptPNG(kind string) bool {
	switch kind {
	case "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT",
		"pHYs", "bKGD", "acTL", "fcTL", "fdAT":
		return true
	}
	return false
}

// stripPNG copies the chunks that are needed and drops what follows the last.
func stripPNG(b []byte) ([]byte, error) {
	if len(b) < len(pngSignature) || string(b[:len(pngSignature)]) != pngSignature {
		return nil, errFormat
	}
	out := append(make([]byte, 0, len(b)), pngSignature...)
	data := false
	for at, first := len(pngSignature), true; ; first = false {
		if at+12 > len(b) {
			return nil, errFormat
		}
		length := int64(binary.BigEndian.Uint32(b[at:]))
		end := int64(at) + 12 + length
		if end > int64(len(b)) {
			return nil, errFormat
		}
		chunk := b[at:end]
		kind := string(chunk[4:8])
		if first != (kind == "IHDR") || crc32.ChecksumIEEE(chunk[4:8+length]) != binary.BigEndian.Uint32(chunk[8+length:]) {
			return nil, errFormat
		}
		data = data || kind == "IDAT"
		switch {
		case keptPNG(kind):
			out = append(out, chunk...)
		case kind == "eXIf":
			if o := orientation(chunk[8 : 8+length]); o != 1 {
				out = appendPNG(out, kind, orientationOnly(o))
			}
		}
		if at = int(end); kind == "IEND" {
			if !data {
				return nil, errFormat
			}
			return out, nil
		}
	}
}

func appendPNG(out []byte, kind string, payload []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(payload)))
	from := len(out)
	out = append(append(out, kind...), payload...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}
