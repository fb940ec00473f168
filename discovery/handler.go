package discovery

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Handler publishes the metadata of a protected resource (RFC 9728 section 3) to clients of any
// origin. It answers GET and HEAD, and OPTIONS for browsers, at any path. Mount it at
// [Handler.Path], where clients look if a challenge has no resource_metadata.
//
//	mux.Handle(handler.Path(), handler)
//	challenge := wwwauth.NewChallenge("Bearer", "resource_metadata", handler.URL())
//
// The metadata may be cached for an hour, unless the header already has a Cache-Control field.
type Handler struct {
	url, path string
	body      []byte
}

// NewHandler checks the metadata and returns a Handler for a copy of it. It returns an error if
//
//   - the resource is not an https URL, has user information, or has a fragment;
//   - the path of the resource has an empty segment, "." or "..", which an [http.ServeMux] would
//     redirect;
//   - there is no authorization server, or one is not an https URL or has a query;
//   - jwks_uri is not an https URL;
//   - a scope is not a scope-token (RFC 6749 section 3.3), a bearer method is not one of RFC 6750,
//     or a signing algorithm is none (RFC 9728 section 2);
//   - Extra has a member that belongs in a field, where it would be checked, or one that
//     [ProtectedResourceMetadata.UnmarshalJSON] refuses.
//
// For development, these URLs may be http if their host is localhost or a loopback address.
func NewHandler(metadata ProtectedResourceMetadata) (*Handler, error) {
	if err := metadata.check(); err != nil {
		return nil, err
	}
	body, err := metadata.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	if err := checkJSON(body); err != nil { // with what Extra has brought in
		return nil, err
	}
	urls, err := ProtectedResourceURLs(metadata.Resource)
	if err != nil {
		return nil, err
	}
	p, _, _ := strings.Cut(urls[0][len(origin(urls[0])):], "?")
	decoded, err := url.PathUnescape(p)
	if clean := path.Clean(decoded); err != nil || clean != decoded && clean+"/" != decoded {
		return nil, errors.New(`discovery: resource: its path has an empty segment, "." or ".."`)
	}
	return &Handler{urls[0], p, body}, nil
}

// URL returns the URL of the metadata, for the parameter resource_metadata of challenges.
func (h *Handler) URL() string { return h.url }

// Path returns the path of [Handler.URL], for [http.ServeMux.Handle].
func (h *Handler) Path() string { return h.path }

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	// Metadata is public, and without these fields clients in browsers could not read it. Some ask
	// first, since they send MCP-Protocol-Version.
	header.Set("Access-Control-Allow-Origin", "*")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		header.Set("Access-Control-Allow-Methods", "GET, HEAD")
		header.Set("Access-Control-Allow-Headers", "*")
		header.Set("Access-Control-Max-Age", "3600")
		header.Set("Allow", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		header.Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "public, max-age=3600")
	}
	header.Set("Content-Length", strconv.Itoa(len(h.body)))
	if r.Method == http.MethodGet {
		w.Write(h.body) // an error means that the client has gone
	}
}

// check checks what RFC 9728 section 2 asks of those who publish metadata.
func (m *ProtectedResourceMetadata) check() error {
	checkMember := func(name, value string) error {
		if _, outcome, why := checkURL(value, true); outcome != OK {
			return fmt.Errorf("discovery: %s: it %s", name, why)
		}
		return nil
	}
	if err := checkMember("resource", m.Resource); err != nil {
		return err
	}
	if len(m.AuthorizationServers) == 0 {
		return errors.New("discovery: authorization_servers: there is none")
	}
	for _, issuer := range m.AuthorizationServers {
		if err := checkMember("authorization_servers", issuer); err != nil {
			return err
		}
		if strings.Contains(issuer, "?") {
			return errors.New("discovery: authorization_servers: it has a query")
		}
	}
	if m.JWKSURI != "" {
		if err := checkMember("jwks_uri", m.JWKSURI); err != nil {
			return err
		}
	}
	for _, known := range m.members() {
		if _, ok := m.Extra[known.name]; ok {
			return fmt.Errorf("discovery: %s: it is in Extra, and has a field", known.name)
		}
	}
	for _, scope := range m.ScopesSupported {
		if !isScopeToken(scope) {
			return errors.New("discovery: scopes_supported: it has an element that is not a scope-token")
		}
	}
	for _, method := range m.BearerMethodsSupported {
		if !slices.Contains([]string{"header", "body", "query"}, method) {
			return errors.New("discovery: bearer_methods_supported: it has an element other than header, body and query")
		}
	}
	if slices.Contains(m.ResourceSigningAlgValuesSupported, "none") {
		return errors.New("discovery: resource_signing_alg_values_supported: none is forbidden")
	}
	return nil
}

// isScopeToken reports whether s is a scope-token (RFC 6749 section 3.3).
//
//	scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
func isScopeToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return false
		}
	}
	return s != ""
}
