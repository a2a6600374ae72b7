package usecase

// SealedFields lists the names under which fields of events are sealed. A verifier
// tries them: the name is bound to the value but does not stand beside it.
func SealedFields() []string {
	return []string{
		fieldConsumerName, fieldConsumerPhone, fieldConsumerAddress, fieldConsumerID, fieldConsumerContact,
		fieldFilerName, fieldFilerPhone, fieldFilerID, fieldHelperName, fieldHelperPhone, fieldHelperAddress,
		fieldPerson, fieldPhone, fieldAddress, fieldLandmark, fieldAddressShown, fieldPlatformURL, fieldPayee,
		fieldOrderNo, fieldPlace, fieldSerial, fieldAnswerBefore, fieldFacts, fieldRequest, fieldReason,
		fieldOccurred, fieldResponse, fieldTerms, fieldSupplement, fieldRating, fieldObjection, fieldStatement, fieldNotice, fieldReport, fieldLead, fieldPart, fieldProof, fieldSync,
		fieldRecord, fieldSessionPlace, fieldCallBack,
		FieldNarrative,
	}
}
