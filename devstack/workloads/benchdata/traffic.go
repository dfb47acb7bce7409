package benchdata

// load is a rate of events per second and target.
type load struct{ good, bad float64 }

// office is busy with few errors by day, and nearly idle with many by night, so that the mean of
// ratios is wrong.
func office(peakPerMinute float64) func(hour int64) load {
	return func(hour int64) load {
		if h := hour % 24; h >= 7 && h < 19 {
			return split(peakPerMinute/60, 0.0005)
		}
		return split(1.0/60, 0.1)
	}
}

// steady is a constant load.
func steady(perSecond, badShare float64) func(hour int64) load {
	l := split(perSecond, badShare)
	return func(int64) load { return l }
}

// waves is a load that varies by half around its mean, with a period of a day.
func waves(perSecond, badShare float64) func(hour int64) load {
	return func(hour int64) load {
		h := float64(hour % 24)
		return split(perSecond*(0.5+h*(24-h)/144), badShare)
	}
}

func split(perSecond, badShare float64) load {
	return load{good: perSecond * (1 - badShare), bad: perSecond * badShare}
}
