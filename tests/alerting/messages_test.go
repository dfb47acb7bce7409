package alerting

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// The links of a message begin an hour before the alert fired, whenever they are opened.
func TestLinksOfAMessageBeginBeforeTheAlert(t *testing.T) {
	text, err := os.ReadFile("../../provisioning/alerting/templates.yaml")
	require.NoError(t, err)
	var file struct {
		Templates []struct{ Template string }
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	message, err := template.New("").Funcs(template.FuncMap{
		"toUpper": strings.ToUpper,
		"reReplaceAll": func(pattern, with, text string) string {
			return regexp.MustCompile(pattern).ReplaceAllString(text, with)
		},
	}).Parse(file.Templates[0].Template)
	require.NoError(t, err)

	var out strings.Builder
	require.NoError(t, message.ExecuteTemplate(&out, "burnline.alert", map[string]any{
		"StartsAt": time.UnixMilli(1_800_000_000_000), "PanelURL": "", "SilenceURL": "",
		"Annotations": map[string]string{
			"title": "availability shop burns its error budget", "runbook_url": "https://wiki.example.org",
			"summary":       "The error budget burns",
			"likely_change": "rollout: shop/web: replica set web-3 at 2026-11-24 03:12 UTC (likely)",
			"dashboard_url": "http://g/d/burnline-slo?viewPanel=3&from=now-6h&to=now",
			"explore_url":   "http://g/explore?left=%22from%22%3A%22now-6h%22",
		},
	}))
	require.Contains(t, out.String(), "*availability shop burns its error budget*\n")
	require.Contains(t, out.String(), "Panel: http://g/d/burnline-slo?viewPanel=3&from=1799996400000&to=now\n")
	require.Contains(t, out.String(), "Explore: http://g/explore?left=%22from%22%3A%221799996400000%22\n")
	require.Contains(t, out.String(),
		"Likely cause: rollout: shop/web: replica set web-3 at 2026-11-24 03:12 UTC (likely)\n")
	require.Contains(t, out.String(), "Runbook: https://wiki.example.org\n")
}
