package resources

import (
	"fmt"
	"slices"
	"strings"
)

// missing warns of signals that cannot be told, once for each exporter: what was looked for, and how to turn it on.
func (out *Answer) missing(c *Catalog, there stock, found map[string]*reading) {
	for _, e := range c.Exporters {
		var titles, metrics []string
		for _, s := range out.Signals {
			lacks := false
			for _, name := range []string{s.Value, s.Over} {
				r, is := c.Reads[name]
				if !is || r.Exporter != e.Name || r.readable(there.there) {
					continue
				}
				lacks = true
				for _, metric := range r.metrics() {
					if !there.there[metric] && !slices.Contains(metrics, metric) {
						metrics = append(metrics, metric)
					}
				}
			}
			if lacks {
				titles = append(titles, s.Title)
			}
		}
		if len(titles) > 0 {
			lacking := fmt.Sprintf("No %s: there is no %s. ", strings.Join(titles, ", "), strings.Join(metrics, ", "))
			if c.tells(e, there) {
				out.warn(lacking + e.Title + " is there: what it would tell of may not exist (no limits, no such workloads), or it is told not to")
			} else {
				out.warn(lacking + "It would come from " + e.Title + ". To turn it on: " + e.Enable)
			}
		}
	}
	for _, name := range sortedKeys(found) {
		f := found[name]
		e := c.From(name)
		if f.own > 0 && len(f.parts) == 0 {
			out.warn(fmt.Sprintf("%s: its series name no pod but its own, so that they belong to no workload. %s", e.Title, e.Enable))
		}
	}
}

// tells whether any metric of an exporter is there.
func (c *Catalog) tells(e Exporter, there stock) bool {
	for _, r := range c.Reads {
		if r.Exporter == e.Name && slices.ContainsFunc(r.metrics(), func(m string) bool { return there.there[m] }) {
			return true
		}
	}
	return false
}
