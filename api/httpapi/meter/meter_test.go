package meter

import (
	"strings"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	r := New()
	r.Request("GET", "/a", 200, 3*time.Millisecond)
	r.Request("GET", "/a", 200, 20*time.Second)
	var b strings.Builder
	err := r.Write(&b, []Gauge{{Name: "fangxin_lag", Help: "Lag.", Kind: "gauge", Labels: map[string]string{"b": "2", "a": `"1"`}, Value: 1.5}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`fangxin_http_requests_total{method="GET",route="/a",status="200"} 2`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="0.0025"} 0`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="0.005"} 1`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="5"} 1`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="+Inf"} 2`,
		`fangxin_http_request_seconds_count{method="GET",route="/a",status="200"} 2`,
		"# TYPE fangxin_lag gauge", `fangxin_lag{a="\"1\"",b="2"} 1.5`,
	} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("no line %s in\n%s", line, b.String())
		}
	}
}
