package stack

import "context"

// ServeVictoriaMetrics runs an empty single-node VictoriaMetrics; samples come by remote write to WriteURL.
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
			"-retentionPeriod=100y",    // the case files begin in 1970
			"-search.latencyOffset=0s", // else it holds back the latest 30 s of samples
			"-search.disableCache",     // what was asked while samples still came in must not be answered again
			"-search.cacheTimestampOffset=0s", "-search.maxStalenessInterval=5m",
			"-loggerLevel=WARN",
		)
	})
}

// Flush makes VictoriaMetrics show what was written so far; it does so by itself after a few seconds.
func (b *Backend) Flush(ctx context.Context) error {
	_, err := get(ctx, b.URL+"/internal/force_flush")
	return err
}
