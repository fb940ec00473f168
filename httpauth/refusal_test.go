package httpauth_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

const restricted = `Bearer realm="restricted"`

var (
	basic  = wwwauth.NewChallenge("Basic", "realm", "x")
	bearer = wwwauth.NewChallenge("Bearer", "scope", "a b", "realm", "x")
	broken = wwwauth.NewChallenge("Basic", "charset", "UTF-8", "realm", "a\r\nSet-Cookie: b=c")
	none   = wwwauth.Challenge{}
)

// faults describes the errors that Send joins: of a FormatError its fields.
func faults(err error) []string {
	var texts []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			var fault *wwwauth.FormatError
			if errors.As(err, &fault) {
				texts = append(texts, fmt.Sprintf("%d %d %s", fault.Challenge, fault.Param, fault.Code))
			} else {
				texts = append(texts, err.Error())
			}
		}
	}
	return texts
}

var refusalTests = []struct {
	name    string
	refusal httpauth.Refusal
	status  int
	field   string
	lines   []string
	faults  []string
}{
	{
		"a line for each challenge, in order", httpauth.Refusal{Challenges: []wwwauth.Challenge{bearer, basic, wwwauth.NewChallenge("Negotiate")}},
		401, "WWW-Authenticate", []string{`Bearer scope="a b", realm="x"`, `Basic realm="x"`, "Negotiate"}, nil,
	},
	{
		"403 may have a challenge", httpauth.Refusal{Status: 403, Challenges: []wwwauth.Challenge{bearer}},
		403, "WWW-Authenticate", []string{`Bearer scope="a b", realm="x"`}, nil,
	},
	{"403 may have none", httpauth.Refusal{Status: 403}, 403, "WWW-Authenticate", nil, nil},
	{"500 has none", httpauth.Refusal{Status: 500}, 500, "WWW-Authenticate", nil, nil},
	{
		"407 is for proxies", httpauth.Refusal{Status: 407, Challenges: []wwwauth.Challenge{basic}},
		407, "Proxy-Authenticate", []string{`Basic realm="x"`}, nil,
	},
	{
		"DPoP and vapid are not", httpauth.Refusal{Status: 407, Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("dpop", "algs", "ES256"), basic, wwwauth.NewChallenge("vapid")}},
		407, "Proxy-Authenticate", []string{restricted, `Basic realm="x"`},
		[]string{"httpauth: challenge 0 must not be sent by proxies", "httpauth: challenge 2 must not be sent by proxies"},
	},
	{
		"nor are they as a fallback", httpauth.Refusal{Status: 407, Fallback: wwwauth.NewChallenge("DPOP", "algs", "ES256")},
		407, "Proxy-Authenticate", []string{restricted}, nil,
	},
	{
		"vapid as a fallback", httpauth.Refusal{Status: 407, Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("vapid")}, Fallback: wwwauth.NewChallenge("vapid")},
		407, "Proxy-Authenticate", []string{restricted}, []string{"httpauth: challenge 0 must not be sent by proxies"},
	},
	{
		"DPoP as a fallback of 401", httpauth.Refusal{Fallback: wwwauth.NewChallenge("DPoP", "algs", "ES256")},
		401, "WWW-Authenticate", []string{`DPoP algs="ES256"`}, nil,
	},
	{
		"DPoP is for 401", httpauth.Refusal{Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("DPoP", "algs", "ES256")}},
		401, "WWW-Authenticate", []string{`DPoP algs="ES256"`}, nil,
	},
	{
		"the zero Refusal", httpauth.Refusal{},
		401, "WWW-Authenticate", []string{restricted}, nil,
	},
	{
		"407 must have a challenge", httpauth.Refusal{Status: 407, Fallback: basic},
		407, "Proxy-Authenticate", []string{`Basic realm="x"`}, nil,
	},
	{
		"a broken challenge does not hide the others", httpauth.Refusal{Challenges: []wwwauth.Challenge{bearer, broken, basic}},
		401, "WWW-Authenticate", []string{`Bearer scope="a b", realm="x"`, restricted, `Basic realm="x"`}, []string{"1 1 control-byte"},
	},
	{
		"the fallback is sent once", httpauth.Refusal{Challenges: []wwwauth.Challenge{none, broken}, Fallback: wwwauth.NewChallenge("Bearer", "realm", "MCP Server")},
		401, "WWW-Authenticate", []string{`Bearer realm="MCP Server"`}, []string{"0 -1 missing-scheme", "1 1 control-byte"},
	},
	{
		"also with 403", httpauth.Refusal{Status: 403, Challenges: []wwwauth.Challenge{broken}},
		403, "WWW-Authenticate", []string{restricted}, []string{"0 1 control-byte"},
	},
	{
		"a fallback that cannot be sent", httpauth.Refusal{Challenges: []wwwauth.Challenge{none}, Fallback: broken},
		401, "WWW-Authenticate", []string{restricted}, []string{"0 -1 missing-scheme"},
	},
	{
		"200 refuses nothing", httpauth.Refusal{Status: 200, Challenges: []wwwauth.Challenge{basic}},
		401, "WWW-Authenticate", []string{`Basic realm="x"`}, []string{"httpauth: status 200 does not refuse a request; 401 was sent"},
	},
	{
		"a status that net/http panics at", httpauth.Refusal{Status: 1000, Challenges: []wwwauth.Challenge{basic}},
		401, "WWW-Authenticate", []string{`Basic realm="x"`}, []string{"httpauth: status 1000 does not refuse a request; 401 was sent"},
	},
	{
		"the last status of 1xx", httpauth.Refusal{Status: 399, Challenges: []wwwauth.Challenge{basic}},
		401, "WWW-Authenticate", []string{`Basic realm="x"`}, []string{"httpauth: status 399 does not refuse a request; 401 was sent"},
	},
	{"the last status of 5xx", httpauth.Refusal{Status: 599}, 599, "WWW-Authenticate", nil, nil},
	{"the first status of 4xx", httpauth.Refusal{Status: 400}, 400, "WWW-Authenticate", nil, nil},
}

func TestSend(t *testing.T) {
	for _, tt := range refusalTests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Header()["Www-Authenticate"] = []string{"Old"}
			w.Header()["Proxy-Authenticate"] = []string{"Old"}
			err := tt.refusal.Send(w, httptest.NewRequest("GET", "/", nil))
			if diff := cmp.Diff(tt.faults, faults(err)); diff != "" || err == nil != (tt.faults == nil) {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			if diff := cmp.Diff(tt.lines, w.Header().Values(tt.field)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.field, diff)
			}
			if got := w.Header().Get("Access-Control-Expose-Headers"); got != "" {
				t.Errorf("Access-Control-Expose-Headers %q in answer to a request without an Origin", got)
			}
		})
	}
}

func TestSendOrigin(t *testing.T) {
	const app = "https://app.example"
	for _, tt := range []struct {
		name    string
		origin  string
		refusal httpauth.Refusal
		before  []string
		want    []string
	}{
		{"401", app, httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}, nil, []string{"WWW-Authenticate"}},
		{"403", app, httpauth.Refusal{Status: 403, Challenges: []wwwauth.Challenge{basic}}, nil, []string{"WWW-Authenticate"}},
		{"beside others", app, httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}, []string{"Link"}, []string{"Link", "WWW-Authenticate"}},
		{"407, which scripts do not see", app, httpauth.Refusal{Status: 407, Challenges: []wwwauth.Challenge{basic}}, nil, nil},
		{"an empty Origin", "", httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}, nil, nil},
		{"no challenge to expose", app, httpauth.Refusal{Status: 403}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Origin", tt.origin)
			for _, name := range tt.before {
				w.Header().Add("Access-Control-Expose-Headers", name)
			}
			if err := tt.refusal.Send(w, r); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(tt.want, w.Header().Values("Access-Control-Expose-Headers")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A handler further out may give all responses the same slice, as packages for CORS do, and the slice may
// have room for more: it is not written to. With -race, that is a race too.
func TestSendOriginShared(t *testing.T) {
	shared := make([]string, 1, 2)
	shared[0] = "Link"
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Origin", "https://app.example")
			w.Header()["Access-Control-Expose-Headers"] = shared
			if err := (httpauth.Refusal{}).Send(w, r); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"Link", "WWW-Authenticate"}, w.Header()["Access-Control-Expose-Headers"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	wg.Wait()
	if got := shared[:2][1]; got != "" {
		t.Errorf("%q is written behind the slice", got)
	}
}

// What a handler further out has set for the response that it expected does not become part of this one.
func TestSendHeader(t *testing.T) {
	w := httptest.NewRecorder()
	for name, value := range map[string]string{"Cache-Control": "public, max-age=3600", "Expires": "Thu, 01 Dec 2094 16:00:00 GMT",
		"Content-Type": "image/png", "Content-Length": "1", "Content-Encoding": "gzip", "Set-Cookie": "a=b"} {
		w.Header().Set(name, value)
	}
	if err := (httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}).Send(w, httptest.NewRequest("GET", "/", nil)); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"Www-Authenticate":       {`Basic realm="x"`},
		"Cache-Control":          {"no-store"},
		"Content-Type":           {"text/plain; charset=utf-8"},
		"X-Content-Type-Options": {"nosniff"},
		"Content-Encoding":       {"gzip"}, // of a handler that compresses what is written
		"Set-Cookie":             {"a=b"},
	}
	if diff := cmp.Diff(want, w.Header()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// However the name of the field is spelled, its old lines are not sent beside the new ones.
func TestSendSpelling(t *testing.T) {
	for field, status := range map[string]int{"WWW-Authenticate": 401, "Proxy-Authenticate": 407} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, name := range []string{field, strings.ToLower(field), strings.ToUpper(field), http.CanonicalHeaderKey(field)} {
				w.Header()[name] = []string{"Old"}
			}
			if err := (httpauth.Refusal{Status: status, Challenges: []wwwauth.Challenge{basic}}).Send(w, r); err != nil {
				t.Error(err)
			}
		}))
		defer server.Close()
		resp, err := http.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if diff := cmp.Diff([]string{`Basic realm="x"`}, resp.Header.Values(field)); diff != "" || resp.StatusCode != status {
			t.Errorf("%s, %s (-want +got):\n%s", resp.Status, field, diff)
		}
	}
}

func TestBody(t *testing.T) {
	for _, tt := range []struct {
		name              string
		refusal           httpauth.Refusal
		mediaType, status string
		content           string
	}{
		{"none", httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}, "text/plain; charset=utf-8", "401", "Unauthorized\n"},
		{"text", httpauth.Refusal{Status: 403, Message: "No.", Body: httpauth.TextBody}, "text/plain; charset=utf-8", "403", "No.\n"},
		{
			"JSON-RPC", httpauth.Refusal{Status: 403, Message: `say "no"`, Body: httpauth.JSONRPCBody}, "application/json", "403",
			`{"error":{"code":-32000,"message":"say \"no\""},"id":null,"jsonrpc":"2.0"}`,
		},
		{
			"JSON-RPC without a message", httpauth.Refusal{Status: 403, Body: httpauth.JSONRPCBody}, "application/json", "403",
			`{"error":{"code":-32000,"message":"Forbidden"},"id":null,"jsonrpc":"2.0"}`,
		},
		{
			"problem", httpauth.Refusal{Status: 403, Message: "No\n\xff", Body: httpauth.ProblemBody}, "application/problem+json", "403",
			`{"title":"Forbidden","status":403,"detail":"No\n` + "\ufffd" + `"}`,
		},
		{
			"problem without a message", httpauth.Refusal{Status: 403, Body: httpauth.ProblemBody}, "application/problem+json", "403",
			`{"title":"Forbidden","status":403}`,
		},
		{
			"problem with a status that has no name", httpauth.Refusal{Status: 499, Body: httpauth.ProblemBody}, "application/problem+json", "499",
			`{"title":"Status 499","status":499}`,
		},
		{
			"JSON-RPC with a status that has no name", httpauth.Refusal{Status: 419, Body: httpauth.JSONRPCBody}, "application/json", "419",
			`{"error":{"code":-32000,"message":"Status 419"},"id":null,"jsonrpc":"2.0"}`,
		},
		{"text with a status that has no name", httpauth.Refusal{Status: 419}, "text/plain; charset=utf-8", "419", "Status 419\n"},
		{
			"one's own", httpauth.Refusal{Status: 200, Challenges: []wwwauth.Challenge{basic}, Body: func(r *http.Request, f httpauth.Refusal) (string, []byte) {
				return "text/html", fmt.Appendf(nil, "%s %d %s", r.URL.Path, f.Status, f.Message)
			}}, "text/html", "401", "/path 401 Unauthorized",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			tt.refusal.Send(w, httptest.NewRequest("GET", "/path", nil))
			if got := w.Header().Get("Content-Type"); got != tt.mediaType {
				t.Errorf("Content-Type %q, want %q", got, tt.mediaType)
			}
			if diff := cmp.Diff(tt.content, w.Body.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := fmt.Sprint(w.Code); got != tt.status {
				t.Errorf("status %s, want %s", got, tt.status)
			}
		})
	}
}

// Replace, in a ReverseProxy, changes what describes the content and the challenges, and nothing else.
func TestReplace(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, "no")
	z.Close()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Trailer", "Checksum")
		for name, value := range map[string]string{"Content-Encoding": "gzip", "Content-Type": "text/html", "Content-Language": "de", "Etag": `"1"`,
			"Last-Modified": "Thu, 01 Dec 1994 16:00:00 GMT", "Accept-Ranges": "bytes", "Cache-Control": "max-age=60", "Content-Digest": "sha-256=:AA==:",
			"Set-Cookie": "a=b", "Access-Control-Allow-Origin": "https://app.example", "Access-Control-Expose-Headers": "Link"} {
			h.Set(name, value)
		}
		w.WriteHeader(http.StatusForbidden)
		w.Write(packed.Bytes())
		h.Set("Checksum", "1")
	}))
	defer backend.Close()
	target, err := url.Parse(backend.URL)
	if err != nil {
		t.Fatal(err)
	}
	gateway := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(resp *http.Response) error {
			return httpauth.Refusal{Challenges: []wwwauth.Challenge{bearer, basic}, Message: "No.", Body: httpauth.JSONRPCBody}.Replace(resp)
		},
	})
	defer gateway.Close()

	const content = `{"error":{"code":-32000,"message":"No."},"id":null,"jsonrpc":"2.0"}`
	for _, method := range []string{"GET", "HEAD", "POST"} {
		r, err := http.NewRequest(method, gateway.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://app.example")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		want := content
		if method == "HEAD" {
			want = ""
		}
		if string(got) != want || resp.StatusCode != 401 || resp.Status != "401 Unauthorized" || len(resp.Trailer) != 0 {
			t.Errorf("%s: %s, %q, trailer %v", method, resp.Status, got, resp.Trailer)
		}
		resp.Header.Del("Date")
		wantHeader := http.Header{
			"Www-Authenticate":              {`Bearer scope="a b", realm="x"`, `Basic realm="x"`},
			"Access-Control-Allow-Origin":   {"https://app.example"},
			"Access-Control-Expose-Headers": {"Link", "WWW-Authenticate"},
			"Cache-Control":                 {"no-store"},
			"Content-Type":                  {"application/json"},
			"Content-Length":                {fmt.Sprint(len(content))},
			"X-Content-Type-Options":        {"nosniff"},
			"Set-Cookie":                    {"a=b"},
		}
		if diff := cmp.Diff(wantHeader, resp.Header); diff != "" {
			t.Errorf("%s (-want +got):\n%s", method, diff)
		}
	}
}

// A response that was made by hand may lack what one of a Transport has.
func TestReplaceByHand(t *testing.T) {
	closed := false
	resp := &http.Response{StatusCode: 401, Header: http.Header{}, Body: closer{strings.NewReader("x"), &closed}}
	if err := (httpauth.Refusal{Challenges: []wwwauth.Challenge{none}}).Replace(resp); len(faults(err)) != 1 {
		t.Errorf("error %v, want that of a challenge", err)
	}
	if !closed {
		t.Error("the body was not closed")
	}
	for _, resp := range []*http.Response{resp, {Header: http.Header{}}, {}} {
		if err := (httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}).Replace(resp); err != nil {
			t.Error(err)
		}
		var b strings.Builder
		if err := resp.Write(&b); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); !strings.Contains(got, "401 Unauthorized") || !strings.HasSuffix(got, "\r\n\r\nUnauthorized\n") || !strings.Contains(got, "Content-Length: 13\r\n") {
			t.Errorf("%q", got)
		}
	}
}

// What describes the old content is gone, and there is no content for HEAD.
func TestReplaceHeader(t *testing.T) {
	resp := &http.Response{Header: http.Header{}, Body: http.NoBody, Uncompressed: true, TransferEncoding: []string{"chunked"}, Trailer: http.Header{"A": nil}}
	resp.Request = httptest.NewRequest("HEAD", "/", nil)
	for _, name := range []string{"Accept-Ranges", "Age", "Content-MD5", "Content-Digest", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location",
		"Content-Range", "Content-Type", "Digest", "ETag", "Expires", "Last-Modified", "Repr-Digest", "Trailer", "Transfer-Encoding", "WWW-Authenticate", "X-Other"} {
		resp.Header.Set(name, "old")
	}
	if err := (httpauth.Refusal{Status: 403}).Replace(resp); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for name, values := range resp.Header {
		if slices.Contains(values, "old") {
			kept = append(kept, name)
		}
	}
	if diff := cmp.Diff([]string{"X-Other"}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if resp.Body != http.NoBody || resp.ContentLength != int64(len("Forbidden\n")) || resp.TransferEncoding != nil || resp.Trailer != nil || resp.Uncompressed {
		t.Errorf("%+v", resp)
	}
}

type closer struct {
	io.Reader
	closed *bool
}

func (c closer) Close() error {
	*c.closed = true
	return nil
}

// Whatever the challenges are, what goes on the wire conforms, and the request is refused.
func FuzzSend(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(401, "Bearer", "realm", "x", "", "Basic", "a b")
	seeds.Add(407, "DPoP", "", "\r\n", "abc==", "", "=")
	seeds.Add(200, "Basic", "Realm", "\xff\"\\", "", "Basic realm=", "\x00")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, status int, scheme, name, value, token68, scheme2, token68b string) {
		refusal := httpauth.Refusal{
			Status: status,
			Challenges: []wwwauth.Challenge{
				{Scheme: scheme, Token68: token68, Params: []wwwauth.Param{{Name: name, Value: value}}},
				{Scheme: scheme2, Token68: token68b},
			},
			Fallback: wwwauth.NewChallenge(scheme2, name, value),
			Message:  value,
		}
		for _, body := range []httpauth.Body{nil, httpauth.ProblemBody, httpauth.JSONRPCBody} {
			refusal.Body = body
			w := httptest.NewRecorder()
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Origin", value)
			err := refusal.Send(w, r)
			resp := w.Result()
			if resp.StatusCode < 400 || resp.StatusCode == 401 && len(resp.Header["Www-Authenticate"]) == 0 {
				t.Fatalf("%d %v", resp.StatusCode, resp.Header)
			}
			lines := slices.Concat(resp.Header["Www-Authenticate"], resp.Header["Proxy-Authenticate"])
			for _, line := range lines {
				if cs, err := wwwauth.Parse(line); err != nil || len(cs) != 1 {
					t.Fatalf("%q is read as %v, %v", line, cs, err)
				}
			}
			read, _ := httpauth.Challenges(resp)
			if err == nil && !cmp.Equal(refusal.Challenges, read) {
				t.Fatalf("%v is read as %v", refusal.Challenges, read)
			}
		}
	})
}

// The zero Refusal is a 401 with the challenge that its documentation names, and no mistake.
func TestSendZero(t *testing.T) {
	w := httptest.NewRecorder()
	err := httpauth.Refusal{}.Send(w, httptest.NewRequest("GET", "/", nil))
	if got := w.Header().Values("WWW-Authenticate"); err != nil || w.Code != 401 || len(got) != 1 || got[0] != restricted {
		t.Errorf("%d %q, error %v", w.Code, got, err)
	}
}

// No cache keeps a refusal, not even one that a handler further out has addressed by name (RFC 9213).
func TestSendSilencesCaches(t *testing.T) {
	for _, name := range []string{"Cache-Control", "CDN-Cache-Control", "Surrogate-Control", "Cloudflare-CDN-Cache-Control", "Netlify-CDN-Cache-Control",
		"Vercel-CDN-Cache-Control", "Akamai-Cache-Control", "X-LiteSpeed-Cache-Control", "Edge-Control", "X-Accel-Expires", "Expires"} {
		for _, spelled := range []string{http.CanonicalHeaderKey(name), name, strings.ToLower(name)} {
			w := httptest.NewRecorder()
			w.Header()[spelled] = []string{"max-age=3600"}
			if err := (httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}).Send(w, httptest.NewRequest("GET", "/", nil)); err != nil {
				t.Fatal(err)
			}
			for name, values := range w.Header() {
				if slices.Contains(values, "max-age=3600") {
					t.Errorf("%s is left", name)
				}
			}
			if got := w.Header()["Cache-Control"]; len(got) != 1 || got[0] != "no-store" {
				t.Errorf("%s: Cache-Control %q", spelled, got)
			}
			resp := &http.Response{Header: http.Header{spelled: {"max-age=3600"}}}
			if err := (httpauth.Refusal{Challenges: []wwwauth.Challenge{basic}}).Replace(resp); err != nil {
				t.Fatal(err)
			}
			for name, values := range resp.Header {
				if slices.Contains(values, "max-age=3600") {
					t.Errorf("Replace leaves %s", name)
				}
			}
		}
	}
}

// Each byte in each place of a challenge is sent as it is, or not at all: what clients read is the challenge
// that was given, or the fallback, and no other field of the header.
func TestSendEachByte(t *testing.T) {
	fallback := wwwauth.NewChallenge("Basic", "realm", "fallback")
	for b := range 256 {
		s := string([]byte{byte(b)})
		for i, c := range []wwwauth.Challenge{
			{Scheme: s}, {Scheme: "A" + s + "B"}, {Scheme: "A", Token68: s}, {Scheme: "A", Token68: "b" + s + "c"},
			wwwauth.NewChallenge("A", s, "c"), wwwauth.NewChallenge("A", "b"+s+"c", "d"),
			wwwauth.NewChallenge("A", "b", s), wwwauth.NewChallenge("A", "b", "c"+s+"d"), wwwauth.NewChallenge("A", "b", s+"\nSet-Cookie: a=b"),
		} {
			w := httptest.NewRecorder()
			err := httpauth.Refusal{Challenges: []wwwauth.Challenge{c}, Fallback: fallback}.Send(w, httptest.NewRequest("GET", "/", nil))
			var wire bytes.Buffer
			w.Header().Write(&wire)
			resp, readErr := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("HTTP/1.1 401 Unauthorized\r\n"), &wire, strings.NewReader("\r\n"))), nil)
			if readErr != nil {
				t.Fatal(readErr)
			}
			want := []wwwauth.Challenge{c}
			if err != nil {
				want[0] = fallback
			}
			got, parseErr := httpauth.Challenges(resp)
			if diff := cmp.Diff(want, got); diff != "" || parseErr != nil || len(resp.Header) != 4 {
				t.Errorf("byte %#x, shape %d: error %v, read with %v, header %v (-want +got):\n%s", b, i, err, parseErr, resp.Header, diff)
			}
		}
	}
}
