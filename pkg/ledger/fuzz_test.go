package ledger

import (
	"context"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"
)

// FuzzWindows holds the cell arithmetic against sums of single minutes: whatever is asked in whatever order, with cells of
// all sizes left behind by earlier reads, hours folded from minutes and late events read again, every window between two
// borders is the sum of its minutes. There is no server: the cells are made up, some groups come late or end early.
func FuzzWindows(f *testing.F) {
	f.Add(uint64(1), []byte{0, 10, 20, 30, 1, 200, 7, 3})
	f.Add(uint64(2), []byte("one long read, then many short ones, an hour and a minute later"))
	f.Add(uint64(3), []byte{255, 255, 0, 0, 0, 60, 0, 120, 60, 60, 60, 60, 1, 1, 1, 1, 2, 2, 2, 2})
	f.Fuzz(func(t *testing.T, seed uint64, script []byte) {
		world := &madeUp{seed: seed, now: origin.Add(70*time.Hour).Unix() + int64(seed%60)}
		l := New(nil, Options{CacheBytes: int64(1+seed%3) << 17, Now: func() time.Time { return time.Unix(world.now, 0) }})
		for reads := 0; len(script) >= 4 && reads < 12; reads++ {
			var borders []time.Time
			n := 2 + int(script[0]%6)
			world.now += pause(script[1])
			for script = script[2:]; len(script) >= 2 && len(borders) < n; script = script[2:] {
				borders = append(borders, world.border(script[0], script[1]))
			}
			counts, err := l.Read(t.Context(), world, borders)
			if err != nil {
				t.Fatal(err)
			}
			slices.SortFunc(borders, time.Time.Compare)
			for i, from := range borders {
				for _, to := range borders[i+1:] {
					world.check(t, counts, from, to)
				}
			}
		}
	})
}

// pause is the time between two reads: none, or longer than an unsettled cell may be used again.
func pause(b byte) int64 {
	switch b % 4 {
	case 0:
		return 0
	case 1:
		return fresh + 1 + int64(b)
	case 2:
		return 60 * int64(b)
	}
	return 600
}

// madeUp is a Reading of three groups with two parts, whose events are a function of the minute. Up to lateness after its
// end, some of a minute's events are not there yet.
type madeUp struct {
	seed uint64
	now  int64
}

// Kinds of chance.
const (
	gone = iota
	scraped
	counted
	delayed
)

const lateness = 540 // seconds, less than the ledger settles for

func (w *madeUp) key() string       { return "made up" }
func (w *madeUp) groupBy() []string { return []string{"g"} }
func (w *madeUp) parts() int        { return 2 }

func (w *madeUp) width(context.Context, Source, int64) (series, requests int, err error) {
	return 3, 0, nil
}

func (w *madeUp) border(a, b byte) time.Time {
	switch back := int64(a); b % 3 {
	case 0: // a whole hour up to 70 h ago
		return time.Unix(floor(w.now, 3600)-3600*(back%70), 0)
	case 1:
		return time.Unix(floor(w.now, 300)-300*back*2, 0)
	default:
		return time.Unix(w.now-60*back-int64(b), 0) // not on a minute
	}
}

// hash is a number that looks like chance (splitmix64) for a kind of event, a group and a time.
func (w *madeUp) hash(kind, group, at int64) uint64 {
	x := w.seed ^ uint64(kind)<<60 ^ uint64(group)<<56 ^ uint64(at)
	for range 2 {
		x += 0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x >> 7
}

// minute is what the minute that ends at end shows at this moment.
func (w *madeUp) minute(group, part, end int64) (events, coverage float64) {
	hour := (end - 1) / 3600
	if end > w.now || w.hash(gone, group, hour)%4 == 0 { // the group is gone in every fourth hour
		return 0, 0
	}
	if w.hash(scraped, group, end)%5 > 0 {
		coverage = 1
	}
	events = float64(w.hash(counted, group*2+part, end) % 50)
	if late := int64(w.hash(delayed, group, end) % lateness); w.now < end+late {
		events = math.Floor(events / 2)
	}
	return events, coverage
}

func (w *madeUp) sum(group, part, from, to int64) (events, covered float64) {
	for end := from + 60; end <= to; end += 60 {
		e, c := w.minute(group, part, end)
		events, covered = events+e, covered+c
	}
	return events, covered
}

func (w *madeUp) fetch(_ context.Context, _ Source, r run) (*fetched, error) {
	f := &fetched{run: r, queries: 1, width: 3}
	for group := range int64(3) {
		g := &groupCells{labels: map[string]string{"g": strconv.FormatInt(group, 10)}, coverage: make([]float64, r.cells())}
		for part := range int64(2) {
			cells := make([]float64, r.cells())
			for i := range cells {
				from := r.from + int64(i)*r.step()
				events, covered := w.sum(group, part, from, from+r.step())
				cells[i], g.coverage[i] = events, covered*60/float64(r.step())
			}
			g.counts = append(g.counts, cells)
		}
		f.groups = append(f.groups, g)
	}
	return f, nil
}

func (w *madeUp) check(t *testing.T, counts *Counts, from, to time.Time) {
	t.Helper()
	lo, hi := floor(from.Unix(), 60), floor(to.Unix(), 60)
	found := 0
	for i := range counts.Groups {
		g := &counts.Groups[i]
		group, err := strconv.ParseInt(g.Labels["g"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		found |= 1 << group
		for part := range 2 {
			events, covered := w.sum(group, int64(part), lo, hi)
			if got := counts.Window(g, part, from, to); got != events {
				t.Errorf("group %d part %d in (%s, %s]: %v, brute force says %v", group, part, from.UTC(), to.UTC(), got, events)
			}
			share := 0.0
			if hi > lo {
				share = covered * 60 / float64(hi-lo)
			}
			if got := counts.Coverage(g, from, to); math.Abs(got-share) > 1e-6 {
				t.Errorf("group %d covers %v of (%s, %s], brute force says %v", group, got, from.UTC(), to.UTC(), share)
			}
		}
	}
	for group := range int64(3) {
		if events, _ := w.sum(group, 0, lo, hi); events > 0 && found&(1<<group) == 0 {
			t.Errorf("group %d is missing in (%s, %s]", group, from.UTC(), to.UTC())
		}
	}
}
