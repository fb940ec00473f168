package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

// A guard is a handler that lets requests with a good token through: a Gate, or the middleware of the MCP
// Go SDK.
type guard struct {
	name     string
	handler  http.Handler
	requests []string // names of those that it is measured with
}

// requests are the Authorization fields that guards are measured with.
var requests = []struct {
	name, authorization string
	status              int
}{
	{"good token", "Bearer mF_9.B5f-4.1JqM", http.StatusOK},
	{"bad token", "Bearer 2YotnFZFEjr1zCsi", http.StatusUnauthorized},
	{"no token", "", http.StatusUnauthorized},
}

const (
	goodToken = "mF_9.B5f-4.1JqM"
	metadata  = "https://example.com/.well-known/oauth-protected-resource/mcp"
)

var scopes = []string{"files:read", "files:write"}

// newGuards returns the SDK's middleware, which the others are compared with, and Gates with the same
// options and more.
func newGuards() (sdk guard, gates []guard, err error) {
	expires := time.Now().Add(24 * time.Hour)
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

	info := &auth.TokenInfo{UserID: "Rita", Scopes: scopes, Expiration: expires}
	sdk = guard{name: "RequireBearerToken", handler: auth.RequireBearerToken(func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		if token == goodToken {
			return info, nil
		}
		return nil, auth.ErrInvalidToken
	}, &auth.RequireBearerTokenOptions{ResourceMetadataURL: metadata, Scopes: scopes})(next)}

	all := []string{"good token", "bad token", "no token"}
	bearer := wwwauth.Bearer{ResourceMetadata: metadata, Scope: scopes}
	identity := &httpauth.Identity{Subject: "Rita", Scope: scopes, Expires: expires}
	for _, g := range []struct {
		name       string
		options    httpauth.GateOptions
		tokenError *httpauth.TokenError
		requests   []string
	}{
		{"Gate", httpauth.GateOptions{}, &httpauth.TokenError{}, all},
		{"with JSONRPCBody", httpauth.GateOptions{Body: httpauth.JSONRPCBody}, &httpauth.TokenError{}, all[1:]},
		{"with ProblemBody", httpauth.GateOptions{Body: httpauth.ProblemBody}, &httpauth.TokenError{}, all[1:]},
		{"with an alternative", httpauth.GateOptions{
			Alternatives: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "example", "charset", "UTF-8")},
		}, &httpauth.TokenError{}, all[1:]},
		{"with a description", httpauth.GateOptions{}, &httpauth.TokenError{Bearer: wwwauth.Bearer{ErrorDescription: "The signature is not valid"}}, all[1:2]},
		{"with a PerRequest that changes nothing", httpauth.GateOptions{
			PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer { return b },
		}, &httpauth.TokenError{}, all},
		{"with a PerRequest that changes URL and scope", httpauth.GateOptions{
			PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
				b.ResourceMetadata = metadata + r.URL.Path
				b.Scope = b.Scope[:1]
				return b
			},
		}, &httpauth.TokenError{}, all},
	} {
		g.options.Bearer = bearer
		gate, err := httpauth.NewGate(func(_ context.Context, _ *http.Request, token string) (*httpauth.Identity, error) {
			if token == goodToken {
				return identity, nil
			}
			return nil, g.tokenError
		}, g.options)
		if err != nil {
			return guard{}, nil, err
		}
		gates = append(gates, guard{g.name, gate.Handler(next), g.requests})
	}
	return sdk, gates, nil
}

// A recorder is a ResponseWriter that costs as little as possible.
type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }

// newLoop returns a function that sends a request n times, each time with an empty header to write to.
func newLoop(handler http.Handler, authorization string) (func(n int), *recorder, error) {
	r, err := http.NewRequest("POST", "https://example.com/mcp", nil)
	if err != nil {
		return nil, nil, err
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := &recorder{header: http.Header{}}
	return func(n int) {
		for range n {
			clear(w.header)
			w.status = http.StatusOK
			handler.ServeHTTP(w, r)
		}
	}, w, nil
}

// gateRows returns rows for the Gates.
func gateRows(only string) ([]*row, error) {
	sdk, gates, err := newGuards()
	if err != nil {
		return nil, err
	}
	gates = append([]guard{{sdk.name, sdk.handler, []string{"good token", "bad token", "no token"}}}, gates...)
	var rows []*row
	for _, request := range requests {
		yardstick, _, err := newLoop(sdk.handler, request.authorization)
		if err != nil {
			return nil, err
		}
		for _, g := range gates {
			loop, answer, err := newLoop(g.handler, request.authorization)
			if err != nil {
				return nil, err
			}
			for _, name := range g.requests {
				if name != request.name || !strings.Contains("gate "+g.name, only) {
					continue
				}
				if loop(1); answer.status != request.status {
					return nil, fmt.Errorf("%s, %s: status %d, want %d", g.name, request.name, answer.status, request.status)
				}
				rows = append(rows, &row{Table: gatesTable, Input: request.name, Subject: g.name, Unit: sdk.name,
					meter: &meter{loop: loop, yardstick: yardstick}})
			}
		}
	}
	return rows, nil
}
