package usecase

import (
	"slices"

	"fangxin/domain/complaint"
)

// notices shows each notice to the side that it is for, and to officers.
func (p *presenting) notices(v *CaseView) {
	for _, n := range p.s.Notices {
		if !p.sees("notices."+string(n.Recipient)) || p.actor.Role == RoleMerchant && n.State == complaint.NoticeInvalid {
			continue
		}
		shown := NoticeView{
			ID: n.Notice, Form: n.Form, Number: n.Number, About: n.About, Recipient: string(n.Recipient),
			State: n.State, SentOn: n.SentOn, Channel: n.Channel, On: n.On,
		}
		if p.sees("notices.proof") {
			shown.Code, shown.Proof = n.Code, p.proof(n.Proof)
		}
		v.Notices = append(v.Notices, shown)
	}
}

func (p *presenting) proof(e *complaint.NoticeProven) *ProofView {
	if e == nil {
		return nil
	}
	v := &ProofView{Kind: e.Kind, Evidence: append([]string{}, e.Evidence...)}
	v.Number = p.value("notices.proof", fieldProof, e.Number)
	return v
}

// sync shows how the acts stand in the official record.
func (p *presenting) sync(v *CaseView) {
	if !p.sees("sync") {
		return
	}
	for _, s := range p.s.Sync() {
		v.Sync = append(v.Sync, SyncView{
			Act: string(s.Act), State: s.State, By: s.By, At: s.On, Field: s.Field,
			Ours: p.value("sync.text", fieldSync, s.Ours), Theirs: p.value("sync.text", fieldSync, s.Theirs),
		})
	}
}

// proves says whether a file is a proof of a notice that the reader sees.
func (v *CaseView) proves(id string) bool {
	return slices.ContainsFunc(v.Notices, func(n NoticeView) bool { return n.Proof != nil && slices.Contains(n.Proof.Evidence, id) })
}
