package catalog

import (
	"strings"
	"unicode"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog/decode"
)

// labelNameProblem returns why a label cannot be used for groups, or "".
func labelNameProblem(name string) string {
	if name == model.MetricNameLabel {
		return "__name__ is no label to group by. It is the metric's name"
	}
	for i, r := range name {
		inside := i > 0 && (unicode.IsDigit(r) || strings.ContainsRune(".-/:", r))
		if r != '_' && !unicode.IsLetter(r) && !inside || r == unicode.ReplacementChar {
			return decode.Quote(name) +
				" is not a label name. It needs a letter or '_', then letters, digits and any of _ . - / :"
		}
	}
	if name == "" {
		return "empty. Give a label name, for example namespace"
	}
	return ""
}
