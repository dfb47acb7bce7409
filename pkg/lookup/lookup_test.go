package lookup

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

const series = `load 1m
  http_requests_total{job="api",code="200"} 0+1x60
  http_requests_total{job="api",code="500"} 0+1x60
  http_requests_total{job="web",code="404"} 0+1x60
  http_up 1x60
  Http_seconds_bucket{job="api",le="0.005"} 0+1x60
  Http_seconds_bucket{job="api",le="0.3"} 0+1x60
  Http_seconds_bucket{job="api",le="1.0"} 0+1x60
  Http_seconds_bucket{job="api",le="+Inf"} 0+1x60
  wait_ms_bucket{le="0.25"} 0+1x60
  wait_ms_bucket{le="250"} 0+1x60
  wait_ms_bucket{le="90000"} 0+1x60
  wait_ms_bucket{le="+Inf"} 0+1x60
  native_seconds {{schema:0 sum:1 count:1 buckets:[1]}}x60
  old_total 1 _x120
`

func finder(t *testing.T) Finder {
	return Finder{promtest.Load(t, series), time.Unix(0, 0).Add(70 * time.Minute)}
}

func TestMetrics(t *testing.T) {
	f := finder(t)
	for search, want := range map[string][]string{
		"http": {"http_requests_total", "http_up", "Http_seconds_bucket"},
		"UP":   {"http_up"},
		"[":    {},
	} {
		got, err := f.Metrics(t.Context(), search, false)
		require.NoError(t, err)
		assert.Equal(t, want, got, search)
	}
	got, err := f.Metrics(t.Context(), "", true)
	require.NoError(t, err)
	assert.Equal(t, []string{"Http_seconds", "wait_ms"}, got)
}

func TestLabelsAndValues(t *testing.T) {
	f := finder(t)
	labels, err := f.Labels(t.Context(), `sum(rate(http_requests_total{job="api"}[5m]))`)
	require.NoError(t, err)
	assert.Equal(t, []string{"code", "job"}, labels)

	values, err := f.Values(t.Context(), `http_requests_total{job="api",code="x"}`, "code", "")
	require.NoError(t, err)
	assert.Equal(t, []string{"200", "500"}, values, "what is written for the label itself does not count")
	values, err = f.Values(t.Context(), `http_requests_total`, "code", "4")
	require.NoError(t, err)
	assert.Equal(t, []string{"404"}, values)

	_, err = f.Labels(t.Context(), `http_requests_total{`)
	assert.ErrorContains(t, err, "is not PromQL")
	_, err = f.Labels(t.Context(), `1 + 1`)
	assert.ErrorContains(t, err, "reads no series")
}

func TestBuckets(t *testing.T) {
	f := finder(t)
	for _, c := range []struct {
		histogram, unit string
		want            Buckets
	}{
		{`Http_seconds{job="api"}`, "s", Buckets{Thresholds: []string{"5ms", "300ms", "1s"}}},
		{`Http_seconds_bucket`, "s", Buckets{Thresholds: []string{"5ms", "300ms", "1s"}}},
		{`wait_ms`, "ms", Buckets{Thresholds: []string{"250ms", "1m30s"}}},
		{`native_seconds`, "s", Buckets{Thresholds: []string{}, Native: true}},
		{`nothing_seconds`, "s", Buckets{Thresholds: []string{}}},
	} {
		got, err := f.Buckets(t.Context(), c.histogram, c.unit)
		require.NoError(t, err)
		assert.Equal(t, c.want, got, c.histogram)
	}
}

func TestUnion(t *testing.T) {
	assert.Equal(t, []string{"a", "b", "c"}, Union([][]string{{"b", "a"}, nil, {"c", "b"}}))
	assert.Equal(t, []string{}, Union(nil))
}

// Search texts of viewers have a maximum length, for the parser and for the server.
func TestWhatIsLookedForIsBounded(t *testing.T) {
	f := finder(t)
	long := strings.Repeat("x", 3<<20)
	for name, find := range map[string]func() error{
		"selector: has 3145728 by": func() error { _, err := f.Labels(t.Context(), long); return err },
		"at most 256 are allowed":  func() error { _, err := f.Metrics(t.Context(), long, false); return err },
		"search: it has 257": func() error {
			_,
				err := f.Values(t.Context(), "x", "a", strings.Repeat("ä", 257))
			return err
		},
		"label: it has 1025": func() error {
			_,
				err := f.Values(t.Context(), "x", strings.Repeat("ä", 1025), "")
			return err
		},
		"8192 nested": func() error {
			_,
				err := f.Buckets(t.Context(), strings.Repeat("(", 8192), "")
			return err
		},
		"4096 operators": func() error {
			_,
				err := f.Labels(t.Context(), strings.Repeat("-", 4096)+"x")
			return err
		},
		"repetitions in regular ex": func() error {
			_,
				err := f.Values(t.Context(), `x{a=~".{999}.{999}"}`, "a", "")
			return err
		},
	} {
		require.ErrorContains(t, find(), name)
	}
}
