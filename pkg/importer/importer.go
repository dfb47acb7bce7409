// Package importer makes a catalog of the SLO definitions of other tools: OpenSLO v1 and v1alpha, Sloth's files and Kubernetes
// resources, Pyrra's Kubernetes resources, and what the recording rules of both left in a Prometheus. Every field becomes part
// of the catalog or is named in a warning. It does no I/O.
package importer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog"
)

// Result is a catalog made of other definitions.
type Result struct {
	Format   string            // what was recognised, in words; "" when nothing was
	Catalog  string            // in our YAML; "" without an SLO
	Warnings []catalog.Problem // by position: what has no place here, or another meaning
}

// importing is an import under way.
type importing struct {
	formats  []string
	slos     []definition
	policies policies
	warnings []catalog.Problem
	objects  openSLOObjects
}

// Import reads one or more YAML documents of any of the formats. The error is for what is not YAML, or none of them.
func Import(source []byte) (Result, error) {
	nodes, problem := catalog.Documents(source)
	if problem != nil {
		return Result{}, errors.New(problem.Error())
	}
	var docs []*value
	for _, node := range nodes {
		doc, err := treeOf(node)
		if err != nil {
			return Result{}, err
		}
		docs = append(docs, listed(doc)...)
	}
	if len(docs) == 0 {
		return Result{}, fmt.Errorf("nothing to import: paste YAML of %s", known)
	}
	im := &importing{objects: openSLOObjects{}}
	for _, doc := range docs {
		im.objects.collect(doc)
	}
	for _, doc := range docs {
		if err := im.document(doc); err != nil {
			return Result{}, err
		}
	}
	for _, doc := range docs {
		im.reportUnused(doc)
	}
	return im.result()
}

const known = "OpenSLO (v1, v1alpha), Sloth (prometheus/v1, PrometheusServiceLevel) or Pyrra (ServiceLevelObjective)"

// listed is the documents in a Kubernetes list, or the document itself.
func listed(doc *value) []*value {
	if items := doc.fields["items"]; items != nil && strings.HasSuffix(kindOf(doc), "List") {
		for _, name := range []string{"apiVersion", "kind", "metadata"} {
			doc.get(name)
		}
		return doc.get("items").list()
	}
	return []*value{doc}
}

func kindOf(doc *value) string {
	if kind := doc.fields["kind"]; kind != nil {
		return kind.text
	}
	return ""
}

func (im *importing) document(doc *value) error {
	version, kind := "", kindOf(doc)
	if at := doc.fields["apiVersion"]; at != nil {
		version = at.text
	}
	switch {
	case doc.has("version") && strings.HasPrefix(doc.fields["version"].text, "prometheus/v1"):
		im.recognised("Sloth")
		im.slothFile(doc)
	case strings.HasPrefix(version, "sloth.slok.dev/") && kind == "PrometheusServiceLevel":
		im.recognised("Sloth for Kubernetes")
		im.slothResource(doc)
	case strings.HasPrefix(version, "pyrra.dev/") && kind == "ServiceLevelObjective":
		im.recognised("Pyrra")
		im.pyrra(doc)
	case version == "openslo/v1alpha":
		im.recognised("OpenSLO v1alpha")
		im.openSLOAlpha(doc, kind)
	case version == "openslo/v1" || version == "openslo.com/v1":
		im.recognised("OpenSLO v1")
		im.openSLO(doc, kind)
	default:
		return fmt.Errorf("line %d: apiVersion %q, kind %q is none of %s", doc.line, version, kind, known)
	}
	return nil
}

func (im *importing) recognised(format string) {
	if !slices.Contains(im.formats, format) {
		im.formats = append(im.formats, format)
	}
}

func (im *importing) warn(at *value, format string, args ...any) {
	w := catalog.Problem{Line: at.line, Column: at.column, Path: at.path, Message: fmt.Sprintf(format, args...)}
	if !slices.Contains(im.warnings, w) { // objectives share what the SLO says
		im.warnings = append(im.warnings, w)
	}
}

// reportUnused warns of what no reader asked for. Values are not repeated: they may be secrets.
func (im *importing) reportUnused(doc *value) {
	for _, v := range doc.unused() {
		im.warn(v, "has no place in Burnline and was left out")
	}
}

func (im *importing) result() (Result, error) {
	slices.SortStableFunc(im.warnings, func(a, b catalog.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	out := Result{Format: strings.Join(im.formats, ", "), Warnings: im.warnings}
	if len(im.slos) == 0 {
		return out, nil
	}
	source, err := im.yaml()
	out.Catalog = source
	return out, err
}

func (im *importing) yaml() (string, error) {
	doc := yaml.MapSlice{{Key: "apiVersion", Value: catalog.APIVersion}}
	if used := im.policies.used(im.slos); len(used) > 0 {
		doc = append(doc, yaml.MapItem{Key: "policies", Value: used})
	}
	var slos []yaml.MapSlice
	for _, s := range im.slos {
		slos = append(slos, s.yaml())
	}
	doc = append(doc, yaml.MapItem{Key: "slos", Value: slos})
	text, err := yaml.MarshalWithOptions(doc, yaml.IndentSequence(true), yaml.UseSingleQuote(true))
	return string(text), err
}
