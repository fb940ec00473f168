package httpauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

func TestChallenges(t *testing.T) {
	header := http.Header{
		"Www-Authenticate":   {`Bearer scope="a b"`, `Basic realm="x"`},
		"Proxy-Authenticate": {`Digest realm="y", nonce="z"`},
	}
	for status, want := range map[int][]string{
		200: {"Bearer", "Basic"},
		400: {"Bearer", "Basic"},
		401: {"Bearer", "Basic"},
		402: {"Bearer", "Basic"},
		403: {"Bearer", "Basic"},
		407: {"Digest"},
	} {
		cs, err := httpauth.Challenges(&http.Response{StatusCode: status, Header: header})
		var got []string
		for _, c := range cs {
			got = append(got, c.Scheme)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%d: error %v (-want +got):\n%s", status, err, diff)
		}
	}
}

func TestChallengesDeparture(t *testing.T) {
	cs, err := httpauth.Challenges(&http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Bearer a="b" c="d"`}}})
	var list wwwauth.ErrorList
	if !errors.As(err, &list) || len(cs) != 1 || cs[0].Get("c") != "d" {
		t.Errorf("%v, %v", cs, err)
	}
	if cs, err := httpauth.Challenges(&http.Response{StatusCode: 401}); cs != nil || err != nil {
		t.Errorf("without a field: %v, %v", cs, err)
	}
}

// A Transport on its way to a TLS server through a proxy.
func TestOnProxyConnectResponse(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	for _, tt := range []struct {
		name    string
		refusal httpauth.Refusal
		want    []wwwauth.Challenge
		text    string
	}{
		{
			"407", httpauth.Refusal{Status: 407, Challenges: []wwwauth.Challenge{basic, wwwauth.NewChallenge("Negotiate")}},
			[]wwwauth.Challenge{basic, wwwauth.NewChallenge("Negotiate")}, "httpauth: proxy refused to connect: 407 Proxy Authentication Required",
		},
		{
			"403", httpauth.Refusal{Status: 403}, nil, "httpauth: proxy refused to connect: 403 Forbidden",
		},
		{
			"401 in the name of the server", httpauth.Refusal{Status: 401, Challenges: []wwwauth.Challenge{basic}},
			nil, "httpauth: proxy refused to connect: 401 Unauthorized",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodConnect {
					t.Errorf("method %s", r.Method)
				}
				if err := tt.refusal.Send(w, r); err != nil {
					t.Error(err)
				}
			}))
			defer proxy.Close()
			proxyURL, err := url.Parse(proxy.URL)
			if err != nil {
				t.Fatal(err)
			}
			transport := &http.Transport{Proxy: http.ProxyURL(proxyURL), OnProxyConnectResponse: httpauth.OnProxyConnectResponse}
			defer transport.CloseIdleConnections()
			_, err = (&http.Client{Transport: transport}).Get(server.URL)
			var e *httpauth.ConnectError
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Status != tt.refusal.Status || e.Err != nil || e.Error() != tt.text {
				t.Errorf("%d, %v, %q", e.Status, e.Err, e.Error())
			}
			if diff := cmp.Diff(tt.want, e.Challenges); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestConnectErrorDeparture(t *testing.T) {
	err := httpauth.OnProxyConnectResponse(t.Context(), nil, nil,
		&http.Response{StatusCode: 407, Header: http.Header{"Proxy-Authenticate": {`Basic realm='a secret'`}}})
	var e *httpauth.ConnectError
	var list wwwauth.ErrorList
	if !errors.As(err, &e) || len(e.Challenges) != 1 || !errors.As(err, &list) || strings.Contains(err.Error(), "secret") {
		t.Errorf("%#v", err)
	}
	// A Transport takes nothing but 200 for a tunnel.
	for _, status := range []int{200, 204, 302, 502} {
		err := httpauth.OnProxyConnectResponse(t.Context(), nil, nil, &http.Response{StatusCode: status})
		if (err == nil) != (status == 200) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// What is read of a request is what was set, and nothing of what was there before stays.
func TestCredentials(t *testing.T) {
	login, err := wwwauth.BasicCredentials("Rita", "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		credentials wwwauth.Credentials
		field       string // "" if they cannot be sent
	}{
		{wwwauth.TokenCredentials("Bearer", "abc"), "Bearer abc"},
		{login, "Basic Uml0YTpvcGVuIHNlc2FtZQ=="},
		{wwwauth.NewCredentials("Digest", "username", "Rita", "nc", "00000001"), `Digest username="Rita", nc=00000001`},
		{wwwauth.NewCredentials("Negotiate"), "Negotiate"},
		{wwwauth.Credentials{}, ""},
		{wwwauth.TokenCredentials("Bearer", "a b"), ""},
		{wwwauth.NewCredentials("Digest", "username", "a\r\nb"), ""},
	} {
		for _, header := range []http.Header{nil, {"Authorization": {"Basic eDp5", "Basic eDp5"}, "Accept": {"*/*"}}, {"authorization": {"Basic eDp5"}, "AUTHORIZATION": {"Basic eDp5"}}} {
			r := &http.Request{Header: header.Clone()}
			err := httpauth.SetCredentials(r, tt.credentials)
			want := header.Clone()
			if tt.field != "" {
				want = http.Header{"Authorization": {tt.field}}
				if accept := header["Accept"]; accept != nil {
					want["Accept"] = accept
				}
			}
			var fault *wwwauth.FormatError
			if diff := cmp.Diff(want, r.Header); diff != "" || (err == nil) != (tt.field != "") || err != nil && !errors.As(err, &fault) {
				t.Errorf("%q: error %v (-want +got):\n%s", tt.field, err, diff)
			}
			if tt.field == "" {
				continue
			}
			got, err := httpauth.Credentials(r)
			if field, _ := wwwauth.FormatCredentials(got); field != tt.field || err != nil {
				t.Errorf("%q is read as %q, %v", tt.field, field, err)
			}
		}
	}
	if c, err := httpauth.Credentials(&http.Request{}); c.Scheme() != "" || err != nil {
		t.Errorf("without a field: %q, %v", c.Scheme(), err)
	}
	for _, lines := range [][]string{{"Bearer a", "Bearer a"}, {"Bearer a b"}, {""}} {
		var fault *wwwauth.SyntaxError
		c, err := httpauth.Credentials(&http.Request{Header: http.Header{"Authorization": lines, "Proxy-Authorization": {"Basic eDp5"}}})
		if !errors.As(err, &fault) || c.Token68() != "" || c.Params() != nil {
			t.Errorf("%q: %v, %v", lines, c, err)
		}
	}
}
