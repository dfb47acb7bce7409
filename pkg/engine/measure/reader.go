// Package measure reads the counts and coverage of an SLO's groups in any window. Groups are
// counted directly, combined from the members of a composite, or summed from the pods of a
// workload. It applies exclusions and the policy for missing time. It deals with SLOs, cells and
// owners of pods. It must not depend on budgets, alerts or query types. Start reading at
// Reader.Read and Group.Measure.
package measure

import (
	"time"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
)

// Reader reads the counts of SLOs by group. It is safe for concurrent use.
type Reader struct {
	server     counting.Source
	cells      *cells.Cache
	identities *kubernetes.Reader
	now        func() time.Time
	settle     time.Duration

	layouts   *memory.Cache[layoutKey, layout]
	buckets   *memory.Cache[missingBucketKey, string] // notices; "" if no bucket is missing
	intervals *memory.Cache[intervalKey, time.Duration]
}

// NewReader returns a reader of counts through a cache. settle is the age from which counts are
// final; 0: cells.DefaultSettle.
func NewReader(server counting.Source, counts *cells.Cache, identities *kubernetes.Reader, scope memory.Scope,
	settle time.Duration,
) *Reader {
	return &Reader{
		server: server, cells: counts, identities: identities, now: scope.Now, settle: settle,
		layouts: memory.NewCache(scope, "layouts",
			func(k layoutKey, l layout) int { return len(k.classic) + len(k.native) + 32*len(l.LEs) }),
		buckets: memory.NewCache(scope, "buckets",
			func(k missingBucketKey, notice string) int { return len(k.now) + len(notice) }),
		intervals: memory.NewCache(scope, "intervals",
			func(k intervalKey, _ time.Duration) int { return len(k.selector) }),
	}
}
