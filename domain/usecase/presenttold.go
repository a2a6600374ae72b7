package usecase

import "fangxin/domain/complaint"

// told shows what those who handle the case need beyond the complaint itself.
func (p *presenting) told(f *complaint.Filed, v *CaseView) {
	if f.Filer != nil && p.sees("filer") {
		v.Filer = p.filer(f.Filer)
	}
	if p.sees("told") {
		v.Told = p.respondent(&f.Respondent)
	}
	if h := f.History; h != nil && p.sees("before") {
		v.Before = &BeforeView{
			KnewOn: h.KnewOn, ToldMerchantOn: h.ToldMerchantOn,
			MerchantAnswer: p.value("before.answer", fieldAnswerBefore, h.MerchantAnswer),
		}
		for _, e := range h.FiledElsewhere {
			v.Before.FiledElsewhere = append(v.Before.FiledElsewhere, ElsewhereView(e))
		}
	}
	if p.sees("declared") {
		c := p.s.Consent
		v.Declared = &DeclaredView{
			Publish: c.Publish, DelegateMediation: c.DelegateMediation, Wording: c.Wording,
			EverydayUse: f.EverydayUse, Truthful: f.Truthful,
		}
		if f.Harm != nil {
			v.Declared.Injury, v.Declared.OthersAffected = f.Harm.Injury, f.Harm.OthersAffected
		}
	}
}

func (p *presenting) filer(f *complaint.Filer) *FilerView {
	v := &FilerView{
		As: f.As, PowerOfAttorney: f.PowerOfAttorney,
		Name:  p.value("filer.person", fieldFilerName, f.Name),
		Phone: p.value("filer.person", fieldFilerPhone, f.Phone),
	}
	if h := f.Helper; h != nil {
		v.Helper = &HelperView{
			Kind: h.Kind, Unit: h.Unit,
			Name:    p.value("filer.person", fieldHelperName, h.Name),
			Phone:   p.value("filer.person", fieldHelperPhone, h.Phone),
			Address: p.value("filer.person", fieldHelperAddress, h.Address),
		}
	}
	return v
}

func (p *presenting) respondent(t *complaint.Told) *ToldView {
	const private = "told.private"
	v := &ToldView{
		USCC: t.USCC, Name: t.Name, Sign: t.Sign, Region: t.Region, Photos: t.Photos,
		Person:   p.value(private, fieldPerson, t.Person),
		Phone:    p.value(private, fieldPhone, t.Phone),
		Address:  p.value(private, fieldAddress, t.Address),
		Landmark: p.value(private, fieldLandmark, t.Landmark),
	}
	if t.Market != nil {
		v.Market = &MarketView{Name: t.Market.Name, Stall: t.Market.Stall}
	}
	if s := t.Platform; s != nil {
		v.Platform = &PlatformView{
			USCC: s.USCC, Name: s.Name, Shop: s.Shop,
			URL:          p.value(private, fieldPlatformURL, s.URL),
			AddressShown: p.value(private, fieldAddressShown, s.AddressShown),
		}
	}
	if t.Payee != nil {
		v.Payee = &PayeeView{Channel: t.Payee.Channel, Name: p.value(private, fieldPayee, t.Payee.Name)}
	}
	return v
}
