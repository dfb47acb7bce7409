package sli

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSplitLabels(t *testing.T) {
	of := func(total, bad string, by ...string) []string {
		return SplitLabels(&Events{Total: total, Bad: bad}, by)
	}
	assert.Equal(t, []string{"code", "handler"}, of(`a{job="x"}`, `a{job="x",code=~"5..",handler!="/"}`))
	assert.Equal(t, []string{"reason"}, of(`a`, `errors{reason!="",ns="x"}`, "ns"))
	assert.Empty(t, of(`a`, `sum(a)`))
	assert.Empty(t, SplitLabels(&Probe{Gauge: "up"}, nil))
}
