package statute

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
)

func codes(list []Ground) []string {
	var out []string
	for _, g := range list {
		out = append(out, g.Code)
	}
	return out
}

// TestGroundsByRuleSet: ORD-20 arts 15, 21; ORD-121 arts 16, 23.
func TestGroundsByRuleSet(t *testing.T) {
	c := load(t)
	old, middle, now := at(t, c, "2023-01-03"), at(t, c, "2025-01-03"), at(t, c, "2026-05-06")
	declineOld := []string{"NA1_SCOPE", "NA2_ALREADY", "NA3_NOT_CONSUMER", "NA4_TIME", "NA5_MATERIALS", "NA7_OTHER"}
	declineNow := []string{"NA1_SCOPE", "NA2_ALREADY", "NA3_NOT_CONSUMER", "NA4_TIME", "NA5_MATERIALS", "NA6_IDENTITY", "NA7_OTHER"}
	endOld := []string{"TM_WITHDRAW", "TM_SETTLED", "TM_APPRAISAL_BODY", "TM_APPRAISAL_FEE", "TM_NO_SHOW", "TM_REFUSED", "TM_NO_AGREEMENT", "TM_TIMEOUT", "TM_NA_FOUND", "TM_OTHER"}
	endNow := []string{"TM_WITHDRAW", "TM_SETTLED", "TM_NO_SHOW", "TM_REFUSED", "TM_NO_AGREEMENT", "TM_APPRAISAL_FEE", "TM_TIMEOUT", "TM_NA_FOUND", "TM_PARTY_GONE", "TM_OTHER"}
	for _, tt := range []struct {
		rs           RuleSet
		decline, end []string
	}{{old, declineOld, endOld}, {middle, declineOld, endOld}, {now, declineNow, endNow}} {
		if diff := cmp.Diff(tt.decline, codes(tt.rs.Grounds(Decline))); diff != "" {
			t.Errorf("%s: %s", tt.rs.ID, diff)
		}
		if diff := cmp.Diff(tt.end, codes(tt.rs.Grounds(Terminate))); diff != "" {
			t.Errorf("%s: %s", tt.rs.ID, diff)
		}
	}
	if _, ok := now.DeclineGround("TM_TIMEOUT"); ok {
		t.Error("a ground for ending was taken as one for declining")
	}
	if g, ok := now.GroundFor("NA6_IDENTITY"); !ok || g.Citations[0].String() != "ORD-121 16(6)" {
		t.Errorf("%+v", g)
	}
	if g, ok := middle.GroundFor("TM_APPRAISAL_BODY"); !ok || g.Unless != BodyDesignated {
		t.Errorf("REG-778 47: %+v", g)
	}
	if g, _ := now.DeclineGround("NA3_NOT_CONSUMER"); len(g.Factors) != 5 {
		t.Errorf("ORD-121 17: %+v", g.Factors)
	}
}

// TestProvisionsByRuleSet: what each regime asks for.
func TestProvisionsByRuleSet(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		code             string
		old, middle, now bool
	}{
		{DelegationNeedsBoth, false, true, true},
		{BodyMayBeDesignated, false, true, true},
		{TrueIdentity, false, true, true},
		{IdentityProof, false, false, true},
		{MediationNeedsBoth, true, true, true},
		{RecusalSuspends, true, true, true},
		{DocumentOnSite, true, true, true},
		{Through12315, false, false, true},
	} {
		got := [3]bool{at(t, c, "2024-06-30").Has(tt.code), at(t, c, "2024-07-01").Has(tt.code), at(t, c, "2026-04-15").Has(tt.code)}
		if got != [3]bool{tt.old, tt.middle, tt.now} {
			t.Errorf("%s: %v", tt.code, got)
		}
	}
}

// TestNonAcceptanceNotice: reasons and the routes of CRPL 39 from 2024-07-01
// (REG-778 46; ORD-121 15).
func TestNonAcceptanceNotice(t *testing.T) {
	c := load(t)
	for day, want := range map[string]bool{"2024-06-30": false, "2024-07-01": true, "2026-04-15": true} {
		n, ok := at(t, c, day).Notice(NoticeNonAcceptance)
		if !ok || n.Needs(ContentReason) != want || n.Needs(ContentRoutes) != want {
			t.Errorf("%s: %+v", day, n)
		}
	}
	n, _ := at(t, c, "2026-05-06").Notice(NoticeNonAcceptance)
	if f, ok := at(t, c, "2026-05-06").Form(n.Form); !ok || f.Title.ZH != "投诉不予受理决定书" {
		t.Errorf("form %d: %+v", n.Form, f)
	}
	var routes []string
	for _, r := range c.Vocabulary().Routes {
		routes = append(routes, r.Code)
	}
	if diff := cmp.Diff([]string{"negotiate", "association", "department", "arbitrate", "sue"}, routes); diff != "" {
		t.Errorf("CRPL 39: %s", diff)
	}
	if got := len(at(t, c, "2026-05-06").Forms); got != 10 {
		t.Errorf("%d official forms", got)
	}
}

func TestLanes(t *testing.T) {
	v := load(t).Vocabulary()
	for code, legal := range map[string]bool{"direct": false, "association": false, "department": true} {
		if w, ok := v.Lane(code); !ok || w.Legal != legal {
			t.Errorf("%s: %+v", code, w)
		}
	}
	for _, code := range []string{"repair", "redo", "replace", "return", "refund", "make_up", "compensate", "apologise", "other"} {
		if _, ok := v.RequestKind(code); !ok {
			t.Errorf("request kind %s is missing", code)
		}
	}
	if w, ok := v.Category("catering"); !ok || w.Kind != "service" || w.Mark != Design {
		t.Errorf("%+v", w)
	}
	if _, ok := v.Category("weapons"); ok {
		t.Error("an unknown category was found")
	}
}

func TestNativeDisclosurePolicy(t *testing.T) {
	c := load(t)
	p, err := c.PolicyAt(calendar.MustDate("2026-11-23"))
	if err != nil || p.Version != "NM-2026.1" || !p.RequiresConsent || p.SmallCell != 5 {
		t.Fatalf("%+v %v", p, err)
	}
	if p.ObjectionPeriod.String() != "5 WD" || p.Period.String() != "365 CD" || p.CorrectionPeriod.String() != "3 WD" {
		t.Errorf("%s %s %s", p.ObjectionPeriod, p.Period, p.CorrectionPeriod)
	}
	object, ok := at(t, c, "2026-11-23").Clock(ClockPubObject)
	if !ok || object.Periods[0].Period != *p.ObjectionPeriod || object.Mark != Design {
		t.Errorf("clock %+v and policy differ", object)
	}
	for _, tt := range []struct {
		outcome, ground string
		when            []string
		ok              bool
	}{
		{OutcomeAgreed, "", nil, true},
		{OutcomeSettled, "TM_SETTLED", nil, true},
		{OutcomeTerminated, "TM_TIMEOUT", nil, true},
		{OutcomeTerminated, "", nil, false},
		{OutcomeTerminated, "TM_NA_FOUND", nil, false},
		{OutcomeTerminated, "TM_WITHDRAW", nil, false},
		{"declined", "NA1_SCOPE", nil, false},
		{OutcomeAgreed, "", []string{WhenNoConsent}, false},
		{OutcomeAgreed, "", []string{WhenCourt}, false},
		{"", "", nil, false},
	} {
		if ok, reason := p.Publishes(tt.outcome, tt.ground, tt.when...); ok != tt.ok || ok == (reason != "") {
			t.Errorf("%s %s %v: %v %q", tt.outcome, tt.ground, tt.when, ok, reason)
		}
	}
	if _, err := c.PolicyAt(calendar.MustDate("2019-12-31")); err == nil {
		t.Error("a policy before its first day")
	}
	if _, ok := c.Policy("NM-1999.1"); ok {
		t.Error("an unknown policy was found")
	}
}

// Records of the national platform are its own to publish (Order 121 art 40): our policy
// for them never does.
func TestOfficialRecordsAreNotPublished_Order121Art40(t *testing.T) {
	c := load(t)
	for rules, public := range map[string]bool{"12315": false, "CFPB": true, "ORD-121": true} {
		p, err := c.PolicyFor(rules, day("2026-06-01"))
		if err != nil || p.Public() != public {
			t.Errorf("%s: %+v, %v", rules, p, err)
		}
	}
}

func TestForeignDisclosurePolicy(t *testing.T) {
	c := load(t)
	p, err := c.PolicyFor("CFPB", calendar.MustDate("2019-03-03"))
	if err != nil || p.Version != "CFPB-public" || p.RequiresConsent || !p.NarrativeByConsent {
		t.Fatalf("%+v %v", p, err)
	}
	if ok, _ := p.Publishes("in_progress", ""); !ok || !p.Shows("timely") || p.Shows("consumer_name") {
		t.Error("all rows are public, no person is")
	}
}

func TestAmountBands(t *testing.T) {
	p, _ := load(t).Policy("NM-2026.1")
	for fen, want := range map[int64][2]int64{0: {0, 10000}, 9999: {0, 10000}, 10000: {10000, 50000}, 10000000: {10000000, 0}, 1 << 60: {10000000, 0}} {
		lo, hi, ok := p.Band(fen)
		if !ok || [2]int64{lo, hi} != want {
			t.Errorf("%d: %d..%d %v", fen, lo, hi, ok)
		}
	}
	if _, _, ok := p.Band(-1); ok {
		t.Error("a negative amount has a band")
	}
}

// TestEveryGroundOfNonAcceptanceStaysPrivate: whatever is not accepted is never
// published under a native policy.
func TestEveryGroundOfNonAcceptanceStaysPrivate(t *testing.T) {
	c := load(t)
	p, _ := c.Policy("NM-2026.1")
	for _, rs := range c.RuleSets() {
		for _, g := range rs.Grounds(Decline) {
			if !slices.Contains(p.NeverGrounds, g.Code) {
				t.Errorf("%s %s", rs.ID, g.Code)
			}
		}
	}
}
