package slo

import "strconv"

// State is how an SLO or one of its alerts stands. Its values are part of the data frames: higher is worse.
type State int

// The states.
const (
	Unmeasured State = -1 // too little was measured to say
	Ok         State = 0  // neither window is over the factor
	Recovering State = 1  // the long window is over, the short one no longer
	Rising     State = 2  // the short window is over, the long one not yet
	Firing     State = 3  // both are over
	Exhausted  State = 4  // no budget is left
)

// String is the state in one lower-case word.
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

// tolerance forgives the last digits of divided decimals when burn rates are compared: 0.0072/0.001 must reach 7.2.
const tolerance = 1e-9

// AlertState compares the burn rates of an alert's long and short window with its factor: Ok, Recovering, Rising or Firing.
//
// A window is over at factor and above, not only above it: the factor is the rate at which exactly the alert's percentage is
// spent, and a factor capped at 1/(1-objective) would otherwise stay silent in a total outage. A factor of 0 or less is
// never reached.
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
