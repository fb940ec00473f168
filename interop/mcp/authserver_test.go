//go:build unix

package mcp

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// An authServer is an authorization server on the local host, where the user agrees at once: with dynamic
// client registration (RFC 7591), PKCE with S256 (RFC 7636), resource indicators (RFC 8707) and
// introspection (RFC 7662). It keeps what it was asked for.
type authServer struct {
	*httptest.Server
	mux *http.ServeMux

	mu         sync.Mutex
	clients    map[string][]string   // redirect URIs by client identifier
	codes      map[string]url.Values // authorization requests by code
	tokens     map[string]grant      // by access token
	authorized []url.Values          // all authorization requests
}

type grant struct{ clientID, scope, resource string }

func newAuthServer(t *testing.T) *authServer {
	t.Helper()
	mux := http.NewServeMux()
	as := &authServer{mux: mux, clients: map[string][]string{}, codes: map[string]url.Values{}, tokens: map[string]grant{}}
	as.Server = httptest.NewServer(mux)
	t.Cleanup(as.Close)
	mux.HandleFunc("/.well-known/oauth-authorization-server", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{
			"issuer":                                         as.URL,
			"authorization_endpoint":                         as.URL + "/authorize",
			"token_endpoint":                                 as.URL + "/token",
			"registration_endpoint":                          as.URL + "/register",
			"response_types_supported":                       []string{"code"},
			"grant_types_supported":                          []string{"authorization_code"},
			"token_endpoint_auth_methods_supported":          []string{"none"},
			"code_challenge_methods_supported":               []string{"S256"},
			"scopes_supported":                               []string{"files:read", "files:write"},
			"authorization_response_iss_parameter_supported": true,
		})
	})
	mux.HandleFunc("POST /register", as.register)
	mux.HandleFunc("GET /authorize", as.authorize)
	mux.HandleFunc("POST /token", as.token)
	mux.HandleFunc("POST /introspect", as.introspect)
	return as
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, code string) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"error": code})
}

func (as *authServer) register(w http.ResponseWriter, r *http.Request) {
	var client map[string]any
	if err := json.NewDecoder(r.Body).Decode(&client); err != nil {
		refuse(w, "invalid_client_metadata")
		return
	}
	var uris []string
	list, _ := client["redirect_uris"].([]any)
	for _, uri := range list {
		if s, ok := uri.(string); ok {
			uris = append(uris, s)
		}
	}
	if len(uris) == 0 {
		refuse(w, "invalid_redirect_uri")
		return
	}
	id := rand.Text()
	as.mu.Lock()
	as.clients[id] = uris
	as.mu.Unlock()
	client["client_id"] = id
	client["token_endpoint_auth_method"] = "none"
	writeJSON(w, http.StatusCreated, client)
}

func (as *authServer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	as.mu.Lock()
	defer as.mu.Unlock()
	as.authorized = append(as.authorized, q)
	redirect, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case err != nil || !slices.Contains(as.clients[q.Get("client_id")], q.Get("redirect_uri")):
		refuse(w, "invalid_client")
	case q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		refuse(w, "invalid_request")
	case q.Get("resource") == "":
		refuse(w, "invalid_target")
	default:
		code := rand.Text()
		as.codes[code] = q
		redirect.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {as.URL}}.Encode()
		http.Redirect(w, r, redirect.String(), http.StatusFound)
	}
}

func (as *authServer) token(w http.ResponseWriter, r *http.Request) {
	as.mu.Lock()
	defer as.mu.Unlock()
	request, ok := as.codes[r.FormValue("code")]
	delete(as.codes, r.FormValue("code"))
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	switch {
	case r.FormValue("grant_type") != "authorization_code":
		refuse(w, "unsupported_grant_type")
	case !ok || r.FormValue("client_id") != request.Get("client_id") || r.FormValue("redirect_uri") != request.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(challenge[:]) != request.Get("code_challenge"):
		refuse(w, "invalid_grant")
	case r.FormValue("resource") != request.Get("resource"):
		refuse(w, "invalid_target")
	default:
		token := rand.Text()
		as.tokens[token] = grant{request.Get("client_id"), request.Get("scope"), request.Get("resource")}
		writeJSON(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": request.Get("scope")})
	}
}

// lookup returns what the token was given for.
func (as *authServer) lookup(token string) (grant, bool) {
	as.mu.Lock()
	defer as.mu.Unlock()
	g, ok := as.tokens[token]
	return g, ok
}

func (as *authServer) introspect(w http.ResponseWriter, r *http.Request) {
	g, ok := as.lookup(r.FormValue("token"))
	if !ok {
		writeJSON(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"active": true, "client_id": g.clientID, "scope": g.scope, "aud": g.resource, "exp": time.Now().Add(time.Hour).Unix(),
	})
}

// requests returns what reached the authorization endpoint: of each request the scope, its words in
// order, and the resource.
func (as *authServer) requests() []string {
	as.mu.Lock()
	defer as.mu.Unlock()
	var list []string
	for _, q := range as.authorized {
		scopes := strings.Fields(q.Get("scope"))
		slices.Sort(scopes)
		list = append(list, "scope="+strings.Join(scopes, " ")+" resource="+q.Get("resource"))
	}
	return list
}
