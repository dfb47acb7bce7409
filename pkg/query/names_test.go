package query_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/query"
)

// schemaFields returns the names of a query's fields, and those of its nested objects, from the
// schema.
func schemaFields(t *testing.T) (common []string, nested map[string][]string) {
	type object struct {
		Type       string
		Properties map[string]json.RawMessage
		Defs       map[string]json.RawMessage `json:"$defs"`
	}
	read := func(raw []byte) object {
		var o object
		require.NoError(t, json.Unmarshal(raw, &o))
		return o
	}
	source, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	root := read(source)
	nested = map[string][]string{}
	properties := []map[string]json.RawMessage{root.Properties}
	for _, definition := range root.Defs {
		properties = append(properties, read(definition).Properties)
	}
	for _, one := range properties {
		for name, raw := range one {
			common = append(common, name)
			if field := read(raw); field.Type == "object" {
				for inner := range field.Properties {
					nested[name] = append(nested[name], inner)
				}
			}
		}
	}
	slices.Sort(common)
	return slices.Compact(common), nested
}

// A misspelt filter that is ignored shows the numbers of other workloads. Each field of the schema
// is misspelt in three ways.
func TestAMisspeltFieldIsAnError(t *testing.T) {
	common, nested := schemaFields(t)
	require.Greater(t, len(common), 15)
	require.Greater(t, len(nested), 4)
	misspellings := func(name string) []string {
		return []string{name + "x", name[1:], name[:1] + "_" + name[1:]}
	}
	check := func(document, field string, known []string) {
		if slices.Contains(known, field) {
			return // another field, as op and top
		}
		_, err := ParseQuery(dataQuery(document), now)
		assert.ErrorContains(t, err, fmt.Sprintf("unknown field %q", field), document)
	}
	for _, name := range common {
		for _, wrong := range misspellings(name) {
			check(fmt.Sprintf(`{%q: null}`, wrong), wrong, common)
		}
	}
	for name, fields := range nested {
		for _, field := range fields {
			for _, wrong := range misspellings(field) {
				check(fmt.Sprintf(`{%q: {%q: null}}`, name, wrong), wrong, fields)
			}
		}
	}
	_, err := ParseQuery(dataQuery(`{"filters": [{"label": "namespace", "operator": "!=", "value": "shop"}]}`), now)
	require.EqualError(t, err, `filters[0].operator: unknown field "operator". There are label, op, value`)
	_, err = ParseQuery(dataQuery(`{"filter": [{"label": "namespace", "value": "shop"}]}`), now)
	require.EqualError(t, err, `filter: unknown field "filter". Did you mean filters?`)
}

// Grafana adds fields to queries and settings, and its data sources for Prometheus have others.
func TestForeignFieldsAreIgnored(t *testing.T) {
	for _, name := range []string{
		"datasource", "datasourceId", "hide", "key", "refId", "intervalMs", "maxDataPoints", "timeRange", "requestId",
		"queryCachingTTL", "resultAssertions",
		"expr", "legendFormat", "range", "instant", "interval", "editorMode", "exemplar", "intervalFactor",
		"utcOffsetSec", "timezone_offset", "rawSql", "alias", "target",
		"panelId", "variable", "label", // of dashboards, and of Burnline's own variables
	} {
		_, err := ParseQuery(dataQuery(fmt.Sprintf(`{%q: "a"}`, name)), now)
		assert.NoError(t, err, name)
	}
	for _, name := range []string{
		"httpMethod", "timeInterval", "queryTimeout", "timeout", "keepCookies", "tlsAuth", "tlsAuthWithCACert",
		"tlsSkipVerify", "serverName", "oauthPassThru", "manageAlerts",
		"allowAsRecordingRulesTarget", "prometheusType", "prometheusVersion", "cacheLevel", "incrementalQuerying",
		"disableRecordingRules", "disableMetricsLookup",
		"customQueryParameters", "exemplarTraceIdDestinations", "httpHeaderName1", "sigV4Auth", "sigV4AuthType",
		"sigV4Region", "sigV4Profile", "sigV4AssumeRoleArn",
		"sigV4ExternalId", "azureCredentials", "azureEndpointResourceId", "authenticationType", "defaultProject",
		"tokenUri", "clientEmail", "enableSecureSocksProxy",
		"pdcInjected", "forwardGrafanaHeaders", "prometheusUid", "traces", "logs", "metrics", "seriesEndpoint",
		"defaultEditor", "codeModeMetricNamesSuggestionLimit",
	} {
		_, err := ParseSettings(backend.DataSourceInstanceSettings{
			URL:      "http://prometheus:9090",
			JSONData: fmt.Appendf(nil, `{%q: "a"}`, name),
		})
		assert.NoError(t, err, name)
	}
}

// Without replicaLabels, replicas count twice; without tenant, the server may choose another one.
func TestAMisspeltSettingIsAnError(t *testing.T) {
	for misspelt, want := range map[string]string{
		"tenent": "tenant", "tenantId": "tenant", "replicaLabel": "replicaLabels", "replica_labels": "replicaLabels",
		"cacheMB": "cacheMiB", "catalogue": "catalog",
		"maxSourceResolutions": "maxSourceResolution", "maxResponseMB": "maxResponseMiB", "setle": "settle",
	} {
		_, err := ParseSettings(backend.DataSourceInstanceSettings{
			URL:      "http://prometheus:9090",
			JSONData: fmt.Appendf(nil, `{%q: "a"}`, misspelt),
		})
		assert.EqualError(t, err, fmt.Sprintf("%s: unknown field %q. Did you mean %s?", misspelt, misspelt, want))
	}
}
