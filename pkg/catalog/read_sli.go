package catalog

import (
	"strings"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/sli"
)

const exampleSLI = `sli: {events: {total: 'requests_total{job="x"}', bad: 'requests_total{job="x",code=~"5.."}'}}`

var kinds = Kinds()

// Kinds returns the names of all kinds of SLI.
func Kinds() []string { return append(sli.Kinds(), KindComposite) }

// sli reads the field sli. The result is valid if no problem was added.
func (d reader) sli(n decode.Node) sli.Indicator {
	o, ok := d.Object(n, "a mapping with one kind of SLI, such as events or latency", kinds)
	if !ok {
		return nil
	}
	var read sli.Indicator
	var given []string
	for _, kind := range kinds {
		at := o.Get(kind)
		if at.IsAbsent() {
			continue
		}
		given = append(given, kind)
		if kind == KindComposite {
			read = d.composite(at)
		} else {
			read = sli.Read(d.Decoder, kind, at)
		}
	}
	switch {
	case len(given) > 1:
		d.Report(n, "has both %s and %s. An SLO has one, make two of it", given[0], given[1])
	case len(given) == 0 && len(o.Names()) == 0:
		d.Report(n, "needs %s or %s. For example: %s", strings.Join(kinds[:len(kinds)-1], ", "), KindComposite,
			exampleSLI)
	case len(given) == 0:
		if name := o.Names()[0]; !o.Unresolved(name) {
			d.Report(o.Key(name), "has no value. For example: %s", exampleSLI)
		}
	}
	return read
}
