package sim

import (
	"testing"
	"time"
)

func TestRolloutReplacesPodsOneByOne(t *testing.T) {
	b := behave(t, "search") // three replicas, every 6 h
	from := parse(t, "2026-11-20T00:00:00Z")
	pods := b.PodsBetween(from, from+day.Milliseconds())
	names := map[string]bool{}
	perSlot := map[int][]Pod{}
	for _, p := range pods {
		if names[p.Name] {
			t.Errorf("two pods are called %s", p.Name)
		}
		names[p.Name] = true
		perSlot[p.Slot] = append(perSlot[p.Slot], p)
	}
	for slot := range b.Replicas {
		if n := len(perSlot[slot]); n != 5 {
			t.Errorf("slot %d had %d pods in a day, want 5: one at the start and four rolled out", slot, n)
		}
		for i, p := range perSlot[slot][1:] {
			before := perSlot[slot][i]
			if p.StartMS != before.TrafficEndsMS || before.EndMS <= before.TrafficEndsMS {
				t.Errorf("slot %d: traffic until %d, next pod from %d, end %d", slot, before.TrafficEndsMS, p.StartMS,
					before.EndMS)
			}
		}
	}
}

func TestWorkloadIsBornThreeDaysBefore(t *testing.T) {
	b := behave(t, "llama-server")
	anchor := parse(t, anchors[0])
	if pods := b.PodsBetween(0, anchor-72*time.Hour.Milliseconds()); len(pods) != 0 {
		t.Errorf("%d pods before it was born", len(pods))
	}
	if pods := b.PodsBetween(0, anchor); len(pods) != 1 || pods[0].Name != "llama-server-0" {
		t.Errorf("pods %v, want llama-server-0", pods)
	}
}

func TestScrapesKeepClearOfWholeMinutes(t *testing.T) {
	from := parse(t, "2026-11-20T00:00:00Z")
	for _, w := range Fleet() {
		b := behave(t, w.Name)
		for _, p := range b.PodsBetween(from, from+day.Milliseconds()) {
			at := p.FirstScrapeMS(from, w.ScrapeInterval)
			if at < from || at < p.StartMS+discoveryMS {
				t.Errorf("%s is scraped at %d, before its start %d or the time asked for", p.Name, at, p.StartMS)
			}
			if late := at - max(from, p.StartMS+discoveryMS); late >= w.ScrapeInterval.Milliseconds() {
				t.Errorf("%s is scraped %d ms late", p.Name, late)
			}
			interval := w.ScrapeInterval.Milliseconds()
			if phase := at % interval; phase < 1000 || phase > interval-1000 {
				t.Errorf("%s: %d ms after a multiple of its interval", p.Name, phase)
			}
		}
	}
}
