package sim

import (
	"fmt"
	"time"
)

// baselineShape is the distribution of permanent errors over time: around 1, or 0 outside of
// bursts.
func (b *Behaviour) baselineShape(atMS int64) float64 {
	if b.Errors.Bursty {
		return b.burstShape(atMS)
	}
	return 1 + 0.6*b.dice.Drift(drawErrorDrift, atMS, (47*time.Minute).Milliseconds())
}

// burstShape is 1 in one burst of 150 s in a third of all hours, at a random time in the hour, and
// 0 elsewhere.
func (b *Behaviour) burstShape(atMS int64) float64 {
	const slotMS, burstMS, chance = 3_600_000, 150_000, 1.0 / 3
	slot := atMS / slotMS
	if b.dice.Unit(drawBurst, uint64(slot)) >= chance {
		return 0
	}
	start := slot*slotMS + int64(b.dice.Between(drawBurstStart, uint64(slot), 0, slotMS-burstMS))
	if atMS < start || atMS >= start+burstMS {
		return 0
	}
	return 1
}

// incidentShape is the sum of the weights of the incidents at a time.
func (b *Behaviour) incidentShape(atMS int64) float64 {
	weight := 0.0
	for _, i := range b.Errors.Incidents {
		if (Span{i.Before, i.Duration}).Within(atMS, b.anchorMS) {
			weight += i.Weight
		}
	}
	return weight
}

// calibrate finds the scales with which the remaining budget at the anchor is Errors.BudgetLeft.
// Expected errors over the window are summed in steps of a quarter of a minute for each part.
// Baseline and incidents share the budget that ongoing trouble leaves.
func (b *Behaviour) calibrate() error {
	const stepMS = 15_000
	start := b.anchorMS - budgetWindow.Milliseconds()
	if b.BornBefore > 0 {
		start = b.anchorMS - b.BornBefore.Milliseconds()
	}
	var events, ongoing, baseline, incidents float64
	for t := start; t < b.anchorMS; t += stepMS {
		rate := b.Rate(t)
		events += rate
		if b.ongoing(t) {
			ongoing += rate * b.Errors.Ongoing.Share
			continue
		}
		baseline += rate * b.baselineShape(t)
		incidents += rate * b.incidentShape(t)
	}
	spend := (1-b.Errors.BudgetLeft)*errorBudget*events - ongoing
	if spend < 0 {
		return fmt.Errorf("budget left %.2f asked for, but its ongoing trouble alone leaves %.2f: lower its share or ask for less budget",
			b.Errors.BudgetLeft, 1-ongoing/errorBudget/events)
	}
	part := b.Errors.BaselinePart
	if incidents == 0 {
		part = 1
	}
	b.baselineScale = spend * part / baseline
	if incidents > 0 {
		b.incidentScale = spend * (1 - part) / incidents
	}
	return nil
}
