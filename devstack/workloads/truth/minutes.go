package truth

import (
	"encoding/binary"
	"fmt"
	"math"
)

const minuteMS = 60_000

// Minutes contains the counts of one workload by minute. Minute i covers (FromMS + i min, FromMS +
// (i+1) min].
type Minutes struct {
	FromMS int64 // a whole minute
	Counts []Counts
}

// Add adds counts at a time after FromMS.
func (m *Minutes) Add(atMS int64, c Counts) {
	i := int((atMS - m.FromMS - 1) / minuteMS)
	for len(m.Counts) <= i {
		m.Counts = append(m.Counts, Counts{})
	}
	m.Counts[i] = m.Counts[i].Add(c)
}

// Between sums the window (afterMS, upToMS]. Both are whole minutes. Time before FromMS counts
// nothing.
func (m *Minutes) Between(afterMS, upToMS int64) Counts {
	first := max(0, (afterMS-m.FromMS)/minuteMS)
	last := min(int64(len(m.Counts)), (upToMS-m.FromMS)/minuteMS)
	var sum Counts
	for i := first; i < last; i++ {
		sum = sum.Add(m.Counts[i])
	}
	return sum
}

// AppendBinary writes the counts as four little-endian int32 a minute. Slow and Slower can be
// negative after a reset that appears in one bucket and not in another.
func (m *Minutes) AppendBinary(b []byte) ([]byte, error) {
	for _, c := range m.Counts {
		for _, n := range []float64{c.Events, c.Bad, c.Slow, c.Slower} {
			if math.Abs(n) > math.MaxInt32 || n != math.Trunc(n) {
				return b,
					fmt.Errorf("truth: a minute with %v events cannot be saved: up to %d whole ones fit", n,
						math.MaxInt32)
			}
			b = binary.LittleEndian.AppendUint32(b, uint32(int32(n)))
		}
	}
	return b, nil
}

// bytesPerMinute of AppendBinary.
const bytesPerMinute = 16

// UnmarshalBinary reads the output of AppendBinary.
func (m *Minutes) UnmarshalBinary(b []byte) error {
	if len(b)%bytesPerMinute != 0 {
		return fmt.Errorf("truth: %d bytes are no whole number of minutes of %d bytes", len(b), bytesPerMinute)
	}
	m.Counts = make([]Counts, 0, len(b)/bytesPerMinute)
	for ; len(b) > 0; b = b[bytesPerMinute:] {
		field := func(i int) float64 { return float64(int32(binary.LittleEndian.Uint32(b[4*i:]))) }
		m.Counts = append(m.Counts, Counts{field(0), field(1), field(2), field(3)})
	}
	return nil
}
