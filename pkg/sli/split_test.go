package sli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/burnline/burnline/pkg/catalog"
)

func TestSplitLabels(t *testing.T) {
	of := func(total, bad string, by ...string) []string {
		return SplitLabels(catalog.SLO{By: by, SLI: catalog.SLI{Events: &catalog.Events{Total: total, Bad: bad}}})
	}
	assert.Equal(t, []string{"code", "handler"}, of(`a{job="x"}`, `a{job="x",code=~"5..",handler!="/"}`))
	assert.Equal(t, []string{"reason"}, of(`a`, `errors{reason!="",ns="x"}`, "ns"))
	assert.Empty(t, of(`a`, `sum(a)`))
	assert.Empty(t, SplitLabels(catalog.SLO{SLI: catalog.SLI{Probe: &catalog.Probe{Gauge: "up"}}}))
}
