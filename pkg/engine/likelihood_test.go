package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAConfigurationIsNamedAfterItsWorkload(t *testing.T) {
	for object, want := range map[string]bool{
		"api": true, "api-config": true, "api.yaml": true, "api_env": true, "apigateway": false, "offers": false,
		"my-api": false, "": false,
	} {
		assert.Equal(t, want, isNamedAfter(object, "api"), object)
	}
	assert.False(t, isNamedAfter("offers", ""))
}

// Only its time links the change of another workload's configuration to bad events.
func TestWhatOnlyTheTimeLinksIsNotLikely(t *testing.T) {
	for _, kind := range []ChangeKind{ChangeConfig, ChangeRestart, ChangeScaling} {
		assert.Less(t, kindWeights[kind], float64(likelyShare), kind)
		assert.Greater(t, kindWeights[kind], float64(possibleShare), kind)
	}
}
