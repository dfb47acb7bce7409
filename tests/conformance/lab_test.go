//go:build suite

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

// lab is a process of the built plugin. Whoever opens one must close it.
type lab struct {
	project *stack.Project
	host    *pluginhost.Host
	log     *os.File
	sources atomic.Int64 // made so far
}

func openLab(ctx context.Context, project *stack.Project, name string) (*lab, error) {
	binary, err := project.Plugin(ctx)
	if err != nil {
		return nil, err
	}
	l := &lab{project: project}
	file := project.Log("plugin-" + name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, err
	}
	if l.log, err = os.Create(file); err != nil { // #nosec G304 - our own log
		return nil, fmt.Errorf("log of the plugin: %w", err)
	}
	if l.host, err = pluginhost.Start(binary, l.log); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lab) close() {
	if l.host != nil {
		l.host.Kill()
	}
	_ = l.log.Close()
}

// settings of a data source: json is what its jsonData has beside the catalog.
type settings struct {
	url     string
	catalog string
	json    map[string]any
}

// source is a saved data source of its own, so that nothing is cached yet.
func (l *lab) source(s settings) (*pluginhost.DataSource, error) {
	all := map[string]any{"catalog": s.catalog, "timeout": 60}
	for name, v := range s.json {
		all[name] = v
	}
	uid := "conformance-" + strconv.FormatInt(l.sources.Add(1), 10)
	return pluginhost.NewDataSource(stack.DatasourceID, uid, uid, s.url, all)
}

// question is one query of the plugin.
type question struct {
	query    map[string]any
	from, to time.Time
	points   int64             // most that a time series may have; 0: 100
	alerting bool              // as an alert rule asks
	headers  map[string]string // of the viewer
}

// ask sends one query and returns its frames, or the error that a user would see.
func (l *lab) ask(ctx context.Context, source *pluginhost.DataSource, q question) (data.Frames, error) {
	return l.askWithin(ctx, source, q, 2*time.Minute)
}

func (l *lab) askWithin(ctx context.Context, source *pluginhost.DataSource, q question, within time.Duration) (data.Frames, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	raw, err := json.Marshal(q.query)
	if err != nil {
		return nil, err
	}
	points := q.points
	if points == 0 {
		points = 100
	}
	kind, _ := q.query["queryType"].(string)
	headers := map[string]string{}
	maps.Copy(headers, q.headers)
	if q.alerting {
		headers[backend.FromAlertHeaderName] = "true"
	}
	res, err := l.host.QueryData(ctx, &backend.QueryDataRequest{
		PluginContext: source.Context(), Headers: headers,
		Queries: []backend.DataQuery{{
			RefID: "A", QueryType: kind, MaxDataPoints: points, Interval: q.to.Sub(q.from) / time.Duration(points), JSON: raw,
			TimeRange: backend.TimeRange{From: q.from, To: q.to},
		}},
	})
	if err != nil {
		return nil, err
	}
	answer := res.Responses["A"]
	if answer.Error == nil && len(answer.Frames) == 0 {
		return nil, fmt.Errorf("the plugin sent no frame")
	}
	return answer.Frames, answer.Error
}
