package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine/measure"
)

// versionLabels are the labels of series that contain the version which served an event. The first
// one that exists is used: Istio, OpenTelemetry, Argo Rollouts and scrapes that copy labels of pods.
var versionLabels = []string{
	catalog.LabelRevision, "destination_canonical_revision", "service_version", "service.version",
	"rollouts_pod_template_hash", "pod_template_hash", "controller_revision_hash", "app_kubernetes_io_version",
}

// breakdownLabels returns the labels of an SLO's groups for the labels of a query. They differ for
// revision: with identity kubernetes it is found by pods, else it is a label with the version.
func (e *Engine) breakdownLabels(ctx context.Context, s catalog.SLO, by []string, from, to time.Time) (own []string,
	stats measure.Stats, err error,
) {
	own = slices.Clone(by)
	i := slices.Index(by, catalog.LabelRevision)
	if i < 0 || s.Identity == catalog.IdentityKubernetes {
		return own, stats, nil
	}
	label, stats, err := e.versionLabel(ctx, s, from, to)
	if err != nil {
		return nil, stats, err
	}
	if label == "" {
		stats.Warn(fmt.Sprintf("SLO %s: the revision is unknown: the series have none of the labels %s. If they have the label pod, "+
			"set identity: kubernetes with by: [namespace, workload] to use the ReplicaSet of each pod", s.Name,
			strings.Join(versionLabels, ", ")))
		return own, stats, nil
	}
	own[i] = label
	return own, stats, nil
}

// versionLabel returns the label of the counted series that contains the version, or "".
func (e *Engine) versionLabel(ctx context.Context, s catalog.SLO, from, to time.Time) (label string,
	stats measure.Stats, err error,
) {
	selector, err := s.TotalSelector()
	if err != nil {
		return "", stats, err
	}
	names, err := e.server.LabelNames(ctx, selector, from, to)
	stats.Add(cells.Cost{Queries: 1}, nil, nil)
	if err != nil {
		return "", stats, fmt.Errorf("the labels of the series: %w", err)
	}
	for _, label := range versionLabels {
		if slices.Contains(names, label) {
			return label, stats, nil
		}
	}
	return "", stats, nil
}

// isUnknownRevision reports whether the revisions of all bad events are values that a mesh uses for
// pods without a version.
func isUnknownRevision(label string, rows []Burner) bool {
	return label == catalog.LabelRevision && len(rows) > 0 && !slices.ContainsFunc(rows, func(b Burner) bool {
		return b.Values != nil && b.Values[label] != "latest" && b.Values[label] != "unknown"
	}) && rows[0].Values != nil
}
