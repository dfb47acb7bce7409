package sli

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuantile(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		name    string
		q       float64
		buckets []Bucket
		want    float64
		bounded bool
		ok      bool
	}{
		{"in the middle of a bucket", 0.5, []Bucket{{0.1, 40}, {0.2, 60}, {inf, 100}}, 0.15, false, true},
		{"unordered", 0.5, []Bucket{{inf, 100}, {0.2, 60}, {0.1, 40}}, 0.15, false, true},
		{"in the first bucket", 0.25, []Bucket{{0.2, 50}, {inf, 100}}, 0.1, false, true},
		{"beyond the last finite bound", 0.95, []Bucket{{0.1, 40}, {10, 90}, {inf, 100}}, 10, true, true},
		{
			"one bound written in two ways", 0.5,
			[]Bucket{{1, 20}, {1.0000000000000002, 20}, {2, 60}, {inf, 100}},
			1.5,
			false, true,
		},
		{"a bucket that dips is held level", 0.5, []Bucket{{0.1, 50}, {0.2, 49}, {inf, 100}}, 0.1, false, true},
		{"no observations", 0.95, []Bucket{{0.1, 0}, {inf, 0}}, 0, false, false},
		{"no +Inf", 0.95, []Bucket{{0.1, 4}, {0.2, 5}}, 0, false, false},
		{"only +Inf", 0.95, []Bucket{{inf, 5}}, 0, false, false},
		{"nothing", 0.95, nil, 0, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, bounded, ok := BucketQuantile(tt.q, tt.buckets)
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.bounded, bounded)
			require.InDelta(t, tt.want, got, 1e-12)
		})
	}
}
