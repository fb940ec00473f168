package httpauth_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// BenchmarkTransport is a request over loopback that logs in from the start, beside the same through the
// base alone.
func BenchmarkTransport(b *testing.B) {
	url := serve(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/open" && r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256`)
			if r.URL.Path == "/basic/" {
				w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			}
			w.WriteHeader(401)
		}
	}))
	// The origins differ in their names, so that Digest at one allows Basic at the other.
	base := named(b, url)
	for _, bb := range []struct {
		name, url string
		transport http.RoundTripper
	}{
		{"base", "http://a.localhost/open", base},
		{"open", "http://a.localhost/open", &httpauth.Transport{Base: base}},
		{"basic", "http://b.localhost/basic/", &httpauth.Transport{Base: base, Login: httpauth.LoginFor("http://b.localhost", "u", "p")}},
		{"digest", "http://c.localhost/digest/", &httpauth.Transport{Base: base, Login: httpauth.LoginFor("http://c.localhost", "u", "p")}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			client := &http.Client{Transport: bb.transport}
			for b.Loop() {
				resp, err := client.Get(bb.url)
				if err != nil || resp.StatusCode != 200 {
					b.Fatal(resp, err)
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
}

func BenchmarkAnswer(b *testing.B) {
	for _, algorithm := range digest.Algorithms() {
		b.Run(algorithm, func(b *testing.B) {
			b.ReportAllocs()
			session, err := digest.NewSession(wwwauth.Digest{Realm: "r", Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", QOP: []string{"auth"}, Algorithm: algorithm}, "u", "p")
			if err != nil {
				b.Fatal(err)
			}
			for n := uint32(1); b.Loop(); n++ {
				if _, err := session.Answer(digest.Request{Method: "GET", URI: "/dir/index.html", Count: n}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
