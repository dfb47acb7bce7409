package plugin

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/promclient"
)

// identities bounds the viewers whose counts are kept apart at the same time.
const identities = 32

// viewers hands out the engine of a request. All viewers share one, unless the
// data source forwards their credentials: then what one may see is no business
// of another, and each identity has an engine, hence a cache, of its own.
type viewers struct {
	client   *promclient.Client
	http     *http.Client
	settings models.Settings
	shared   *engine.Engine // nil when credentials are forwarded

	mu  sync.Mutex
	own *lru.Cache[[sha256.Size]byte, *engine.Engine]
}

func newViewers(s models.Settings, hc *http.Client, forwards bool) (*viewers, error) {
	client, err := promclient.NewWith(s.URL, hc, s.Server)
	if err != nil {
		return nil, err
	}
	v := &viewers{client: client, http: hc, settings: s}
	if !forwards {
		v.shared = engine.New(client, options(s, 1))
		return v, nil
	}
	v.own, err = lru.New[[sha256.Size]byte, *engine.Engine](identities)
	return v, err
}

// engine is the engine for the viewer whose request has these headers.
func (v *viewers) engine(headers http.Header) *engine.Engine {
	if v.shared != nil {
		return v.shared
	}
	id := identity(headers)
	v.mu.Lock()
	defer v.mu.Unlock()
	e, ok := v.own.Get(id)
	if !ok {
		e = engine.New(v.client, options(v.settings, identities))
		v.own.Add(id, e)
	}
	return e
}

// CacheBytes are those of all engines, and their bound.
func (v *viewers) CacheBytes() (held, limit int64) {
	if v.shared != nil {
		return v.shared.CacheBytes()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, e := range v.own.Values() {
		h, _ := e.CacheBytes()
		held += h
	}
	return held, v.settings.CacheBytes
}

// options are those of one of several engines that share the cache's bytes. The
// ledger counts in seconds and takes 0 for "not given": a nanosecond is no time.
func options(s models.Settings, engines int64) ledger.Options {
	return ledger.Options{Settle: max(s.Settle, time.Nanosecond), CacheBytes: s.CacheBytes / engines}
}

// forwardsIdentity tells whether the viewer's credentials or cookies go to the
// server: only when the settings say so.
func forwardsIdentity(is backend.DataSourceInstanceSettings) bool {
	var j struct {
		OAuthPassThru bool     `json:"oauthPassThru"`
		KeepCookies   []string `json:"keepCookies"`
	}
	_ = json.Unmarshal(is.JSONData, &j) // broken JSON is reported by models.ParseSettings
	return j.OAuthPassThru || len(j.KeepCookies) > 0
}
