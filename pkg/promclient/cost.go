package promclient

import (
	"net/http"
	"regexp"
	"strconv"

	"github.com/burnline/burnline/pkg/dialect"
)

// statsTail is how much of the end of an answer is searched for its statistics,
// which come after the results.
const statsTail = 4 << 10

var (
	readInStats  = regexp.MustCompile(`"(?:samplesRead|totalQueryableSamples)":(\d+)`)
	readInTiming = regexp.MustCompile(`(?:^|[\s,])samples_processed;val=(\d+)`)
)

// samplesRead is how many samples the server says that it has read; 0 when it
// does not say. Prometheus 3.16 tells samplesRead beside totalQueryableSamples,
// which counts a sample again for every step that sees it.
func samplesRead(where dialect.Cost, resp *http.Response, body []byte) int64 {
	switch where {
	case dialect.InStats:
		all := readInStats.FindAllSubmatch(body[max(0, len(body)-statsTail):], -1)
		var least int64 = -1
		for _, m := range all {
			if n, err := strconv.ParseInt(string(m[1]), 10, 64); err == nil && (least < 0 || n < least) {
				least = n
			}
		}
		return max(least, 0)
	case dialect.ServerTiming:
		if m := readInTiming.FindStringSubmatch(resp.Header.Get("Server-Timing")); m != nil {
			n, err := strconv.ParseInt(m[1], 10, 64)
			if err == nil {
				return n
			}
		}
	}
	return 0
}
