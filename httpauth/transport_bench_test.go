package httpauth_test

import (
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// BenchmarkTransport is a request over loopback that logs in from the start, beside the same
// through the base alone: in short slices that alternate, of which the median of the ratios is
// reported as x/base.
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
	for _, bb := range []struct{ name, url string }{
		{"open", "http://a.localhost/open"},
		{"basic", "http://b.localhost/basic/"},
		{"digest", "http://c.localhost/digest/"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			subject := &http.Client{Transport: &httpauth.Transport{Base: base, BasicWithoutTLS: true, Login: httpauth.LoginFor(bb.url, "u", "p")}}
			slice := func(client *http.Client, url string, want int) time.Duration {
				start := time.Now()
				for range 20 {
					resp, err := client.Get(url)
					if err != nil || resp.StatusCode != want {
						b.Fatal(resp, err)
					}
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				return time.Since(start)
			}
			slice(subject, bb.url, 200) // it has a nonce then
			var ratios []float64
			for b.Loop() {
				alone := slice(&http.Client{Transport: base}, "http://a.localhost/open", 200)
				ratios = append(ratios, float64(slice(subject, bb.url, 200))/float64(alone))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x/base")
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
				session.Answer(digest.Request{Method: "GET", URI: "/dir/index.html", Count: n})
			}
		})
	}
}
