package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

// Row is one workload: the plugin's result, and the generator's truth. Nil is unmeasured.
type Row struct {
	Namespace string
	Name      string
	Scenario  string   // simulated incident
	State     string   // "ok", "firing"...
	Budget    *float64 // remaining ratio of the error budget
	Truth     *float64 // the same, from the generator's counts
	Burns     []Burn
	P95       *time.Duration
	PerSecond *float64 // events, over the last hour
}

// Burn is one window pair of the alert policy.
type Burn struct {
	LongWindow, ShortWindow string
	Long, Short             *float64 // multiples of an even burn
	Factor                  *float64 // threshold of both
}

// objective and window of the demo's SLO `availability`.
const (
	demoSLO    = "availability"
	objective  = 0.999
	demoWindow = "30d"
)

// askWithin is the maximum time of a query, also on a busy machine.
const askWithin = 5 * time.Minute

// Rows queries the demo's availability SLO at a whole minute, and the generator for the truth at
// this time.
func (d *Demo) Rows(ctx context.Context, instant time.Time) ([]Row, error) {
	instant = instant.Truncate(time.Minute)
	frame, err := d.summary(ctx, instant)
	if err != nil {
		return nil, err
	}
	truth, err := d.Stack.Truth(ctx, instant, demoWindow)
	if err != nil {
		return nil, err
	}
	known := map[[2]string]stack.Truth{}
	for _, t := range truth {
		known[[2]string{t.Namespace, t.Workload}] = t
	}
	rows, err := readRows(frame)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		key := [2]string{rows[i].Namespace, rows[i].Name}
		t, ok := known[key]
		if !ok {
			return nil, fmt.Errorf("the plugin found a workload %s/%s that the generator does not know", key[0], key[1])
		}
		delete(known, key)
		rows[i].Scenario = t.Scenario
		if budget, ok := t.Budget(objective); ok {
			rows[i].Truth = &budget
		}
	}
	for key := range known {
		return nil, fmt.Errorf("the plugin found no workload %s/%s, which the generator writes", key[0], key[1])
	}
	return rows, nil
}

func (d *Demo) summary(ctx context.Context, instant time.Time) (*data.Frame, error) {
	return d.ask(ctx, d.Source, demoSLO, instant)
}

// ask queries the summary of an SLO in a data source's catalog.
func (d *Demo) ask(ctx context.Context, source *pluginhost.DataSource, slo string, instant time.Time) (*data.Frame,
	error,
) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	frames, err := d.Host.Ask(ctx, source, pluginhost.Query{
		JSON: map[string]any{"queryType": "summary", "slos": []string{slo}}, From: instant.Add(-6 * time.Hour),
		To: instant,
	})
	if err != nil {
		return nil, fmt.Errorf("the query for %s: %w", slo, err)
	}
	return frames[0], nil
}

// readRows reads a summary frame by the names of its fields.
func readRows(frame *data.Frame) ([]Row, error) {
	var meta struct {
		Alerts []struct{ Long, Short string } `json:"alerts"`
	}
	custom, err := json.Marshal(frame.Meta.Custom)
	if err == nil {
		err = json.Unmarshal(custom, &meta)
	}
	if err != nil {
		return nil, fmt.Errorf("meta.custom of the summary frame: %w", err)
	}
	for _, name := range []string{"namespace", "workload", "state", "budget", "p95", "throughput"} {
		if field, _ := frame.FieldByName(name); field == nil {
			return nil, fmt.Errorf("the summary frame has no field %s", name)
		}
	}
	rows := make([]Row, frame.Rows())
	for i := range rows {
		row := Row{
			Namespace: text(frame, "namespace", i), Name: text(frame, "workload", i),
			State:  stateName(number(frame, "state", i)),
			Budget: number(frame, "budget", i), PerSecond: number(frame, "throughput", i),
		}
		if p95 := number(frame, "p95", i); p95 != nil {
			d := time.Duration(*p95 * float64(time.Second))
			row.P95 = &d
		}
		for _, a := range meta.Alerts {
			row.Burns = append(row.Burns, Burn{
				LongWindow: a.Long, ShortWindow: a.Short, Factor: number(frame, "factor_"+a.Long, i),
				Long: number(frame, "burn_"+a.Long, i), Short: number(frame, "burn_"+a.Short, i),
			})
		}
		rows[i] = row
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(orInfinity(a.Budget), orInfinity(b.Budget)) })
	return rows, nil
}

// maxErrorPoints is the largest difference of a budget from its truth, in percentage points. A
// value on one side only is the maximum difference.
func maxErrorPoints(rows []Row) float64 {
	largest := 0.0
	for _, row := range rows {
		switch {
		case row.Budget == nil && row.Truth == nil:
		case row.Budget == nil || row.Truth == nil:
			largest = max(largest, 100)
		default:
			largest = max(largest, 100*math.Abs(*row.Budget-*row.Truth))
		}
	}
	return largest
}

func stateName(state *float64) string {
	names := []string{"ok", "recovering", "rising", "firing", "exhausted"}
	if state == nil || *state < 0 || int(*state) >= len(names) {
		return "unmeasured"
	}
	return names[int(*state)]
}

func number(frame *data.Frame, name string, row int) *float64 {
	field, _ := frame.FieldByName(name)
	if field == nil || field.NilAt(row) {
		return nil
	}
	value, err := field.NullableFloatAt(row)
	if err != nil {
		return nil
	}
	return value
}

func text(frame *data.Frame, name string, row int) string {
	field, _ := frame.FieldByName(name)
	value, _ := field.ConcreteAt(row)
	word, _ := value.(string)
	return word
}

func orInfinity(v *float64) float64 {
	if v == nil {
		return math.Inf(1)
	}
	return *v
}
