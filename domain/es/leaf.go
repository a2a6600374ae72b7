package es

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// LeafEncoding names the encoding below; it stands in every signed checkpoint's
// origin, so that another encoding is another log.
const LeafEncoding = "fangxin-leaf-1"

// Leaf is the event's leaf hash in the proof log: SHA-256 as RFC 6962 section 2.1
// hashes a leaf, over this encoding (integers big-endian, lengths in bytes):
//
//	1  byte   0x00, the leaf prefix of RFC 6962
//	14 bytes  "fangxin-leaf-1", ASCII
//	16 bytes  event id
//	4  bytes  length n of the stream's name, then n bytes of it
//	8  bytes  revision
//	4  bytes  length n of the type's name, then n bytes of it
//	4  bytes  length n of the data, then n bytes as stored
//	4  bytes  length n of the metadata, then n bytes as stored
//
// Position and recorded time take no part: they are the store's affair and change
// when a log is copied. The salt in the metadata keeps a leaf from confirming a
// guess at the event's content.
func Leaf(e *Envelope) [sha256.Size]byte {
	h := sha256.New()
	writeLeaf(h, e)
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return sum
}

// LeafData is the encoding without the 0x00 prefix: what a transparency log takes
// as the record, whose leaf hash is then Leaf.
func LeafData(e *Envelope) []byte {
	b := make([]byte, 0, len(LeafEncoding)+16+4*4+8+len(e.Stream)+len(e.Type)+len(e.Data)+len(e.Meta))
	b = appendLeafHead(b, e)
	b = append(b, e.Data...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Meta)))
	return append(b, e.Meta...)
}

func writeLeaf(h hash.Hash, e *Envelope) {
	var scratch [512]byte
	h.Write(appendLeafHead(append(scratch[:0], 0), e))
	h.Write(e.Data)
	h.Write(binary.BigEndian.AppendUint32(scratch[:0], uint32(len(e.Meta))))
	h.Write(e.Meta)
}

// appendLeafHead writes everything up to and including the length of the data.
func appendLeafHead(b []byte, e *Envelope) []byte {
	b = append(b, LeafEncoding...)
	b = append(b, e.ID[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Stream)))
	b = append(b, e.Stream...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Revision))
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Type)))
	b = append(b, e.Type...)
	return binary.BigEndian.AppendUint32(b, uint32(len(e.Data)))
}
