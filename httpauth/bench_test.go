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

var benchmarks = []struct {
	name          string
	authorization string
	allocs        float64 // at most; the race detector adds some
}{
	{"let through", "Bearer good", 10},
	{"no token", "", 45},
	{"bad token", "Bearer bad", 45},
}

// benchmark returns a function that sends one request through a gate.
func benchmark(t testing.TB, authorization string) func() {
	good, bad := &httpauth.Identity{Scope: wwwauth.Scope{"read", "write"}, Expires: time.Now().Add(time.Hour)}, &httpauth.TokenError{}
	gate, err := httpauth.NewGate(func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		if token == "good" {
			return good, nil
		}
		return nil, bad
	}, httpauth.GateOptions{Bearer: wwwauth.Bearer{
		Realm: "journal", Scope: wwwauth.Scope{"read", "write"}, ResourceMetadata: "https://example.com/.well-known/oauth-protected-resource",
	}})
	if err != nil {
		t.Fatal(err)
	}
	handler := gate.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := discard{http.Header{}}
	return func() { handler.ServeHTTP(w, r) }
}

func BenchmarkGate(b *testing.B) {
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			serve := benchmark(b, bb.authorization)
			b.ReportAllocs()
			for b.Loop() {
				serve()
			}
		})
	}
}

func TestGateAllocs(t *testing.T) {
	for _, bb := range benchmarks {
		if got := testing.AllocsPerRun(100, benchmark(t, bb.authorization)); got > bb.allocs {
			t.Errorf("%s: %v allocations, want %v at most", bb.name, got, bb.allocs)
		}
	}
}
