// Package memory bounds what the process takes: a limit for the garbage
// collector, and room for the answers that are being made. It knows no queries.
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

// share is the part of the container's memory, or else of the machine's, that
// the process takes without a setting. Grafana and other plugins run beside it.
const share = 0.5

// minLimitMiB is the least that the process works with.
const minLimitMiB = 128

// SetLimit sets the limit of the process: that of the setting, or GOMEMLIMIT, or
// a share of what the container, or else the machine, has. It returns the limit
// in bytes, math.MaxInt64 where none is known.
func SetLimit() (int64, error) {
	if written := os.Getenv(Setting); written != "" {
		mib, err := strconv.ParseInt(written, 10, 32)
		if err != nil || mib < minLimitMiB {
			return current(), fmt.Errorf("memory_limit_mib: %q is no number of MiB from %d on. Write for example 512", written, minLimitMiB)
		}
		debug.SetMemoryLimit(mib << 20)
		return current(), nil
	}
	if os.Getenv("GOMEMLIMIT") != "" { // the runtime has read it
		return current(), nil
	}
	available, err := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)()
	if errors.Is(err, memlimit.ErrNoLimit) || err == nil && available > math.MaxInt64 {
		return current(), nil
	}
	if err != nil {
		return current(), fmt.Errorf("the memory that the process may take is not known: %w", err)
	}
	debug.SetMemoryLimit(max(int64(share*float64(available)), minLimitMiB<<20))
	return current(), nil
}

func current() int64 { return debug.SetMemoryLimit(-1) }
