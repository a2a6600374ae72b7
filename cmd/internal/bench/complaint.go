package bench

import (
	"bytes"
	"fmt"
	"strconv"
)

// Places in a prepared request that differ from one to the next: eight digits, and
// a whole ID number.
const (
	serialPlace = "########"
	idPlace     = "%%%%%%%%%%%%%%%%%%"
)

// complaintBody is a complaint of about 1.3 kB as a consumer files it.
const complaintBody = `{"lane":"department",` +
	`"consumer":{"name":"乌云其其格","phone":"138########","address":"内蒙古自治区呼和浩特市新城区中山东路八十八号三单元四零二室","region":"150102","id_type":"id_card","id_number":"` + idPlace + `"},` +
	`"merchant":{"name":"呼和浩特市暖阳家用电器销售有限公司","sign":"暖阳家电","region":"150105","address":"呼和浩特市赛罕区大学西路一号一层","phone":"0471-4961234"},` +
	`"subject":{"kind":"goods","category":"appliances","name":"对开门冰箱","order_no":"TB-########","bought_on":"2026-04-20","delivered_on":"2026-04-24","channel":"online","amount_fen":329900,"brand":"暖阳","model":"BCD-520W"},` +
	`"facts":"本人于四月二十日在该店购买对开门冰箱一台，二十四日送货上门并安装。使用三天后冷藏室不制冷，温度显示一直在十五度以上，食品变质。商家两次派人上门维修，更换了温控器，故障仍未排除。第三次联系时商家称已过七日，只能继续维修，不同意退货，也不同意换货。本人认为该商品在安装后短期内连续出现性能故障，两次修理仍不能正常使用，依法应当退货退款，并承担运输费用和食品损失。",` +
	`"requests":[{"kind":"refund","amount_fen":329900,"text":"全额退款到原支付账户"},{"kind":"compensate","amount_fen":20000,"text":"赔偿变质食品损失"}],` +
	`"consent":{"publish":true,"delegate_mediation":true,"wording":"consent-1"},"everyday_use":true,"truthful":true}`

const complaintPath = "/api/v1/complaints"

// complaintRequest is the whole request, ready to be stamped.
func complaintRequest(host, token string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"Idempotency-Key: bench-%s\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n%s",
		complaintPath, host, token, serialPlace, len(complaintBody), complaintBody)
}

// Complaint is the body with a serial number.
func Complaint(serial int64) []byte {
	body := []byte(complaintBody)
	stamp(body, serial)
	return body
}

// stamp writes a serial number over the places kept for it, or over the number
// written there before: every request is the same up to these bytes.
func stamp(request []byte, serial int64) {
	var digits [8]byte
	for i, n := len(digits)-1, serial; i >= 0; i, n = i-1, n/10 {
		digits[i] = byte('0' + n%10)
	}
	for _, before := range []string{"bench-", `"phone":"138`, `"order_no":"TB-`} {
		if at := bytes.Index(request, []byte(before)); at >= 0 {
			copy(request[at+len(before):], digits[:])
		}
	}
	const before = `"id_number":"`
	if at := bytes.Index(request, []byte(before)); at >= 0 {
		copy(request[at+len(before):], idNumber(serial))
	}
}

// idNumber is a well-formed citizen's number (GB 11643-1999) of a district, a day of
// birth and a check character; no two serials below 16 million share one.
func idNumber(serial int64) string {
	n := serial
	day := n%28 + 1
	n /= 28
	month := n%12 + 1
	n /= 12
	year := 1950 + n%50
	n /= 50
	number := fmt.Sprintf("150102%04d%02d%02d%03d", year, month, day, n%1000)
	sum, weight := 0, 1
	for i := len(number) - 1; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(number[i]-'0') * weight
	}
	check := (12 - sum%11) % 11
	if check == 10 {
		return number + "X"
	}
	return number + strconv.Itoa(check)
}
