package deploy_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/api/httpapi/meter"
)

type prometheusFile struct {
	Global struct {
		Scrape   string `yaml:"scrape_interval"`
		Evaluate string `yaml:"evaluation_interval"`
	}
	RuleFiles []string `yaml:"rule_files"`
	Scrapes   []scrape `yaml:"scrape_configs"`
}

type scrape struct {
	Job    string `yaml:"job_name"`
	Scheme string
	TLS    *struct {
		CaFile string `yaml:"ca_file"`
	} `yaml:"tls_config"`
	BasicAuth *struct {
		Username     string
		PasswordFile string `yaml:"password_file"`
	} `yaml:"basic_auth"`
	Static []struct{ Targets []string } `yaml:"static_configs"`
}

// Prometheus asks services it can reach, with what it has been given.
func TestScrapesReachServices(t *testing.T) {
	c := readCompose(t)
	var p prometheusFile
	decodeYAML(t, "prometheus/prometheus.yml", &p)
	self := c.Services["prometheus"]
	mounts, _ := self.mounts()
	mounted := func(path string) bool {
		return slices.ContainsFunc(mounts, func(m mount) bool { return path == m.target || strings.HasPrefix(path, m.target+"/") })
	}
	for _, path := range p.RuleFiles {
		if !mounted(path) {
			t.Errorf("rules %s are on no volume", path)
		}
	}
	nodes := 0
	for _, job := range p.Scrapes {
		if job.TLS != nil && !mounted(job.TLS.CaFile) {
			t.Errorf("%s: %s is on no volume", job.Job, job.TLS.CaFile)
		}
		if job.BasicAuth != nil && !slices.Contains(self.Secrets, strings.TrimPrefix(job.BasicAuth.PasswordFile, "/run/secrets/")) {
			t.Errorf("%s: %s is no secret of Prometheus", job.Job, job.BasicAuth.PasswordFile)
		}
		for _, target := range job.Static[0].Targets {
			host, _, _ := strings.Cut(target, ":")
			s, ok := c.Services[host]
			if !ok || !slices.ContainsFunc(keysOf(s.Networks), func(n string) bool { _, both := self.Networks[n]; return both }) {
				t.Errorf("%s: Prometheus cannot reach %s", job.Job, target)
			}
			if s.isNode() {
				nodes++
			}
		}
	}
	if nodes != 3 {
		t.Errorf("%d nodes are asked", nodes)
	}
}

type alert struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func readAlerts(t testing.TB) (all []alert) {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []alert
		}
	}
	decodeYAML(t, "prometheus/alerts.yml", &file)
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

func TestAlerts(t *testing.T) {
	var p prometheusFile
	decodeYAML(t, "prometheus/prometheus.yml", &p)
	seen := map[string]bool{}
	for _, a := range readAlerts(t) {
		if seen[a.Alert] || !regexp.MustCompile(`^[A-Z][A-Za-z]+$`).MatchString(a.Alert) {
			t.Errorf("alert %q", a.Alert)
		}
		seen[a.Alert] = true
		checkQuery(t, a.Alert, a.Expr)
		for job := range matchedJobs(a.Expr) {
			if !slices.ContainsFunc(p.Scrapes, func(s scrape) bool { return s.Job == job }) {
				t.Errorf("%s: nobody scrapes a job %s", a.Alert, job)
			}
		}
		if d, err := time.ParseDuration(a.For); err != nil || d < 30*time.Second {
			t.Errorf("%s: for %q; failover alone may take ten seconds", a.Alert, a.For)
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, a.Labels["severity"]) {
			t.Errorf("%s: severity %q", a.Alert, a.Labels["severity"])
		}
		if a.Annotations["summary"] == "" || !hanText(a.Annotations["zh"]) {
			t.Errorf("%s says nothing, or not in both languages", a.Alert)
		}
		checkRunbook(t, a)
	}
}

// checkRunbook: the page exists, has the section, and speaks of the alert.
func checkRunbook(t *testing.T, a alert) {
	t.Helper()
	path, anchor, _ := strings.Cut(a.Annotations["runbook"], "#")
	content, err := os.ReadFile(root + "/" + path)
	if err != nil || !strings.HasPrefix(path, "deploy/runbooks/") {
		t.Errorf("%s: runbook %q: %v", a.Alert, path, err)
		return
	}
	if !slices.Contains(anchors(string(content)), anchor) {
		t.Errorf("%s: %s has no section %s", a.Alert, path, anchor)
	}
	if !strings.Contains(string(content), "`"+a.Alert+"`") {
		t.Errorf("%s does not speak of %s", path, a.Alert)
	}
}

func matchedJobs(expr string) map[string]bool {
	jobs := map[string]bool{}
	for _, m := range regexp.MustCompile(`job="([^"]*)"`).FindAllStringSubmatch(expr, -1) {
		jobs[m[1]] = true
	}
	return jobs
}

func hanText(s string) bool { return regexp.MustCompile(`\p{Han}`).MatchString(s) }

type dashboard struct {
	UID, Title string
	Panels     []panel
	Templating struct {
		List []struct{ Name, Definition string }
	}
	Annotation struct{ List []struct{ Expr string } } `json:"annotations"`
}

type panel struct {
	ID         int
	Type       string
	Title      string
	Datasource struct{ Type, UID string }
	GridPos    struct{ X, Y, W, H int }
	Targets    []struct {
		RefID, Expr, LegendFormat string
		Datasource                struct{ UID string }
	}
}

func readDashboards(t testing.TB) (all []dashboard) {
	t.Helper()
	for _, path := range filesBelow(t, ".json") {
		var d dashboard
		if err := json.Unmarshal([]byte(read(t, path)), &d); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, d)
	}
	return all
}

func TestDashboardsNameWhatExists(t *testing.T) {
	shown := map[string]bool{}
	for _, d := range readDashboards(t) {
		if d.UID == "" || d.Title == "" || len(d.Panels) == 0 {
			t.Errorf("dashboard %q %q", d.UID, d.Title)
		}
		for _, v := range d.Templating.List {
			checkQuery(t, "variable "+v.Name, v.Definition)
		}
		for _, p := range d.Panels {
			if p.Type != "row" && len(p.Targets) == 0 {
				t.Errorf("%s shows nothing", p.Title)
			}
			for _, target := range p.Targets {
				checkQuery(t, p.Title, target.Expr)
				checkLegend(t, p.Title, target.Expr, target.LegendFormat)
				for _, series := range analyse(target.Expr).metrics {
					if m, ok := listed(series); ok {
						shown[m.Name] = true
					}
				}
			}
		}
	}
	for _, m := range meter.Metrics() {
		if !shown[m.Name] {
			t.Errorf("%s is on no dashboard", m.Name)
		}
	}
}

// checkLegend: what a legend names has to be left after grouping.
func checkLegend(t *testing.T, where, expr, legend string) {
	t.Helper()
	grouped := analyse(expr).groups
	for _, m := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(legend, -1) {
		if len(grouped) > 0 && !slices.Contains(grouped, m[1]) {
			t.Errorf("%s: the legend names %s, which %s sums away", where, m[1], expr)
		}
	}
	if strings.Contains(legend, "{{{") {
		t.Errorf("%s: legend %s", where, legend)
	}
}

func TestPanelsStandBesideEachOther(t *testing.T) {
	for _, d := range readDashboards(t) {
		ids, cells := map[int]bool{}, map[[2]int]string{}
		for _, p := range d.Panels {
			if ids[p.ID] {
				t.Errorf("two panels have the number %d", p.ID)
			}
			ids[p.ID] = true
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					if other, taken := cells[[2]int{x, y}]; taken || x >= 24 {
						t.Fatalf("%s lies on %s, or outside", p.Title, other)
					}
					cells[[2]int{x, y}] = p.Title
				}
			}
		}
	}
}

// The dashboard is loaded, and asks the source that is provisioned.
func TestGrafanaIsProvisioned(t *testing.T) {
	c := readCompose(t)
	var sources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, UID, Type, Access, URL string
			IsDefault                    bool `yaml:"isDefault"`
			Editable                     bool
		}
	}
	decodeYAML(t, "grafana/provisioning/datasources/prometheus.yml", &sources)
	host, port, _ := strings.Cut(strings.TrimPrefix(sources.Datasources[0].URL, "http://"), ":")
	if _, ok := c.Services[host]; !ok || port != "9090" {
		t.Errorf("the source is at %s", sources.Datasources[0].URL)
	}
	for _, d := range readDashboards(t) {
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				if target.Datasource.UID != sources.Datasources[0].UID {
					t.Errorf("%s asks the source %q", p.Title, target.Datasource.UID)
				}
			}
		}
	}
	folder := regexp.MustCompile(`path: (\S+?)\}`).FindStringSubmatch(read(t, "grafana/provisioning/dashboards/fangxin.yml"))
	mounts, _ := c.Services["grafana"].mounts()
	if folder == nil || !slices.ContainsFunc(mounts, func(m mount) bool { return m.target == folder[1] && m.source == "./grafana/dashboards" }) {
		t.Errorf("dashboards are looked for in %v", folder)
	}
}
