package plugin

import (
	"net/http"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/importer"
)

// importResponse is a catalog made of other definitions, with a list of its SLOs.
type importResponse struct {
	Format   string           `json:"format"`
	Catalog  string           `json:"catalog"`
	SLOs     []sloInfo        `json:"slos"`
	Warnings []importer.Note  `json:"warnings"`
	Problems catalog.Problems `json:"problems"`
}

func describeImport(r importer.Result) importResponse {
	c, problems := catalog.Parse([]byte(r.Catalog))
	return importResponse{
		r.Format, r.Catalog, sloInfos(c.SLOs), append([]importer.Note{}, r.Notes...),
		append(catalog.Problems{}, problems...),
	}
}

type importRequest struct {
	Source string `json:"source"`
}

// importDefinitions sends no request to the server, so it works with broken settings too.
func importDefinitions(_ *http.Request, q importRequest) (any, error) {
	result, err := importer.Import([]byte(q.Source))
	if err != nil {
		return nil, &statusError{http.StatusBadRequest, err}
	}
	return describeImport(result), nil
}

// discover makes a catalog of the series that rules of Sloth and Pyrra record.
func (d *Datasource) discover(r *http.Request) (any, error) {
	var series []importer.Series
	for _, selector := range importer.Selectors() {
		matrix, _, err := d.engines.accessOf(r.Context()).client.Query(r.Context(), selector, time.Now())
		if err != nil {
			return nil, err
		}
		for _, one := range matrix {
			if len(one.Values) > 0 {
				series = append(series,
					importer.Series{Labels: labelTexts(one.Metric), Value: float64(one.Values[0].Value)})
			}
		}
	}
	result, err := importer.Recorded(series)
	if err == nil && result.Catalog == "" {
		err = fault.UserErrorf("", "no series of Sloth (slo:sli_error:ratio_rate5m) or Pyrra (...:burnrate5m with the label slo) "+
			"were found in the last five minutes. Check that their rules run in this Prometheus")
	}
	if err != nil {
		return nil, err
	}
	return describeImport(result), nil
}

func labelTexts(m model.Metric) map[string]string {
	out := make(map[string]string, len(m))
	for name, v := range m {
		out[string(name)] = string(v)
	}
	return out
}
