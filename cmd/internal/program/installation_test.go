package program

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// Personal data that the tests file. None of it may stand in any file.
const (
	filedName    = "乌云其木格·巴特尔夫"
	filedPhone   = "13847199021"
	filedID      = "11010519491231002X"
	filedAddress = "赛罕区大学西路七十七号院"
	filedFacts   = "第三天压缩机冒烟并烧坏插座"
	filedOrder   = "DD20260901778899"
	filedOther   = "额尔德尼·苏和"
	otherPhone   = "0471-4961299"
	narrative    = "They charged my card ending in 9921 twice in Topeka."
	paper        = "收据：乌云其木格购冰箱一台，保修卡号 BX-77881"
)

func secrets() []string {
	return []string{
		"wx_ouyun_8812", "家人格日勒", "13947166001", "驿站员斯琴", "路口蓝色卷帘门旁", "玉泉区平台公示地址九号", "shop=8817263",
		"收款人那顺", "提货点鄂尔多斯大街三号", "SN-44X-90017", "老板说不退", "转回尾号7712的卡",
		filedName, filedPhone, filedID, filedAddress, filedFacts, filedOrder, filedOther, otherPhone, narrative, paper,
		"BX-77881", "ending in 9921",
	}
}

// installation is a small one, made by the real use cases: cases on several roads,
// a file of evidence, cases taken over from elsewhere.
type installation struct {
	data     string
	cases    []string
	subjects []sealed.Subject
	evidence string
}

func installed(t *testing.T) *installation {
	t.Helper()
	i := &installation{data: filepath.Join(t.TempDir(), "data")}
	start, err := calendar.ParseDate("2026-09-14")
	if err != nil {
		t.Fatal(err)
	}
	practice := clock.NewPractice(start.Start().Add(10 * time.Hour))
	a, err := openAdapters(t.Context(), configOf(t, i.data), practice, quiet())
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	n.start(t.Context())
	i.fill(t, n, practice)
	if err := n.caughtUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	i.takeOver(t)
	if code, out, errs := run(t, "rebuild", "--data", i.data); code != exitOK {
		t.Fatal(code, out, errs)
	}
	return i
}

func configOf(t *testing.T, data string) Config {
	t.Helper()
	flags, c, file := newFlags("test", io.Discard)
	if _, err := parse(flags, file, []string{"--data", data}, nil); err != nil {
		t.Fatal(err)
	}
	return *c
}

func (i *installation) consumer() usecase.Actor {
	return usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}
}

func (i *installation) desk() usecase.Actor {
	return usecase.Actor{ID: "o-1", Role: usecase.RoleOfficer, Region: "1501"}
}

func (i *installation) shop() usecase.Actor {
	return usecase.Actor{ID: "m-1", Role: usecase.RoleMerchant, Merchant: usecase.MerchantID("", "暖阳家电有限公司", "150105")}
}

func complaintInput(evidence ...string) usecase.FileComplaint {
	yes := true
	return usecase.FileComplaint{
		Lane: "department",
		Consumer: &usecase.ConsumerInput{
			Name: filedName, Phone: filedPhone, Address: filedAddress, Region: "150105", IDType: "id_card", IDNumber: filedID,
			ContactWays: []usecase.ContactInput{{Kind: "wechat", Value: "wx_ouyun_8812"}},
		},
		Filer: &usecase.FilerInput{As: "guardian", Name: "家人格日勒", Phone: "13947166001",
			Helper: &usecase.HelperInput{Kind: "service_station", Name: "驿站员斯琴"}},
		Merchant: usecase.MerchantInput{Name: "暖阳家电", Person: filedOther, Phone: otherPhone, Region: "150105", Landmark: "路口蓝色卷帘门旁",
			Platform: &usecase.PlatformInput{Name: "某平台", Shop: "暖阳旗舰店", URL: "https://shop.example/?shop=8817263", AddressShown: "玉泉区平台公示地址九号"},
			Payee:    &usecase.PayeeInput{Name: "收款人那顺", Channel: "微信支付"}},
		Subject: usecase.PurchaseInput{Kind: "goods", Category: "appliances", Name: "冰箱", OrderNo: filedOrder,
			Place: "提货点鄂尔多斯大街三号", Serial: "SN-44X-90017", BoughtOn: "2026-09-01", Channel: "offline", AmountFen: 329900},
		History: &usecase.HistoryInput{MerchantAnswer: "老板说不退"},
		Facts:   filedFacts, Requests: []usecase.RequestInput{{Kind: "refund", AmountFen: 329900, Text: "转回尾号7712的卡"}},
		Evidence: evidence, Consent: usecase.ConsentInput{Publish: true, Wording: "consent-1"}, EverydayUse: &yes, Truthful: &yes,
	}
}

// fill walks one case to its end and leaves others on their way.
func (i *installation) fill(t *testing.T, n *node, practice *clock.Practice) {
	t.Helper()
	blob, err := n.cases.Offer(t.Context(), i.consumer(), strings.NewReader(paper), 0)
	if err != nil {
		t.Fatal(err)
	}
	i.evidence = blob.ID
	for k := range 5 {
		_, view, err := n.cases.File(t.Context(), i.consumer(), complaintInput(blob.ID), usecase.Options{Key: fmt.Sprint("file", k)})
		if err != nil {
			t.Fatal(err)
		}
		i.cases = append(i.cases, view.ID)
		state, _, err := n.cases.State(t.Context(), view.ID)
		if err != nil {
			t.Fatal(err)
		}
		i.subjects = append(i.subjects, state.Consumer.Subject)
	}
	i.walk(t, n, practice)
}

func (i *installation) walk(t *testing.T, n *node, practice *clock.Practice) {
	t.Helper()
	do := func(who usecase.Actor, id, action string, in any) usecase.CaseView {
		t.Helper()
		practice.Set(practice.Now().Add(time.Hour))
		_, view, err := n.cases.Act(t.Context(), who, id, action, in, usecase.Options{Key: id + action})
		if err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		return view
	}
	identify := &usecase.IdentifyMerchant{State: "confirmed", Source: "register", Merchant: &usecase.IdentityInput{Name: "暖阳家电有限公司", Region: "150105"}}
	id := i.cases[0]
	do(i.desk(), id, "identify-merchant", identify)
	do(i.desk(), id, "accept", &usecase.Accept{})
	guardian := &usecase.AuthoriseFiler{Document: i.evidence, IDType: "id_card", IDNumber: filedID}
	do(i.desk(), id, "authorise-filer", guardian)
	do(i.desk(), id, "notify", &usecase.Notify{About: "acceptance", Recipient: "consumer", Channel: "sms", Text: "已受理，" + filedName})
	do(i.shop(), id, "respond", &usecase.Respond{Kind: "final", Text: "同意退货，联系 " + filedPhone})
	terms := usecase.TermsInput{Kind: "refund", AmountFen: 329900, PerformBy: "2026-09-30"}
	view := do(i.shop(), id, "offer", &usecase.Offer{Terms: terms})
	do(i.consumer(), id, "accept-offer", &usecase.AnswerOffer{Offer: view.Offers[0].ID})
	do(i.desk(), id, "agree", &usecase.Agree{Form: "record", Record: "电话调解", Offer: view.Offers[0].ID, Terms: terms})
	do(i.shop(), id, "perform", &usecase.Perform{AmountFen: 329900})
	do(i.consumer(), id, "confirm-performance", &usecase.ConfirmPerformance{})
	do(i.consumer(), id, "rate", &usecase.Rate{View: "resolved", Merchant: 4, Office: 5, Text: filedFacts})
	do(i.desk(), id, "close", &usecase.Close{})
	do(i.desk(), id, "review-disclosure", &usecase.ReviewDisclosure{Summary: "冰箱不制冷，全额退款。"})
	do(i.desk(), i.cases[1], "identify-merchant", identify)
	do(i.desk(), i.cases[1], "decline", &usecase.Decline{Ground: "NA3_NOT_CONSUMER", Reason: filedFacts, Routes: []string{"negotiate", "association", "arbitrate", "sue"}})
	do(i.desk(), i.cases[2], "authorise-filer", guardian)
	do(i.consumer(), i.cases[2], "withdraw", &usecase.Withdraw{Reason: filedFacts})
}

// takeOver imports cases of another system.
func (i *installation) takeOver(t *testing.T) {
	t.Helper()
	var lines bytes.Buffer
	for k := range 40 {
		fmt.Fprintf(&lines, `{"system":"cfpb","number":"%d","received_on":"2015-03-%02d","sent_on":"2015-03-%02d","merchant":{"id":"","name":"Bank %d"},"product":"Mortgage","issue":"Fees","response":"Closed with explanation","timely":"Yes","disputed":"No","consent":"Consent provided","narrative":%q}`+"\n",
			k, k%20+1, k%20+3, k%4, narrative)
	}
	file := filepath.Join(filepath.Dir(i.data), "foreign.ndjson")
	if err := os.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, "import", "--format", "ndjson", "--data", i.data, file)
	if code != exitOK || !strings.Contains(out, "40 new") {
		t.Fatal(code, out, errs)
	}
}

// alter runs statements on a database file as another program might.
func alter(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		r, err := db.ExecContext(t.Context(), s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s: %d rows, %v", s, n, err)
		}
	}
}

// filesBelow lists every regular file.
func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// started is the real program serving the data folder, until stop.
func started(t *testing.T, data string) (base string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan int, 1)
	var log bytes.Buffer
	go func() {
		ended <- Run(ctx, Invocation{
			Args:   []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--rate", "1000000", "--log-level", "warn"},
			Stdout: io.Discard, Stderr: &log, Ready: func(addr string) { ready <- addr },
		})
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if code := <-ended; code != exitOK {
			t.Errorf("serve ended with %d: %s", code, log.String())
		}
	}
	t.Cleanup(stop)
	select {
	case addr := <-ready:
		base = "http://" + addr
	case code := <-ended:
		stopped = true
		t.Fatalf("serve ended with %d: %s", code, log.String())
	}
	awaitReady(t, base)
	return base, stop
}
