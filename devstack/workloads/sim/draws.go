package sim

// What is drawn. Each purpose has a number of its own, so that adding one changes no other draw.
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
