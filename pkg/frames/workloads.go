package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

func init() {
	register(query.Workloads, func(r *engine.Report, q query.Query) (data.Frames, error) {
		if q.ForRule {
			return data.Frames{Summary(query.Workloads, r)}, nil
		}
		f := Workloads(r)
		setPart(f, q)
		return data.Frames{f}, nil
	})
}

// Workloads is Summary with a column of the hourly throughput of each row. In a frame for each row,
// the trends would cost a browser more than the rest of the panel.
func Workloads(r *engine.Report) *data.Frame {
	f := Summary(query.Workloads, r)
	t := &grid[engine.Row]{rows: r.Rows}
	t.json("throughput_trend", "Throughput, 24 h", "reqps", func(row engine.Row) any {
		if row.Unread {
			return nil
		}
		return trendOf(row.Trend())
	})
	f.Fields = append(f.Fields, t.fields...)
	return f
}

// trend is a time series with equal steps.
type trend struct {
	From   int64      `json:"from"` // end of the first step, Unix milliseconds
	Step   int64      `json:"step"` // milliseconds
	Values []*float64 `json:"values"`
}

func trendOf(points []engine.Point) trend {
	out := trend{
		From: points[0].Time.UnixMilli(), Step: time.Hour.Milliseconds(),
		Values: make([]*float64, len(points)),
	}
	for i, p := range points {
		out.Values[i] = finiteOrNil(p.Value)
	}
	return out
}
