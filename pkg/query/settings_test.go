package query_test

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/prom/dialect"
	. "github.com/burnline/burnline/pkg/query"
)

const address = "http://prometheus:9090"

func settings(url, jsonData string) backend.DataSourceInstanceSettings {
	return backend.DataSourceInstanceSettings{URL: url, JSONData: []byte(jsonData)}
}

func TestParseSettings(t *testing.T) {
	s, err := ParseSettings(settings(address+"/prom/", ""))
	require.NoError(t, err)
	assert.Equal(t, address+"/prom", s.URL)
	assert.Equal(t, 10*time.Minute, s.Settle)
	assert.Equal(t, int64(256<<20), s.CacheBytes)
	assert.NotNil(t, s.Catalog)
	assert.Empty(t, s.CatalogProblems)

	s, err = ParseSettings(settings("https://mimir.example.org/prometheus",
		`{"httpMethod":"POST","tlsSkipVerify":true,"settle":"0s","cacheMiB":65536,"catalog":"slos: [{name: a, objective: 99, window: 1d, sli: {events: {total: x, bad: y}}}]"}`))
	require.NoError(t, err)
	assert.Equal(t, time.Duration(0), s.Settle)
	assert.Equal(t, int64(64<<30), s.CacheBytes)
	require.Len(t, s.Catalog.SLOs, 1)
	assert.Equal(t, "a", s.Catalog.SLOs[0].Name)
}

func TestWhatTheServerIs(t *testing.T) {
	s, err := ParseSettings(settings(address,
		`{"dialect":"thanos","tenant":"a|b","replicaLabels":["replica"],"maxSourceResolution":"5m","maxResponseMiB":64}`))
	require.NoError(t, err)
	assert.Equal(t, prom.Options{
		Product: dialect.Thanos, MaxBody: 64 << 20,
		Dialect: dialect.Options{Tenant: "a|b", Replicas: []string{"replica"}, Downsampled: 5 * time.Minute},
	}, s.Server)

	s, err = ParseSettings(settings(address, `{"dialect":"prometheus","tenant":"a"}`))
	require.NoError(t, err, "a proxy before it may go by the tenant")
	assert.Equal(t, prom.Options{Product: dialect.Prometheus, Dialect: dialect.Options{Tenant: "a"}}, s.Server)

	s, err = ParseSettings(settings(address, `{"dialect":"auto"}`))
	require.NoError(t, err)
	assert.Equal(t, prom.Options{}, s.Server)
}

func TestABrokenCatalogLeavesTheDataSourceUsable(t *testing.T) {
	s, err := ParseSettings(settings(address, `{"catalog":"slos: ["}`))
	require.NoError(t, err)
	assert.NotNil(t, s.Catalog)
	assert.EqualError(t, s.CatalogProblems.Err(), "line 1:7: YAML syntax: sequence end token ']' not found")
}

func TestParseSettingsErrors(t *testing.T) {
	for _, c := range []struct{ name, url, json, want string }{
		{"no URL", " ", "", "url: the address is empty. Enter the URL of the server, e.g. http://prometheus:9090"},
		{
			"no scheme", "prometheus:9090", "",
			"url: the URL isn't valid. Include the scheme and the host, e.g. http://prometheus:9090",
		},
		{
			"a path", "/prometheus", "",
			"url: the URL isn't valid. Include the scheme and the host, e.g. http://prometheus:9090",
		},
		{
			"another scheme", "file:///etc/passwd", "",
			`url: the scheme "file" is not supported. Give an http or https address, e.g. http://prometheus:9090`,
		},
		{"no host", "http://:9090", "", "url: the URL has no host. Include it, e.g. http://prometheus:9090"},
		{
			"broken", "http://user:secret@[", "",
			"url: the URL isn't valid. Include the scheme and the host, e.g. http://prometheus:9090",
		},
		{"not JSON", address, "{", "jsonData is not JSON"},
		{
			"settle without a unit", address, `{"settle":"600"}`,
			`settle: "600" is not a duration. Write for example 30d, 6h, 1h30m or 300ms`,
		},
		{"settle as a number", address, `{"settle":600}`, `settle: want text, for example "10m". Got 600`},
		{
			"settle too long", address, `{"settle":"3h"}`,
			"settle: 3h exceeds the maximum of 2h. Give the delay of late samples, for example 10m",
		},
		{
			"settle negative", address, `{"settle":"-1m"}`,
			`settle: "-1m" is not a duration. Write for example 30d, 6h, 1h30m or 300ms`,
		},
		{
			"cache too small", address, `{"cacheMiB":15}`,
			"cacheMiB: 15 is not within 16..65536. Give MiB, for example 256",
		},
		{
			"cache too large", address, `{"cacheMiB":65537}`,
			"cacheMiB: 65537 is not within 16..65536. Give MiB, for example 256",
		},
		{
			"cache as text", address, `{"cacheMiB":"256"}`,
			`cacheMiB: want a whole number, for example 256. Got the text "256"`,
		},
		{
			"cache with a fraction", address, `{"cacheMiB":256.5}`,
			"cacheMiB: want a whole number, for example 256. Got 256.5",
		},
		{
			"catalog as an object", address, `{"catalog":{"slos":[]}}`,
			`catalog: want text, for example "slos: ...". Got an object`,
		},
		{
			"an unknown server", address, `{"dialect":"influx"}`,
			`dialect: "influx" is no kind of server. Give auto, prometheus, thanos, mimir or victoriametrics`,
		},
		{
			"a header in a tenant", address, `{"tenant":"a\r\nX-Evil: 1"}`,
			`tenant: "a\r\nX-Evil: 1" is no tenant. Give one of letters, digits and !-_.*'(), several joined by |, for example team-a|team-b`,
		},
		{
			"an empty tenant among others", address, `{"tenant":"a|"}`,
			`tenant: "" is no tenant. Give one of letters, digits and !-_.*'(), several joined by |, for example team-a|team-b`,
		},
		{
			"a replica label that is none", address, `{"replicaLabels":["replica","a&b"]}`,
			`replicaLabels[1]: "a&b" is not a label name. Give a label that distinguishes replicas, for example replica`,
		},
		{
			"another resolution", address, `{"maxSourceResolution":"1h"}`,
			`maxSourceResolution: maximum resolution "1h" is not supported. Use raw or 5m`,
		},
		{
			"no answer at all", address, `{"maxResponseMiB":0}`,
			"maxResponseMiB: 0 is not within 1..4096. Give MiB, for example 128",
		},
		{
			"all at once", "", `{"settle":"9h","cacheMiB":0}`,
			"url: the address is empty. Enter the URL of the server, e.g. http://prometheus:9090\n" +
				"settle: 9h exceeds the maximum of 2h. Give the delay of late samples, for example 10m\n" +
				"cacheMiB: 0 is not within 16..65536. Give MiB, for example 256",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseSettings(settings(c.url, c.json))
			assert.EqualError(t, err, c.want)
			assert.True(t, fault.IsUserError(err))
		})
	}
}
