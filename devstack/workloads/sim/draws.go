package sim

// Purposes of random numbers. Each purpose has its own number, so that a new one changes no other
// draw.
const (
	drawRateDrift = iota + 1
	drawRequests
	drawRequestRounding
	drawOutcome
	drawLatency
	drawErrorDrift
	drawBurst
	drawBurstStart
	drawPodName
	drawAddress
	drawPhase
	drawAge
	drawUptimeClass
	drawUptime
	drawBackoff
	drawSlotWeight
	drawRolloutOffset
)
