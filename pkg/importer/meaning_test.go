package importer_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
	"github.com/burnline/burnline/pkg/importer"
	"github.com/burnline/burnline/tests/cases"
	"github.com/burnline/burnline/tests/randomdefinition"
)

// inSet is the number of definitions that share series.
const inSet = 10

// amount returns the number of definitions to import per format, and the seed. BURNLINE_DEFINITIONS
// and BURNLINE_SEED override them.
func amount(t *testing.T) (n int, seed uint64) {
	t.Helper()
	n, seed = 30, 1
	if text := os.Getenv("BURNLINE_DEFINITIONS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	if text := os.Getenv("BURNLINE_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	return n, seed
}

// The imported SLO has the share of bad events of the definition, for all expressions and formats.
// The same holds after an export as OpenSLO and a second import.
func TestImportKeepsTheMeaning(t *testing.T) {
	n, seed := amount(t)
	for _, format := range []randomdefinition.Format{
		randomdefinition.Sloth, randomdefinition.Pyrra,
		randomdefinition.OpenSLO,
	} {
		t.Run(string(format), func(t *testing.T) {
			for i := range n / inSet {
				set := randomdefinition.New(seed<<32+uint64(i), format, inSet)
				server := promtest.Load(t, set.World.Load(9*60))
				r, err := importer.Import([]byte(set.Source))
				require.NoError(t, err, set.Source)
				compare(t, server, set, r)

				slos, problems := catalog.Parse([]byte(r.Catalog))
				require.NoError(t, problems.Err())
				text, _, err := export.Write(export.OpenSLO, slos.SLOs, export.Options{})
				require.NoError(t, err)
				again, err := importer.Import(text)
				require.NoError(t, err)
				set.Source = string(text)
				compare(t, server, ungrouped(set), again)
			}
		})
	}
}

// ungrouped returns the definitions without groups. OpenSLO has no groups.
func ungrouped(set randomdefinition.Set) randomdefinition.Set {
	var some []randomdefinition.Definition
	for _, d := range set.Definitions {
		if d.Groups[0].Job == "" {
			some = append(some, d)
		}
	}
	set.Definitions = some
	return set
}

// compare checks the share of bad events of each SLO over six hours, derived from its budget.
func compare(t *testing.T, server *promtest.Server, set randomdefinition.Set, r importer.Result) {
	t.Helper()
	var document struct {
		SLOs []yaml.MapSlice `yaml:"slos"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(r.Catalog), &document))
	byName := map[string]yaml.MapSlice{}
	for _, s := range document.SLOs {
		byName[fmt.Sprint(s[0].Value)] = s
	}
	for _, d := range set.Definitions {
		imported, ok := byName[d.Name]
		require.True(t, ok, "%s was not imported\n%s\n%v", d.Name, set.Source, r.Notes)
		c := cases.Case{
			Catalog: []byte("policies: {own: [{severity: page, percent: 20, long: 1h}]}\nslos: []\n"),
			SLO:     sixHours(t, imported),
		}
		moment := cases.Moment{At: time.Unix(0, 0).Add(8 * time.Hour)}
		for _, group := range d.Groups {
			labels := map[string]string{}
			if group.Job != "" {
				labels["job"] = group.Job
			}
			moment.Want = append(moment.Want, cases.Expectation{Labels: labels, Values: map[string]string{
				"budget": fmt.Sprintf("%.12g~1e-6", 1-group.Bad/0.5),
			}})
		}
		c.Moments = []cases.Moment{moment}
		differences, err := c.Check(t.Context(), server)
		require.NoError(t, err, "%s\n%s", c.SLO, set.Source)
		// PromQL has no value for a group in which an operand has no series. Burnline counts the
		// operand as 0.
		differences = slices.DeleteFunc(differences,
			func(line string) bool { return strings.Contains(line, " groups, expected ") })
		require.Empty(t, differences, "%s\n%s", c.SLO, set.Source)
	}
}

// sixHours returns the SLO with a window of the length of the recorded series.
func sixHours(t *testing.T, s yaml.MapSlice) []byte {
	t.Helper()
	var out yaml.MapSlice
	for _, field := range s {
		switch field.Key {
		case "window":
			field.Value = "6h"
		case "policy":
			continue
		}
		out = append(out, field)
	}
	text, err := yaml.Marshal(append(out, yaml.MapItem{Key: "policy", Value: "own"}))
	require.NoError(t, err)
	return text
}
