package promclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/golang/snappy"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql/parser"
	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/dialect"
	"github.com/burnline/burnline/pkg/fault"
)

// leastRemote is the shortest range that is read by remote read: it gives whole
// chunks of some 120 samples and wants a list of the series beside it, which is
// no gain where a series has few samples. An hour at 15 s takes a third of the
// time of a query, at 60 s a sixth more.
const leastRemote = time.Hour

// externalFor is how long a server's configuration is believed.
const externalFor = time.Minute

// remote reads the samples of long ranges by Prometheus' remote read protocol,
// https://prometheus.io/docs/prometheus/latest/querying/remote_read_api: chunks
// as they are stored take a tenth of the time of JSON, on both sides.
type remote struct {
	asking singleflight.Group

	mu    sync.Mutex
	known external
	until time.Time
}

// external is what the configuration of a server says about its answers to
// remote read.
type external struct {
	reads  bool // they hold what a query sees, and no more
	labels map[string]string
}

// stretch is what a range selector selects: the samples in (from, to], in
// milliseconds.
type stretch struct {
	matchers []*labels.Matcher
	selector *parser.VectorSelector
	from, to int64
}

// stretchOf is nil for all but plain range selectors of at least leastRemote.
func stretchOf(expr string, at time.Time) *stretch {
	if !strings.HasSuffix(expr, "]") {
		return nil
	}
	parsed, err := promQL.ParseExpr(expr)
	if err != nil {
		return nil // the server says what is wrong
	}
	m, ok := parsed.(*parser.MatrixSelector)
	if !ok || m.Range < leastRemote {
		return nil
	}
	vs, ok := m.VectorSelector.(*parser.VectorSelector)
	if !ok || vs.OriginalOffset != 0 || vs.Timestamp != nil || vs.StartOrEnd != 0 || vs.Anchored || vs.Smoothed {
		return nil
	}
	return &stretch{matchers: vs.LabelMatchers, selector: vs, from: at.Add(-m.Range).UnixMilli(), to: at.UnixMilli()}
}

// errNotRemote tells that what was asked must be asked as a query, errNoRemote
// that all must.
var (
	errNotRemote = errors.New("not to be had by remote read")
	errNoRemote  = fmt.Errorf("%w from this server", errNotRemote)
)

// readRemote gives what the range selector would, or errNotRemote. What a server
// adds to its answers, its external labels, is taken off again.
func (c *Client) readRemote(ctx context.Context, s *stretch) (model.Matrix, error) {
	var answer decoded
	ctx, done, err := c.start(ctx, "read", 0, &answer)
	if err != nil {
		return nil, err
	}
	defer done()
	about, _ := ctx.Value(callKey{}).(call)
	if about.dialect.Product != dialect.Prometheus || about.dialect.ClosedRanges {
		return nil, errNotRemote // others have their own, or lose the errors of their storage
	}
	adds, err := c.external(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, classify(ctx, "read", err)
	case err != nil || !adds.reads || adds.matched(s.matchers):
		return nil, errNotRemote
	}
	var listed decoded
	list := call{op: "series", dialect: about.dialect, into: &listed}
	about.stretch = s
	g, gctx := fault.WithContext(ctx)
	g.Go(func() error {
		_, _, _, err := c.api.Series(withCall(gctx, list), []string{s.selector.String()}, time.UnixMilli(s.from), time.UnixMilli(s.to))
		if err != nil {
			return classify(gctx, "series", err)
		}
		return nil
	})
	g.Go(func() error {
		req, err := s.request(gctx, c.caller.URL("/api/v1/read", nil).String())
		if err != nil {
			return err
		}
		resp, body, err := c.caller.Do(withCall(gctx, about), req) //nolint:bodyclose // Do has read and closed it
		switch {
		case errors.Is(err, errNoRemote) || err == nil && refused(resp.StatusCode):
			c.remote.learn(external{}, knownFor)
			return errNotRemote
		case errors.Is(err, errNotRemote):
			return err
		case err != nil:
			return classify(gctx, "read", err)
		case resp.StatusCode != http.StatusOK:
			return classify(gctx, "read", statusError(resp, body))
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	adds.strip(answer.matrix)
	if !only(answer.matrix, listed.sets) {
		c.remote.learn(external{}, 0) // to be asked again
		return nil, errNotRemote
	}
	return answer.matrix, nil
}

// refused tells that a server, or what stands before it, has no remote read.
func refused(status int) bool {
	return status >= 400 && status < 500 && status != http.StatusTooManyRequests || status == http.StatusNotImplemented
}

// external asks for the configuration. A server that keeps it to itself is asked
// by queries.
func (c *Client) external(ctx context.Context) (external, error) {
	c.remote.mu.Lock()
	known, until := c.remote.known, c.remote.until
	c.remote.mu.Unlock()
	if time.Now().Before(until) {
		return known, nil
	}
	asked := c.remote.asking.DoChan("", func() (any, error) { // for all who wait for it
		var config struct {
			YAML string `json:"yaml"`
		}
		found, err := c.detector.get(context.WithoutCancel(ctx), "/api/v1/status/config", nil, &config)
		if err != nil {
			return external{}, err
		}
		var told external
		if found {
			told = externalOf(config.YAML)
		}
		c.remote.learn(told, externalFor)
		return told, nil
	})
	select {
	case a := <-asked:
		told, _ := a.Val.(external)
		return told, a.Err
	case <-ctx.Done():
		return external{}, ctx.Err()
	}
}

func externalOf(config string) external {
	var c struct {
		Global struct {
			Labels map[string]string `yaml:"external_labels"`
		} `yaml:"global"`
		Remote []any `yaml:"remote_read"` // what these fail to give, an answer would not tell
	}
	if strings.TrimSpace(config) == "" || yaml.Unmarshal([]byte(config), &c) != nil {
		return external{}
	}
	return external{reads: len(c.Remote) == 0, labels: c.Global.Labels}
}

func (r *remote) learn(known external, length time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known, r.until = known, time.Now().Add(length)
}

// matched tells that a matcher is about a label that the server adds.
func (e external) matched(ms []*labels.Matcher) bool {
	for _, m := range ms {
		if _, ok := e.labels[m.Name]; ok {
			return true
		}
	}
	return false
}

// strip takes off the labels that the server added.
func (e external) strip(m model.Matrix) {
	for _, s := range m {
		for name, value := range e.labels {
			if string(s.Metric[model.LabelName(name)]) == value {
				delete(s.Metric, model.LabelName(name))
			}
		}
	}
}

// only tells that the series are some of those listed, each once. They are not
// where one has itself a label that the server adds, after a change of its
// configuration, or behind a proxy that narrows what is asked by any other way.
func only(m model.Matrix, listed []model.LabelSet) bool {
	left := make(map[model.Fingerprint]bool, len(listed))
	for _, l := range listed {
		left[l.Fingerprint()] = true
	}
	for _, s := range m {
		key := s.Metric.Fingerprint()
		if !left[key] {
			return false
		}
		delete(left, key)
	}
	return true
}

// request asks for the chunks that hold the samples.
func (s *stretch) request(ctx context.Context, address string) (*http.Request, error) {
	q := &prompb.Query{StartTimestampMs: s.from + 1, EndTimestampMs: s.to}
	for _, m := range s.matchers {
		q.Matchers = append(q.Matchers, &prompb.LabelMatcher{Type: matchTypes[m.Type], Name: m.Name, Value: m.Value})
	}
	body, err := (&prompb.ReadRequest{
		Queries: []*prompb.Query{q}, AcceptedResponseTypes: []prompb.ReadRequest_ResponseType{prompb.ReadRequest_STREAMED_XOR_CHUNKS},
	}).Marshal()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(snappy.Encode(nil, body)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("X-Prometheus-Remote-Read-Version", "0.1.0")
	return req, nil
}

var matchTypes = map[labels.MatchType]prompb.LabelMatcher_Type{
	labels.MatchEqual: prompb.LabelMatcher_EQ, labels.MatchNotEqual: prompb.LabelMatcher_NEQ,
	labels.MatchRegexp: prompb.LabelMatcher_RE, labels.MatchNotRegexp: prompb.LabelMatcher_NRE,
}
