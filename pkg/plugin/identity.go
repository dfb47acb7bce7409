package plugin

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// viewer is the user for whom a request is answered. The zero value forwards nothing of the request.
type viewer struct {
	credentials http.Header // headers to forward to the server
	identity    identity
}

// identity is a digest. Viewers of the same identity share counts.
type identity [sha256.Size]byte

// identityOf digests the forwarded credentials and the user whom Grafana has authenticated. It uses no
// content of a token: a browser can invent any claim, and no server checks an answer from the cache.
//
// Access tokens, identity tokens of an OAuth provider and cookies count by value, so that a token
// with other permissions never adds to the counts of its predecessor. Grafana renews its own
// identity token every few minutes. It contains only the user, which Grafana's backend also sends
// to the plugin, so it counts as present or absent if the user is known.
func identityOf(credentials http.Header, in backend.PluginContext) identity {
	var text []byte
	add := func(part string) { // with its length: no two lists have the same text
		text = binary.AppendUvarint(text, uint64(len(part)))
		text = append(text, part...)
	}
	known := in.User != nil && in.User.Login != ""
	add(strconv.FormatBool(known))
	if known {
		//nolint:staticcheck // the namespace that replaces it is empty in some versions of Grafana 12
		for _, part := range []string{strconv.FormatInt(in.OrgID, 10), in.User.Login, in.User.Email, in.User.Role} {
			add(part)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(credentials)) {
		add(name)
		if name != backend.GrafanaUserSignInTokenHeaderName || !known {
			add(credentials.Get(name))
		}
	}
	return sha256.Sum256(text)
}
