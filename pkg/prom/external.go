package prom

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// externalTTL is how long a server's configuration is believed.
const externalTTL = time.Minute

// remote is what one identity found out about a server's remote read.
type remote struct {
	fact[external]
	failures atomic.Int32 // reads in a row that failed
	doubted  atomic.Bool  // by these failures, or a refusal, the server is taken to have no remote read
}

// external is what the configuration of a server shows about its answers to remote read.
type external struct {
	reads  bool // they hold what a query sees, and no more
	labels map[string]string
}

// forget makes the configuration be read again.
func (r *remote) forget() { r.set(external{}, 0) }

// maxReadFailures is how many reads in a row must fail before this identity is taken to
// have no remote read: one answer may be that of a fault that passes.
const maxReadFailures = 3

// noteFailure takes note of an answer that shows that this identity has no remote read, or
// that its answers do not come whole.
func (r *remote) noteFailure() {
	if r.failures.Add(1) >= maxReadFailures {
		r.failures.Store(0)
		r.doubted.Store(true)
		r.set(external{}, productTTL)
	}
}

// resetFailures takes back the failures: other requests fail too, so that the fault is not
// one of remote read.
func (r *remote) resetFailures() {
	r.failures.Store(0)
	if r.doubted.Swap(false) {
		r.forget()
	}
}

// streamConfig reads the server's configuration. ok is false where the samples must be
// queried: other products than Prometheus have a remote read of their own, or lose
// the errors of their storage, and so does a Prometheus that reads from others.
func (c *Client) streamConfig(ctx context.Context, d dialect.Dialect) (adds external, ok bool, err error) {
	if d.Product != dialect.Prometheus {
		return external{}, false, nil
	}
	adds, err = c.remote.ask(ctx, c.readExternal)
	return adds, adds.reads, err
}

func (c *Client) readExternal(ctx context.Context) (external, error) {
	var config struct {
		YAML string `json:"yaml"`
	}
	answered, err := c.get(ctx, "/api/v1/status/config", nil, &config)
	unclear := isGarbled(err)
	if err != nil && !unclear {
		return external{}, err
	}
	var found external
	if answered {
		found = externalOf(config.YAML)
	}
	c.remote.doubted.Store(!answered)
	if c.remote.isReliable(unclear) {
		c.remote.set(found, externalTTL)
	}
	return found, nil
}

func externalOf(config string) external {
	var c struct {
		Global struct {
			Labels map[string]string `yaml:"external_labels"`
		} `yaml:"global"`
		Remote []any `yaml:"remote_read"` // what these fail to give, an answer would not show
	}
	if strings.TrimSpace(config) == "" || yaml.Unmarshal([]byte(config), &c) != nil {
		return external{}
	}
	return external{reads: len(c.Remote) == 0, labels: c.Global.Labels}
}

// hasMatcher reports whether a matcher is about a label that the server adds.
func (e external) hasMatcher(selections []Selection) bool {
	for _, s := range selections {
		for _, m := range s.Matchers {
			if _, ok := e.labels[m.Name]; ok {
				return true
			}
		}
	}
	return false
}
