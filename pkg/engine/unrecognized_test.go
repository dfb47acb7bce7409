package engine

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/prom"
)

// The process restarts every hour and exceeds its old value within the hour, so values at hour
// borders show no reset.
func overtaking() promtest.Recording {
	rec := promtest.Recording{}
	good, bad := 0.0, 0.0
	for minute := range 40 * 60 {
		if minute%60 == 10 {
			good, bad = 0, 0
		}
		grows := 1000.0
		if minute%60 > 10 && minute%60 < 40 {
			grows = 5000
		}
		good += grows
		bad += grows / 200
		ms := int64(minute) * time.Minute.Milliseconds()
		rec[`requests_total{workload="w",code="200"}`] = append(rec[`requests_total{workload="w",code="200"}`],
			promtest.Sample{Ms: ms, V: good})
		rec[`requests_total{workload="w",code="500"}`] = append(rec[`requests_total{workload="w",code="500"}`],
			promtest.Sample{Ms: ms, V: bad})
	}
	return rec
}

// Thanos returns 0 for resets(). Behind a gateway that hides the product from all or some users,
// counts are the same.
func TestAServerThatIsNotRecognizedIsCountedRight(t *testing.T) {
	c, problems := catalog.Parse([]byte("slos: [{name: a, objective: 99, window: 1d, by: [workload], sli: {events: {total: requests_total, bad: 'requests_total{code=\"500\"}'}}}]"))
	require.NoError(t, problems.Err())
	data := promtest.New(t, overtaking())
	end := time.Unix(0, 0).Add(39 * time.Hour)
	summary := func(s Server) *Report {
		r, err := New(s, Options{Now: func() time.Time { return end }}).Summary(t.Context(), c.SLOs, end)
		require.NoError(t, err)
		require.Len(t, r.Rows, 1)
		return r
	}
	truth := summary(data).Rows[0].Window
	require.InDelta(t, 24*(29*5000+31*1000)*1.005, truth.Total, 24*5000)
	api := data.Handler(`{"version":"0.42.4","goVersion":"go1.26.8"}`)
	for _, hidden := range [][]string{{}, {"stores"}, {"buildinfo"}, {"buildinfo", "stores"}} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, path := range hidden {
				if strings.HasSuffix(r.URL.Path, path) {
					http.Error(w, "forbidden", http.StatusForbidden)
					return
				}
			}
			if strings.HasSuffix(r.URL.Path, "/stores") {
				_, _ = fmt.Fprint(w, `{"status":"success","data":{"sidecar":[]}}`)
				return
			}
			_ = r.ParseForm()
			if q := r.Form.Get("query"); strings.Contains(q, "resets(") {
				r.Form.Set("query", strings.ReplaceAll(q, "resets(", "0 * resets("))
			}
			api.ServeHTTP(w, r)
		}))
		client, err := prom.NewWith(srv.URL, srv.Client(), prom.Options{})
		require.NoError(t, err)
		require.Equal(t, truth, summary(client).Rows[0].Window, "hidden: %v", hidden)
		srv.Close()
	}
}
