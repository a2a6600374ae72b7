package usecase

import (
	"strconv"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/merchant"
	"fangxin/domain/sealed"
)

// mapping turns one request into a command: it reads dates, looks codes up, and
// hands every personal field to be sealed. What is wrong is collected, not answered
// one by one.
type mapping struct {
	*sealing
	law complaint.Law
	// command is the one under way.
	command es.ID
	// part is another case that the command opens first, nil for most.
	part   *part
	faults faults
	notice *notice
	// public is text that will be shown on the register.
	public string
}

// notice is a notice's words on their way to be kept, and where their hash goes.
type notice struct {
	words string
	hash  *string
}

func itoa(i int) string { return strconv.Itoa(i) }

func (m *mapping) date(pointer, text string) calendar.Date {
	if text == "" {
		return 0
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		m.faults.add(pointer, FaultDate)
	}
	return d
}

// region checks a division code. Divisions of other provinces are not in the table:
// a consumer may live there, a respondent here may not.
func (m *mapping) region(pointer, code string, elsewhere bool) {
	if _, ok := m.law.Catalogue.Regions().ByCode(code); ok {
		return
	}
	if elsewhere && len(code) == 6 && code[:2] != "15" {
		return
	}
	m.faults.add(pointer, FaultRegion)
}

// file maps a complaint as it was filed today.
func (m *mapping) file(actor Actor, in *FileComplaint, id es.ID, today calendar.Date) *complaint.File {
	c := &complaint.File{
		ID: m.id, Number: complaint.Number(today, id), Lane: complaint.Lane(in.Lane),
		Evidence:     in.Evidence,
		Consent:      complaint.Consent(in.Consent),
		EverydayUse:  in.EverydayUse != nil && *in.EverydayUse,
		Truthful:     in.Truthful != nil && *in.Truthful,
		ExternalRefs: m.externalRefs(in.ExternalRefs),
	}
	m.intake(actor, in, c)
	m.consumer(actor, in.Consumer, helperOf(in), &c.Consumer)
	if in.Filer != nil {
		c.Filer = m.filer(in.Filer)
	}
	m.told(&in.Merchant, &c.Respondent)
	m.purchase(&in.Subject, &c.Purchase)
	if in.History != nil {
		c.History = m.history(in.History)
	}
	if in.Harm != nil {
		harm := complaint.Harm(*in.Harm)
		c.Harm = &harm
	}
	m.text(fieldFacts, in.Facts, &c.Facts)
	c.Requests = m.requests(in.Requests)
	return c
}

func (m *mapping) consumer(actor Actor, in *ConsumerInput, helper contacts, p *complaint.Person) {
	if in == nil {
		m.faults.add("/consumer", FaultRequired)
		return
	}
	p.Subject = m.subject(whoConsumer)
	p.Region, p.IDType, p.Language = in.Region, in.IDType, in.Language
	p.Account = m.account(actor, in.Account)
	m.region("/consumer/region", in.Region, true)
	m.put(whoConsumer, fieldConsumerName, sealed.Name, in.Name, &p.Name)
	m.contact(fieldConsumerPhone, sealed.Phone, in.Phone, helper.phones, &p.Phone)
	m.contact(fieldConsumerAddress, sealed.Address, in.Address, helper.addresses, &p.Address)
	m.known(whoConsumer, fieldConsumerID, sealed.IDNumber, in.IDNumber, &p.IDNumber)
	if len(in.ContactWays) > 0 {
		p.Contacts = make([]complaint.ContactWay, len(in.ContactWays))
	}
	for i, c := range in.ContactWays {
		p.Contacts[i].Kind = c.Kind
		m.put(whoConsumer, fieldConsumerContact, sealed.Contact, c.Value, &p.Contacts[i].Value)
	}
}

// account is who may open the case as its consumer: who files, or whom the officer
// that files names. It stands in clear, so it is an opaque id and no phone number.
func (m *mapping) account(actor Actor, named string) string {
	switch {
	case actor.Role == RoleConsumer && named != "" && named != actor.ID:
		m.faults.add("/consumer/account", FaultOfficersOnly)
	case actor.Role == RoleConsumer:
		return actor.ID
	case !isOpaque(named) || !impersonalID(named):
		m.faults.add("/consumer/account", FaultPersonal)
	}
	return named
}

// impersonalID refuses an identifier that is a phone, an ID number or a mailbox.
func impersonalID(id string) bool {
	kind, _ := sealed.Normal(sealed.Contact, id)
	return kind == sealed.Contact && !sealed.ValidIDNumber(strings.ToUpper(id))
}

func (m *mapping) filer(in *FilerInput) *complaint.Filer {
	f := &complaint.Filer{As: in.As, PowerOfAttorney: in.PowerOfAttorney}
	if in.Name != "" || in.Phone != "" || in.Helper != nil && in.Helper.Name != "" {
		f.Subject = m.subject(whoFiler)
	}
	m.put(whoFiler, fieldFilerName, sealed.Name, in.Name, &f.Name)
	m.put(whoFiler, fieldFilerPhone, sealed.Phone, in.Phone, &f.Phone)
	if in.Helper != nil {
		f.Helper = &complaint.Helper{Kind: in.Helper.Kind, Unit: business(in.Helper.Unit)}
		m.put(whoFiler, fieldHelperName, sealed.Name, in.Helper.Name, &f.Helper.Name)
		m.put(whoFiler, fieldHelperPhone, sealed.Phone, in.Helper.Phone, &f.Helper.Phone)
		m.put(whoFiler, fieldHelperAddress, sealed.Address, in.Helper.Address, &f.Helper.Address)
	}
	return f
}

// told maps the respondent as the consumer describes it. Its subject is set only
// where something of it is sealed.
func (m *mapping) told(in *MerchantInput, t *complaint.Told) {
	t.USCC, t.Region, t.Photos = m.creditCode("/merchant/uscc", in.USCC), in.Region, in.Photos
	t.Name, t.Sign = m.tradeName(in.Name, in.Person), m.tradeName(in.Sign, in.Person)
	codes := []string{t.USCC, ""}
	m.put(whoRespondent, fieldPerson, sealed.Name, in.Person, &t.Person)
	m.put(whoRespondent, fieldPhone, sealed.Phone, in.Phone, &t.Phone)
	m.put(whoRespondent, fieldAddress, sealed.Address, in.Address, &t.Address)
	m.put(whoRespondent, fieldLandmark, sealed.Address, in.Landmark, &t.Landmark)
	if in.Market != nil {
		t.Market = &complaint.Market{Name: business(in.Market.Name), Stall: business(in.Market.Stall)}
	}
	if p := in.Platform; p != nil {
		t.Platform = &complaint.Platform{USCC: m.creditCode("/merchant/platform/uscc", p.USCC), Name: business(p.Name), Shop: business(p.Shop)}
		m.text(fieldPlatformURL, p.URL, &t.Platform.URL)
		m.put(whoRespondent, fieldAddressShown, sealed.Address, p.AddressShown, &t.Platform.AddressShown)
		codes[1] = t.Platform.USCC
	}
	if p := in.Payee; p != nil {
		t.Payee = &complaint.Payee{Channel: business(p.Channel)}
		m.put(whoRespondent, fieldPayee, sealed.Name, p.Name, &t.Payee.Name)
	}
	t.Subject = m.matters[whoRespondent].Subject
	t.Warnings = usccWarnings(codes...)
	m.recognisable(in)
}

// business is what a consumer wrote in a field that stays readable: a shop, an item, a
// brand. Phones, ID numbers and the like that stand in it are hidden.
func business(text string) string { return sealed.MaskText(text) }

// creditCode is a credit code in its written form. An ID number has the same shape; it
// is a person's and does not stand in clear.
func (m *mapping) creditCode(pointer, code string) string {
	code = merchant.NormaliseUSCC(code)
	if _, odd := merchant.CheckUSCC(code); odd != merchant.USCCSound && sealed.ValidIDNumber(code) {
		m.faults.add(pointer, FaultPersonal)
		return ""
	}
	return code
}

// tradeName is a business name. A person's own name in its place is kept sealed, as
// the person, and not a second time in clear.
func (m *mapping) tradeName(text, person string) string {
	_, a := sealed.Normal(sealed.Name, text)
	if _, b := sealed.Normal(sealed.Name, person); a == b {
		return ""
	}
	return business(text)
}

// recognisable asks for one way to recognise the respondent and one place to find
// it (Order 121 art 10 asks for name and address, and for no credit code).
func (m *mapping) recognisable(in *MerchantInput) {
	known := in.USCC != "" || in.Name != "" || in.Sign != "" || in.Person != "" || in.Phone != "" ||
		in.Market != nil || len(in.Photos) > 0 || in.Platform != nil && in.Platform.Shop != "" || in.Payee != nil && in.Payee.Name != ""
	if !known {
		m.faults.add("/merchant", FaultUnrecognisable)
	}
	if in.Region != "" {
		m.region("/merchant/region", in.Region, false)
	} else if in.Address == "" && in.Platform == nil {
		m.faults.add("/merchant", FaultPlaceless)
	}
}

func (m *mapping) purchase(in *PurchaseInput, p *complaint.Purchase) {
	*p = complaint.Purchase{
		Kind: in.Kind, Category: in.Category, Name: business(in.Name),
		BoughtOn:    m.date("/subject/bought_on", in.BoughtOn),
		DeliveredOn: m.date("/subject/delivered_on", in.DeliveredOn),
		InstalledOn: m.date("/subject/installed_on", in.InstalledOn),
		Channel:     in.Channel, AmountFen: in.AmountFen,
		Brand: business(in.Brand), Model: in.Model, Maker: business(in.Maker), Batch: in.Batch, Quantity: in.Quantity,
	}
	if in.Prepaid != nil {
		prepaid := complaint.Prepaid(*in.Prepaid)
		p.Prepaid = &prepaid
	}
	m.category("/subject/category", in)
	m.put(whoConsumer, fieldOrderNo, sealed.Text, in.OrderNo, &p.OrderNo)
	m.put(whoConsumer, fieldPlace, sealed.Address, in.Place, &p.Place)
	m.put(whoConsumer, fieldSerial, sealed.Text, in.Serial, &p.Serial)
}

func (m *mapping) category(pointer string, in *PurchaseInput) {
	if _, ok := m.law.Catalogue.Vocabulary().Category(in.Category); !ok {
		m.faults.add(pointer, FaultCategory)
	}
}

func (m *mapping) history(in *HistoryInput) *complaint.History {
	h := &complaint.History{
		KnewOn:         m.date("/history/knew_on", in.KnewOn),
		ToldMerchantOn: m.date("/history/told_merchant_on", in.ToldMerchantOn),
	}
	for _, e := range in.FiledElsewhere {
		h.FiledElsewhere = append(h.FiledElsewhere, complaint.Elsewhere{
			Where: business(e.Where), Number: e.Number, State: business(e.State),
		})
	}
	m.text(fieldAnswerBefore, in.MerchantAnswer, &h.MerchantAnswer)
	return h
}

func (m *mapping) externalRefs(in []ExternalRefInput) []complaint.ExternalRef {
	if len(in) == 0 {
		return nil
	}
	refs := make([]complaint.ExternalRef, len(in))
	for i, r := range in {
		refs[i] = complaint.ExternalRef{System: r.System, Number: r.Number, Status: business(r.Status)}
		if r.ReceivedOn != "" {
			refs[i].ReceivedOn = m.date("/external_refs/"+itoa(i)+"/received_on", r.ReceivedOn)
		}
	}
	return refs
}
