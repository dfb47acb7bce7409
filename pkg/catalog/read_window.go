package catalog

import "time"

// window reads a duration of whole minutes within bounds.
func (d *decoder) window(n node, least, most time.Duration) (time.Duration, bool) {
	if _, isMapping := pairs(n.Node); isMapping {
		d.problem(n, "calendar windows are not read yet; give a rolling one, e.g. 30d")
		return 0, false
	}
	w, ok := d.duration(n, "30d")
	if !ok {
		return 0, false
	}
	if w < least || w > most || w%time.Minute != 0 {
		d.problem(n, "a window of %s is not read; give whole minutes from %s to %s, e.g. 30d", format(w), format(least), format(most))
		return 0, false
	}
	return w, true
}
