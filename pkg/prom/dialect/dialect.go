package dialect

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Lookback is how old the value of a plain selector may be. Prometheus' default;
// it is asked for where a server can be told, as counting at borders relies on it.
const Lookback = 5 * time.Minute

// Options are what the owner of the data source knows and the server does not tell.
type Options struct {
	Tenant   string   // one or, joined by '|', several; "" sends none
	Replicas []string // labels that tell replicas apart, for Thanos; empty: those it is configured with
	// Downsampled is the coarsest data that Thanos may answer long cells from: 0 or 5m. Only raw data is exact.
	Downsampled time.Duration
}

// Cost says where a server shows how many samples a query read.
type Cost int

// The places.
const (
	Untold       Cost = iota
	InStats           // data.stats of the answer, asked for by stats=true
	ServerTiming      // the header of that name
)

// Dialect is how one server is asked.
type Dialect struct {
	Product Product
	Version string // as the server gives it, "" when unknown
	// ClosedRanges: range selectors and subqueries take in a sample at their left end, as in Prometheus before 3.0.
	ClosedRanges bool
	// DailySeries: /api/v1/series goes by whole UTC days, so it cannot show when a series began.
	DailySeries bool
	Cost        Cost
	options     Options
}

// RangeProbe counts the instants T-1m and T that a subquery takes in: 1 where
// ranges are open at their left end, 2 where they are closed. It reads no
// samples. Asked at a full minute it tells every version apart without a list.
const RangeProbe = "count_over_time(vector(1)[1m:1m])"

// For is the dialect of a server of which the rest has been found out.
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

// String names the server: "Prometheus 3.16.0".
func (d Dialect) String() string {
	if d.Version == "" {
		return d.Product.String()
	}
	return d.Product.String() + " " + d.Version
}

// Range is the length to write in a range selector or subquery whose value at t
// is to come from the samples in (t-span, t], neither more nor less.
func (d Dialect) Range(span time.Duration) time.Duration {
	if d.ClosedRanges {
		return span - time.Millisecond // the grain of samples
	}
	return span
}

// finestPerDownsampled is how many downsampled points a cell must span before
// they may stand for its samples.
const finestPerDownsampled = 12

// Params are added to every query; cell is the step of a range query, 0 for
// others. They make the answer whole and exact, or an error.
func (d Dialect) Params(cell time.Duration) url.Values {
	v := url.Values{}
	if d.Product == Thanos || d.Product == Unknown {
		v.Set("dedup", "true")
		v.Set("partial_response", "false")
		// A plain selector over downsampled data gives means, not values; and a
		// Thanos that chooses by itself takes them from a step of 25m on.
		v.Set("max_source_resolution", "0s")
		if o := d.options; d.Product == Thanos {
			if o.Downsampled > 0 && cell >= finestPerDownsampled*o.Downsampled {
				v.Set("max_source_resolution", seconds(o.Downsampled))
			}
			v["replicaLabels[]"] = o.Replicas
		}
	}
	if d.Product == VictoriaMetrics || d.Product == Unknown {
		v.Set("nocache", "1") // else start, end and recent values are shifted
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

// SetTenant adds the headers that name a tenant: those of Mimir and Thanos, to every
// server. A proxy before any of them may go by either.
func SetTenant(h http.Header, tenant string) {
	if tenant != "" {
		h.Set("X-Scope-OrgID", tenant)
		h.Set("THANOS-TENANT", tenant)
	}
}

// Warning is what an owner should know of a server whose product was not
// recognised; "" of others. It is queried in a way that is right on all of them.
func (d Dialect) Warning() string {
	if d.Product != Unknown {
		return ""
	}
	return "Burnline could not recognize the server: it does not answer /api/v1/status/buildinfo, or something before it refuses that. " +
		"Queries are exact but slower. To choose by hand, set Server type (dialect) to prometheus, thanos, mimir or victoriametrics"
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d/time.Second)) + "s" }
