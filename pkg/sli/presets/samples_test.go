package presets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/sli/presets"
	"github.com/burnline/burnline/tests/cases"
	"github.com/burnline/burnline/tests/exposition"
)

// day is the length of the samples.
const day = 24 * time.Hour

// sampled serves the values of a sample exposition over a day.
func sampled(t *testing.T, name string) *promtest.Server {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".prom"))
	require.NoError(t, err)
	series, err := exposition.Parse(string(text))
	require.NoError(t, err)
	rec := promtest.Recording{}
	for _, s := range series {
		rec[s.Labels.String()] = append(rec[s.Labels.String()], s.Samples...)
	}
	return promtest.New(t, rec)
}

// expected reads the numbers of a preset's SLOs: a line with the name of an SLO, and below it its
// groups in the format of engine cases.
func expected(t *testing.T, name string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".want"))
	require.NoError(t, err)
	out := map[string][]string{}
	slo := ""
	for line := range strings.Lines(string(text)) {
		switch line = strings.TrimRight(line, "\n"); {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, " "):
			out[slo] = append(out[slo], line)
		default:
			slo = line
		}
	}
	return out
}

// Every preset is detected in the sample exposition of its exporter. Each of its SLOs returns the
// numbers calculated by hand.
func TestSLOsCountWhatTheSamplesShow(t *testing.T) {
	all, err := presets.All()
	require.NoError(t, err)
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			server, want := sampled(t, p.Name), expected(t, p.Name)
			found, err := presets.Detect(t.Context(), server, []presets.Preset{p}, time.Unix(0, 0).Add(day))
			require.NoError(t, err)
			for _, offer := range found[0].Offers {
				require.True(t, offer.Ready, "%s lacks %v", offer.Name, offer.Missing)
				text, err := presets.Catalog([]presets.Definition{offer.Definition})
				require.NoError(t, err)
				require.Contains(t, want, offer.Name)
				check(t, server, text, want[offer.Name])
			}
			require.Len(t, found[0].Offers, len(want))
		})
	}
}

// check compares an SLO, over a day instead of its window, with the expected groups at the end of
// the sample.
func check(t *testing.T, server *promtest.Server, catalog string, want []string) {
	t.Helper()
	require.Contains(t, catalog, "window: 30d")
	_, slo, _ := strings.Cut(strings.Replace(catalog, "window: 30d", "window: 1d", 1), "slos:\n")
	slo = strings.Replace(slo, "- name", "  name", 1)
	var text strings.Builder
	text.WriteString("slo\n" + slo + "at 1d\n" + strings.Join(want, "\n") + "\n")
	c, err := cases.Parse(text.String())
	require.NoError(t, err)
	differences, err := c.Check(t.Context(), server)
	require.NoError(t, err)
	require.Empty(t, strings.Join(differences, "\n"), text.String())
}
