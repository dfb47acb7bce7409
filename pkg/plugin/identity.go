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

// viewer is for whom a request is answered. The zero value is nobody: nothing
// of a request is forwarded.
type viewer struct {
	credentials http.Header // that are forwarded to the server
	identity    identity
}

// identity is a digest. Two viewers of the same identity see the same counts.
type identity [sha256.Size]byte

// identityOf digests the forwarded credentials and the user whom Grafana has
// authenticated. Nothing in it is taken from inside a token: a browser can make
// up any claim, and an answer from the cache is checked by no server.
//
// Access tokens, identity tokens of an OAuth provider and cookies count by
// their value, so that a token with other rights never adds to the counts of
// its predecessor. Grafana renews its own identity token every few minutes. It
// only tells who the user is, which Grafana's backend tells the plugin as well,
// so it counts as present or absent where the user is known.
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
