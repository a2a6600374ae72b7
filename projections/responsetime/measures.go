package responsetime

// measure numbers what is counted of a case. The numbers are stored: they are only added
// to.
type measure uint8

const (
	mReceived     measure = iota + 1 // the case came in; code: its first lane
	mClaimed                         // what is asked for, in fen
	mCheckDue                        // the duty to decide on acceptance is open; first: its last day, second: by the wide reading
	mChecked                         // decided and told; first: working days; flag
	mDecided                         // code: accepted, or the ground of refusal
	mAnswered                        // the merchant answered; first: calendar days, second: working days
	mAnswerOpen                      // it has not; first: the day on which the complaint came in
	mAnswerLapsed                    // it ended otherwise before it had
	mMediateDue                      // mediation is under way; first: its last day, second: by the wide reading
	mMediated                        // mediation ended; first: days without those of appraisals; flag
	mEnded                           // code: how; first: days since it came in, second: since the file was complete
	mClosed                          // code: how it ended; first: days since it came in; flag of its mediation
	mRelief                          // of a closed case; code: what the consumer got
	mDiscontinued                    // accepted and ended without agreement; code: why
	mRated                           // code: the consumer's view
	mGrade                           // of the merchant; first: 1 to 5
	mOfficeGrade                     // of the office; first: 1 to 5
	mPerformance                     // code: what became of what was agreed; first: its last day
	mAgreedFen                       // in fen
	mPaidFen                         // in fen
	mReopened                        // code: open, or ended again
	mDisclosure                      // code: class
	mSent                            // imported: first: days from receipt to sending on
	mTimely                          // imported, as stated
	mResponse                        // imported, as stated
	mDisputed                        // imported, as stated
	measures
)

// money says that a measure's values are fen.
func (m measure) money() bool { return m == mClaimed || m == mAgreedFen || m == mPaidFen }

// Codes of ends.
const (
	endAgreement uint8 = iota + 1
	endSettlement
	endPrior
	endPriorDirect
	endNoAgreement
	endFound
	endWithdrawn
	endWithdrawnBefore
	endDeclined
)

// Flags of an observation with a limit.
const (
	flagNone uint8 = iota
	flagStrict
	flagWide
	flagLate
)

func flagNames() []string { return []string{"none", "strict", "wide", "late"} }

// measureData names a measure and its codes, from code 1 on.
type measureData struct {
	id    string
	codes []string
}

// lookup finds the number of a name, from 1; the last name stands for all others.
func lookup(names []string, name string) uint8 {
	for i, n := range names {
		if n == name {
			return uint8(i + 1)
		}
	}
	return uint8(len(names))
}

func lanes() []string { return []string{"direct", "association", "department", "imported"} }

// decisions are accepted and the grounds of refusal (Order 20 art 15, Order 121 art 16).
func decisions() []string {
	return []string{
		"accepted", "NA1_SCOPE", "NA2_ALREADY", "NA3_NOT_CONSUMER", "NA4_TIME", "NA5_MATERIALS", "NA6_IDENTITY", "NA7_OTHER", "other",
	}
}

// discontinuations are the grounds of termination (Order 20 art 21, Order 121 art 23).
func discontinuations() []string {
	return []string{
		"TM_WITHDRAW", "TM_NO_SHOW", "TM_REFUSED", "TM_NO_AGREEMENT", "TM_APPRAISAL_BODY", "TM_APPRAISAL_FEE", "TM_TIMEOUT",
		"TM_NA_FOUND", "TM_PARTY_GONE", "TM_OTHER", "other",
	}
}

func ends() []string {
	return []string{
		"agreement", "settlement", "prior", "prior_direct", "no_agreement", "found_not_acceptable", "withdrawn", "withdrawn_before", "declined",
	}
}

func classes() []Class { return Classes() }

// Classes lists why a case is public or not, in the order of their codes.
func Classes() []Class {
	return []Class{
		ClassPublic, ClassNotEnded, ClassInReview, ClassNotAccepted, ClassWithdrawn, ClassNoConsent, ClassObjection, ClassPolicy,
		ClassTakenDown, ClassPeriodOver,
	}
}

func classNames() []string {
	var names []string
	for _, c := range classes() {
		names = append(names, string(c))
	}
	return names
}

// views of a consumer; a view of a case that was declined or withdrawn stands apart.
func views() []string { return []string{"resolved", "partly", "not_resolved", "apart"} }

func reliefs() []string { return []string{"monetary", "other", "explanation", "none"} }

func performances() []string { return []string{"due", "performed", "confirmed", "broken"} }

// responses are the categories of the CFPB, those retired in 2012 among them.
func responses() []string {
	return []string{
		"monetary", "non_monetary", "explanation", "closed", "relief", "no_relief", "in_progress", "untimely", "other",
	}
}

// responseStated are the words of the source for responses.
func responseStated() []string {
	return []string{
		"Closed with monetary relief", "Closed with non-monetary relief", "Closed with explanation", "Closed", "Closed with relief",
		"Closed without relief", "In progress", "Untimely response", "",
	}
}

func measureTable() [measures]measureData {
	return [measures]measureData{
		mReceived: {"received", lanes()}, mClaimed: {"claimed", nil}, mCheckDue: {"check_due", nil}, mChecked: {"checked", nil},
		mDecided: {"decided", decisions()}, mAnswered: {"answered", nil}, mAnswerOpen: {"answer_open", nil},
		mAnswerLapsed: {"answer_lapsed", nil}, mMediateDue: {"mediate_due", nil}, mMediated: {"mediated", nil},
		mEnded: {"ended", ends()}, mClosed: {"closed", ends()}, mRelief: {"relief", reliefs()},
		mDiscontinued: {"discontinued", discontinuations()}, mRated: {"rated", views()}, mGrade: {"grade", nil},
		mOfficeGrade: {"office_grade", nil}, mPerformance: {"performance", performances()}, mAgreedFen: {"agreed_fen", nil},
		mPaidFen: {"paid_fen", nil}, mReopened: {"reopened", []string{"open", "ended"}}, mDisclosure: {"disclosure", classNames()},
		mSent: {"sent", nil}, mTimely: {"timely", []string{"yes", "no"}}, mResponse: {"response", responses()},
		mDisputed: {"disputed", []string{"yes", "no", "not_asked"}},
	}
}
