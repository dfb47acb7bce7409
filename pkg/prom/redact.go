package prom

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// redacted replaces a secret in a text.
const redacted = "[redacted]"

// maxTextBytes bounds a text of the network before the search for secrets. Screens show 2,000
// characters of it.
const maxTextBytes = 16 << 10

// harmlessHeaders are headers without secrets.
var harmlessHeaders = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Content-Encoding": true, "Content-Length": true,
	"Content-Type": true, "User-Agent": true,
	"X-Prometheus-Remote-Read-Version": true, "Traceparent": true, "Tracestate": true, "X-Amz-Date": true,
	"X-Amz-Content-Sha256": true,
}

// Redact returns text with all secrets replaced. It finds a secret as written, in base64, in
// hexadecimal, in any case, and escaped, up to maxEscapes times, as in URLs, JSON, Go strings or
// HTML. It also finds base64 of a longer text that contains the secret. A secret of less than 6
// bytes is replaced only as a whole word.
func Redact(text string, secrets ...string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxTextBytes)], "\uFFFD")
	var found []span
	needles := withEncodings(secrets)
	at := make([]int, len(text)+1) // position in text of each byte of the level
	for i := range at {
		at[i] = i
	}
	level := lowerASCII(text)
	for range maxEscapes + 1 {
		for _, s := range needles {
			for _, f := range occurrences(level, s) {
				found = append(found, span{at[f.from], at[f.to]})
			}
		}
		plain, from := unescape(level, at)
		if plain = lowerASCII(plain); plain == level {
			break
		}
		level, at = plain, from
	}
	return replace(text, found)
}

// maxEscapes bounds the levels of escaping: by a server, by a proxy that quotes it, and by a client
// of either.
const maxEscapes = 3

type span struct{ from, to int }

func replace(text string, found []span) string {
	if len(found) == 0 {
		return text
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	end := 0
	for i, f := range found {
		if f.from >= end || i == 0 {
			out.WriteString(text[end:f.from])
			out.WriteString(redacted)
		}
		end = max(end, f.to)
	}
	out.WriteString(text[end:])
	return out.String()
}

// wordBytes is the length from which a secret is replaced within words. prefixBytes is the length
// of the start of a long secret by which servers identify tokens in logs.
const (
	wordBytes   = 6
	longBytes   = 20
	prefixBytes = 8
)

// occurrences returns the positions of a secret in a text. For long secrets, a prefix counts too.
func occurrences(text, secret string) (found []span) {
	needle := secret
	if len(secret) >= longBytes {
		needle = secret[:prefixBytes]
	}
	for from := 0; ; {
		i := strings.Index(text[from:], needle)
		if i < 0 {
			return found
		}
		s := span{from + i, from + i + len(needle)}
		for s.to < len(text) && s.to-s.from < len(secret) && text[s.to] == secret[s.to-s.from] {
			s.to++
		}
		if len(secret) >= wordBytes || isWord(text, s) {
			found = append(found, s)
		}
		from = s.to
	}
}

// isWord reports whether a part of the text has no adjacent letter or digit.
func isWord(text string, s span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:s.from])
	after, _ := utf8.DecodeRuneInString(text[s.to:])
	return !unicode.IsLetter(before) && !unicode.IsDigit(before) && !unicode.IsLetter(after) && !unicode.IsDigit(after)
}

// lowerASCII converts A to Z to lower case. Bytes keep their positions.
func lowerASCII(text string) string {
	out := []byte(text)
	for i, b := range out {
		if 'A' <= b && b <= 'Z' {
			out[i] = b + 'a' - 'A'
		}
	}
	return string(out)
}

// base64Forms returns the characters of a text in the base64 of any longer text: they depend on its
// position in a group of three bytes.
func base64Forms(text string) (out []string) {
	for offset := range 3 {
		all := []byte(strings.Repeat("\x00", offset) + text)
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString(all)
			encoded = encoded[(offset*8+5)/6:]
			if len(all)%3 != 0 { // the last character is shared with the following bytes
				encoded = encoded[:len(encoded)-1]
			}
			out = append(out, encoded)
		}
	}
	return out
}

// withEncodings adds the encodings of the secrets that unescape does not undo, in lower case.
func withEncodings(secrets []string) (out []string) {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		out = append(out, s)
		if plus := strings.ReplaceAll(s, " ", "+"); plus != s { // in a form
			out = append(out, plus)
		}
		out = append(out, base64.RawStdEncoding.EncodeToString([]byte(s)),
			base64.RawURLEncoding.EncodeToString([]byte(s)))
		if len(s) >= wordBytes { // the characters of fewer bytes occur in many texts
			out = append(append(out, hex.EncodeToString([]byte(s))), base64Forms(s)...)
		}
	}
	for i := range out {
		out[i] = lowerASCII(out[i])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unescape undoes one level of escaping. at has the original position of each byte, and of the end.
func unescape(text string, at []int) (string, []int) {
	out := make([]byte, 0, len(text))
	from := make([]int, 0, len(text)+1)
	for i := 0; i < len(text); {
		plain, n := unescapeOne(text[i:])
		for range len(plain) {
			from = append(from, at[i])
		}
		out = append(out, plain...)
		i += n
	}
	return string(out), append(from, at[len(text)])
}

// unescapeOne decodes the first character of a non-empty text.
func unescapeOne(text string) (plain string, n int) {
	switch text[0] {
	case '%':
		if len(text) >= 3 {
			if p, err := url.PathUnescape(text[:3]); err == nil {
				return p, 3
			}
		}
	case '\\':
		if strings.HasPrefix(text, `\/`) || strings.HasPrefix(text, `\'`) {
			return text[1:2], 2
		}
		if r, multibyte, rest, err := strconv.UnquoteChar(text, '"'); err == nil {
			if !multibyte {
				return string([]byte{byte(r)}), len(text) - len(rest)
			}
			return string(r), len(text) - len(rest)
		}
	case '&':
		if end := strings.IndexByte(text[:min(len(text), 10)], ';'); end > 0 {
			if p := html.UnescapeString(text[:end+1]); p != text[:end+1] {
				return p, end + 1
			}
		}
	}
	return text[:1], 1
}

func secretsIn(h http.Header) (secrets []string) {
	for name, values := range h {
		if harmlessHeaders[http.CanonicalHeaderKey(name)] {
			continue
		}
		for _, v := range values {
			secrets = append(secrets, v)
			switch http.CanonicalHeaderKey(name) {
			case "Authorization", "Proxy-Authorization":
				secrets = append(secrets, secretsInAuthorization(v)...)
			case "Cookie":
				for pair := range strings.SplitSeq(v, ";") {
					_, value, _ := strings.Cut(pair, "=")
					secrets = append(secrets, strings.TrimSpace(pair), strings.TrimSpace(value))
				}
			default: // several tenants
				secrets = append(secrets, strings.Split(v, "|")...)
			}
		}
	}
	return secrets
}

func secretsInAuthorization(value string) (secrets []string) {
	scheme, token, _ := strings.Cut(value, " ")
	secrets = append(secrets, token)
	if pair, err := base64.StdEncoding.DecodeString(token); strings.EqualFold(scheme, "Basic") && err == nil {
		user, password, _ := strings.Cut(string(pair), ":")
		return append(secrets, string(pair), user, password)
	}
	for part := range strings.SplitSeq(token, ",") { // of a signature
		if name, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok && name != "SignedHeaders" {
			key, _, _ := strings.Cut(v, "/")
			secrets = append(secrets, strings.Trim(v, `"`), strings.Trim(key, `"`))
		}
	}
	return secrets
}
