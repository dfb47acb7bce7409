package catalog_test

import (
	"fmt"

	"github.com/burnline/burnline/pkg/catalog"
)

func ExampleParse() {
	c, problems := catalog.Parse([]byte(`slos:
  - name: checkout
    objective: 99.9
    window: 30d
    by: [workload]
    sli: {events: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}
  - name: search
    objective: 0.999
    window: 30d
    sli: {events: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}
`))
	for _, s := range c.SLOs {
		fmt.Println(s.Name, s.Objective.Percent(), s.WindowText(), s.By)
	}
	fmt.Println(problems.Err())
	// Output:
	// checkout 99.9 30d [workload]
	// line 8:16 slos[1].objective: 0.999 is a ratio. Give percent, for example 99.9
}
