package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/rawhttp/rawtest"
)

// hostileBytes returns what can control a terminal, or mislead who reads it: the controls of ASCII as bytes, those of
// Latin-1 as bytes (which are not UTF-8) and as characters, what turns the order of letters around, and what is not seen.
func hostileBytes() (list []string) {
	for c := range 0xa0 {
		if c >= ' ' && c < 0x7f {
			continue
		}
		list = append(list, string([]byte{byte(c)}))
		if c >= 0x80 {
			list = append(list, string(rune(c)))
		}
	}
	for _, c := range "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\U000e0041" {
		list = append(list, string(c))
	}
	return append(list, "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc2", "\x1b]0;x\x07", "\x1b[2J")
}

// controls returns the first character of an output that a terminal would not show as what it is.
func controls(output string) (rune, bool) {
	for i, r := range output {
		if r == '\n' {
			continue
		}
		if _, size := utf8.DecodeRuneInString(output[i:]); r == utf8.RuneError && size == 1 {
			return rune(output[i]), true
		}
		if r == utf8.RuneError { // as which JSON has what is not UTF-8
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || !layout.IsShown(r) {
			return r, true
		}
	}
	return 0, false
}

// hostileTexts returns texts as a server, a client or a program may have them, with hostile bytes in place of each {}.
func hostileTexts() map[string]string {
	const value = `WWW-Authenticate: Bearer realm="x", error="invalid_token"` + "\r\n"
	return map[string]string{
		"reason":       "HTTP/1.1 401 Un{}authorized\r\n" + value + "\r\n",
		"version":      "HTTP/1.{}1 401 Unauthorized\r\n" + value + "\r\n",
		"status":       "HTTP/1.1 4{}01 Unauthorized\r\n" + value + "\r\n",
		"no challenge": "HTTP/1.1 401 Un{}authorized\r\nServer: a{}b\r\n\r\n",
		"403":          "HTTP/1.1 403 For{}bidden\r\nServer: a{}b\r\nRetry-After: {}3\r\n\r\n",
		"field":        "HTTP/1.1 401 Unauthorized\r\nWWW{}-Authenticate: Basic realm=\"x\"\r\n\r\n",
		"field end":    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate{}: Basic realm=\"x\"\r\n\r\n",
		"near field":   "HTTP/1.1 401 Unauthorized\r\nWWW-Authentication{}: Basic realm=\"x\"\r\nx-amzn-remapped-www-authenticate: Basic {}\r\n\r\n",
		"scheme":       "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Ba{}sic realm=\"x\"\r\n\r\n",
		"schemes":      "WWW-Authenticate: Ne{}gotiate, N{}TLM, {}\r\n",
		"name":         "WWW-Authenticate: Basic re{}alm=\"x\", b{}=y\r\n",
		"token":        "WWW-Authenticate: Basic realm=x{}y\r\n",
		"value":        "WWW-Authenticate: Basic realm=\"x{}y\", charset=\"U{}8\"\r\n",
		"escape":       "WWW-Authenticate: Basic realm=\"x\\{}y\"\r\n",
		"open":         "WWW-Authenticate: Basic realm=\"x{}y\r\n",
		"token68":      "WWW-Authenticate: Negotiate YII{}abc==, Foo {}\r\n",
		"digest":       "WWW-Authenticate: Digest realm=\"{}\", nonce=\"{}\", opaque=\"{}\", algorithm={}, qop=\"{}\", stale={}, domain=\"/{} http://{}/\"\r\n",
		"bearer":       "WWW-Authenticate: Bearer realm=\"https://{}/\", scope=\"a{}b c\", service=\"{}\", error={}, error_description=\"{}\", error_uri=\"https://h/{}\", resource_metadata=\"https://h/{}\"\r\n",
		"metadata":     "WWW-Authenticate: Bearer resource_metadata=\"https://h{}.example/.well-known/oauth-protected-resource\", authorization_uri=\"h{}\", acr_values=\"{}\", max_age={}\r\n",
		"claims":       "WWW-Authenticate: Bearer error=\"insufficient_claims\", claims=\"" + "base64({\"access_token\":{\"a{}b\":{\"essential\":true,\"values\":[\"{}\"]}}})" + "\"\r\n",
		"odd schemes":  "WWW-Authenticate: DPoP algs=\"{}\", error=\"use_dpop_nonce{}\"\r\nDPoP-Nonce: n{}\r\nWWW-Authenticate: SCRAM-SHA-256 sid=A{}, data={}\r\nWWW-Authenticate: Hawk ts=\"{}\", tsm=\"{}\"\r\nWWW-Authenticate: HOBA challenge=\"{}\", max-age={}\r\nWWW-Authenticate: Mutual {}\r\nWWW-Authenticate: OAuth \"{}\"\r\nWWW-Authenticate: PrivateToken challenge=\"{}\", token-key=\"{}\"\r\n",
		"template":     "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"${{}}\", error=\"{}invalid token\"\r\n\r\n",
		"others":       "HTTP/1.1 401 Unauthorized\r\n" + value + "Server: nginx{}\r\nVia: {}\r\nSet-Cookie: a={}\r\nLocation: /{}\r\nDate: {}\r\nCache-Control: public{}\r\nAccess-Control-Allow-Origin: {}\r\nAccess-Control-Expose-Headers: {}\r\nContent-Type: te{}xt/html\r\n\r\n{}<html>{}",
		"proxy":        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Ba{}sic realm=\"{}\"\r\n\r\n",
		"curl -v":      "* Connected to h{}st (1.2.3.4) port 80\n> GE{}T /a{}b HTTP/1.1\n> Host: h{}\n> Origin: http://{}\n> Authorization: Basic {}\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n< \n",
		"basic user":   "> GET / HTTP/1.1\n> Host: h\n> Authorization: Basic " + "base64(us{}er:pass{}word)" + "\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n< \n",
		"digest user":  "> GET / HTTP/1.1\n> Host: h\n> Authorization: Digest username=\"u{}\", realm=\"r{}\", nonce=\"{}\", uri=\"/{}\", response=\"{}\", algorithm={}\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"\n< \n",
		"jwt":          "> GET /{} HTTP/1.1\n> Host: h{}\n> Authorization: Bearer " + `base64({"alg":"n{}one"})` + "." + `base64({"exp":1,"nbf":9999999999,"aud":["a{}","b{}"],"iss":"{}"})` + ".x\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer realm=\"{}\", error=\"invalid_token\"\n< \n",
		"other sent":   "> GET / HTTP/1.1\n> Host: h\n> Authorization: F{}oo {}\n> Cookie: a={}\n> DPoP: {}\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer\n< \n",
		"json":         `{"WWW-Authenticate": "Bearer realm=\"a{}b\", error=\"{}\""}`,
		"json pair":    `{"headers": [["Www-Authenticate", "Basic rea{}lm=\"a{}b\""], ["Server", "{}"]], "status": 401, "url": "http://h{}/"}`,
		"har":          `{"log": {"entries": [{"request": {"method": "G{}T", "url": "https://h{}/{}", "httpVersion": "{}", "headers": [{"name": "Authorization", "value": "Basic {}"}]}, "response": {"status": 401, "statusText": "{}", "httpVersion": "H{}", "headers": [{"name": "WWW-Authenticate", "value": "Basic realm=\"{}\""}, {"name": "{}", "value": "{}"}]}}]}}`,
		"go":           "map[Server:[{}] Www-Authenticate:[Basic realm=\"{}\"]]",
		"python":       "{'www-authenticate': 'Basic realm=\"a{}b\"', 'server': '{}'}",
		"log":          "2026-01-01 {} host{} WWW-Authenticate: Basic realm=\"{}\"\n",
		"miss":         "set www-authenti{}cate here {}\nauthenticate: {}\nWWW-Authenticate\n{}\n",
		"value alone":  "Basic realm=\"{}\"\n",
		"nothing":      "some {} text\n",
		"joined":       "WWW-Authenticate: Bearer realm=\"a{}b\",\nresource_metadata=\"https://h{}/a-\nb{}\"\n",
		"folded":       "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"a{}b\",\r\n {}error=\"{}\"\r\n\r\n",
		"several":      "HTTP/1.1 401 {}\r\nWWW-Authenticate: Basic realm=\"{}\"\r\n\r\nHTTP/1.1 401 {}\r\nWWW-Authenticate: Basic {}realm=\"{}\", Basic realm=\"{}\"\r\n\r\n",
		"jsonl":        `{"url":"http://h{}/","status_code":401,"webserver":"{}","title":"{}","header":{"www_authenticate":"Basic realm=\"{}\""}}` + "\n",
		"smart":        "WWW-Authenticate: Basic realm=\u201ca{}b\u201d, x='{}'\r\n",
	}
}

// fill puts the bytes into a text in place of each {}, and then encodes what is in base64(...).
func fill(text, bytes string) string {
	before, encoded, found := strings.Cut(text, "base64(")
	if !found {
		return strings.ReplaceAll(text, "{}", bytes)
	}
	encoded, after, _ := strings.Cut(encoded, ")")
	in := bytes
	if strings.HasPrefix(encoded, "{") {
		in = inJSON(bytes)
	}
	encoded = strings.ReplaceAll(encoded, "{}", in)
	return strings.ReplaceAll(before, "{}", bytes) + base64.RawURLEncoding.EncodeToString([]byte(encoded)) + fill(after, bytes)
}

// inJSON returns the bytes as they may occur in a JSON string.
func inJSON(bytes string) string {
	quoted, err := json.Marshal(bytes)
	if err != nil || !utf8.ValidString(bytes) {
		return bytes
	}
	return strings.Trim(string(quoted), `"`)
}

// readers are the commands that read a text, with the flags that change what they print.
var readers = [][]string{
	{}, {"-json"}, {"-redact"}, {"-json", "-redact"}, {"-short"}, {"-short", "-json"}, {"-for", "client"}, {"-for", "server"},
	{"vet"}, {"vet", "-json"}, {"vet", "-redact"}, {"vet", "-format", "github"}, {"vet", "-format", "sarif"}, {"vet", "-fix", "-json"},
	{"vet", "-profile", "mcp,registry", "-strict", "-credentials", "none"},
	{"fmt", "-json"}, {"fmt"}, {"vet", "-fix"}, {"survey"}, {"survey", "-json"}, {"survey", "-redact=false"},
}

// printsBytes reports whether the command prints bytes as they are, if standard output is not a terminal.
func printsBytes(args []string) bool {
	return slices.Equal(args, []string{"fmt"}) || slices.Equal(args, []string{"vet", "-fix"})
}

// A controlCheck runs commands and checks that what they print controls no terminal. It runs one in several, in
// turn, unless the environment has NIGHTLY.
type controlCheck struct {
	*testing.T
	seen, run int
}

func (c *controlCheck) command(name, input string, args ...string) {
	c.seen++
	if os.Getenv("NIGHTLY") == "" && c.seen%7 != 0 {
		return
	}
	c.run++
	_, stdout, stderr := runText(input, args...)
	output := stderr
	if !printsBytes(args) {
		output += stdout
	}
	if r, bad := controls(output); bad {
		c.Errorf("%s, %q: %U in\n%q", name, args, r, output)
	}
}

// TestControlText checks what is printed of texts and files.
func TestControlText(t *testing.T) {
	c := controlCheck{T: t}
	t.Chdir(t.TempDir())
	texts := hostileTexts()
	names := slices.Sorted(maps.Keys(texts))
	for _, bytes := range hostileBytes() {
		for _, name := range names {
			text := fill(texts[name], bytes)
			for _, args := range readers {
				c.command(name, text, args...)
			}
		}
		file := "a" + bytes + "b.http"
		if os.WriteFile(file, []byte("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm='x'\r\n\r\nHTTP/1.1 407 \r\n\r\n"), 0o600) != nil {
			continue // no name of a file on this system
		}
		for _, args := range readers {
			c.command("file", "", slices.Concat(args, []string{"@" + file, file})...)
		}
	}
	t.Logf("%d of %d outputs", c.run, c.seen)
}

// TestControlArguments checks the messages about arguments.
func TestControlArguments(t *testing.T) {
	const closed = "http://127.0.0.1:1/"
	c := controlCheck{T: t}
	for _, bytes := range hostileBytes() {
		for _, args := range [][]string{
			{"{}"}, {"exp{}lain"}, {`Basic realm="{}"`}, {"Basic{}", "x"}, {"@no{}file"}, {"https://h/{}"}, {"h{}.example"}, {"-x{}"}, {"-for", "{}"},
			{"-color", "{}"}, {"help", "x{}"}, {"help", "ve{}t"}, {"version", "{}"}, {"man", "{}"}, {"completion", "{}"}, {"survey", "@no{}"}, {"survey", "-{}"},
			{"vet", "-only", "x{}"}, {"vet", "-explain", "empty{}"}, {"vet", "-status", "{}"}, {"vet", "-credentials", "{}"}, {"vet", "-profile", "{}"},
			{"vet", "-format", "{}"}, {"vet", "-fail-on", "{}"},
			{"get", "http://h{}/"}, {"get", "h.example/{}"}, {"get", closed + "{}"}, {"get", "-X", "{}", closed}, {"get", "-H", "{}", closed},
			{"get", "-H", "a: {}", closed}, {"get", "-u", "{}", closed}, {"get", "-m", "{}", closed}, {"get", "-cacert", "{}", closed}, {"get", "-d", "@no{}", closed},
			{"probe", "http://h{}/"}, {"probe", closed + "{}"}, {"probe", "-markdown", closed + "{}"},
		} {
			filled := slices.Clone(args)
			for i := range filled {
				filled[i] = strings.ReplaceAll(filled[i], "{}", bytes)
			}
			c.command("argument", "", filled...)
		}
	}
	t.Logf("%d of %d outputs", c.run, c.seen)
}

// TestControlServer checks what get and probe print of what a server sends.
func TestControlServer(t *testing.T) {
	c := controlCheck{T: t}
	answers := []string{
		"{}",
		"HTTP/1.1{} 401 Unauthorized\r\n\r\n",
		"HTTP/1.1 4{}01 Unauthorized\r\n\r\n",
		"HTTP/1.1 401 Un{}authorized\r\nWWW-{}Authenticate: Basic\r\nWWW-Authenticate: Ba{}sic re{}alm=\"{}\"\r\nS{}: {}\r\n\r\n{}",
		"HTTP/1.1 401 Unauthorized\r\nContent-Length: {}\r\nWWW-Authenticate: Bearer realm=\"https://{}/\", service=\"{}\", scope=\"{}\"\r\n\r\n",
		"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: {}\r\nWWW-Authenticate: Bearer resource_metadata=\"http://{}/\"\r\n\r\n",
		"HTTP/1.1 401 Unauthorized\r\nContent-Encoding: {}\r\nWWW-Authenticate: Negotiate {}\r\n\r\n{}",
		"HTTP/1.1 302 Found{}\r\nLocation: /{}\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://h{}.invalid/{}\r\n\r\n",
		"HTTP/1.1 405 Method{}\r\nAllow: {}\r\nContent-Type: {}\r\nServer: {}\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Type: text/html{}\r\nAccess-Control-Allow-Origin: {}\r\n\r\n{}",
	}
	commands := [][]string{{"get"}, {"get", "-json"}, {"get", "-L", "-redact"}, {"get", "-u", "a:b"}, {"probe"}, {"probe", "-json"}, {"probe", "-markdown"}}
	for _, bytes := range hostileBytes() {
		for i, answer := range answers {
			url := rawtest.Serve(t, strings.ReplaceAll(answer, "{}", bytes), false)
			for _, args := range commands {
				c.command(fmt.Sprint("answer ", i), "", append(slices.Clone(args), url)...)
			}
		}
		for _, replace := range []func(string) string{
			func(s string) string { return strings.Replace(s, `/mcp"`, `/mcp`+inJSON(bytes)+`"`, 1) },
			func(s string) string { return strings.Replace(s, `["{}"`, `["{}/`+inJSON(bytes)+`"`, 1) },
			func(s string) string { return strings.Replace(s, `"issuer":"{}`, `"issuer":"{}`+inJSON(bytes), 1) },
			func(s string) string { return strings.ReplaceAll(s, `"S256"`, `"S256`+inJSON(bytes)+`"`) },
			func(s string) string { return strings.ReplaceAll(s, `/token"`, inJSON(bytes)+`/token"`) },
			func(s string) string { return s + bytes },
			func(s string) string {
				return strings.ReplaceAll(s, `"authorization`, `"`+inJSON(bytes)+`authorization`)
			},
		} {
			server := site{"/mcp": challenge(named), prmPath: document(replace(prm)), asPath: document(replace(asm))}.start(t)
			for _, args := range [][]string{{"probe"}, {"probe", "-json"}, {"probe", "-markdown"}} {
				c.command("metadata", "", append(slices.Clone(args), server.URL+"/mcp")...)
			}
		}
	}
	t.Logf("%d of %d outputs", c.run, c.seen)
}
