package counting

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Splitting groups in half gives two non-empty halves. Each value is in exactly one of them.
func TestGroupsAreHalved(t *testing.T) {
	for _, values := range [][]string{
		{"a", "b"},
		{"a", "ab"},
		{"", "a"},
		{"shop-1", "shop-2", "shop-3"},
		{"x", "x.y", "x.z"},
		{"ä", "ö", "ü"},
		{"a.b", "a|b"},
		{"aa", "ab", "b"},
	} {
		pattern := regexp.MustCompile(`^(?s:` + firstHalf(values) + `)$`)
		in := 0
		for _, v := range values {
			if pattern.MatchString(v) {
				in++
			}
		}
		require.NotZero(t, in, "%q: %s", values, pattern)
		require.Less(t, in, len(values), "%q: %s", values, pattern)
	}
	require.Empty(t, firstHalf([]string{"a", "a"}))
}
