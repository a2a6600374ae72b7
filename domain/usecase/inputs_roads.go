package usecase

// Inputs of the roads beside the main one (inputs.go).

// Forward /forward: the case goes to the authority that is competent.
type Forward struct {
	To       string         `json:"to" validate:"required,region"`
	ReportBy string         `json:"report_by,omitempty" validate:"omitempty,civil"`
	Reason   string         `json:"reason,omitempty" validate:"max=500" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ReportBack /report-back: the authority that forwarded the case is told.
type ReportBack struct {
	Text     string         `json:"text" validate:"required,max=2000" pii:"text"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}
