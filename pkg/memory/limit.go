// Package memory bounds what the process takes: a limit for the garbage
// collector, and room for the answers that are being made. It handles no queries.
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

// Setting is the environment variable that Grafana makes of `memory_limit_mib`
// in the section [plugin.burnline-slo-datasource] of its configuration.
const Setting = "GF_PLUGIN_MEMORY_LIMIT_MIB"

// containerShare is the part of the container's memory, or else of the machine's, that
// the process takes without a setting. Grafana and other plugins run next to it.
const containerShare = 0.5

// minLimitMiB is the least that the process works with.
const minLimitMiB = 128

// SetLimit sets the soft limit of the process: that of the setting, or GOMEMLIMIT, or
// a share of what the container, or else the machine, has. It returns the limit
// in bytes, math.MaxInt64 where none is known.
func SetLimit() (int64, error) {
	if written := os.Getenv(Setting); written != "" {
		mib, err := strconv.ParseInt(written, 10, 32)
		if err != nil || mib < minLimitMiB {
			return currentLimit(), fmt.Errorf("memory_limit_mib: %q is no number of MiB from %d on. Write for example 512", written, minLimitMiB)
		}
		return runtimeLimit(mib << 20), nil
	}
	if os.Getenv("GOMEMLIMIT") != "" { // the runtime has read it
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

// runtimeShare is the part of the limit for what Go's runtime counts. The program
// itself, pages that are not given back yet and what Go notices late take the rest.
const runtimeShare = 0.85

func runtimeLimit(limit int64) int64 {
	debug.SetMemoryLimit(int64(runtimeShare * float64(limit)))
	return limit
}

func currentLimit() int64 { return debug.SetMemoryLimit(-1) }
