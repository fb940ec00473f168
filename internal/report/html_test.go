package report

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

// TestHTML checks that nothing of a response becomes markup, and that the HTML has the sections of each view.
func TestHTML(t *testing.T) {
	const evil = `"><img src=x onerror=alert(1)>&amp;'`
	text := "GET /" + evil + " HTTP/1.1\nAuthorization: Basic " + evil + "\n\nHTTP/1.1 401 " + evil + "\n" +
		"WWW-Authenticate: Basic realm=" + evil + ", " + evil + "=1, Bearer realm=\"" + strings.ReplaceAll(evil, `"`, `\"`) + "\", error=\"" + evil + "\", Negotiate " + evil + "\n\n"
	w := NewWhole([]byte(text), Options{})
	for _, audience := range []Audience{Everybody, ForClient, ForServer} {
		got := string(w.AppendHTML(nil, Style{Audience: audience}))
		tags := regexp.MustCompile(`</?([a-z0-9]+)((?: [a-z-]+(?:="[^"<>]*")?)*)>`)
		if rest := tags.ReplaceAllString(got, ""); strings.ContainsAny(rest, "<>") || strings.Contains(got, "<img") {
			t.Errorf("view %d: markup is left:\n%s", audience, rest)
		}
		if audience == ForClient == strings.Contains(got, `class="departures"`) || audience == ForServer == strings.Contains(got, `class="next"`) {
			t.Errorf("view %d has other sections:\n%s", audience, got)
		}
	}
}

// TestMarks checks that the marks of an excerpt are where its carets are.
func TestMarks(t *testing.T) {
	for _, tt := range []struct {
		line    string
		offsets []int
		want    string
	}{
		{`Basic realm="a"b"`, []int{14}, `Basic realm="a[&quot;]b"`},
		{"a\x01b", []int{1, 2}, `a[\]x01[b]`},
		{"日本語", []int{3}, `日[本]語`},
		{"a=", []int{2}, `a=[ ]`},
	} {
		p := webPage{}
		p.excerpt(excerpt{layout.NewExcerpt(tt.line, tt.offsets, 80), "byte 1"})
		got := regexp.MustCompile(`^<pre[^>]*>|</pre>\n$`).ReplaceAllString(string(p.b), "")
		got = strings.NewReplacer("<mark>", "[", "</mark>", "]").Replace(got)
		if html.UnescapeString(got) != html.UnescapeString(tt.want) {
			t.Errorf("%q: %s, want %s", tt.line, got, tt.want)
		}
	}
}
