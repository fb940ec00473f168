package httpauth_test

import (
	"context"
	"net/http"
	neturl "net/url"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// FuzzTransport has a server send any two lines and any Authentication-Info to a client with any
// login: no panic, no more than the requests of an honest handshake, and nothing sent that cannot
// be read back.
func FuzzTransport(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`Digest realm="r", nonce="n", qop="auth"`, `Basic realm="x"`, `rspauth="x", nextnonce="y"`, "user", "password", "/a?b")
	seeds.Add(`Digest realm="r", nonce="n", qop="auth-int", domain="/ http://b.example/ :"`, "Basic", `rspauth=`, "ü", "\xff", "/%zz")
	seeds.Add(`Digest nonce=n, stale=true`, "Digest realm=r, nonce=m, algorithm=SHA-256", ``, "a:b", "\n", "//")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, first, second, info, user, password, target string) {
		u, err := neturl.Parse("http://a.example" + target)
		if err != nil || u.Host != "a.example" {
			return
		}
		requests := 0
		base := roundTripper(func(r *http.Request) (*http.Response, error) {
			requests++
			lines := r.Header.Values("Authorization")
			for _, line := range lines {
				if strings.ContainsAny(line, "\r\n\x00") {
					t.Errorf("sent %q", line)
				}
				if _, err := wwwauth.ParseCredentials(line); err != nil {
					t.Errorf("sent %q: %v", line, err)
				}
			}
			resp := &http.Response{StatusCode: 401, Header: http.Header{}, Body: http.NoBody, Request: r}
			switch requests {
			case 1:
				resp.Header.Set("WWW-Authenticate", first)
			case 2:
				resp.Header.Set("WWW-Authenticate", second)
			default:
				resp.StatusCode = 200
				resp.Header.Set("Authentication-Info", info)
			}
			return resp, nil
		})
		transport := &httpauth.Transport{Base: base, BasicWithoutTLS: true, Login: func(context.Context, httpauth.Space) (string, string, error) {
			return user, password, nil
		}}
		for range 3 {
			requests = 0
			resp, err := transport.RoundTrip(&http.Request{Method: "GET", URL: u})
			if (resp == nil) == (err == nil) {
				t.Errorf("%v and %v", resp, err)
			}
			if err != nil && len(password) > 8 && strings.Contains(err.Error(), password) {
				t.Errorf("the password is in %q", err)
			}
			if requests > 4 {
				t.Errorf("%d requests", requests)
			}
		}
	})
}
