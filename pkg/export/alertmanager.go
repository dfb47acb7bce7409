package export

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog"
)

// Addresses of receivers until you replace them: no notification is delivered.
const (
	noPager = "http://pager.invalid/burnline"
	noSlack = "http://slack.invalid/services/T000/B000/replace-me"
)

// pageSeverity is the severity of alerts that the pager receives. All other alerts go to Slack.
const pageSeverity = "page"

// Message templates, and the file that defines them for a tenant of Mimir.
const (
	templateFile = "burnline.tmpl"
	messageTitle = `{{ if eq .Status "resolved" }}Resolved: {{ end }}` +
		`{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ .CommonLabels.alertname }}{{ end }}`
	messageText = `{{ range .Alerts }}{{ .Annotations.description }}` +
		`{{ with .Annotations.runbook_url }}{{ "\n" }}{{ . }}{{ end }}{{ "\n" }}{{ end }}`
)

// routes returns the configuration of an Alertmanager for the exported rules.
//
// Each alert is a separate notification: an alert is one SLO, group and severity, and the labels of groups
// differ between SLOs. So the only effect of group_interval is the delay of a resolved notification.
func routes(slos []catalog.SLO, o Options, title, text string) (config yaml.MapSlice, notes []string, err error) {
	pager, slack := cmp.Or(o.PagerURL, noPager), cmp.Or(o.SlackURL, noSlack)
	if err := errors.Join(checkReceiver("pager", pager), checkReceiver("Slack", slack)); err != nil {
		return nil, nil, err
	}
	if o.PagerURL == "" {
		notes = append(notes, "the pager's address is a placeholder: no page is delivered until you replace "+noPager)
	}
	if o.SlackURL == "" {
		notes = append(notes, "Slack's address is a placeholder: no message is delivered until you replace "+noSlack)
	}
	if others := otherSeverities(slos); len(others) > 0 {
		notes = append(notes,
			fmt.Sprintf("the pager receives alerts of severity %s only. Slack receives those of %s", pageSeverity,
				strings.Join(others, ", ")))
	}
	pages := fields("receiver", "burnline-pager", "matchers", []string{"severity = " + pageSeverity}, "repeat_interval",
		"1h")
	alerts := fields("matchers", []string{"alertname = " + alertName}, "group_by", []string{"..."},
		"group_wait", "0s", "group_interval", "1m", "repeat_interval", "12h", "routes", []any{pages})
	webhook := fields("url", pager, "send_resolved", true)
	message := fields("api_url", slack, "send_resolved", true, "title", title, "text", text)
	return fields(
		"route", fields("receiver", "burnline-slack", "group_by", []string{"alertname"}, "routes", []any{alerts}),
		"receivers", []any{
			fields("name", "burnline-pager", "webhook_configs", []any{webhook}),
			fields("name", "burnline-slack", "slack_configs", []any{message}),
		},
	), notes, nil
}

func fields(pairs ...any) yaml.MapSlice {
	var out yaml.MapSlice
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, yaml.MapItem{Key: pair[0], Value: pair[1]})
	}
	return out
}

// otherSeverities returns the severities of own policies, sorted: Slack may be a surprise for them.
func otherSeverities(slos []catalog.SLO) []string {
	var out []string
	for _, s := range slos {
		for _, severity := range s.Policy.Severities() {
			if !slices.Contains([]string{pageSeverity, "slack", "ticket"}, severity) {
				out = append(out, severity)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// AddressError is an address of a receiver that is not a URL. Its text does not quote the address,
// which may contain a secret.
type AddressError struct{ Receiver string }

func (e *AddressError) Error() string {
	return fmt.Sprintf("the address of the receiver %s is not a URL. Use http:// or https:// with a host", e.Receiver)
}

func checkReceiver(name, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return &AddressError{name}
	}
	return nil
}

// tenantRoutes returns the same configuration for a tenant of Mimir, with its message templates in a file.
func tenantRoutes(slos []catalog.SLO, o Options) (document yaml.MapSlice, notes []string, err error) {
	config, notes, err := routes(slos, o, `{{ template "burnline.title" . }}`, `{{ template "burnline.text" . }}`)
	if err != nil {
		return nil, nil, err
	}
	text, err := marshal(append(config, fields("templates", []string{templateFile})...))
	templates := fmt.Sprintf("{{ define \"burnline.title\" }}%s{{ end }}\n{{ define \"burnline.text\" }}%s{{ end }}\n",
		messageTitle, messageText)
	return fields("template_files", fields(templateFile, templates), "alertmanager_config", string(text)), notes, err
}

func marshal(document any) ([]byte, error) {
	return yaml.MarshalWithOptions(document, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
}
