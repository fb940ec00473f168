package secret

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// Given holds what the user gave to be sent, such as header fields and a body. A server may send it back in any
// place, so it is hidden everywhere.
type Given struct{ words []string }

// Add notes a value: the whole, its words, and what is encoded in it by base64 and percent-encoding.
func (g *Given) Add(value string) {
	g.add(value)
	for word := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(" \t\r\n\"',;&={}[]()<>", c) }) {
		g.add(word)
		for part := range strings.FieldsFuncSeq(word, func(c rune) bool { return strings.ContainsRune(":.@/?", c) }) {
			g.add(part)
		}
		if text := weburl.Decode(strings.ReplaceAll(word, "+", " ")); text != word {
			g.add(text)
		}
		if text, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(word, "=")); err == nil {
			user, password, _ := strings.Cut(string(text), ":")
			g.add(string(text))
			g.add(user)
			g.add(password)
		}
	}
	slices.SortFunc(g.words, func(a, b string) int { return len(b) - len(a) })
	g.words = slices.Compact(g.words)
}

// shortest is the length of the shortest word that is hidden: shorter ones occur in any text.
const shortest = 4

// common are words that requests and responses have in common.
var common = set("accept", "application", "authorization", "charset", "content-type", "event-stream", "form", "html", "http", "https", "json", "localhost", "plain",
	"text", "true", "false", "null", "utf-8", "www-form-urlencoded", "x-www-form-urlencoded", "jsonrpc", "method", "params", "initialize")

// isCommon reports whether s is such a word, or two as in a media type.
func isCommon(s string) bool {
	first, second, _ := strings.Cut(s, "/")
	return common[first] && (second == "" || common[second])
}

func (g *Given) add(s string) {
	s = strings.Trim(s, " \t\r\n")
	lower := asciiLower(s)
	if len(s) < shortest || isCommon(lower) || isClearName(s) || known.Scheme(s) || harmless[lower] || slices.Contains(g.words, lower) {
		return
	}
	g.words = append(g.words, lower)
	// In a path, programs encode fewer bytes than in a query or a form.
	path := asciiLower(weburl.Encode(s, "%/?#[]!'()*;,"))
	query := asciiLower(weburl.Encode(s, "%/?#[]!'()*;,:@$&+="))
	for _, encoded := range []string{path, query, strings.ReplaceAll(query, "%20", "+")} {
		if encoded != lower && !slices.Contains(g.words, encoded) {
			g.words = append(g.words, encoded)
		}
	}
}

// Hide returns s with the letters and digits of everything that was given replaced, in any case.
func (g *Given) Hide(s string) string {
	if len(g.words) == 0 {
		return s
	}
	r := redactor{s: spaces(s), line: s, b: []byte(s)}
	lower := asciiLower(s)
	for _, word := range g.words {
		for i := 0; ; {
			n := strings.Index(lower[i:], word)
			if n < 0 {
				break
			}
			r.hide(i+n, i+n+len(word))
			i += n + len(word)
		}
	}
	return string(r.b)
}

// asciiLower returns s with ASCII capitals in lower case, so that offsets stay the same.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if isUpper(c) {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}
