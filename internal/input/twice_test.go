package input

import (
	"slices"
	"testing"
)

// TestTwice checks that a response that a program prints twice in different shapes is one, and that all others stay
// as many as there are.
func TestTwice(t *testing.T) {
	basic, both := []string{`Basic realm="x"`}, []string{`Basic realm="x"`, "Negotiate"}
	for _, tt := range []struct {
		name, text string
		want       [][]string // of each response its field lines
	}{
		{"Java", "java.net.http.HttpHeaders@7c1e3a8f { {www-authenticate=[Basic realm=\"x\", Negotiate]} }\n{www-authenticate=[Basic realm=\"x\", Negotiate]}\n", [][]string{{`Basic realm="x", Negotiate`}}},
		{"Node", "IncomingMessage {\n  headers: {\n    'www-authenticate': 'Basic realm=\"x\", Negotiate',\n    date: 'x'\n  },\n  rawHeaders: [\n    'WWW-Authenticate',\n    'Basic realm=\"x\"',\n    'WWW-Authenticate',\n    'Negotiate'\n  ],\n  statusCode: 401\n}\n", [][]string{both}},
		{"Node, two objects", "{ 'www-authenticate': 'Basic realm=\"x\", Negotiate' }\n[\n  'WWW-Authenticate',\n  'Basic realm=\"x\"',\n  'WWW-Authenticate',\n  'Negotiate'\n]\n", [][]string{both}},
		{"Node in JSON", `{"statusCode":401,"headers":{"www-authenticate":"Basic realm=\"x\", Negotiate"},"rawHeaders":["WWW-Authenticate","Basic realm=\"x\"","WWW-Authenticate","Negotiate"]}` + "\n", [][]string{both}},
		{"Python", "{'WWW-Authenticate': 'Basic realm=\"x\", Negotiate'}\n[('WWW-Authenticate', 'Basic realm=\"x\"'), ('WWW-Authenticate', 'Negotiate')]\n", [][]string{both}},
		{"slog", `level=ERROR status=401 headers="map[Www-Authenticate:[Basic realm=\"x\" Negotiate]]" www-authenticate="Basic realm=\"x\", Negotiate"` + "\n", [][]string{both}},
		{"slog in JSON", `{"level":"ERROR","msg":"WWW-Authenticate: Basic realm=\"x\", Negotiate","headers":{"Www-Authenticate":["Basic realm=\"x\"","Negotiate"]}}` + "\n", [][]string{both}},
		{"another order", "{www-authenticate=[Basic realm=\"x\", Negotiate]}\n[www-authenticate=[Negotiate, Basic realm=\"x\"]]\n", [][]string{{`Basic realm="x", Negotiate`}, {`Negotiate, Basic realm="x"`}}},
		{"two logs", "{'www-authenticate': 'Basic realm=\"x\"'}\n{'www-authenticate': 'Basic realm=\"x\"'}\n", [][]string{basic, basic}},
		{"an empty line", "{'www-authenticate': 'Basic realm=\"x\"'}\n\n[('www-authenticate', 'Basic realm=\"x\"')]\n", [][]string{basic, basic}},
		{"sent twice", "HTTP/1.1 401 x\nWWW-Authenticate: Basic, Negotiate\nWWW-Authenticate: Basic\nWWW-Authenticate: Negotiate\n", [][]string{{"Basic, Negotiate", "Basic", "Negotiate"}}},
		{"sent twice, no head", "Date: x\nWWW-Authenticate: Basic, Negotiate\nWWW-Authenticate: Basic\nWWW-Authenticate: Negotiate\n", [][]string{{"Basic, Negotiate", "Basic", "Negotiate"}}},
	} {
		var got [][]string
		for _, resp := range Find([]byte(tt.text)).Responses {
			var values []string
			for _, f := range resp.Fields {
				if IsChallengeField(f.Name) {
					values = append(values, f.Value)
				}
			}
			got = append(got, values)
		}
		if !slices.EqualFunc(got, tt.want, slices.Equal) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
