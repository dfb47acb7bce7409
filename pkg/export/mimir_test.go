package export_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/export"
)

type namespace struct {
	Namespace string
	Groups    []struct {
		Name  string
		Rules []struct{ Record, Alert, Expr string }
	}
}

func mimirNamespaceOf(t *testing.T, source string, o Options) (namespace, []string) {
	t.Helper()
	c, problems := catalog.Parse([]byte(source))
	require.NoError(t, problems.Err())
	text, notes, err := Write(Mimir, c.SLOs, o)
	require.NoError(t, err)
	var n namespace
	require.NoError(t, yaml.Unmarshal(text, &n))
	return n, notes
}

// Mimir refuses a group of more than 20 rules. A part must not divide the three rules of a window:
// the third reads the other two in the same evaluation.
func TestGroupsFitMimirsLimitOfRules(t *testing.T) {
	for severities := 1; severities <= 8; severities++ {
		var alerts []string
		for i := range severities {
			alerts = append(alerts,
				fmt.Sprintf("{severity: s%d, percent: %d, long: %dh, short: %dm}", i, i+1, i+1, 5+i))
		}
		n, notes := mimirNamespaceOf(t, fmt.Sprintf(`policies: {many: [%s]}
slos: [{name: a, objective: 99, window: 30d, policy: many, sli: {events: {total: x_total, bad: y_total}}}]`, strings.Join(alerts, ", ")), Options{ObjectName: "shop"})
		assert.Equal(t, "shop", n.Namespace)
		rules, names := 0, map[string]bool{}
		for _, g := range n.Groups {
			assert.LessOrEqual(t, len(g.Rules), 20)
			assert.False(t, names[g.Name], g.Name)
			names[g.Name] = true
			for i, r := range g.Rules {
				rules++
				if window, ok := strings.CutPrefix(r.Record, "burnline:error_ratio:"); ok {
					require.GreaterOrEqual(t, i, 2)
					assert.Equal(t, "burnline:events:"+window, g.Rules[i-2].Record)
					assert.Equal(t, "burnline:bad_events:"+window, g.Rules[i-1].Record)
				}
			}
		}
		want := 2*severities*3 + severities // two windows and an alert for each severity
		assert.Equal(t, want, rules)
		if want <= 20 {
			assert.Len(t, n.Groups, 1)
			assert.Empty(t, notes)
		} else {
			assert.Len(t, n.Groups, (want+17)/18)
			assert.Equal(t,
				[]string{fmt.Sprintf("group burnline-a is split: its %d rules exceed Mimir's default of 20 (ruler_max_rules_per_rule_group)", want)}, notes)
		}
	}
}

func TestMoreGroupsThanMimirAllows(t *testing.T) {
	source := "slos:\n"
	for i := range 71 {
		source += fmt.Sprintf("  - {name: a%d, objective: 99, window: 30d, sli: {events: {total: x_total, bad: y_total}}}\n", i)
	}
	_, notes := mimirNamespaceOf(t, source, Options{})
	assert.Equal(t,
		[]string{"71 groups exceed Mimir's default of 70 for a tenant: raise ruler_max_rule_groups_per_tenant"}, notes)
}

// A tenant's configuration contains the same routes as a configuration of Alertmanager itself, and
// the messages are those of its template file.
func TestAlertmanagerOfATenant(t *testing.T) {
	c, problems := catalog.Parse([]byte(definitions))
	require.NoError(t, problems.Err())
	o := Options{PagerURL: "https://pager.example.org/x?key=1", SlackURL: "https://hooks.example.org/y"}
	plain, notes, err := Write(Alertmanager, c.SLOs, o)
	require.NoError(t, err)
	require.Equal(t, []string{"the pager receives alerts of severity page only. Slack receives those of On_Call"},
		notes)
	tenant, _, err := Write(MimirAlertmanager, c.SLOs, o)
	require.NoError(t, err)
	var api struct {
		TemplateFiles map[string]string `yaml:"template_files"`
		Config        string            `yaml:"alertmanager_config"`
	}
	require.NoError(t, yaml.Unmarshal(tenant, &api))
	type receiver struct {
		Name     string
		Webhooks []struct{ URL string } `yaml:"webhook_configs"`
		Slack    []struct {
			APIURL      string `yaml:"api_url"`
			Title, Text string
		} `yaml:"slack_configs"`
	}
	var a, b struct {
		Route     any
		Receivers []receiver
		Templates []string
	}
	require.NoError(t, yaml.Unmarshal(plain, &a))
	require.NoError(t, yaml.Unmarshal([]byte(api.Config), &b))
	assert.Equal(t, a.Route, b.Route)
	assert.Equal(t, []string{"burnline.tmpl"}, b.Templates)
	assert.Equal(t, o.PagerURL, b.Receivers[0].Webhooks[0].URL)
	assert.Equal(t, o.SlackURL, b.Receivers[1].Slack[0].APIURL)
	assert.Equal(t, `{{ define "burnline.title" }}`+a.Receivers[1].Slack[0].Title+"{{ end }}\n"+
		`{{ define "burnline.text" }}`+a.Receivers[1].Slack[0].Text+"{{ end }}\n", api.TemplateFiles["burnline.tmpl"])
}

func TestAddressOfAReceiverIsNotQuoted(t *testing.T) {
	for _, address := range []string{
		"hooks.example.org/secret", "ftp://secret", "http://", "http://%zz/secret",
		"/secret",
	} {
		_, _, err := Write(MimirAlertmanager, nil, Options{SlackURL: address})
		require.EqualError(t, err,
			"the address of the receiver Slack is not a URL. Use http:// or https:// with a host", address)
	}
}
