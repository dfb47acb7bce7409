package conformance

import (
	"context"

	"github.com/burnline/burnline/internal/recording"
	"github.com/burnline/burnline/internal/stack"
)

// server is one column of the table.
type server struct {
	name     string
	start    func(ctx context.Context, project *stack.Project, s *samples) (*started, error)
	settings map[string]any    // of the data source, as docs/backends.md tells them
	secrets  map[string]string // the same
	cannot   map[string]cannot // by check
}

// started is a running server.
type started struct {
	url  string
	stop func()
}

// cannot says in one sentence what a server is unable to do, and what the plugin's error must contain.
type cannot struct{ why, says string }

// servers are the columns, in order.
func servers() []server {
	return []server{
		{name: "prometheus-3.16", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			b, err := p.ServePrometheus(ctx, s.whole)
			return startedBackend(b, err)
		}},
		{name: "prometheus-2.42", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			b, err := p.ServeOldPrometheus(ctx, s.whole)
			return startedBackend(b, err)
		}},
		{name: "thanos", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			t, err := p.ServeThanos(ctx, stack.ThanosData{Sidecar: s.holed, Bucket: s.whole})
			if err != nil {
				return nil, err
			}
			return &started{t.URL, t.Stop}, nil
		}},
		{name: "thanos-frontend", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			t, err := p.ServeThanos(ctx, stack.ThanosData{Sidecar: s.holed, Bucket: s.whole})
			if err != nil {
				return nil, err
			}
			return &started{t.Frontend, t.Stop}, nil
		}},
		{
			name: "mimir",
			start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
				b, err := p.ServeMimir(ctx, s.whole, "month", stack.MimirLimited)
				return startedBackend(b, err)
			},
			settings: map[string]any{"httpHeaderName1": "X-Scope-OrgID"},
			secrets:  map[string]string{"httpHeaderValue1": "month"},
		},
		{name: "victoriametrics", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			b, err := p.ServeVictoriaMetrics(ctx)
			if err != nil {
				return nil, err
			}
			if err := recording.Push(ctx, b.URL+"/api/v1/write", nil, s.series); err != nil {
				b.Stop()
				return nil, err
			}
			return &started{b.URL, b.Stop}, nil
		}},
	}
}

func startedBackend(b *stack.Backend, err error) (*started, error) {
	if err != nil {
		return nil, err
	}
	return &started{b.URL, b.Stop}, nil
}
