//go:build suite

package conformance

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

// lab is a process of the built plugin. The caller must close it.
type lab struct {
	project *stack.Project
	host    *pluginhost.Host
	sources atomic.Int64 // number of created ones
}

func openLab(ctx context.Context, project *stack.Project, name string) (*lab, error) {
	binary, err := project.Plugin(ctx)
	if err != nil {
		return nil, err
	}
	host, err := pluginhost.StartLogged(binary, project.Log("plugin-"+name))
	return &lab{project: project, host: host}, err
}

func (l *lab) close() { l.host.Kill() }

// settings of a data source. json is the jsonData besides the catalog.
type settings struct {
	url     string
	catalog string
	json    map[string]any
}

// source returns a new saved data source, without cached data.
func (l *lab) source(s settings) (*pluginhost.DataSource, error) {
	all := map[string]any{"catalog": s.catalog, "timeout": 60}
	for name, v := range s.json {
		all[name] = v
	}
	uid := "conformance-" + strconv.FormatInt(l.sources.Add(1), 10)
	return pluginhost.NewDataSource(stack.DatasourceID, uid, uid, s.url, all)
}

// question is one query of the plugin.
type question = pluginhost.Query

// ask sends one query. It returns the frames, or the error that a user would get.
func (l *lab) ask(ctx context.Context, source *pluginhost.DataSource, q question) (data.Frames, error) {
	return l.askWithin(ctx, source, q, 2*time.Minute)
}

func (l *lab) askWithin(ctx context.Context, source *pluginhost.DataSource, q question,
	within time.Duration,
) (data.Frames, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return l.host.Ask(ctx, source, q)
}
