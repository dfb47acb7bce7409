package slo

import "strconv"

// State is the state of an SLO or of one of its alerts. Its values are part of the data frames:
// higher is worse.
type State int

// The states.
const (
	Unmeasured State = -1 // too little was measured
	Ok         State = 0  // neither window is over the burn-rate threshold
	Recovering State = 1  // only the long window is over
	Rising     State = 2  // only the short window is over
	Firing     State = 3  // both are over
	Exhausted  State = 4  // no budget remains
)

// String returns the state as one lower-case word.
func (s State) String() string {
	switch s {
	case Unmeasured:
		return "unmeasured"
	case Ok:
		return "ok"
	case Recovering:
		return "recovering"
	case Rising:
		return "rising"
	case Firing:
		return "firing"
	case Exhausted:
		return "exhausted"
	}
	return "state " + strconv.Itoa(int(s))
}

// tolerance is the relative rounding error that comparisons of burn rates accept: 0.0072/0.001 must
// reach 7.2.
const tolerance = 1e-9

// AlertState compares the burn rates of an alert's long and short window with its factor: Ok,
// Recovering, Rising or Firing.
//
// A window is over at the factor and above: a factor that is capped at 1/(1-objective) could
// otherwise never be exceeded, even in a total outage. A factor of 0 or less is never reached.
func AlertState(long, short, factor float64) State {
	return pairState(reaches(long, factor), reaches(short, factor))
}

func reaches(burn, factor float64) bool {
	return factor > 0 && burn >= factor*(1-tolerance)
}

func pairState(longOver, shortOver bool) State {
	switch {
	case longOver && shortOver:
		return Firing
	case shortOver:
		return Rising
	case longOver:
		return Recovering
	}
	return Ok
}
