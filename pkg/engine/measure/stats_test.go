package measure

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// The PromQL in a result has a maximum length.
func TestSentIsBounded(t *testing.T) {
	var all Stats
	for n := range 3 * maxSent {
		all.Add(all.Cost, []string{fmt.Sprint("warning ", n)}, []string{fmt.Sprint("sent ", n)})
	}
	require.Len(t, all.Sent, maxSent)
	require.Len(t, all.Warnings, 3*maxSent, "no warning is lost: one may say that the answer is partial")
}
