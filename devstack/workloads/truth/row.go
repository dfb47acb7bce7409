package truth

// Row is the truth of one workload in one window, as the generator prints and serves it.
type Row struct {
	Namespace string  `json:"namespace"`
	Workload  string  `json:"workload"`
	Kind      string  `json:"kind"`
	Scenario  string  `json:"scenario"`
	Events    float64 `json:"events"`
	Bad       float64 `json:"bad"`
	Slow      float64 `json:"slow"`
	Slower    float64 `json:"slower"`
}
