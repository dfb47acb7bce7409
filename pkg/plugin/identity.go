package plugin

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"slices"
	"strings"
)

// aboutTheRequest are headers that say which panel, rule, trace or browser asks,
// never who: all are sent on, none decides what a server answers. A header that
// is not listed counts as part of the identity.
var (
	aboutTheRequest = []string{
		"Accept", "Accept-Encoding", "Accept-Language", "B3", "Baggage", "Cache-Control", "Connection", "Content-Length", "Content-Type",
		"Dnt", "Fromalert", "Origin", "Pragma", "Priority", "Referer", "Te", "Traceparent", "Tracestate", "Uber-Trace-Id", "User-Agent",
		"X-Cache-Skip", "X-Cloud-Trace-Context", "X-Dashboard-Title", "X-Dashboard-Uid", "X-Datasource-Uid", "X-Grafana-Action",
		"X-Grafana-From-Expr", "X-Grafana-Request-Id", "X-Panel-Id", "X-Panel-Plugin-Id", "X-Panel-Title",
		"X-Plugin-Id", "X-Query-Group-Id", "X-Request-Id", "X-Trace-Id",
	}
	aboutTheRequestPrefixes = []string{"Sec-Ch-", "Sec-Fetch-", "X-B3-", "X-Rule-"}
)

func isAboutTheRequest(header string) bool {
	header = http.CanonicalHeaderKey(header)
	return slices.Contains(aboutTheRequest, header) ||
		slices.ContainsFunc(aboutTheRequestPrefixes, func(p string) bool { return strings.HasPrefix(header, p) })
}

// identity is a digest of everything that is forwarded and may change what the
// server answers: credentials, cookies, tokens, tenants.
func identity(headers http.Header) [sha256.Size]byte {
	names := make([]string, 0, len(headers))
	for name := range headers {
		if !isAboutTheRequest(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var text []byte
	add := func(part string) { // with its length: no two lists of headers read the same
		text = binary.AppendUvarint(text, uint64(len(part)))
		text = append(text, part...)
	}
	for _, name := range names {
		add(http.CanonicalHeaderKey(name))
		text = binary.AppendUvarint(text, uint64(len(headers[name])))
		for _, value := range headers[name] {
			add(value)
		}
	}
	return sha256.Sum256(text)
}
