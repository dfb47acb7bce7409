package plugin

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/promclient"
)

// maxIdentities bounds the viewers who have an engine at the same time. An
// engine without counts takes a few hundred bytes.
const maxIdentities = 1024

// viewers returns the engine of a request. All viewers share one engine, unless
// the data source forwards their credentials: then each identity has an engine,
// and so counts, of its own. All engines share the bytes of one cache.
type viewers struct {
	client   *promclient.Client
	settings models.Settings
	shared   *engine.Engine // nil when credentials are forwarded

	mu  sync.Mutex
	own *simplelru.LRU[identity, *engine.Engine]
}

func newViewers(s models.Settings, hc *http.Client, f forwarding) (*viewers, error) {
	client, err := promclient.NewWith(s.URL, hc, s.Server)
	if err != nil {
		return nil, err
	}
	v := &viewers{client: client, settings: s}
	if !f.enabled() {
		v.shared = engine.New(client, options(s))
		return v, nil
	}
	v.own, err = simplelru.NewLRU[identity, *engine.Engine](maxIdentities, nil)
	return v, err
}

// read runs a function that reads counts, with the engine of the request's
// viewer. Only a read makes an engine.
func (v *viewers) read(ctx context.Context, do func(*engine.Engine) error) error {
	if v.shared != nil {
		return do(v.shared)
	}
	id := viewerOf(ctx).identity
	defer v.fit()
	return do(v.engine(id))
}

// engine is the identity's engine. Where there are too many, the least recently
// used of those without counts goes first.
func (v *viewers) engine(id identity) *engine.Engine {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e, ok := v.own.Get(id); ok {
		return e
	}
	if v.own.Len() >= maxIdentities {
		for _, old := range v.own.Keys() { // the least recently used first
			if e, _ := v.own.Peek(old); bytesOf(e) == 0 {
				v.own.Remove(old)
				break
			}
		}
	}
	e := engine.New(v.client, options(v.settings))
	v.own.Add(id, e)
	return e
}

// fit forgets the counts of the least recently used identities until all
// engines fit into the cache's bytes.
func (v *viewers) fit() {
	v.mu.Lock()
	defer v.mu.Unlock()
	held := v.held()
	for held > v.settings.CacheBytes && v.own.Len() > 1 {
		_, e, _ := v.own.RemoveOldest()
		held -= bytesOf(e)
	}
}

func (v *viewers) held() (held int64) {
	for _, e := range v.own.Values() {
		held += bytesOf(e)
	}
	return held
}

func bytesOf(e *engine.Engine) int64 {
	held, _ := e.CacheBytes()
	return held
}

// CacheBytes are the bytes of all engines, and their bound.
func (v *viewers) CacheBytes() (held, limit int64) {
	if v.shared != nil {
		return v.shared.CacheBytes()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.held(), v.settings.CacheBytes
}

// options are those of an engine. Cells are counted in seconds and takes 0 for
// "not given": a nanosecond is no time.
func options(s models.Settings) engine.Options {
	return engine.Options{Settle: max(s.Settle, time.Nanosecond), CacheBytes: s.CacheBytes}
}
