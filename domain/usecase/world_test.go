package usecase

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
)

// lawOf loads the compiled law once for all tests.
var lawOf = sync.OnceValues(func() (complaint.Law, error) {
	catalogue, err := statute.Load()
	if err != nil {
		return complaint.Law{}, err
	}
	days, err := calendar.Load()
	return complaint.Law{
		Catalogue: catalogue, Calendar: days,
		Lanes: []complaint.Lane{complaint.LaneDepartment, complaint.LaneDirect, complaint.LaneAssociation},
	}, err
})

// world is the use cases on stores in memory, with a clock that the test moves.
type world struct {
	*Complaints
	t       testing.TB
	store   *estest.Store
	keyring *sealedtest.Keyring
	mu      sync.Mutex
	clock   time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	law, err := lawOf()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: estest.NewStore(), keyring: sealedtest.NewKeyring(), clock: day("2026-09-14").Add(10 * time.Hour)}
	w.Complaints, err = NewComplaints(Deps{
		Store: w.store, Registry: NewRegistry(es.StdCodec{}), Keyring: w.keyring, Law: law,
		Now:     w.now,
		Entropy: rand.NewChaCha8([32]byte{1}),
		Wait:    func(ctx context.Context, _ int) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) at(date string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = day(date).Add(10 * time.Hour)
}

func day(s string) time.Time { return calendar.MustDate(s).Start() }

const uscc = "91150100MA0MYXH21K"

var (
	anyConsumer = Actor{ID: "c-1", Role: RoleConsumer}
	stranger    = Actor{ID: "c-2", Role: RoleConsumer}
	desk        = Actor{ID: "o-1", Role: RoleOfficer, Region: "150100"}
	shop        = Actor{ID: "m-1", Role: RoleMerchant, Merchant: MerchantID("", "呼和浩特市暖阳家电有限公司", "150102")}
	otherShop   = Actor{ID: "m-2", Role: RoleMerchant, Merchant: MerchantID("", "别家", "150102")}
	auditor     = Actor{ID: "a-1", Role: RoleAuditor}
	admin       = Actor{ID: "x-1", Role: RoleAdmin}
)

// Personal data that must never be found in a stored byte.
const (
	consumerName  = "乌云·其其格"
	consumerPhone = "13847112233"
	consumerID    = "11010519491231002X"
	consumerHome  = "新城区中山东路八十八号三单元四零二室"
	orderNumber   = "TB-9981-7766-5544"
	facts         = "冰箱送货三天后不制冷，维修两次仍有问题，电话 13847112233 可联系。"
)

func complaintOf(merchant string) FileComplaint {
	yes := true
	return FileComplaint{
		Lane:     "department",
		Consumer: &ConsumerInput{Name: consumerName, Phone: consumerPhone, Address: consumerHome, Region: "150102", IDType: "id_card", IDNumber: consumerID},
		Merchant: MerchantInput{Name: merchant, Region: "150102", Address: "赛罕区大学西路一号", Phone: "0471-4961234"},
		Subject: PurchaseInput{
			Kind: "goods", Category: "appliances", Name: "冰箱", OrderNo: orderNumber, BoughtOn: "2026-09-01",
			DeliveredOn: "2026-09-03", Channel: "online", AmountFen: 329900, Brand: "暖阳",
		},
		Facts:    facts,
		Requests: []RequestInput{{Kind: "refund", AmountFen: 329900, Text: "退款到原账户"}},
		Consent:  ConsentInput{Publish: true, Wording: "v1"}, EverydayUse: &yes, Truthful: &yes,
	}
}

func (w *world) file(in FileComplaint) CaseView {
	w.t.Helper()
	_, v, err := w.File(context.Background(), anyConsumer, in, Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) do(actor Actor, id, action string, in any) CaseView {
	w.t.Helper()
	_, v, err := w.Act(context.Background(), actor, id, action, in, Options{})
	if err != nil {
		w.t.Fatalf("%s by %s: %v", action, actor.Role, err)
	}
	return v
}

func (w *world) refused(want error, actor Actor, id, action string, in any) {
	w.t.Helper()
	_, _, err := w.Act(context.Background(), actor, id, action, in, Options{})
	if !errors.Is(err, want) {
		w.t.Errorf("%s by %s: %v, want %v", action, actor.Role, err, want)
	}
}

func (w *world) view(actor Actor, id string) CaseView {
	w.t.Helper()
	v, err := w.View(context.Background(), actor, id, nil)
	if err != nil {
		w.t.Fatalf("view by %s: %v", actor.Role, err)
	}
	return v
}

func (w *world) confirm(id string) CaseView {
	w.t.Helper()
	return w.do(desk, id, "identify-merchant", &IdentifyMerchant{
		State: "confirmed", Source: "register",
		Merchant: &IdentityInput{Name: "呼和浩特市暖阳家电有限公司", Region: "150102", Industry: "retail"},
	})
}

// accepted is a case that the department mediates.
func (w *world) accepted() CaseView {
	w.t.Helper()
	v := w.file(complaintOf("暖阳家电"))
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	return w.do(desk, v.ID, "notify", &Notify{About: "acceptance", Recipient: "consumer", Channel: "sms", Text: "已受理：" + consumerName})
}

// envelopes is everything the store holds.
func (w *world) envelopes() []es.Envelope {
	w.t.Helper()
	var all []es.Envelope
	for e, err := range w.store.ReadAll(context.Background(), es.Position{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func (w *world) never(plain ...string) {
	w.t.Helper()
	for _, e := range w.envelopes() {
		for _, p := range plain {
			if len(p) >= 4 && (bytes.Contains(e.Data, []byte(p)) || bytes.Contains(e.Meta, []byte(p)) || bytes.Contains([]byte(e.Stream), []byte(p))) {
				w.t.Fatalf("%s holds %q in clear: %s", e.Type, p, e.Data)
			}
		}
	}
}
