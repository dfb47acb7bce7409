package cluster

// stream is running totals that grow by ticks, one per scrape. It stores them every few ticks, so
// that the totals after any tick can be restored.
type stream struct {
	width int
	grow  func(tick int64, totals []float64) // adds the increase of a tick
	first int64                              // tick

	totals []float64 // after the tick before next
	next   int64
	marks  []float64 // totals before the ticks first, first+markEvery, ..., width numbers each
}

// markEvery is the number of ticks between two marks.
const markEvery = 120

func newStream(width int, first int64, marks []float64, grow func(tick int64, totals []float64)) *stream {
	s := &stream{width: width, grow: grow, first: first, marks: marks, totals: make([]float64, width)}
	if len(s.marks) < width {
		s.marks = make([]float64, width)
	}
	n := int64(len(s.marks) / width)
	copy(s.totals, s.marks[(n-1)*int64(width):])
	s.next = first + (n-1)*markEvery
	return s
}

// step advances by one tick.
func (s *stream) step() {
	s.grow(s.next, s.totals)
	s.next++
	if (s.next-s.first)%markEvery == 0 {
		s.marks = append(s.marks, s.totals...)
	}
}

// after returns the totals after a tick, zeros before the first. The caller owns them.
func (s *stream) after(tick int64) []float64 {
	out := make([]float64, s.width)
	if tick < s.first {
		return out
	}
	for s.next <= tick {
		s.step()
	}
	if tick == s.next-1 {
		copy(out, s.totals)
		return out
	}
	mark := (tick + 1 - s.first) / markEvery
	copy(out, s.marks[mark*int64(s.width):])
	for t := s.first + mark*markEvery; t <= tick; t++ {
		s.grow(t, out)
	}
	return out
}

// walk calls show with the totals after each of the ticks [from, to). They are valid until the next
// call.
func (s *stream) walk(from, to int64, show func(tick int64, totals []float64)) {
	from = max(from, s.first)
	if from >= to {
		return
	}
	own := s.after(from - 1)
	for tick := from; tick < to; tick++ {
		if tick == s.next {
			s.step()
			copy(own, s.totals)
		} else {
			s.grow(tick, own)
		}
		show(tick, own)
	}
}
