package complaint

// NoticeProven (送达凭证): what shows that a notice was sent, arrived, came back or
// was refused. It belongs to the notice's last fact. Occurred is the day of a fact that
// has none of its own: that it came back, or was read.
type NoticeProven struct {
	fact     `json:"-"`
	Notice   string   `json:"notice"`
	Kind     string   `json:"kind"`             // postal, call, receipt, system, witness, record
	Number   Text     `json:"number,omitempty"` // sealed: a call's number is a person's
	Evidence []string `json:"evidence,omitempty"`
	Occurred Occurred `json:"occurred"`
}
