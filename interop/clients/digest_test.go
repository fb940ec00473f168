//go:build unix

package clients

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

// TestDigestServer lets curl log in to a server with Digest, whose challenges, check of credentials and confirmation
// use this module.
func TestDigestServer(t *testing.T) {
	curl := programs.Find(t, "curl")
	for _, tt := range []struct {
		realm      string
		algorithms []string
		uses       string
	}{
		{"Private Area", []string{"MD5"}, "MD5"},
		{"Private Area", []string{"SHA-256"}, "SHA-256"},
		{"Private Area", []string{"SHA-256", "MD5"}, "SHA-256"},
		{"Private Area", []string{""}, ""},
		{escapes, []string{"SHA-256", "MD5"}, "SHA-256"},
		{comma, []string{"SHA-256"}, "SHA-256"},
		{unicode, []string{"SHA-256"}, "SHA-256"},
	} {
		t.Run(fmt.Sprintf("%s %s", tt.realm, tt.algorithms), func(t *testing.T) {
			g := &guard{realm: tt.realm, algorithms: tt.algorithms}
			server := httptest.NewServer(g)
			defer server.Close()
			url := server.URL + "/a?b=%22c%22,d"
			arguments := []string{"-sS", "--max-time", "60", "--digest", "-w", "%{http_code}", "-u"}

			for _, request := range []struct {
				name string
				args []string
				want string
			}{
				{"GET", []string{user + ":" + password, url}, "GET 200"},
				// The body is sent again when the challenge is known.
				{"POST", []string{user + ":" + password, "-d", "body", url}, "POST body200"},
				// The first nonce is refused as stale, so curl must try the next one.
				{"stale", []string{user + ":" + password, server.URL + "/stale"}, "GET 200"},
				{"wrong", []string{user + ":wrong", url}, "401"},
				{"nobody", []string{"nobody:" + password, url}, "401"},
			} {
				if got := programs.Run(t, "", nil, curl, append(slices.Clone(arguments), request.args...)...); got.Stdout != request.want {
					t.Errorf("%s: %q, want %q; %s", request.name, got.Stdout, request.want, got.Stderr)
				}
			}
			if !slices.Equal(g.used, []string{tt.uses}) {
				t.Errorf("curl used %q, want %q", g.used, tt.uses)
			}
			if !g.stale {
				t.Error("no nonce was stale")
			}
		})
	}
}

// A guard lets requests with Digest credentials in. Each of its nonces is good for one.
type guard struct {
	realm      string
	algorithms []string

	mu    sync.Mutex
	last  int             // of the nonces
	fresh map[string]bool // nonces that are not used up, nor old
	stale bool            // a client was told that its nonce is
	used  []string        // algorithms
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	credentials, err := wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	known, right := g.check(credentials, r.Method, r.RequestURI)
	if !right || !g.fresh[known.Nonce] {
		g.refuse(w, right, right || r.URL.Path != "/stale")
		return
	}
	delete(g.fresh, known.Nonce)
	if !slices.Contains(g.used, credentials.Get("algorithm")) {
		g.used = append(g.used, credentials.Get("algorithm"))
	}
	info, err := wwwauth.FormatAuthenticationInfo(wwwauth.AuthenticationInfo{
		{Name: "qop", Value: "auth"},
		{Name: "rspauth", Value: response(known, known.Algorithm, g.realm, credentials, "")},
		{Name: "cnonce", Value: credentials.Get("cnonce")},
		{Name: "nc", Value: credentials.Get("nc")},
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Authentication-Info", info)
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s", r.Method, body)
}

// check returns the challenge that the credentials answer, and whether they are correct: for this request, with the
// right password.
func (g *guard) check(credentials wwwauth.Credentials, method, target string) (known wwwauth.Digest, right bool) {
	algorithm := credentials.Get("algorithm")
	nonce := credentials.Get("nonce")
	number, of, _ := strings.Cut(nonce, "-")
	if n, err := strconv.Atoi(number); err != nil || n > g.last || of != algorithm || !slices.Contains(g.algorithms, algorithm) {
		return known, false // none of ours
	}
	known = wwwauth.Digest{Realm: g.realm, Nonce: nonce, Algorithm: algorithm, QOP: []string{"auth"}}
	return known, credentials.Is("Digest") && credentials.Get("username") == user && credentials.Get("uri") == target && credentials.Get("qop") == "auth" &&
		checkDigest(known, credentials, method, target) == ""
}

// refuse sends the challenges, each with a new nonce.
func (g *guard) refuse(w http.ResponseWriter, stale, fresh bool) {
	g.stale = g.stale || stale
	if g.fresh == nil {
		g.fresh = make(map[string]bool)
	}
	for _, algorithm := range g.algorithms {
		g.last++
		d := wwwauth.Digest{Realm: g.realm, QOP: []string{"auth"}, Algorithm: algorithm, Nonce: fmt.Sprintf("%d-%s", g.last, algorithm), Stale: stale}
		g.fresh[d.Nonce] = fresh
		c, err := d.Challenge()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Add("WWW-Authenticate", c.String())
	}
	w.WriteHeader(http.StatusUnauthorized)
}
