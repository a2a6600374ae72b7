package blob

import (
	"encoding/binary"
	"errors"
)

// StripTool names what makes derived copies, with its version; a change of what it
// keeps is a new version.
const StripTool = "fangxin-strip/1"

// errFormat: the image breaks the rules of its format, so nothing can be said about
// what else it carries.
var errFormat = errors.New("not a well-formed image")

// stripperOf answers what takes the metadata out of a type, or nil. The pixels are
// copied as they are, never encoded again. Of the metadata the orientation stays,
// without which a photograph would lie on its side.
func stripperOf(mediaType string) func([]byte) ([]byte, error) {
	switch mediaType {
	case typeJPEG:
		return stripJPEG
	case typePNG:
		return stripPNG
	case typeWebP:
		return stripWebP
	}
	return nil
}

const exifHeader = "Exif\x00\x00"

// orientationTag of TIFF 6.0 and EXIF 2.32.
const orientationTag = 0x0112

// orientation reads the orientation from a TIFF structure: 2 to 8, or 1 where it is
// upright, missing or unreadable.
func orientation(tiff []byte) uint16 {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	count := uint64(order.Uint16(tiff[at:]))
	for i := range count {
		entry := at + 2 + 12*i
		if entry+12 > uint64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == orientationTag {
			if o := order.Uint16(tiff[entry+8:]); order.Uint16(tiff[entry+2:]) == 3 && o >= 2 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}

// orientationOnly is a TIFF structure that says nothing but the orientation.
func orientationOnly(o uint16) []byte {
	b := append(make([]byte, 0, 26), "MM\x00*\x00\x00\x00\x08\x00\x01"...)
	b = binary.BigEndian.AppendUint16(b, orientationTag)
	b = append(b, 0, 3, 0, 0, 0, 1)
	b = binary.BigEndian.AppendUint16(b, o)
	return append(b, 0, 0, 0, 0, 0, 0)
}
