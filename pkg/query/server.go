package query

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/prom/dialect"
)

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
