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

type alertmanagerConfig struct {
	Route     alertRoute      `yaml:"route"`
	Receivers []alertReceiver `yaml:"receivers"`
	Templates []string        `yaml:"templates,omitempty"`
}

type alertRoute struct {
	Receiver       string       `yaml:"receiver,omitempty"`
	Matchers       []string     `yaml:"matchers,omitempty"`
	GroupBy        []string     `yaml:"group_by,omitempty"`
	GroupWait      string       `yaml:"group_wait,omitempty"`
	GroupInterval  string       `yaml:"group_interval,omitempty"`
	RepeatInterval string       `yaml:"repeat_interval,omitempty"`
	Routes         []alertRoute `yaml:"routes,omitempty"`
}

type alertReceiver struct {
	Name     string         `yaml:"name"`
	Webhooks []alertWebhook `yaml:"webhook_configs,omitempty"`
	Slack    []alertSlack   `yaml:"slack_configs,omitempty"`
}

type alertWebhook struct {
	URL          string `yaml:"url"`
	SendResolved bool   `yaml:"send_resolved"`
}

type alertSlack struct {
	APIURL       string `yaml:"api_url"`
	SendResolved bool   `yaml:"send_resolved"`
	Title        string `yaml:"title"`
	Text         string `yaml:"text"`
}

// tenantConfig is the Alertmanager configuration of a tenant in Mimir's API.
type tenantConfig struct {
	TemplateFiles map[string]string `yaml:"template_files"`
	Config        string            `yaml:"alertmanager_config"`
}

// routes returns the configuration of an Alertmanager for the exported rules.
//
// Each alert is a separate notification: an alert is one SLO, group and severity, and the labels
// of groups differ between SLOs. So the only effect of group_interval is the delay of a resolved
// notification.
func routes(slos []catalog.SLO, o Options, title, text string) (c alertmanagerConfig, notes []string, err error) {
	pager, slack := cmp.Or(o.PagerURL, noPager), cmp.Or(o.SlackURL, noSlack)
	if err := errors.Join(checkReceiver("pager", pager), checkReceiver("Slack", slack)); err != nil {
		return alertmanagerConfig{}, nil, err
	}
	if o.PagerURL == "" {
		notes = append(notes, "the pager's address is a placeholder: no page is delivered until you replace "+noPager)
	}
	if o.SlackURL == "" {
		notes = append(notes, "Slack's address is a placeholder: no message is delivered until you replace "+noSlack)
	}
	if others := otherSeverities(slos); len(others) > 0 {
		notes = append(notes, fmt.Sprintf("the pager receives alerts of severity %s only. Slack receives those of %s", pageSeverity, strings.Join(others, ", ")))
	}
	return alertmanagerConfig{
		Route: alertRoute{
			Receiver: "burnline-slack", GroupBy: []string{"alertname"},
			Routes: []alertRoute{{
				Matchers: []string{"alertname = " + alertName}, GroupBy: []string{"..."},
				GroupWait: "0s", GroupInterval: "1m", RepeatInterval: "12h",
				Routes: []alertRoute{{
					Receiver: "burnline-pager", Matchers: []string{"severity = " + pageSeverity}, RepeatInterval: "1h",
				}},
			}},
		},
		Receivers: []alertReceiver{
			{Name: "burnline-pager", Webhooks: []alertWebhook{{pager, true}}},
			{Name: "burnline-slack", Slack: []alertSlack{{slack, true, title, text}}},
		},
	}, notes, nil
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

// tenantRoutes returns the same configuration for a tenant of Mimir, with the templates of messages
// in a file.
func tenantRoutes(slos []catalog.SLO, o Options) (t tenantConfig, notes []string, err error) {
	config, notes, err := routes(slos, o, `{{ template "burnline.title" . }}`, `{{ template "burnline.text" . }}`)
	if err != nil {
		return tenantConfig{}, nil, err
	}
	config.Templates = []string{templateFile}
	text, err := marshal(config)
	if err != nil {
		return tenantConfig{}, nil, err
	}
	return tenantConfig{
		TemplateFiles: map[string]string{templateFile: fmt.Sprintf("{{ define \"burnline.title\" }}%s{{ end }}\n{{ define \"burnline.text\" }}%s{{ end }}\n", messageTitle, messageText)},
		Config:        string(text),
	}, notes, nil
}

func marshal(document any) ([]byte, error) {
	return yaml.MarshalWithOptions(document, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
}
