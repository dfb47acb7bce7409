package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const slothDefinition = `version: prometheus/v1
service: shop
slos:
  - name: errors
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(errors_total[{{.window}}]))
        total_query: sum(rate(requests_total[{{.window}}])) >= 1
`

const openSLODefinition = `apiVersion: openslo/v1
kind: SLO
metadata: {name: answers}
spec:
  service: shop
  indicatorRef: answered
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
`

const openSLOIndicator = `apiVersion: openslo/v1
kind: SLI
metadata: {name: answered}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: good_total}}}
    total: {metricSource: {type: Prometheus, spec: {query: all_total}}}
`

func TestImportWritesACatalog(t *testing.T) {
	file := write1(t, "sloth.yaml", slothDefinition)
	output := filepath.Join(t.TempDir(), "catalog.yaml")
	code, out, errs := command(t, "", "import", file, "-o", output)
	require.Equal(t, 0, code, errs)
	assert.Equal(t, output+": 1 SLO of Sloth, 2 notes\n", out)
	assert.Equal(t,
		file+":3:1: note: slos: the window is 30d, Sloth's default: its files contain no window. Change it where Sloth runs with another\n"+
			file+":8:9: warning: slos[0].sli.events.error_query: change of meaning: >= 1 leaves out times in which the total is less. Burnline counts them\n", errs)
	code, out, errs = command(t, "", "check", output)
	require.Equal(t, 0, code, errs)
	assert.Contains(t, out, "1 SLO, 1 own policy: shop-errors (events, 99.9% over 30d, sloth)")

	code, out, errs = command(t, slothDefinition, "import", "-")
	require.Equal(t, 0, code, errs)
	written, err := os.ReadFile(output)
	require.NoError(t, err)
	assert.Equal(t, string(written), out)
	assert.Contains(t, errs, "stdin:8:9: warning: ")
}

// An SLO and the objects it refers to may be in different files.
func TestImportOfSeveralFiles(t *testing.T) {
	slo, sli := write1(t, "slo.yaml", openSLODefinition), write1(t, "sli.yaml", openSLOIndicator)
	code, out, errs := command(t, "", "import", slo, sli)
	require.Equal(t, 0, code, errs)
	assert.Contains(t, out, "total: all_total")
	assert.Empty(t, errs)

	code, out, errs = command(t, "", "import", slo)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, errs, slo+`:6:3: note: spec.indicatorRef: the SLI "answered" is not in these documents`)
	assert.Contains(t, errs, "burnline import: no SLO was imported from "+slo+". See the notes")

	sloth := write1(t, "sloth.yaml", slothDefinition)
	code, out, errs = command(t, "", "import", "--from", "openslo", sloth, slo, sli)
	assert.Equal(t, 0, code)
	assert.NotContains(t, out, "shop-errors")
	assert.Contains(t, errs, sloth+":1:1: note: is a definition of Sloth, not of openslo. It was left out")
}

func TestImportErrors(t *testing.T) {
	template := write1(t, "template.yaml", "slos:\n- {{ .Values.slo }}\n")
	for _, c := range []struct {
		args    []string
		code    int
		message string
	}{
		{[]string{"import"}, 2, "burnline import: no file. Give a file in YAML"},
		{
			[]string{"import", "--from", "nobl9", "-"},
			2,
			`--from: unknown format "nobl9". There are auto, sloth, pyrra and openslo`,
		},
		{[]string{"import", "-"}, 1, "stdin: line 1: this is a Burnline catalog already. Use it as it is"},
		{
			[]string{"import", template},
			1,
			template + `: line 2: "{{ .Values.slo }}" is a template expression. Render the file first`,
		},
		{[]string{"import", filepath.Join(t.TempDir(), "none.yaml")}, 2, "no such file"},
	} {
		code, out, errs := command(t, good, c.args...)
		assert.Equal(t, c.code, code, c.args)
		assert.Contains(t, errs, c.message, c.args)
		assert.Empty(t, out)
	}
}

// A definition in the format of another tool is reported as such, not as a broken catalog.
func TestCheckRecognisesOtherDefinitions(t *testing.T) {
	const pyrra = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: a}\nspec: {}\n"
	for source, tool := range map[string]string{
		slothDefinition: "Sloth", openSLODefinition: "OpenSLO v1", pyrra: "Pyrra",
		"- " + strings.ReplaceAll(strings.TrimSpace(pyrra), "\n", "\n  "): "Pyrra",
	} {
		file := write1(t, "x.yaml", source)
		code, _, errs := command(t, "", "check", file)
		assert.Equal(t, 1, code)
		assert.Equal(t,
			file+": error: this is a definition of "+tool+", not a catalog. Run burnline import "+file+" -o catalog.yaml\n", errs)
	}
}
