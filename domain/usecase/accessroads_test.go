package usecase

import (
	"context"
	"strings"
	"testing"

	"fangxin/domain/es"
)

// unwritable is a store that takes nothing.
type unwritable struct{ es.Store }

func (unwritable) Append(context.Context, es.StreamID, es.Revision, []es.Pending) (es.Receipt, error) {
	return es.Receipt{}, es.ErrUnavailable
}

// PIPL 44: who took a file in and opens it later is recorded in every case that cites the
// file, whether it names the case or not; a trace that cannot be written shows nothing.
func TestOpeningAFileIsRecordedWithoutItsCase_PIPL44(t *testing.T) {
	w := newPeople(t)
	w.Blobs = &files{kept: map[string]string{}}
	blob, err := w.Offer(t.Context(), desk, strings.NewReader("a letter"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Show(t.Context(), desk, "", blob.ID); err != nil {
		t.Fatal(err) // no case yet
	}
	in := complaintOf("暖阳家电")
	in.ReceivedOn, in.Evidence = "2026-09-14", []string{blob.ID}
	_, v, err := w.File(t.Context(), desk, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, inCase := range []string{"", v.ID} {
		file, _, err := w.Show(t.Context(), desk, inCase, blob.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		reads, _, err := w.Reads(t.Context(), auditor, v.ID)
		n := 0
		for _, r := range reads {
			if r.What == "file" {
				n++
			}
		}
		if err != nil || n != i+1 {
			t.Errorf("case %q: %+v, %v", inCase, reads, err)
		}
	}
	w.Store = unwritable{w.Store}
	if file, _, err := w.Show(t.Context(), desk, "", blob.ID); err == nil || file != nil {
		t.Errorf("opened without a trace: %v", err)
	}
}
