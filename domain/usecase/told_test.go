package usecase

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// REG-778 art 46: the consumer reads why it was declined, and the other ways.
func TestTheConsumerReadsTheDecision_REG778_46(t *testing.T) {
	w := newWorld(t)
	v := w.file(complaintOf("暖阳家电"))
	w.do(desk, v.ID, "decline", &Decline{Ground: "NA3_NOT_CONSUMER", Reason: "未见消费凭证，电话 13847112233", Routes: []string{"sue", "association"}})
	d := w.view(anyConsumer, v.ID).Decision
	if d == nil || d.Kind != "declined" || d.Ground != "NA3_NOT_CONSUMER" || !strings.Contains(d.Reason, "13847112233") ||
		!slices.Equal(d.Routes, []string{"sue", "association"}) || d.DecidedOn.String() != "2026-09-14" {
		t.Errorf("%+v", d)
	}
	if d := w.view(auditor, v.ID).Decision; d == nil || d.Reason != "" {
		t.Errorf("%+v", d)
	}
	v = w.accepted()
	w.do(anyConsumer, v.ID, "supplement", &Supplement{Text: "补充：13847112233"})
	w.do(desk, v.ID, "hold-session", byPhone())
	w.do(desk, v.ID, "terminate", &Terminate{Ground: "TM_NO_AGREEMENT", Reason: "双方意见不一，13847112233"})
	seen := w.view(shop, v.ID)
	if d := seen.Decision; d == nil || d.Kind != "terminated" || strings.Contains(d.Reason, "13847112233") || d.Reason == "" || d.Routes == nil {
		t.Errorf("%+v", d)
	}
	if s := seen.Supplements; len(s) != 1 || strings.Contains(s[0].Text, "1384711") || s[0].On.String() != "2026-09-14" {
		t.Errorf("%+v", s)
	}
	if s := w.view(desk, v.ID).Supplements; len(s) != 1 || s[0].Text != "补充：13847112233" {
		t.Errorf("%+v", s)
	}
}

// An officer files for somebody with an account; nobody files into another's.
func TestAnOfficerFilesForAnAccount(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Consumer.Account = anyConsumer.ID
	_, v, err := w.File(t.Context(), desk, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if seen := w.view(anyConsumer, v.ID); seen.Facts != facts || !slices.Contains(seen.Actions, "withdraw") {
		t.Errorf("%+v", seen.Actions)
	}
	if _, err := w.View(t.Context(), stranger, v.ID, nil); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	var invalid *InvalidError
	if _, _, err := w.File(t.Context(), stranger, in, Options{}); !errors.As(err, &invalid) || invalid.Faults[0] != (Fault{Pointer: "/consumer/account", Code: FaultOfficersOnly}) {
		t.Error(err)
	}
	in.Consumer.Account = consumerPhone
	if _, _, err := w.File(t.Context(), desk, in, Options{}); !errors.As(err, &invalid) || invalid.Faults[0].Code != FaultPersonal {
		t.Error(err)
	}
}

// merchant learns nothing of what was told of it.
func TestTheOfficeReadsWhatWasTold(t *testing.T) {
	w := newWorld(t)
	in := fullComplaint()
	in.Filer = &FilerInput{As: "agent", Name: "代理人", Phone: consumerPhone, Helper: &HelperInput{Kind: "family", Name: "家人"}}
	in.Consumer.ContactWays = []ContactInput{{Kind: "wechat", Value: "wx-abc"}}
	v := w.file(in)
	for _, actor := range []Actor{anyConsumer, desk} {
		v := w.view(actor, v.ID)
		if v.Told.Phone != in.Merchant.Phone || v.Told.Address != in.Merchant.Address || v.Told.Platform.URL != in.Merchant.Platform.URL ||
			v.Told.Payee.Name != in.Merchant.Payee.Name || v.Told.Market.Stall != "1" || v.Filer.Name != "代理人" || v.Filer.Helper.Name != "家人" ||
			v.Before.MerchantAnswer != "x" || len(v.Before.FiledElsewhere) != 1 || v.Declared.Injury != "none" || !v.Declared.Publish ||
			v.Subject.Serial != "x" || v.Subject.Prepaid.PaidFen != 1 || v.Consumer.Contacts[0].Value != "wx-abc" {
			t.Errorf("%s: %+v %+v %+v", actor.Role, v.Told, v.Filer, v.Before)
		}
	}
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	if seen := w.view(shop, v.ID); seen.Told != nil || seen.Filer != nil || seen.Before != nil || seen.Declared != nil || seen.Consumer.Contacts != nil {
		t.Errorf("the merchant sees %+v %+v", seen.Told, seen.Filer)
	}
	seen := w.view(auditor, v.ID)
	if seen.Told.Address != "" || seen.Filer.Name != "代*" || seen.Consumer.Contacts[0].Value != "w***" {
		t.Errorf("%+v %+v", seen.Told, seen.Filer)
	}
}

// neither side reads it there.
func TestThePartiesDoNotReadWhyACaseStaysPrivate(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.do(desk, v.ID, "terminate", &Terminate{Ground: "TM_NA_FOUND", Found: "ART42", Reason: "核查中"})
	w.do(desk, v.ID, "review-disclosure", &ReviewDisclosure{})
	for actor, want := range map[Actor]string{anyConsumer: "", shop: "", desk: "TM_NA_FOUND", auditor: "TM_NA_FOUND"} {
		if d := w.view(actor, v.ID).Disclosure; d == nil || d.State != complaint.DisclosureNot || d.Why != want {
			t.Errorf("%s: %+v", actor.Role, d)
		}
	}
}

// What was not declared is not recorded as declared: for the truth of the materials the
// complainant answers (Order 121 art 10).
func TestNothingIsDeclaredForTheConsumer(t *testing.T) {
	w := newWorld(t)
	in := complaintOf("暖阳家电")
	in.Truthful, in.EverydayUse = nil, nil
	s, _, err := w.State(t.Context(), w.file(in).ID)
	if err != nil || s.Filing.Truthful || s.Filing.EverydayUse {
		t.Error(s.Filing.Truthful, s.Filing.EverydayUse, err)
	}
}

// FORMATS.md names every event, and no other.
func TestTheFormatsNameEveryEvent(t *testing.T) {
	text, err := os.ReadFile("../FORMATS.md")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, word := range strings.Split(string(text), "`") {
		kind, rest, dotted := strings.Cut(word, ".")
		if dotted && slices.Contains([]string{"complaint", "notice", "disclosure", "subject", "access", "evidence", "number", "period"}, kind) &&
			rest != "" && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz_") == "" {
			named = append(named, word+".v1")
		}
	}
	slices.Sort(named)
	types := slices.Sorted(slices.Values(NewRegistry(es.StdCodec{}).Types()))
	if named = slices.Compact(named); !slices.Equal(named, types) {
		t.Errorf("FORMATS.md: %v\nregistry: %v", named, types)
	}
}
