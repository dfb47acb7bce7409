package prom

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// externalTTL is how long a server's configuration is cached.
const externalTTL = time.Minute

// remote is the state of a server's remote read for one identity.
type remote struct {
	fact[external]
	failures atomic.Int32 // consecutive failed reads
	doubted  atomic.Bool  // after these failures, or a refusal, remote read is not used
}

// external describes the responses of a server's remote read, according to its configuration.
type external struct {
	reads  bool // they contain exactly the data of queries
	labels map[string]string
}

func (r *remote) forget() { r.set(external{}, 0) }

// maxReadFailures is the number of consecutive failed reads after which remote read is not used for
// this identity: a single failure may be temporary.
const maxReadFailures = 3

// noteFailure counts a response that shows that this identity has no remote read, or that responses
// arrive incomplete.
func (r *remote) noteFailure() {
	if r.failures.Add(1) >= maxReadFailures {
		r.failures.Store(0)
		r.doubted.Store(true)
		r.set(external{}, productTTL)
	}
}

// resetFailures resets the count: if other requests fail too, remote read is not the cause.
func (r *remote) resetFailures() {
	r.failures.Store(0)
	if r.doubted.Swap(false) {
		r.forget()
	}
}

// streamConfig reads the server's configuration. ok is false if samples must be queried: other
// products than Prometheus have a different remote read, or lose errors of their storage, as does a
// Prometheus that reads from other servers.
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
		Remote []any `yaml:"remote_read"` // a response would not show their failures
	}
	if strings.TrimSpace(config) == "" || yaml.Unmarshal([]byte(config), &c) != nil {
		return external{}
	}
	return external{reads: len(c.Remote) == 0, labels: c.Global.Labels}
}

// hasMatcher reports whether a selection matches on a label that the server adds.
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
