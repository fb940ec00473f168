// Package reflected shows what the path of a request can do in a challenge that is built by hand: it leads the
// reader of a link to the metadata of the link's author.
package reflected

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

// A proxy that puts the path into resource_metadata unescaped, and the same after `challengevet -fix`.
func handBuilt(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource%s"`, r.URL.Path))
	w.WriteHeader(http.StatusUnauthorized)
}

func fixed(w http.ResponseWriter, r *http.Request) {
	if challenge, err := wwwauth.Format(wwwauth.NewChallenge("Bearer", "resource_metadata", "https://mcp.example/.well-known/oauth-protected-resource"+r.URL.Path)); err == nil {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// The link that an attacker passes on: a path with a quote, and a second resource_metadata after it.
const link = `/mcp%22,%20resource_metadata=%22https://evil.example/`

const (
	evil   = "https://evil.example/"
	honest = `https://mcp.example/.well-known/oauth-protected-resource/mcp", resource_metadata="https://evil.example/`
)

func TestReflected(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		header  string
		want    map[string]string // the resource_metadata that each reader takes
	}{
		{
			"built by hand", handBuilt,
			`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp", resource_metadata="https://evil.example/"`,
			map[string]string{"go-sdk": evil, "httpheader": evil, "distribution": evil},
		},
		{
			"after challengevet -fix", fixed,
			`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp\", resource_metadata=\"https://evil.example/"`,
			map[string]string{"go-sdk": honest, "httpheader": honest, "distribution": honest},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.handler)
			defer server.Close()
			resp, err := server.Client().Get(server.URL + link)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			lines := resp.Header.Values("WWW-Authenticate")
			if len(lines) != 1 || lines[0] != tt.header {
				t.Fatalf("the server sent %q, want %q", lines, tt.header)
			}
			for _, p := range parsers.All {
				want, ok := tt.want[p.Name]
				if !ok {
					continue
				}
				challenges, err := p.Parse(lines)
				if err != nil || len(challenges) != 1 || challenges[0].Params["resource_metadata"] != want {
					t.Errorf("%s reads %v, %v; want the resource_metadata %s", p.Name, challenges, err, want)
				}
				delete(tt.want, p.Name)
			}
			if len(tt.want) > 0 {
				t.Errorf("no such readers: %v", tt.want)
			}
		})
	}
}
