package complaint

import (
	"errors"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// declinePlaces and endPlaces tell where the grounds stand, apart from the law's data: Order
// 20 alone, Order 20 with Regulation 778, Order 121. A ground that the data has and these
// have not, or the other way round, fails.
func declinePlaces() map[string][3]string {
	old := func(n, now string) [3]string { return [3]string{"ORD-20.15(" + n + ")", "ORD-20.15(" + n + ")", now} }
	return map[string][3]string{
		"NA1_SCOPE": old("1", "ORD-121.16(1)"), "NA2_ALREADY": old("2", "ORD-121.16(2)"), "NA3_NOT_CONSUMER": old("3", "ORD-121.16(3)"),
		"NA4_TIME": old("4", "ORD-121.16(4)"), "NA5_MATERIALS": old("5", "ORD-121.16(5)"), "NA6_IDENTITY": {"", "", "ORD-121.16(6)"},
		"NA7_OTHER": old("6", "ORD-121.16(7)"),
	}
}

func endPlaces() map[string][3]string {
	old := func(n, now string) [3]string { return [3]string{"ORD-20.21(" + n + ")", "ORD-20.21(" + n + ")", now} }
	timeout := old("5", "ORD-121.23(5)")
	timeout[1] = "REG-778.46"
	return map[string][3]string{
		"TM_WITHDRAW": old("1", "ORD-121.23(1)"), "TM_SETTLED": old("1", "ORD-121.23(1)"), "TM_NO_SHOW": old("3", "ORD-121.23(2)"),
		"TM_REFUSED": old("3", "ORD-121.23(2)"), "TM_NO_AGREEMENT": old("4", "ORD-121.23(3)"), "TM_APPRAISAL_BODY": old("2", ""),
		"TM_APPRAISAL_FEE": old("2", "ORD-121.23(4)"), "TM_TIMEOUT": timeout, "TM_NA_FOUND": old("6", "ORD-121.23(6)"),
		"TM_PARTY_GONE": {"", "", "ORD-121.23(7)"}, "TM_OTHER": old("7", "ORD-121.23(8)"),
	}
}

// filedIn are filing days of the three rule sets.
func filedIn() [3]string { return [3]string{"2024-06-03", "2025-06-03", "2026-06-01"} }

// eachGround tries every ground of every rule set, and of the others, in the decider.
func eachGround(t *testing.T, kind statute.GroundKind, places map[string][3]string, try func(t *testing.T, filed calendar.Date, code string) error, article string) {
	t.Helper()
	c := law(t).Catalogue
	for i, filed := range filedIn() {
		rs, err := c.At(day(filed))
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range rs.Grounds(kind) {
			if _, ok := places[g.Code]; !ok {
				t.Errorf("%s of %s has no line here", g.Code, rs.ID)
			}
		}
		for code, at := range places {
			t.Run(rs.ID+" "+code+" "+at[i], func(t *testing.T) {
				var refusal *Refusal
				errors.As(try(t, day(filed), code), &refusal)
				unknown := refusal != nil && refusal.Code == "ground_unknown"
				switch g, ok := rs.GroundFor(code); {
				case ok != (at[i] != "") || unknown == ok:
					t.Errorf("in the law %v, here %q, refused %v", ok, at[i], refusal)
				case ok && strings.ReplaceAll(g.Citations[0].String(), " ", ".") != at[i]:
					t.Errorf("stands at %s, not %s", g.Citations[0], at[i])
				case unknown && !strings.HasPrefix(refusal.Rule, strings.Split(article, "|")[min(i/2, 1)]):
					t.Errorf("refused by %s", refusal.Rule)
				}
			})
		}
	}
}

func pastOf(filed calendar.Date) []Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = filed - 10
	when := filed.String()
	return []Command{by(consumer, when, f), by(officer, when, ConfirmRespondent{Merchant: shop, Source: "register"})}
}

// Every ground for not accepting is taken under the rule set that has it and refused under
// the others (Order 20 art 15, Order 121 art 16).
func TestEveryGroundOfDecliningIsTaken_Order121Art16_Order20Art15(t *testing.T) {
	eachGround(t, statute.Decline, declinePlaces(), func(t *testing.T, filed calendar.Date, code string) error {
		o := walk(t, pastOf(filed)...).When(by(officer, (filed + 2).String(), Decline{Ground: code, Reason: words(), Routes: []string{"sue"}}))
		if err := o.Err(); err != nil {
			return err
		}
		if s := o.State(); s.Status != StatusDeclined || s.Declined.Ground != code {
			t.Errorf("%s, declined on %+v", s.Status, s.Declined)
		}
		return nil
	}, "ORD-20.15|ORD-121.16")
}

// Every ground for ending mediation is known under the rule set that has it and under no
// other; what it needs besides is refused by name (Order 20 art 21, Order 121 art 23).
func TestEveryGroundOfEndingIsTaken_Order121Art23_Order20Art21(t *testing.T) {
	taken := map[string]bool{}
	eachGround(t, statute.Terminate, endPlaces(), func(t *testing.T, filed calendar.Date, code string) error {
		past := append(pastOf(filed), by(officer, (filed+1).String(), Accept{}))
		o := walk(t, past...).When(by(officer, (filed + 100).String(), Terminate{Ground: code, Reason: words()}))
		if err := o.Err(); err != nil {
			return err
		}
		taken[code] = true
		if s := o.State(); s.Status != StatusTerminated || s.Terminated.Ground != code {
			t.Errorf("%s, ended by %+v", s.Status, s.Terminated)
		}
		return nil
	}, "ORD-20.21|ORD-121.23")
	for _, code := range []string{"TM_REFUSED", "TM_APPRAISAL_FEE", "TM_TIMEOUT", "TM_OTHER"} {
		if !taken[code] {
			t.Errorf("%s was never taken", code)
		}
	}
}

// The list of channels is closed under Order 20 art 8 and open under Order 121 art 8; every
// way by which a complaint comes in counts as one of the law's, and none is refused for it.
func TestChannelsOfTheLaw_Order121Art8_Order20Art8(t *testing.T) {
	want := map[string][3]string{
		"online": {"internet", "internet", "other"}, "station": {"internet", "internet", "other"}, "phone": {"phone", "phone", "hotline_12315"},
		"hotline": {"phone", "phone", "hotline_12315"}, "letter": {"post", "post", "post"}, "counter": {"window", "window", "window"}, "fax": {"fax", "fax", "other"},
	}
	for _, channel := range append(channels(), "online") {
		for i, filed := range filedIn() {
			rs, err := law(t).Catalogue.At(day(filed))
			if err != nil {
				t.Fatal(err)
			}
			if as, _ := rs.FiledAs(channel); as.Code != want[channel][i] || as.Code == "" {
				t.Errorf("%s, filed by %s: %q", rs.ID, channel, as.Code)
			}
			f := filing(LaneDepartment)
			f.Purchase.BoughtOn = day(filed) - 10
			f.Channel = channel
			by1 := consumer
			if channel != "online" {
				by1 = officer
			}
			if s := walk(t, by(by1, filed, f)).State(); s.Filing.Channel != channel || s.Status != StatusReceived {
				t.Errorf("%s by %s: %s", filed, channel, s.Status)
			}
		}
	}
}
