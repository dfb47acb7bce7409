package benchdata

import "math"

// dice is a stateless source of randomness: the same key and index always give the same number.
type dice uint64

func newDice(seed uint64, name string) dice {
	const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211
	h := uint64(fnvOffset)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * fnvPrime
	}
	return dice(scramble(h ^ scramble(seed)))
}

// unit is uniform in [0, 1).
func (d dice) unit(index uint64) float64 {
	return float64(scramble(uint64(d)+index*0x9e3779b97f4a7c15)>>11) / (1 << 53)
}

// between is uniform in [low, high).
func (d dice) between(index uint64, low, high float64) float64 { return low + (high-low)*d.unit(index) }

// ms is a uniform time in [low, high) milliseconds.
func (d dice) ms(index uint64, low, high int64) int64 {
	return low + int64(float64(high-low)*d.unit(index))
}

// count is a random whole number of events with the mean expected.
func (d dice) count(index uint64, expected float64) float64 {
	return math.Floor(expected + d.unit(index))
}

// scramble is the finalizer of splitmix64 (Steele, Lea, Flood 2014).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}
