package stack

import "context"

// ServeVictoriaMetrics runs an empty single-node VictoriaMetrics. WriteURL accepts samples by
// remote write.
func (p *Project) ServeVictoriaMetrics(ctx context.Context) (*Backend, error) {
	binary, err := p.VictoriaMetrics(ctx)
	if err != nil {
		return nil, err
	}
	return p.begin(ctx, "VictoriaMetrics "+VictoriaMetricsVersion, func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 1)
		if err != nil {
			return err
		}
		b.URL = "http://" + at[0]
		return b.run(ctx, "VictoriaMetrics", b.URL+"/health", binary,
			"-storageDataPath="+b.Path("data"), "-httpListenAddr="+at[0],
			"-retentionPeriod=100y", // the month is in the past; all other settings are defaults
			"-loggerLevel=WARN",
		)
	})
}

// Flush makes VictoriaMetrics return all written samples, which otherwise takes a few seconds.
func (b *Backend) Flush(ctx context.Context) error {
	_, err := get(ctx, b.URL+"/internal/force_flush")
	return err
}
