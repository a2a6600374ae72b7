package usecase

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// elsewhere are facts that hold sealed values or keys and are no case's, with where
// their erasure comes from.
func elsewhere() map[string]string {
	return map[string]string{
		"evidence.offered.v1":           "the decision on a case that cites the file names the offer",
		"number.voided.v1":              "the reason is the very value of the case's notice.voided",
		"complaint.erasure_decided.v1":  "what was decided is decided anew",
		"subject.erased.v1":             "what was decided is decided anew",
		"subject.released.v1":           "what was decided is decided anew",
		"complaint.foreign_recorded.v1": "no officer decides about another system's case; the keyring erases it by subject",
		"complaint.foreign_changed.v1":  "no officer decides about another system's case; the keyring erases it by subject",
	}
}

// sealedIn tells the subjects of the sealed values in stored JSON.
func sealedIn(v any, tell func(string)) {
	switch v := v.(type) {
	case map[string]any:
		_, suite := v["suite"]
		if _, cipher := v["cipher"]; suite && cipher {
			tell(v["subject"].(string))
		}
		for _, inner := range v {
			sealedIn(inner, tell)
		}
	case []any:
		for _, inner := range v {
			sealedIn(inner, tell)
		}
	}
}

// PIPL 47: every sealed value of every event belongs to a subject that a decision on
// erasure names. An event with a field that the decision does not find fails here.
func TestEverySealedValueIsNamedByTheDecision_PIPL47(t *testing.T) {
	r := NewRegistry(es.StdCodec{})
	where, checked := elsewhere(), 0
	for name, empty := range instances(t, r) {
		v := sampleOf(empty) // with every field filled
		_, data, err := r.Encode(v)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		named := scope{all: map[sealed.Subject]bool{}, others: map[sealed.Subject]bool{}, cited: map[string][]Actor{}}
		if event, ok := v.(complaint.Event); ok {
			named.add(event, &es.Metadata{})
		}
		missing := func(subject string) {
			checked++
			if !named.all[sealed.Subject(subject)] && where[name] == "" {
				t.Errorf("%s: a value sealed under %q is named by no decision on erasure: let scope.add find it, or say in elsewhere() what erases it", name, subject)
			}
		}
		var stored any
		if err := json.Unmarshal(data, &stored); err != nil {
			t.Fatal(err)
		}
		sealedIn(stored, missing)
		keysIn(reflect.TypeOf(v), reflect.ValueOf(v), missing)
	}
	if checked < 100 {
		t.Errorf("%d values checked", checked)
	}
}

// keysIn tells the fields that name a key, whatever they are called.
func keysIn(typ reflect.Type, v reflect.Value, tell func(string)) {
	if typ == reflect.TypeFor[sealed.Subject]() {
		tell(v.String())
		return
	}
	switch typ.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			keysIn(typ.Elem(), v.Elem(), tell)
		}
	case reflect.Slice:
		for i := range v.Len() {
			keysIn(typ.Elem(), v.Index(i), tell)
		}
	case reflect.Struct:
		for i := range typ.NumField() {
			if typ.Field(i).IsExported() {
				keysIn(typ.Field(i).Type, v.Field(i), tell)
			}
		}
	}
}

// PIPL 47: a new fact that names a respondent or a person says whose data these are.
func TestWhoIsAnotherPersonIsListed_PIPL47(t *testing.T) {
	known := map[string]string{
		"*complaint.Filed": "claim and consumer", "*complaint.RespondentProposed": "candidates",
		"*complaint.RespondentConfirmed": "respondent", "*complaint.RespondentReplaced": "respondents",
		"*complaint.ComplainantJoined": "complainant", "*complaint.ConsumerCorrected": "the consumer",
		// The record names the respondent as it was confirmed.
		"*complaint.DisclosureNotified": "record", "*complaint.ObjectionDecided": "record", "*complaint.Disclosed": "record", "*complaint.Corrected": "record",
		"*complaint.ForeignRecorded": "another system's", "*complaint.ForeignChanged": "another system's",
	}
	for name, v := range instances(t, NewRegistry(es.StdCodec{})) {
		typ := reflect.TypeOf(v)
		if holdsPerson(typ.Elem()) && known[typ.String()] == "" {
			t.Errorf("%s holds a person: let scope.add tell whether it is another's data than the consumer's, and list it here", name)
		}
	}
}

func holdsPerson(typ reflect.Type) bool {
	switch typ {
	case reflect.TypeFor[complaint.Identity](), reflect.TypeFor[complaint.Told](), reflect.TypeFor[complaint.Person]():
		return true
	}
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		return holdsPerson(typ.Elem())
	case reflect.Struct:
		for i := range typ.NumField() {
			if holdsPerson(typ.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// PIPL 47: a joined complainant's data are not the consumer's to delete; a claim code is
// known to the keyring alone, and goes with the consumer.
func TestJoinedComplainantsAndClaimCodes_PIPL47(t *testing.T) {
	w := newPeople(t)
	id := w.accepted().ID
	w.do(desk, id, "join-complainant", &JoinComplainant{Complainant: ConsumerInput{Name: "巴特尔", Phone: "13947110022", Address: "回民区某路 5 号", Region: "150103"}})
	s, _, err := w.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	joined := s.Behind.Joined[0].Person.Subject
	for result, want := range map[string]bool{"restricted": false, "erased": true} {
		list, err := w.subjectsToErase(t.Context(), &s, result)
		if err != nil || slices.Contains(list, joined) != want || slices.Contains(list, subjectOf(id, "respondent")) != want || !slices.Contains(list, subjectOf(id, "consumer")) {
			t.Errorf("%s: %v, %v", result, list, err)
		}
	}
	in := complaintOf("暖阳家电")
	in.ReceivedOn = "2026-09-14"
	_, v, err := w.File(t.Context(), desk, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.do(desk, v.ID, "offer-claim", &OfferClaim{})
	s, _, err = w.State(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	claim := s.Behind.Claim.Claim
	list, err := w.subjectsToErase(t.Context(), &s, "restricted")
	if err != nil || claim == "" || !slices.Contains(list, claim) {
		t.Errorf("the code's key is not named: %q, %v, %v", claim, list, err)
	}
}

// PIPL 47: cases of one submission share the consumer's key. It goes when both may lose
// it, and then both show nothing.
func TestSplitCasesLoseTheirKeyTogether_PIPL47(t *testing.T) {
	w := newPeople(t)
	id := w.received()
	w.do(desk, id, "split", &Split{Kind: "complaint", Text: "另购电饭煲漏电。", Rest: "冰箱不制冷。", Requests: []RequestInput{{Kind: "replace"}}})
	s, _, err := w.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	grown := s.Splits[0].Case
	w.do(anyConsumer, id, "withdraw", &Withdraw{})
	w.do(desk, id, "close", &Close{})
	w.do(anyConsumer, id, "request-erasure", &RequestErasure{})
	w.refused(&complaint.Refusal{Code: "linked_case_needs"}, desk, id, "decide-erasure", &DecideErasure{Result: "restricted"})
	w.do(anyConsumer, grown, "withdraw", &Withdraw{})
	w.do(desk, grown, "close", &Close{})
	w.at("2029-10-15")
	w.over(id)
	w.over(grown)
	w.do(desk, grown, "hold", &Hold{Kind: "court"})
	w.refused(&complaint.Refusal{Code: "linked_case_needs"}, desk, id, "decide-erasure", &DecideErasure{Result: "erased"})
	w.do(desk, grown, "release-hold", &ReleaseHold{})
	w.do(desk, id, "decide-erasure", &DecideErasure{Result: "erased"})
	w.showsNothing(id)
	w.showsNothing(grown)
	w.do(desk, grown, "decide-erasure", &DecideErasure{Result: "erased"})
	w.showsNothing(grown)
	for _, one := range []string{id, grown} {
		for _, who := range []string{"consumer", "respondent"} {
			if state, err := w.keyring.StateOf(t.Context(), subjectOf(one, who)); err == nil && state != sealed.Erased {
				t.Errorf("%s of %s is %s", who, one, state)
			}
		}
	}
}

// PIPL 47(2): a restriction is lifted; what an office writes meanwhile has a key of its own.
func TestLiftedCaseIsShownAgain_PIPL47(t *testing.T) {
	w := newPeople(t)
	id := w.closed()
	w.do(anyConsumer, id, "request-erasure", &RequestErasure{})
	w.do(desk, id, "decide-erasure", &DecideErasure{Result: "restricted"})
	w.showsNothing(id)
	w.do(desk, id, "hold", &Hold{Kind: "court", Reason: "法院调卷"})
	w.refused(ErrForbidden, anyConsumer, id, "lift-restriction", &LiftRestriction{Reason: "x"})
	back := w.do(desk, id, "lift-restriction", &LiftRestriction{Reason: "申请人撤回申请"})
	if back.Consumer == nil || back.Consumer.Phone != consumerPhone || back.Rights.Data != "" || len(back.Rights.Holds) != 1 || back.Rights.Holds[0].Reason != "法院调卷" {
		t.Errorf("%+v %+v", back.Consumer, back.Rights)
	}
	if own := w.view(anyConsumer, id); own.Facts != facts {
		t.Errorf("%+v", own)
	}
	if state, err := w.keyring.StateOf(t.Context(), subjectOf(id, "consumer")); err != nil || state != sealed.Active {
		t.Error(state, err)
	}
	w.refused(&complaint.Refusal{Code: "not_restricted"}, desk, id, "lift-restriction", &LiftRestriction{Reason: "again"})
	w.at("2029-10-15")
	w.do(desk, id, "release-hold", &ReleaseHold{})
	w.over(id)
	w.do(desk, id, "decide-erasure", &DecideErasure{Result: "erased"})
	w.showsNothing(id)
	if shown := w.everythingShown(id); strings.Contains(shown, "法院调卷") {
		t.Error("what the office wrote in between is shown")
	}
	if state, err := w.keyring.StateOf(t.Context(), subjectOf(id, whoKeeps)); err != nil || state != sealed.Erased {
		t.Error(state, err)
	}
}
