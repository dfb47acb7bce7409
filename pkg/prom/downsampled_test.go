package prom

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

func TestOnlyDownsampledDataIsAnError(t *testing.T) {
	requested, answer := "", ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requested = r.URL.Query().Get("max_source_resolution") + " " + r.FormValue("query")
		_, _ = fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[`+answer+`]}}`)
	}))
	defer srv.Close()
	start, end := time.Unix(0, 0), time.Unix(7200, 0)
	thanos := knownProduct(t, srv, dialect.For(dialect.Thanos, "0.42.4", false, dialect.Options{}))
	require.NoError(t, thanos.Downsampled(t.Context(), `x{a="b"}`, start, end), "there is nothing at all")
	require.Equal(t, `1h count(x{a="b"})`, requested)
	answer = `{"metric":{},"values":[[3600,"2"]]}`
	err := thanos.Downsampled(t.Context(), `x{a="b"}`, start, end)
	var coarse *DownsampledError
	require.ErrorAs(t, err, &coarse)
	require.True(t, coarse.UserMistake())
	require.ErrorContains(t, err, `Thanos has only downsampled data of x{a="b"}`)
	_, _, err = thanos.Query(t.Context(), "x", end)
	require.NoError(t, err)
	require.Equal(t, "0s x", requested, "others are for raw data")
	requested = ""
	require.NoError(t,
		knownProduct(t, srv,
			dialect.For(dialect.Prometheus, "3.16.0", false, dialect.Options{})).Downsampled(t.Context(), "x", start,
			end))
	require.Empty(t, requested)
}
