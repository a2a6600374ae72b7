package usecase

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// The body's hash leaves personal fields out; another text under the same key is

// A retried filing of a case that the office is not competent for shows the receipt

// Evidence is cited by who handed it in; a hash alone opens nobody's file.
func TestEvidenceIsCitedByWhoHandedItIn(t *testing.T) {
	w := newWorld(t)
	w.Blobs = &files{kept: map[string]string{}}
	blob, err := w.Offer(t.Context(), stranger, strings.NewReader("a stranger's receipt"), 0)
	if err != nil {
		t.Fatal(err)
	}
	in := complaintOf("暖阳家电")
	in.Evidence = []string{blob.ID}
	want := func(err error) {
		t.Helper()
		var invalid *InvalidError
		if !errors.As(err, &invalid) || !slices.Equal(invalid.Faults, []Fault{{Pointer: "/evidence/0", Code: FaultEvidence}}) {
			t.Error(err)
		}
	}
	_, _, err = w.File(t.Context(), anyConsumer, in, Options{})
	want(err)
	v := w.accepted()
	for action, body := range map[string]any{"supplement": &Supplement{Evidence: in.Evidence}} {
		_, _, err = w.Act(t.Context(), anyConsumer, v.ID, action, body, Options{})
		want(err)
	}
	_, _, err = w.Act(t.Context(), shop, v.ID, "respond", &Respond{Kind: "final", Text: "x", Evidence: in.Evidence}, Options{})
	want(err)
	if _, _, err = w.File(t.Context(), stranger, in, Options{}); err != nil {
		t.Error(err)
	}
}

// What stays readable in an event holds no number that leads to a person, and no

// name that is kept sealed beside it.
func TestReadableFieldsHoldNoPersonalNumbers(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("李建国")
	in.Merchant.Person, in.Merchant.Sign = "李建国", "建国修车 "+consumerPhone
	in.Merchant.Market = &MarketInput{Name: "市场 " + consumerPhone, Stall: consumerID}
	in.Merchant.Platform = &PlatformInput{Name: "平台", Shop: "店 " + consumerPhone, URL: "https://x.example/?tel=" + consumerPhone}
	in.Merchant.Payee = &PayeeInput{Name: "李建国", Channel: "微信 " + consumerPhone}
	in.Subject.Name, in.Subject.Brand, in.Subject.Maker = "冰箱 "+consumerPhone, "a@example.com", "厂 "+consumerPhone
	in.History = &HistoryInput{FiledElsewhere: []ElsewhereInput{{Where: "消协 " + consumerPhone, State: consumerPhone}}}
	v := w.file(in)
	w.never(consumerPhone, consumerID, "李建国", "a@example.com", "x.example")
	if v.Merchant.Name != "建国修车 ***********" {
		t.Error(v.Merchant.Name)
	}
	_, _, err := w.Act(t.Context(), desk, v.ID, "identify-merchant", &IdentifyMerchant{State: "confirmed", Source: "officer",
		Merchant: &IdentityInput{ID: consumerPhone, Person: "李建国", Region: "150102"}}, Options{})
	var invalid *InvalidError
	if !errors.As(err, &invalid) || invalid.Faults[0] != (Fault{Pointer: "/merchant/id", Code: FaultPersonal}) {
		t.Error(err)
	}
}

// An ID number has the shape of a credit code; it is refused where one is asked for.
func TestAnIDNumberIsNoCreditCode(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Merchant.USCC = consumerID
	in.Merchant.Platform = &PlatformInput{Name: "平台", Shop: "店", USCC: strings.ToLower(consumerID)}
	_, _, err := w.File(t.Context(), anyConsumer, in, Options{})
	var invalid *InvalidError
	if !errors.As(err, &invalid) || !slices.Equal(invalid.Faults, []Fault{{Pointer: "/merchant/uscc", Code: FaultPersonal}, {Pointer: "/merchant/platform/uscc", Code: FaultPersonal}}) {
		t.Error(err)
	}
}

// The office reads everything that was filed, the consumer reads it back, and the

// Why a case is kept off the register can be that it went to the police (art 42):

// Masks are personal data: the history of somebody erased or restricted shows none,

// also before the event that says so.
func TestHistoryHidesTheMasksOfWhoIsGone_PIPL47(t *testing.T) {
	for name, end := range map[string]func(*world, sealed.Subject) error{
		"restricted": func(w *world, s sealed.Subject) error { return w.keyring.Restrict(t.Context(), s) },
		"erased":     func(w *world, s sealed.Subject) error { return w.keyring.Erase(t.Context(), s) },
	} {
		w := newWorld(t)
		v := w.file(complaintOf("暖阳家电"))
		masks := func() string {
			entries, err := w.History(t.Context(), auditor, v.ID, es.None, 0)
			if err != nil {
				t.Fatal(err)
			}
			text, err := es.StdCodec{}.Marshal(entries)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		const phone = "138****2233"
		if !strings.Contains(masks(), phone) {
			t.Fatal("no mask to begin with")
		}
		if err := end(w, subjectOf(v.ID, "consumer")); err != nil {
			t.Fatal(err)
		}
		if text := masks(); strings.Contains(text, phone) || strings.Contains(text, "110***") {
			t.Errorf("%s: %s", name, text)
		}
		if seen := w.view(auditor, v.ID); seen.Consumer != nil && (seen.Consumer.Phone != "" || seen.Consumer.Erased == "") {
			t.Errorf("%s: %+v", name, seen.Consumer)
		}
	}
}

// The second net under a reviewed summary reads names as people write them.
func TestASummaryNamesNobody(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Filer = &FilerInput{As: "self", Helper: &HelperInput{Kind: "family", Name: "巴雅尔"}}
	in.Merchant.Payee = &PayeeInput{Name: "呼和浩特市暖阳家电有限公司", Channel: "wechat"}
	v := w.file(in)
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	w.do(desk, v.ID, "agree", &Agree{Form: "performed", Record: "当场退款", Terms: TermsInput{Kind: "refund"}})
	for _, summary := range []string{"乌云其其格的冰箱", "乌云 · 其其格", "由巴雅尔代办"} {
		_, _, err := w.Act(t.Context(), desk, v.ID, "review-disclosure", &ReviewDisclosure{Summary: summary}, Options{})
		var invalid *InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%s: %v", summary, err)
		}
	}
	// The payee is the registered merchant itself: no person.
	if d := w.do(desk, v.ID, "review-disclosure", &ReviewDisclosure{Summary: "呼和浩特市暖阳家电有限公司已退款"}).Disclosure; d == nil || d.State != complaint.DisclosureTold {
		t.Errorf("%+v", d)
	}
}

// erasing is an evidence store in which the first copy went with its owner's key.
type erasing struct {
	*files
	gone bool
}

func (e *erasing) Open(ctx context.Context, id string) (io.ReadSeekCloser, Blob, error) {
	if e.gone && strings.HasPrefix(e.kept[id], "copy of ") {
		return nil, Blob{}, sealed.ErrErased
	}
	return e.files.Open(ctx, id)
}

func (e *erasing) Derive(ctx context.Context, id string) (Blob, error) {
	e.gone = false
	return e.files.Derive(ctx, id)
}

// Two persons hand in the same bytes; erasing the one takes nothing from the other.
func TestACopyOutlivesWhoHandedItInFirst(t *testing.T) {
	w := newWorld(t)
	blobs := &erasing{files: &files{kept: map[string]string{}}}
	w.Blobs = blobs
	in := complaintOf("暖阳家电")
	for _, who := range []Actor{stranger, anyConsumer} {
		blob, err := w.Offer(t.Context(), who, strings.NewReader("the same receipt"), 0)
		if err != nil {
			t.Fatal(err)
		}
		in.Evidence = []string{blob.ID}
	}
	v := w.file(in)
	blobs.gone = true
	file, _, err := w.Show(t.Context(), desk, v.ID, in.Evidence[0])
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(file); err != nil || string(text) != "copy of the same receipt" {
		t.Errorf("%s, %v", text, err)
	}
}
