package counting

import (
	"math"
	"testing"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/stretchr/testify/require"
)

func TestCountsUpToABound(t *testing.T) {
	exponential := &histogram.FloatHistogram{
		// (0.5, 1] and (1, 2]
		Schema: 0, Count: 12, PositiveSpans: []histogram.Span{{Offset: 0, Length: 2}}, PositiveBuckets: []float64{4, 8},
	}
	custom := &histogram.FloatHistogram{
		Schema: histogram.CustomBucketsSchema, CustomValues: []float64{1, 3}, Count: 15,
		PositiveSpans: []histogram.Span{{Offset: 0, Length: 3}}, PositiveBuckets: []float64{4, 8, 3},
	}
	for _, tt := range []struct {
		name        string
		h           *histogram.FloatHistogram
		bound, want float64
	}{
		{"at a bound", exponential, 1, 4},
		{"the last bit of a bound", exponential, math.Nextafter(1, 0), 4},
		{"within, on the logarithm", exponential, math.Sqrt2, 8},
		{"above all", exponential, 9, 12},
		{"infinite", exponential, math.Inf(1), 12},
		{"custom: at a bound", custom, 1, 4},
		{"custom: within, linear", custom, 2, 8},
		{"custom: nothing is known of the open bucket", custom, 5, 12},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.InDelta(t, tt.want, countUpTo(tt.h, tt.bound), 1e-9)
		})
	}
}

func TestBothFormsAreOneHistogram(t *testing.T) {
	at := func(minutes ...int64) (out []Sample) {
		for _, m := range minutes {
			out = append(out, Sample{T: m * minuteMs, V: float64(m)})
		}
		return out
	}
	for _, tt := range []struct {
		name                  string
		classic, native, want []Sample
	}{
		{"classic only", at(1, 2), nil, at(1, 2)},
		{"native only", nil, at(1, 2), at(1, 2)},
		{"at once", at(1, 2, 3), at(1, 2, 3), at(1, 2, 3)},
		{"migrated", at(1, 2), at(3, 4), at(1, 2, 3, 4)},
		{"rolled back", at(1, 2, 30), at(10, 20), at(1, 2, 10, 20, 30)},
		{"two spellings of a bound", at(3, 1, 2), nil, at(1, 2, 3)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, mergeForms(tt.classic, tt.native))
		})
	}
}
