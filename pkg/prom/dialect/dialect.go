package dialect

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Lookback is the maximum age of the value of a plain selector, Prometheus' default. Counting at
// borders relies on it, so it is sent to servers that accept the parameter.
const Lookback = 5 * time.Minute

// Options are settings of the server that cannot be detected.
type Options struct {
	Tenant   string   // one tenant or, joined by '|', several; "" for none
	Replicas []string // replica labels of Thanos; empty: those in its configuration
	// Downsampled is the coarsest resolution that Thanos may use for long cells: 0 or 5m. Only raw
	// data is exact.
	Downsampled time.Duration
}

// Cost is where a server reports the number of samples that a query read.
type Cost int

// The places.
const (
	Untold       Cost = iota
	InStats           // data.stats of the response, requested by stats=true
	ServerTiming      // the header
)

// Dialect describes the differences of one server.
type Dialect struct {
	Product Product
	Version string // as the server reports it, "" if unknown
	// ClosedRanges reports whether range selectors and subqueries include a sample at their left
	// end, as in Prometheus before 3.0.
	ClosedRanges bool
	// DailySeries reports whether /api/v1/series uses whole UTC days, so that it cannot show when a
	// series began.
	DailySeries bool
	Cost        Cost
	options     Options
}

// RangeProbe counts the instants T-1m and T that a subquery includes: 1 if ranges exclude their left end, 2
// if they include it. It reads no samples. At a full minute it distinguishes all versions.
const RangeProbe = "count_over_time(vector(1)[1m:1m])"

// For returns the dialect of a server.
func For(p Product, version string, closedRanges bool, o Options) Dialect {
	d := Dialect{Product: p, Version: version, ClosedRanges: closedRanges, options: o}
	switch p {
	case Prometheus, Thanos:
		d.Cost = InStats
	case Mimir:
		d.Cost = ServerTiming
	case VictoriaMetrics, Unknown:
		d.DailySeries = true
	}
	return d
}

// String returns the product and version: "Prometheus 3.16.0".
func (d Dialect) String() string {
	if d.Version == "" {
		return d.Product.String()
	}
	return d.Product.String() + " " + d.Version
}

// Range returns the length of a range selector or subquery that at t uses exactly the
// samples in (t-span, t].
func (d Dialect) Range(span time.Duration) time.Duration {
	if d.ClosedRanges {
		return span - time.Millisecond // the resolution of samples
	}
	return span
}

// finestPerDownsampled is the least number of downsampled points in a cell for which they may
// replace its samples.
const finestPerDownsampled = 12

// Params returns the parameters of every query; cell is the step of a range query, else 0. With
// them, a response is complete and exact, or an error.
func (d Dialect) Params(cell time.Duration) url.Values {
	v := url.Values{}
	if d.Product == Thanos || d.Product == Unknown {
		v.Set("dedup", "true")
		v.Set("partial_response", "false")
		// A plain selector of downsampled data returns means, not values. By default Thanos uses
		// downsampled data from a step of 25m on.
		v.Set("max_source_resolution", "0s")
		if o := d.options; d.Product == Thanos {
			if o.Downsampled > 0 && cell >= finestPerDownsampled*o.Downsampled {
				v.Set("max_source_resolution", seconds(o.Downsampled))
			}
			v["replicaLabels[]"] = o.Replicas
		}
	}
	if d.Product == VictoriaMetrics || d.Product == Unknown {
		v.Set("nocache", "1") // otherwise start, end and recent values are shifted
		v.Set("max_lookback", seconds(Lookback))
		v.Set("deny_partial_response", "1")
	}
	if d.Product != Mimir {
		v.Set("lookback_delta", seconds(Lookback))
	}
	if d.Cost == InStats {
		v.Set("stats", "true")
	}
	return v
}

// SetTenant adds the tenant headers of Mimir and Thanos, for every server: a proxy may use either.
func SetTenant(h http.Header, tenant string) {
	if tenant != "" {
		h.Set("X-Scope-OrgID", tenant)
		h.Set("THANOS-TENANT", tenant)
	}
}

// Warning returns a text for the owner of a data source with an unrecognized server; otherwise
// "". Queries to such a server use forms that are right on all products.
func (d Dialect) Warning() string {
	if d.Product != Unknown {
		return ""
	}
	return "Burnline could not recognize the server: it does not answer /api/v1/status/buildinfo, or something before it refuses that. " +
		"Queries are exact but slower. To choose by hand, set Server type (dialect) to prometheus, thanos, mimir or victoriametrics"
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d/time.Second)) + "s" }
