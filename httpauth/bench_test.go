package httpauth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

// A discard is a ResponseWriter that costs nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func perRequestSame(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer { return b }

func perRequestOther(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
	b.Scope = b.Scope[:1]
	return b
}

var benchmarks = []struct {
	name          string
	authorization string
	options       httpauth.GateOptions
	tokenError    httpauth.TokenError
	allocs        float64 // what the request, its context and the values of the header take
}{
	{"good token", "Bearer good", httpauth.GateOptions{}, httpauth.TokenError{}, 3},
	{"good token, PerRequest", "Bearer good", httpauth.GateOptions{PerRequest: perRequestSame}, httpauth.TokenError{}, 4},
	{"no token", "", httpauth.GateOptions{}, httpauth.TokenError{}, 1},
	{"no token, PerRequest", "", httpauth.GateOptions{PerRequest: perRequestSame}, httpauth.TokenError{}, 2},
	{"no token, JSONRPCBody", "", httpauth.GateOptions{Body: httpauth.JSONRPCBody}, httpauth.TokenError{}, 4},
	{"no token, ProblemBody", "", httpauth.GateOptions{Body: httpauth.ProblemBody}, httpauth.TokenError{}, 4},
	{"no token, Alternatives", "", httpauth.GateOptions{Alternatives: []wwwauth.Challenge{basic}}, httpauth.TokenError{}, 1},
	{"malformed token", "Bearer a b", httpauth.GateOptions{}, httpauth.TokenError{}, 8},
	{"bad token", "Bearer bad", httpauth.GateOptions{}, httpauth.TokenError{}, 3},
	{"bad token, PerRequest that changes it", "Bearer bad", httpauth.GateOptions{PerRequest: perRequestOther}, httpauth.TokenError{}, 9},
	{"bad token, described", "Bearer bad", httpauth.GateOptions{}, httpauth.TokenError{Bearer: wwwauth.Bearer{ErrorDescription: "The signature is not valid"}}, 9},
}

// newServe returns a function that sends a request through a gate.
func newServe(t testing.TB, authorization string, o httpauth.GateOptions, bad *httpauth.TokenError) func() {
	good := &httpauth.Identity{Scope: wwwauth.Scope{"read", "write"}, Expires: time.Now().Add(time.Hour)}
	o.Bearer = wwwauth.Bearer{
		Realm: "journal", Scope: wwwauth.Scope{"read", "write"}, ResourceMetadata: "https://example.com/.well-known/oauth-protected-resource",
	}
	gate, err := httpauth.NewGate(func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		if token == "good" {
			return good, nil
		}
		return nil, bad
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	handler := gate.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := discard{http.Header{}}
	return func() {
		clear(w.header)
		handler.ServeHTTP(w, r)
	}
}

func BenchmarkGate(b *testing.B) {
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			serve := newServe(b, bb.authorization, bb.options, &bb.tokenError)
			b.ReportAllocs()
			for b.Loop() {
				serve()
			}
		})
	}
}

// TestGateAllocs counts what does not depend on a clock.
func TestGateAllocs(t *testing.T) {
	for _, bb := range benchmarks {
		if got := testing.AllocsPerRun(100, newServe(t, bb.authorization, bb.options, &bb.tokenError)); got > bb.allocs {
			t.Errorf("%s: %v allocations, want %v at most", bb.name, got, bb.allocs)
		}
	}
}
