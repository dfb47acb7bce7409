package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

func init() {
	register(query.Workloads, func(r *engine.Report, _ query.Query) (data.Frames, error) {
		return append(data.Frames{Summary(WorkloadsName, r)}, Trends(r)...), nil
	})
}

// Names of the frames of a workloads query.
const (
	WorkloadsName = "workloads"
	TrendName     = "throughput"
)

// Trends returns one frame of hourly throughput for each row that has numbers, in the rows' order.
func Trends(r *engine.Report) []*data.Frame {
	out := make([]*data.Frame, 0, len(r.Rows))
	by := groupLabels(r.Rows, rowLabels)
	for i := range r.Rows {
		if row := &r.Rows[i]; !row.Unread {
			out = append(out, seriesFrame(TrendName, "reqps", seriesLabels(by, row.Labels), row.Trend()))
		}
	}
	return out
}
