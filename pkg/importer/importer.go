// Package importer converts SLO definitions of other tools to a catalog: OpenSLO v1, v1alpha and v2alpha,
// Sloth's files and Kubernetes resources, Pyrra's Kubernetes resources, and series that the recording rules
// of both left in a Prometheus. Every field becomes part of the catalog or is named in a note. It contains
// formats and PromQL. It does no I/O, and must not depend on counts. Start reading at Files.
package importer

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
)

// Source is a file of definitions.
type Source struct {
	Name string // "" if there is only one source
	Text []byte
}

// Note reports a field that was omitted, or has another meaning in the catalog.
type Note struct {
	catalog.Problem
	File   string `json:"file,omitempty"`
	Change bool   `json:"change,omitempty"` // Burnline counts differently from the source
}

// Result is a catalog made of other definitions.
type Result struct {
	Format  string // the detected formats, for people; "" if there are none
	Catalog string // YAML; "" without an SLO
	Notes   []Note // by file and position
}

type importer struct {
	from     Format
	formats  []string
	slos     []definition
	policies policies
	notes    []Note
	objects  openSLOObjects
	sloth    slothWindows
}

// Import reads YAML documents of any format. The error is for sources that are not YAML, or contain
// no definition.
func Import(source []byte) (Result, error) { return Files([]Source{{Text: source}}, Auto) }

// Files reads the definitions of several files, which may refer to each other. If `from` is not
// Auto, definitions of other formats are omitted.
func Files(sources []Source, from Format) (Result, error) {
	im := &importer{
		from: from, objects: openSLOObjects{},
		sloth: slothWindows{period: slothPeriod, page: slothPage, ticket: slothTicket},
	}
	var docs []*value
	for _, source := range sources {
		some, err := documentsOf(source)
		if err != nil {
			return Result{}, withFileName(source.Name, err)
		}
		docs = append(docs, some...)
	}
	if len(docs) == 0 {
		return Result{}, fmt.Errorf("nothing to import: paste YAML of %s", known)
	}
	for _, doc := range docs {
		im.objects.collect(doc)
		im.slothAlertWindows(doc)
	}
	var read []*value
	for _, doc := range docs {
		if im.document(doc) {
			read = append(read, doc)
		}
	}
	if len(im.formats) == 0 {
		if len(im.notes) == 0 {
			im.warn(docs[0], "%s", notDefinition(docs[0]))
		}
		first := im.notes[0]
		return Result{}, withFileName(first.File,
			fmt.Errorf("line %d: %s", max(first.Line, 1), strings.TrimSuffix(first.Message, ". It was left out")))
	}
	for _, doc := range read {
		if !im.objects.noteUnused(im, doc) {
			im.reportUnused(doc)
		}
	}
	return im.result()
}

func withFileName(name string, err error) error {
	if name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

func documentsOf(source Source) ([]*value, error) {
	nodes, problem := decode.Documents(source.Text)
	if problem != nil {
		if expression := templateAt(string(source.Text), problem.Line); expression != "" {
			return nil, fmt.Errorf("line %d: %s", problem.Line, renderFirst(expression))
		}
		return nil, errors.New(problem.Error())
	}
	var docs []*value
	for _, node := range nodes {
		doc, err := treeOf(node, source.Name)
		if err != nil {
			return nil, err
		}
		docs = append(docs, objectsOf(doc)...)
	}
	return docs, nil
}

// objectsOf returns the elements of a list, or of a Kubernetes List, or the object itself.
func objectsOf(doc *value) []*value {
	var items []*value
	switch {
	case doc.items != nil:
		items = doc.list()
	case doc.fields["items"] != nil && strings.HasSuffix(kindOf(doc), "List"):
		items = doc.fields["items"].list()
	default:
		return []*value{doc}
	}
	var docs []*value
	for _, item := range items {
		docs = append(docs, objectsOf(item)...)
	}
	return docs
}

func kindOf(doc *value) string { return doc.textOf("kind") }

// document reads a definition. A document that is not a definition gets one note.
func (im *importer) document(doc *value) bool {
	format, name := formatOf(doc)
	switch {
	case doc == im.sloth.at:
		return true
	case format == "":
		im.warn(doc, "%s. It was left out", notDefinition(doc))
		return false
	case im.from != Auto && im.from != format:
		im.warn(doc, "is a definition of %s, not of %s. It was left out", name, im.from)
		return false
	}
	im.noteFormat(name)
	if name == sloth {
		doc.get("version")
	} else {
		doc.get("apiVersion")
		doc.get("kind")
	}
	switch name {
	case sloth:
		im.slothService(doc)
	case slothKubernetes:
		im.slothResource(doc)
	case pyrra:
		im.pyrra(doc)
	case openSLOv1alpha:
		im.openSLOAlpha(doc, kindOf(doc))
	default:
		im.openSLO(doc, kindOf(doc))
	}
	return true
}

func (im *importer) noteFormat(format string) {
	if !slices.Contains(im.formats, format) {
		im.formats = append(im.formats, format)
	}
}

func (im *importer) warn(at *value, format string, args ...any) {
	im.addNote(Note{Problem: at.problem(fmt.Sprintf(format, args...)), File: at.file})
}

// leaveOut notes why an SLO cannot be imported. It returns false.
func (im *importer) leaveOut(at *value, s *definition, format string, args ...any) bool {
	im.warn(at, "SLO %s was left out: %s", s.name, fmt.Sprintf(format, args...))
	return false
}

// changeOfMeaning is the prefix of notes on differences in counting.
const changeOfMeaning = "change of meaning: "

func (im *importer) change(at *value, format string, args ...any) {
	im.addNote(Note{Problem: at.problem(changeOfMeaning + fmt.Sprintf(format, args...)), File: at.file, Change: true})
}

func (im *importer) addNote(n Note) {
	if !slices.Contains(im.notes, n) { // the objectives of an SLO share its fields
		im.notes = append(im.notes, n)
	}
}

// reportUnused notes the fields that no reader used. It does not quote values: they may be secrets.
func (im *importer) reportUnused(doc *value) {
	for _, v := range doc.unusedValues() {
		im.warn(v, "has no place in Burnline and was left out")
	}
}

func (im *importer) result() (Result, error) {
	source, err := im.catalog()
	slices.SortStableFunc(im.notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return Result{Format: strings.Join(im.formats, ", "), Catalog: source, Notes: im.notes}, err
}

// catalog formats the SLOs. An SLO that the catalog's parser refuses is omitted, and a note
// contains the reason.
func (im *importer) catalog() (string, error) {
	for len(im.slos) > 0 {
		source, err := im.yaml()
		if err != nil {
			return "", err
		}
		_, problems := catalog.Parse([]byte(source))
		if len(problems) == 0 {
			return source, nil
		}
		kept := im.withoutRefused(problems)
		if kept == nil {
			return "", fmt.Errorf("the definitions make no catalog: %w", problems)
		}
		im.slos = kept
	}
	return "", nil
}

var refusedAt = regexp.MustCompile(`^(slos\[(\d+)\]|policies)\.?([\w.-]*)`)

// withoutRefused returns the SLOs without those that the parser refuses, and removes refused
// policies; nil if nothing changes.
func (im *importer) withoutRefused(problems catalog.Problems) []definition {
	slos, policies := map[int]string{}, map[string]string{}
	for _, p := range problems {
		at := refusedAt.FindStringSubmatch(p.Path)
		switch {
		case at == nil:
		case at[2] != "":
			i, _ := strconv.Atoi(at[2]) // a match of the expression parses
			slos[i] = cmp.Or(slos[i], at[3]+": "+p.Message)
		default:
			policies[at[3]] = p.Message
		}
	}
	kept, changed := []definition{}, false
	for i, s := range im.slos {
		if reason, refused := policies[s.policy]; refused {
			im.warn(s.at, "the alerts of SLO %s were left out: %s", s.name, reason)
			s.policy = ""
			s.policy, changed = im.fittingPolicy(s.at, s), true
		} else if reason, refused := slos[i]; refused {
			im.warn(s.at, "SLO %s was left out: %s", s.name, reason)
			changed = true
			continue
		}
		kept = append(kept, s)
	}
	if !changed {
		return nil
	}
	return kept
}

func (im *importer) yaml() (string, error) {
	doc := yaml.MapSlice{{Key: "apiVersion", Value: catalog.APIVersion}}
	if used := im.policies.yamlOf(im.slos); len(used) > 0 {
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

// Format is the tool of a definition.
type Format string

// Auto detects the format of each document.
const (
	Auto    Format = "auto"
	Sloth   Format = "sloth"
	Pyrra   Format = "pyrra"
	OpenSLO Format = "openslo"
)

// Formats are all formats.
var Formats = []Format{Auto, Sloth, Pyrra, OpenSLO}

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	f := Format(name)
	if !slices.Contains(Formats, f) {
		return "", fmt.Errorf("unknown format %q. There are auto, sloth, pyrra and openslo", name)
	}
	return f, nil
}

// Names of formats, for people.
const (
	sloth           = "Sloth"
	slothKubernetes = "Sloth for Kubernetes"
	pyrra           = "Pyrra"
	openSLOv1       = "OpenSLO v1"
	openSLOv1alpha  = "OpenSLO v1alpha"
	openSLOv2alpha  = "OpenSLO v2alpha"

	known = "OpenSLO (v1, v1alpha, v2alpha), Sloth (prometheus/v1, PrometheusServiceLevel) or Pyrra (ServiceLevelObjective)"
)

// formatOf detects the format of a document; "" if it is not a definition.
func formatOf(doc *value) (format Format, name string) {
	version, kind := doc.textOf("apiVersion"), kindOf(doc)
	switch {
	case strings.HasPrefix(doc.textOf("version"), "prometheus/v1"):
		return Sloth, sloth
	case strings.HasPrefix(version, "sloth.slok.dev/") && kind == "PrometheusServiceLevel":
		return Sloth, slothKubernetes
	case strings.HasPrefix(version, "pyrra.dev/") && kind == "ServiceLevelObjective":
		return Pyrra, pyrra
	case version == "openslo/v1alpha":
		return OpenSLO, openSLOv1alpha
	case version == "openslo/v1" || version == "openslo.com/v1":
		return OpenSLO, openSLOv1
	case version == "openslo.com/v2alpha" || version == "openslo/v2alpha":
		return OpenSLO, openSLOv2alpha
	}
	return "", ""
}

func notDefinition(doc *value) string {
	version, kind := doc.textOf("apiVersion"), kindOf(doc)
	switch {
	case version == catalog.APIVersion || version == "" && doc.has("slos") && !doc.has("service"):
		return "this is a Burnline catalog already. Use it as it is"
	case version == "" && kind == "" && doc.has("slos"):
		return "Sloth's files need the line version: prometheus/v1"
	case kind == "AlertWindows":
		return "AlertWindows define no SLO. Give them together with Sloth's definitions"
	case kind == "PrometheusRule" || doc.has("groups"):
		return "rules are no SLO definitions. Import the definitions that they were generated from"
	}
	return fmt.Sprintf("apiVersion %q, kind %q is none of %s", decode.Clip(version), decode.Clip(kind), known)
}

// Recognize returns the name of the tool of the definitions in a source, or "". It is for
// sources that the catalog's parser refused.
func Recognize(source []byte) string {
	docs, err := documentsOf(Source{Text: source})
	if err != nil {
		return ""
	}
	for _, doc := range docs {
		if _, name := formatOf(doc); name != "" {
			return name
		}
	}
	return ""
}
