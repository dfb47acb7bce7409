package conformance

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/burnline/burnline/internal/conformance/month"
	"github.com/burnline/burnline/internal/stack"
	"github.com/stretchr/testify/require"
)

func TestDebug(t *testing.T) {
	ctx := t.Context()
	p, err := stack.Open(os.Stderr)
	require.NoError(t, err)
	all, err := load(ctx, p)
	require.NoError(t, err)
	l, err := openLab(ctx, p)
	require.NoError(t, err)
	defer l.close()
	s := servers()[idx()]
	run, err := s.start(ctx, p, all)
	require.NoError(t, err)
	defer run.stop()
	src, err := l.source(settings{url: run.url, catalog: month.Catalog})
	require.NoError(t, err)
	at := month.Instants[0]
	n := 0
	for d := 0; d < 0 && n < 8; d++ {
		to := at.AddDate(0, 0, -d)
		fs, err := l.ask(ctx, src, question{query: map[string]any{"queryType": "timeseries", "slos": []string{"quantile"}, "metrics": []string{"bad"}}, from: to.Add(-24 * time.Hour), to: to, points: 288})
		require.NoError(t, err)
		for _, f := range fs {
			if f.Fields[1].Labels["workload"] != "crashing" {
				continue
			}
			for i := 0; i < f.Rows(); i++ {
				v, _ := f.Fields[1].NullableFloatAt(i)
				if v != nil && *v > 0 {
					n++
					tt := f.Fields[0].At(i).(time.Time)
					fmt.Println(tt, "minute", tt.Sub(month.Start).Minutes(), int(tt.Sub(month.Start).Minutes())%97)
				}
			}
		}
	}
	_ = os.WriteFile("/tmp/cf/url", []byte(run.url), 0o644)
	if os.Getenv("HOLD") != "" {
		time.Sleep(5 * time.Minute)
	}
}

func idx() int {
	n := 0
	fmt.Sscan(os.Getenv("IDX"), &n)
	return n
}
