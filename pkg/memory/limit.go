// Package memory bounds the memory of the process: a limit for the garbage collector, a limiter of
// answers in progress, and caches with a common bound. It must not depend on queries. Start reading
// at Store, Cache and AnswerLimiter.
package memory

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// Setting is the environment variable that Grafana sets from `memory_limit_mib` in the section
// [plugin.burnline-slo-datasource] of its configuration.
const Setting = "GF_PLUGIN_MEMORY_LIMIT_MIB"

// containerShare is the default share of the container's or machine's memory. Grafana and other
// plugins need the rest.
const containerShare = 0.5

// minLimitMiB is the least memory with which the process works.
const minLimitMiB = 128

// SetLimit sets the soft limit of the process: that of Setting, or GOMEMLIMIT, or containerShare.
// It returns the limit in bytes, or math.MaxInt64 if none is known.
func SetLimit() (int64, error) {
	if written := os.Getenv(Setting); written != "" {
		mib, err := strconv.ParseInt(written, 10, 32)
		if err != nil || mib < minLimitMiB {
			return currentLimit(),
				fmt.Errorf("memory_limit_mib: %q is no number of MiB from %d on. Write for example 512", written,
					minLimitMiB)
		}
		return runtimeLimit(mib << 20), nil
	}
	if os.Getenv("GOMEMLIMIT") != "" { // the Go runtime has applied it
		return currentLimit(), nil
	}
	available, err := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)()
	if errors.Is(err, memlimit.ErrNoLimit) || err == nil && available > math.MaxInt64 {
		return currentLimit(), nil
	}
	if err != nil {
		return currentLimit(), fmt.Errorf("the memory that the process may take is not known: %w", err)
	}
	return runtimeLimit(max(int64(containerShare*float64(available)), minLimitMiB<<20)), nil
}

// runtimeShare is the part of the limit for memory that Go's runtime counts. The rest is for the
// program itself, pages that are not returned yet, and delays of the garbage collector.
const runtimeShare = 0.85

func runtimeLimit(limit int64) int64 {
	debug.SetMemoryLimit(int64(runtimeShare * float64(limit)))
	return limit
}

func currentLimit() int64 { return debug.SetMemoryLimit(-1) }
