package frames

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
)

func notices(r engine.Report) []data.Notice {
	out := make([]data.Notice, 0, len(r.Failed)+len(r.Warnings))
	add := func(severity data.NoticeSeverity, text string) {
		n := data.Notice{Severity: severity, Text: strings.ToValidUTF8(text, "\uFFFD")}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, f := range r.Failed {
		add(data.NoticeSeverityError, f.Error())
	}
	for _, w := range r.Warnings {
		add(data.NoticeSeverityWarning, w)
	}
	return out
}
