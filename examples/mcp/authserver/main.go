// Authserver is an authorization server to try out the programs beside it. Its only user, Rita, agrees to
// everything at once, so do not use it for anything else:
//
//	go run ./authserver
//
// It supports what MCP clients need: dynamic registration (RFC 7591), PKCE with S256 (RFC 7636) and resource
// indicators (RFC 8707); and introspection (RFC 7662) for a client named server, with the secret "secret". It
// prints each authorization request.
package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:9000", "the `address` to listen on")
	flag.Parse()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{issuer: "http://" + listener.Addr().String(), clients: map[string][]string{}, codes: map[string]url.Values{}, tokens: map[string]url.Values{}}
	fmt.Println(s.issuer)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.metadata)
	mux.HandleFunc("POST /register", s.register)
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /introspect", s.introspect)
	// One request at a time.
	var mu sync.Mutex
	log.Fatal((&http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		mux.ServeHTTP(w, r)
	})}).Serve(listener))
}

type server struct {
	issuer  string
	clients map[string][]string   // redirect URIs by client identifier
	codes   map[string]url.Values // requests to authorize by code
	tokens  map[string]url.Values // and by access token
}

func answer(w http.ResponseWriter, status int, members map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(members)
}

func refuse(w http.ResponseWriter, code string) {
	answer(w, http.StatusBadRequest, map[string]any{"error": code})
}

func (s *server) metadata(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer":                                         s.issuer,
		"authorization_endpoint":                         s.issuer + "/authorize",
		"token_endpoint":                                 s.issuer + "/token",
		"registration_endpoint":                          s.issuer + "/register",
		"introspection_endpoint":                         s.issuer + "/introspect",
		"response_types_supported":                       []string{"code"},
		"grant_types_supported":                          []string{"authorization_code"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	})
}

func (s *server) register(w http.ResponseWriter, r *http.Request) {
	var client struct {
		RedirectURIs []string `json:"redirect_uris"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&client); err != nil || len(client.RedirectURIs) == 0 {
		refuse(w, "invalid_redirect_uri")
		return
	}
	id := rand.Text()
	s.clients[id] = client.RedirectURIs
	answer(w, http.StatusCreated, map[string]any{"client_id": id, "redirect_uris": client.RedirectURIs, "token_endpoint_auth_method": "none"})
}

func (s *server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	fmt.Printf("authorize scope=%q resource=%q\n", q.Get("scope"), q.Get("resource"))
	redirect, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case err != nil || !slices.Contains(s.clients[q.Get("client_id")], q.Get("redirect_uri")):
		refuse(w, "invalid_client")
		return
	case q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("resource") == "":
		redirect.RawQuery = url.Values{"error": {"invalid_request"}, "state": {q.Get("state")}, "iss": {s.issuer}}.Encode()
	default:
		code := rand.Text()
		s.codes[code] = q
		redirect.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {s.issuer}}.Encode()
	}
	http.Redirect(w, r, redirect.String(), http.StatusFound)
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	q, ok := s.codes[r.PostFormValue("code")]
	delete(s.codes, r.PostFormValue("code"))
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case r.PostFormValue("grant_type") != "authorization_code":
		refuse(w, "unsupported_grant_type")
	case !ok || r.PostFormValue("client_id") != q.Get("client_id") || r.PostFormValue("redirect_uri") != q.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(challenge[:]) != q.Get("code_challenge"):
		refuse(w, "invalid_grant")
	case r.PostFormValue("resource") != q.Get("resource"):
		refuse(w, "invalid_target")
	default:
		token := rand.Text()
		s.tokens[token] = q
		answer(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": q.Get("scope")})
	}
}

func (s *server) introspect(w http.ResponseWriter, r *http.Request) {
	if id, secret, _ := r.BasicAuth(); id != "server" || secret != "secret" {
		w.Header().Set("WWW-Authenticate", `Basic realm="introspection"`)
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	q, ok := s.tokens[r.PostFormValue("token")]
	if !ok {
		answer(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"active": true, "sub": "Rita", "client_id": q.Get("client_id"), "scope": q.Get("scope"),
		"aud": []string{q.Get("resource")}, "exp": time.Now().Add(time.Hour).Unix(),
	})
}
