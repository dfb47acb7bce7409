package recording

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/stretchr/testify/require"
)

const script = "load 1m\n  x_total{a=\"b\"} 0+10x3 _ 7 stale\n  h {{schema:0 count:1 sum:1 buckets:[1]}}x1\n"

func TestParse(t *testing.T) {
	series, err := Parse(script)
	require.NoError(t, err)
	require.Len(t, series, 2)
	require.Equal(t, `{__name__="x_total", a="b"}`, series[0].Labels.String())
	x := series[0].Samples
	require.Equal(t,
		[]Sample{{Ms: 0, V: 0}, {Ms: 60_000, V: 10}, {Ms: 120_000, V: 20}, {Ms: 180_000, V: 30}, {Ms: 300_000, V: 7}},
		x[:5])
	require.True(t, value.IsStaleNaN(x[5].V))
	require.Equal(t, 1.0, series[1].Samples[1].H.Count)

	series, err = Parse("load 2m\n  x 1 3\nload 2m offset 1m\n  x 2 4\n")
	require.NoError(t, err)
	require.Len(t, series, 1, "the same labels are one series")
	require.Equal(t, []Sample{{Ms: 0, V: 1}, {Ms: 60_000, V: 2}, {Ms: 120_000, V: 3}, {Ms: 180_000, V: 4}},
		series[0].Samples)

	_, err = Parse("load 1m offset noon\n")
	require.ErrorContains(t, err, "load 1m offset noon")
	_, err = Parse("load soon\n")
	require.ErrorContains(t, err, "load soon")
	_, err = Parse("load 1m\n  x{ 1\n")
	require.ErrorContains(t, err, "x{ 1")
}

func TestPartsAreJoinedAgain(t *testing.T) {
	series, err := Parse(script)
	require.NoError(t, err)
	before, after := Between(series, 0, 120_000), Between(series, 240_000, 1e9)
	require.Len(t, before, 2)
	require.Len(t, after, 1)
	joined := Joined(before, after)
	require.Len(t, joined, 2)
	require.Len(t, joined[0].Samples, 4)
	require.Equal(t, int64(300_000), joined[0].Samples[2].Ms)
	require.Equal(t, int64(3_600_000), Shifted(series, time.Hour)[0].Samples[0].Ms)
	require.Equal(t, int64(0), series[0].Samples[0].Ms, "the original stays where it is")
	require.Equal(t, "y", With(series, "a", "y")[0].Labels.Get("a"))
}

func TestStartTimesMoveWithTheirSamples(t *testing.T) {
	series, err := Parse("load 1m\n  process_start_time_seconds{a=\"b\"} -50 7230 stale\n  y_seconds 7230\n")
	require.NoError(t, err)
	moved := Shifted(series, time.Hour)
	require.Equal(t, []Sample{{Ms: 3_600_000, V: 3550}, {Ms: 3_660_000, V: 10_830}}, moved[0].Samples[:2])
	require.True(t, value.IsStaleNaN(moved[0].Samples[2].V))
	require.Equal(t, []Sample{{Ms: 3_600_000, V: 7230}}, moved[1].Samples)
	require.Equal(t, 7230.0, series[0].Samples[1].V, "the original stays what it is")
}

func TestBlockHoldsWhatWasWritten(t *testing.T) {
	series, err := Parse(script)
	require.NoError(t, err)
	dir := t.TempDir()
	id, err := WriteBlock(t.Context(), dir, series)
	require.NoError(t, err)
	block, err := tsdb.OpenBlock(nil, dir+"/"+id, nil, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, block.Close()) }()
	q, err := tsdb.NewBlockQuerier(block, 0, 1e9)
	require.NoError(t, err)
	set := q.Select(t.Context(), true, nil, labels.MustNewMatcher(labels.MatchEqual, "a", "b"))
	require.True(t, set.Next())
	var values []float64
	it := set.At().Iterator(nil)
	for it.Next() == chunkenc.ValFloat {
		_, v := it.At()
		values = append(values, v)
	}
	require.Equal(t, []float64{0, 10, 20, 30, 7}, values[:5])
	require.NoError(t, q.Close())

	_, err = WriteBlock(t.Context(), dir, nil)
	require.EqualError(t, err, "a block without samples")
}

func TestPushSendsEverySample(t *testing.T) {
	series, err := Parse(script)
	require.NoError(t, err)
	got, tenant := 0, ""
	status := http.StatusNoContent
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		packed, _ := io.ReadAll(r.Body)
		raw, _ := snappy.Decode(nil, packed)
		var req prompb.WriteRequest
		if req.Unmarshal(raw) == nil {
			for _, s := range req.Timeseries {
				got += len(s.Samples) + len(s.Histograms)
			}
		}
		tenant = r.Header.Get("X-Scope-OrgID")
		w.WriteHeader(status)
	}))
	defer srv.Close()
	require.NoError(t, Push(t.Context(), srv.URL, http.Header{"X-Scope-Orgid": {"a"}}, series))
	require.Equal(t, 8, got)
	require.Equal(t, "a", tenant)
	status = http.StatusBadRequest
	require.ErrorContains(t, Push(t.Context(), srv.URL, nil, series), "remote write: 400 Bad Request")
}
