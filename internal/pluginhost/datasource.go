package pluginhost

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
)

// DataSource is one configured data source, as in Grafana's database. It is safe for concurrent
// use.
type DataSource struct {
	mu       sync.Mutex
	settings backend.DataSourceInstanceSettings
}

// NewDataSource returns a saved data source of the plugin pluginID for the server at url.
func NewDataSource(pluginID, uid, name, url string, jsonData any) (*DataSource, error) {
	raw, err := json.Marshal(jsonData)
	if err != nil {
		return nil, fmt.Errorf("jsonData of data source %s: %w", name, err)
	}
	id := fnv.New32a() // the plugin identifies data sources by number
	_, _ = id.Write([]byte(uid))
	return &DataSource{settings: backend.DataSourceInstanceSettings{
		ID: int64(id.Sum32()), UID: uid, Type: pluginID, Name: name, URL: url, JSONData: raw,
		DecryptedSecureJSONData: map[string]string{}, Updated: time.Now(),
	}}, nil
}

// Settings returns a copy of the saved settings.
func (d *DataSource) Settings() backend.DataSourceInstanceSettings {
	d.mu.Lock()
	defer d.mu.Unlock()
	settings := d.settings
	settings.DecryptedSecureJSONData = maps.Clone(settings.DecryptedSecureJSONData)
	return settings
}

// Save changes the settings and their revision, so that the plugin creates a new instance. Secrets
// that are not in the map are kept.
func (d *DataSource) Save(url string, jsonData json.RawMessage, secrets map[string]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settings.URL, d.settings.JSONData = url, jsonData
	all := maps.Clone(d.settings.DecryptedSecureJSONData)
	maps.Copy(all, secrets)
	d.settings.DecryptedSecureJSONData = all
	// The revision has a resolution of milliseconds. Two saves must differ.
	revision := time.Now()
	if earliest := d.settings.Updated.Add(time.Millisecond); revision.Before(earliest) {
		revision = earliest
	}
	d.settings.Updated = revision
}

// Context is the plugin context of every request.
func (d *DataSource) Context() backend.PluginContext {
	settings := d.Settings()
	return backend.PluginContext{
		OrgID:                      1, //nolint:staticcheck // Grafana 12 still sends it
		PluginID:                   settings.Type,
		PluginVersion:              "0.0.0",
		User:                       &backend.User{Login: "demo", Name: "Demo", Role: "Admin"},
		DataSourceInstanceSettings: &settings,
		GrafanaConfig: config.NewGrafanaCfg(map[string]string{
			config.AppURL:               "http://127.0.0.1/",
			config.ConcurrentQueryCount: "10",
		}),
	}
}
