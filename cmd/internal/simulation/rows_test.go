package simulation_test

import (
	"fmt"

	"fangxin/domain/complaint"
	"fangxin/domain/numbering"
)

// checkRows: the numbers of an office and year follow each other without a gap,
// whatever went wrong between taking one and issuing its document. A voided number
// stays in its row, once, and no two documents share one.
func checkRows(log told) error {
	taken := map[string]string{} // text by document
	for _, s := range log.order {
		if _, err := numbering.ParseStream(string(s)); err != nil {
			continue
		}
		last, voided, notices := 0, map[int]bool{}, map[string]bool{}
		for _, f := range log.streams[s] {
			switch e := f.data.(type) {
			case *numbering.Taken:
				if e.Number != last+1 || notices[e.Notice] {
					return fmt.Errorf("%s: %d for %s behind %d", s, e.Number, e.Notice, last)
				}
				last, notices[e.Notice], taken[e.Case+" "+e.Notice] = e.Number, true, e.Text
			case *numbering.Voided:
				if e.Number > last || voided[e.Number] {
					return fmt.Errorf("%s: %d of %d voided", s, e.Number, last)
				}
				voided[e.Number] = true
			default:
				return fmt.Errorf("%T in a row of numbers", e)
			}
		}
	}
	return checkNumbered(log, taken)
}

// checkNumbered: a number that a document bears was taken for it.
func checkNumbered(log told, taken map[string]string) error {
	borne := map[string]string{}
	for _, s := range log.order {
		for _, f := range log.streams[s] {
			e, ok := f.data.(*complaint.NoticeIssued)
			if !ok || e.Number == "" {
				continue
			}
			if had := borne[e.Number]; had != "" {
				return fmt.Errorf("%s stands on %s and on %s", e.Number, had, e.Notice)
			}
			if text := taken[s.Key()+" "+e.Notice]; text != e.Number {
				return fmt.Errorf("%s bears %s, but %q was taken for it", e.Notice, e.Number, text)
			}
			borne[e.Number] = e.Notice
		}
	}
	return nil
}
