package usecase

// HandoversView says how the case went from hand to hand: sent on to other
// authorities, returned to the desk, and come back to where it had been (踢皮球).
type HandoversView struct {
	Forwarded int `json:"forwarded"`
	Returned  int `json:"returned"`
	Back      int `json:"back"`
}
