package query

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/slo"
)

// Defaults and bounds of the settings.
const (
	DefaultSettle   = 10 * time.Minute
	MaxSettle       = 2 * time.Hour
	DefaultCacheMiB = 256
	MinCacheMiB     = 16
	MaxCacheMiB     = 65536
)

// Settings are the checked settings of a data source instance.
type Settings struct {
	URL        string        // of the Prometheus API, http or https, without a trailing slash
	Settle     time.Duration // cells younger than this are read again, 0..MaxSettle; 0: each is read once
	CacheBytes int64         // bound of the cell cache, 16 MiB..64 GiB
	Estimator  counting.Estimator
	Server     prom.Options
	Catalog    *catalog.Catalog
	// CatalogProblems are reported by the health check and by queries of broken SLOs. The rest of
	// the data source works.
	CatalogProblems catalog.Problems
	Updated         time.Time // time of the last change of the settings
}

// ParseSettings parses the settings. Every error is a UserError, or several joined. Problems of the
// catalog are not errors. Unknown settings that resemble no known one belong to Grafana (httpMethod).
func ParseSettings(is backend.DataSourceInstanceSettings) (Settings, error) {
	s := Settings{Updated: is.Updated}
	address, problem := checkURL(is.URL)
	r, err := newReader(is.JSONData, "jsonData")
	if err != nil {
		return Settings{}, errors.Join(problem, err)
	}
	s.URL = address
	source := r.text("catalog", "slos: ...")
	s.Server = serverOptions(r)
	s.Settle = settleAge(r)
	s.CacheBytes = DefaultCacheMiB << 20
	if size, given := r.mebibytes("cacheMiB", MinCacheMiB, MaxCacheMiB, DefaultCacheMiB); given {
		s.CacheBytes = size
	}
	if s.Estimator, err = counting.ParseEstimator(r.text("estimator", "auto")); err != nil {
		r.problem("estimator", "%v", err)
	}
	r.checkNames()
	if err := errors.Join(problem, r.err()); err != nil {
		return Settings{}, err
	}
	s.Catalog, s.CatalogProblems = catalog.Parse([]byte(source))
	return s, nil
}

func checkURL(written string) (string, error) {
	const example = "e.g. http://prometheus:9090"
	written = strings.TrimSpace(written)
	if written == "" {
		return "", fault.UserErrorf("url", "the address is empty. Enter the URL of the server, %s", example)
	}
	address, err := url.Parse(written)
	if err != nil || address.Scheme == "" || address.Opaque != "" {
		// the value is not quoted: it may contain a password
		return "", fault.UserErrorf("url", "the URL isn't valid. Include the scheme and the host, %s", example)
	}
	if address.Scheme != "http" && address.Scheme != "https" {
		return "", fault.UserErrorf("url", "the scheme %s is not supported. Give an http or https address, %s",
			quote(address.Scheme), example)
	}
	if address.Hostname() == "" {
		return "", fault.UserErrorf("url", "the URL has no host. Include it, %s", example)
	}
	return strings.TrimRight(written, "/"), nil
}

func settleAge(r *reader) time.Duration {
	written := r.text("settle", "10m")
	if written == "" {
		return DefaultSettle
	}
	settle, err := slo.ParseDuration(written)
	switch {
	case err != nil:
		r.problem("settle", "%v", err)
	case settle > MaxSettle:
		r.problem("settle", "%s exceeds the maximum of %s. Give the delay of late samples, for example 10m", written,
			slo.FormatDuration(MaxSettle))
	}
	return settle
}

// mebibytes reads a size in MiB within bounds. The result is in bytes.
func (r *reader) mebibytes(name string, least, most, example int64) (size int64, given bool) {
	mib, given := r.wholeNumber(name, strconv.FormatInt(example, 10))
	if given && (mib < least || mib > most) {
		r.problem(name, "%d is not within %d..%d. Give MiB, for example %d", mib, least, most, example)
	}
	return mib << 20, given
}

// Bounds of the size of a response.
const (
	MinResponseMiB = 1
	MaxResponseMiB = 4096
)

// downsampled maps the values of maxSourceResolution to durations.
var downsampled = map[string]time.Duration{"": 0, "raw": 0, "5m": 5 * time.Minute}

var (
	// tenantID follows Mimir's rules for tenants. The header contains the tenant unchanged.
	tenantID  = regexp.MustCompile(`^[a-zA-Z0-9!_.*'()-]{1,150}$`)
	labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

func serverOptions(r *reader) prom.Options {
	var o prom.Options
	var err error
	if o.Product, err = dialect.ParseProduct(r.text("dialect", "thanos")); err != nil {
		r.problem("dialect", "%s", err)
	}
	o.Dialect.Tenant = tenant(r)
	o.Dialect.Replicas = r.texts("replicaLabels", `["replica"]`)
	for i, l := range o.Dialect.Replicas {
		if !labelName.MatchString(l) {
			r.problem(fmt.Sprintf("replicaLabels[%d]", i),
				"%s is not a label name. Give a label that distinguishes replicas, for example replica", quote(l))
		}
	}
	resolution := r.text("maxSourceResolution", "raw")
	var known bool
	if o.Dialect.Downsampled, known = downsampled[resolution]; !known {
		r.problem("maxSourceResolution", "maximum resolution %s is not supported. Use raw or 5m", quote(resolution))
	}
	o.MaxBody, _ = r.mebibytes("maxResponseMiB", MinResponseMiB, MaxResponseMiB, prom.DefaultMaxBody>>20)
	return o
}

func tenant(r *reader) string {
	text := strings.TrimSpace(r.text("tenant", "team-a"))
	if text == "" {
		return ""
	}
	for _, id := range strings.Split(text, "|") {
		if !tenantID.MatchString(id) || id == "." || id == ".." {
			r.problem("tenant",
				"%s is no tenant. Give one of letters, digits and !-_.*'(), several joined by |, for example team-a|team-b", quote(id))
		}
	}
	return text
}
