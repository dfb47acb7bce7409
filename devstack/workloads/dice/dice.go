// Package dice provides randomness without state: the same purpose and index always give the same
// number, in any order and on any machine.
package dice

import "math"

// Dice draw by purpose (what is drawn) and index (which draw).
type Dice uint64

// New mixes the seed with a name, so that workloads and pods draw independently of each other.
func New(seed uint64, name string) Dice {
	const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211
	h := uint64(fnvOffset)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * fnvPrime
	}
	return Dice(scramble(h ^ scramble(seed)))
}

// Bits returns 64 uniform bits for a purpose (what is drawn) and an index (which draw).
func (d Dice) Bits(purpose, index uint64) uint64 {
	return scramble(scramble(uint64(d)+purpose*0x9e3779b97f4a7c15) + index*0xd1342543de82ef95)
}

// Unit is uniform in [0, 1).
func (d Dice) Unit(purpose, index uint64) float64 {
	return float64(d.Bits(purpose, index)>>11) / (1 << 53)
}

// Between is uniform in [low, high).
func (d Dice) Between(purpose, index uint64, low, high float64) float64 {
	return low + (high-low)*d.Unit(purpose, index)
}

// Drift is smooth noise: uniform in [-1, 1] at knots every knotMS, interpolated between them.
func (d Dice) Drift(purpose uint64, atMS, knotMS int64) float64 {
	knot := FloorDiv(atMS, knotMS)
	x := float64(atMS-knot*knotMS) / float64(knotMS)
	x = x * x * (3 - 2*x)
	a, b := d.Unit(purpose, uint64(knot)), d.Unit(purpose, uint64(knot+1))
	return 2*(a+(b-a)*x) - 1
}

// scramble is the finalizer of splitmix64 (Steele, Lea, Flood 2014).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// FloorDiv divides and rounds down.
func FloorDiv(a, b int64) int64 {
	return int64(math.Floor(float64(a) / float64(b)))
}
