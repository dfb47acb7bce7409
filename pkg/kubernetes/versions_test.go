package kubernetes

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShortImage(t *testing.T) {
	for image, want := range map[string]string{
		"registry.example:5000/shop/web:2.1": "web:2.1",
		"web":                                "web",
		"registry.example/web:2.1@sha256:0123456789abcdef0123": "web:2.1",
		"registry.example/web@sha256:0123456789abcdef0123":     "web@sha256:0123456789ab",
		"sha256:0123456789abcdef0123":                          "sha256:0123456789ab",
		"docker.io/library/web@sha256:01":                      "web@sha256:01",
	} {
		require.Equal(t, want, shortImage(image), image)
	}
}

func TestShortGapsOfRevisions(t *testing.T) {
	a, b := owner{kind: "ControllerRevision", name: "db-a"}, owner{kind: "ControllerRevision", name: "db-b"}
	at := func(all []*claim, minute int64) string {
		if c, _, ok := choose(all, "", minute); ok {
			return c.owner.name
		}
		return ""
	}
	all := []*claim{
		{owner: a, dated: true, seen: []run{{100, 200}, {260, 300}}},
		{owner: b, dated: true, seen: []run{{304, 400}, {500, 600}}},
		{owner: a, dated: true, seen: []run{{700, 800}}},
	}
	fillShortGaps(all, 1)
	for minute, want := range map[int64]string{
		94: "", 95: "db-a", 230: "db-a", 299: "db-a", 305: "db-b", 450: "db-b", 604: "db-b", 605: "", 650: "", 694: "",
		695: "db-a", 804: "db-a", 805: "",
	} {
		require.Equal(t, want, at(all, minute), minute)
	}
}
