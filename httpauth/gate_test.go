package httpauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
	"github.com/seed-903fb8fe/wwwauth/lint/httplint"
)

var errDown = errors.New("the database is down")

// verify has a token for each case.
func verify(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
	switch token {
	case "good":
		return &httpauth.Identity{Subject: "Rita", Scope: wwwauth.Scope{"write", "read"}, Expires: time.Now().Add(time.Hour), Value: 7}, nil
	case "eternal":
		return &httpauth.Identity{Scope: wwwauth.Scope{"read", "write"}}, nil
	case "reader":
		return &httpauth.Identity{Subject: "Rob", Scope: wwwauth.Scope{"read"}, Expires: time.Now().Add(time.Hour)}, nil
	case "old":
		return &httpauth.Identity{Scope: wwwauth.Scope{"read", "write"}, Expires: time.Now()}, nil
	case "nothing":
		return nil, nil
	case "down":
		return nil, fmt.Errorf("asking: %w", errDown)
	case "wrapped":
		return nil, fmt.Errorf("jwt: %w", &httpauth.TokenError{})
	case "nil":
		return nil, (*httpauth.TokenError)(nil)
	case "described":
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{ErrorDescription: "The signature is wrong", ErrorURI: "https://example.com/help"}}
	case "stale":
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{
			Error: wwwauth.InsufficientUserAuthentication, ACRValues: []string{"gold"}, MaxAge: 5 * time.Minute,
		}}
	case "else":
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{
			ResourceMetadata: "https://else.example/rm", Scope: wwwauth.Scope{"else"}, Error: wwwauth.InsufficientScope, Realm: "else",
			AuthorizationServer: "https://as.example", Claims: "e30=", Other: []wwwauth.Param{{Name: "x", Value: "y"}},
		}}
	case "unknown":
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{Error: "no_such_code"}}
	case "unsendable":
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{Error: wwwauth.InsufficientScope, ErrorDescription: `say "no"`}}
	case "unsendable-code":
		return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{Error: "\n"}}
	}
	return nil, &httpauth.TokenError{}
}

// options are those of the tests that are about something else.
var options = httpauth.GateOptions{Bearer: wwwauth.Bearer{Realm: "x", Scope: wwwauth.Scope{"read", "write"}}}

func newGate(t testing.TB, o httpauth.GateOptions) *httpauth.Gate {
	t.Helper()
	if o.OnError == nil {
		o.OnError = func(r *http.Request, err error) { t.Errorf("reported: %v", err) }
	}
	gate, err := httpauth.NewGate(verify, o)
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

// hello greets the client that the gate has let through.
func hello(w http.ResponseWriter, r *http.Request) {
	identity := httpauth.IdentityFrom(r.Context())
	if identity == nil {
		io.WriteString(w, "hello nobody")
		return
	}
	fmt.Fprintf(w, "hello %s %v", identity.Subject, identity.Value)
}

type gateTest struct {
	name   string
	fields []string // Authorization
	status int
	line   string // WWW-Authenticate; "" if there must be none
	text   string // content
}

var gateTests = []gateTest{
	{"no field", nil, 401, `Bearer scope="read write", realm="x"`, "An access token is needed\n"},
	{"another scheme", []string{"Basic YTpi"}, 401, `Bearer scope="read write", realm="x"`, "An access token is needed\n"},
	{"DPoP", []string{"DPoP good"}, 401, `Bearer scope="read write", realm="x"`, "An access token is needed\n"},
	{"a scheme with parameters", []string{`Digest username="a", uri="/"`}, 401, `Bearer scope="read write", realm="x"`, "An access token is needed\n"},
	{"two fields", []string{"Bearer good", "Bearer good"}, 400, twoFields, "The request has more than one Authorization field\n"},
	{"two fields of other schemes", []string{"Basic YTpi", "Digest a=b"}, 400, twoFields, "The request has more than one Authorization field\n"},
	{"an empty field", []string{""}, 401, asked, "An access token is needed\n"},
	{"two empty fields", []string{"", ""}, 400, twoFields, "The request has more than one Authorization field\n"},
	{"two tokens", []string{"Bearer good good"}, 400, malformed, "The Authorization field is malformed\n"},
	{"a list", []string{"Bearer good, Basic YTpi"}, 400, malformed, "The Authorization field is malformed\n"},
	{"no b64token", []string{"Bearer 7|good"}, 400, malformed, "The Authorization field is malformed\n"},
	{"a token that is not ASCII", []string{"Bearer g\u00f6\u00f6d"}, 400, malformed, "The Authorization field is malformed\n"},
	{"a tab in place of the space", []string{"bEARER\tgood"}, 400, malformed, "The Authorization field is malformed\n"},
	{"another scheme, two tokens", []string{"Basic a b"}, 401, asked, "An access token is needed\n"},
	{"another scheme, no token68", []string{"Basic !!!"}, 401, asked, "An access token is needed\n"},
	{"quotes without backslashes", []string{`Digest username="a", realm="say "hi"", uri="/"`}, 401, asked, "An access token is needed\n"},
	{
		"AWS, with slashes outside of quotes", []string{"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
			"SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79"}, 401, asked, "An access token is needed\n",
	},
	{"no scheme", []string{"7|good"}, 401, asked, "An access token is needed\n"},
	{"a scheme that begins with Bearer", []string{"Bearer2 good"}, 401, asked, "An access token is needed\n"},
	{"Bearer is not the scheme", []string{"Basic a, Bearer good"}, 401, asked, "An access token is needed\n"},
	{"no token", []string{"Bearer"}, 400, noToken, "The Authorization field has no access token\n"},
	{"parameters in place of a token", []string{`Bearer token="good"`}, 400, noToken, "The Authorization field has no access token\n"},
	{"an unknown token", []string{"Bearer bad"}, 401, `Bearer scope="read write", error="invalid_token", realm="x"`, "The access token is not valid\n"},
	{"a token with padding", []string{"Bearer good=="}, 401, `Bearer scope="read write", error="invalid_token", realm="x"`, "The access token is not valid\n"},
	{"a wrapped TokenError", []string{"Bearer wrapped"}, 401, `Bearer scope="read write", error="invalid_token", realm="x"`, "The access token is not valid\n"},
	{
		"a described TokenError", []string{"Bearer described"}, 401,
		`Bearer scope="read write", error="invalid_token", realm="x", error_uri="https://example.com/help", error_description="The signature is wrong"`,
		"The signature is wrong\n",
	},
	{
		"an expired token", []string{"Bearer old"}, 401,
		`Bearer scope="read write", error="invalid_token", realm="x", error_description="The access token expired"`, "The access token expired\n",
	},
	{"a scope is missing", []string{"Bearer reader"}, 403, `Bearer scope="read write", error="insufficient_scope", realm="x"`, "The access token lacks a scope\n"},
	{
		"the user must log in again", []string{"Bearer stale"}, 401,
		`Bearer scope="read write", error="insufficient_user_authentication", realm="x", acr_values="gold", max_age="300"`, "Unauthorized\n",
	},
	{
		"all fields of a TokenError", []string{"Bearer else"}, 403,
		`Bearer resource_metadata="https://else.example/rm", scope="else", error="insufficient_scope", realm="else", ` +
			`authorization_server="https://as.example", claims="e30=", x="y"`, "The access token lacks a scope\n",
	},
	{"a code of one's own", []string{"Bearer unknown"}, 401, `Bearer scope="read write", error="no_such_code", realm="x"`, "Unauthorized\n"},
	{"a good token", []string{"Bearer good"}, 200, "", "hello Rita 7"},
	{"the scheme in lower case", []string{"bearer  good "}, 200, "", "hello Rita 7"},
}

const (
	asked     = `Bearer scope="read write", realm="x"`
	twoFields = `Bearer scope="read write", error="invalid_request", realm="x", error_description="The request has more than one Authorization field"`
	malformed = `Bearer scope="read write", error="invalid_request", realm="x", error_description="The Authorization field is malformed"`
	noToken   = `Bearer scope="read write", error="invalid_request", realm="x", error_description="The Authorization field has no access token"`
)

// The cases of RFC 6750 section 3, over HTTP/1.1 and HTTP/2, with GET and with HEAD.
func TestGate(t *testing.T) {
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		server := httptest.NewUnstartedServer(newGate(t, options).Handler(http.HandlerFunc(hello)))
		server.EnableHTTP2 = protocol == "HTTP/2.0"
		server.StartTLS()
		defer server.Close()
		for _, method := range []string{"GET", "HEAD"} {
			for _, tt := range gateTests {
				t.Run(protocol+" "+method+" "+tt.name, func(t *testing.T) {
					r, err := http.NewRequest(method, server.URL, nil)
					if err != nil {
						t.Fatal(err)
					}
					r.Header["Authorization"] = tt.fields
					resp, err := server.Client().Do(r)
					if err != nil {
						t.Fatal(err)
					}
					content, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if err != nil {
						t.Fatal(err)
					}
					if resp.Proto != protocol || resp.StatusCode != tt.status || resp.ContentLength != int64(len(tt.text)) {
						t.Errorf("%s %s, length %d; want %s %d, length %d", resp.Proto, resp.Status, resp.ContentLength, protocol, tt.status, len(tt.text))
					}
					if method == "GET" && string(content) != tt.text {
						t.Errorf("content %q, want %q", content, tt.text)
					}
					var want []string
					if tt.line != "" {
						want = []string{tt.line}
					}
					if diff := cmp.Diff(want, resp.Header["Www-Authenticate"]); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
					for _, f := range httplint.Response(resp) {
						if f.Rule.Name == "error-unknown" && tt.name == "a code of one's own" {
							continue
						}
						t.Error(f)
					}
				})
			}
		}
	}
}

// get sends a request with the field through a gate, and returns the response and the errors that were
// reported.
func get(t *testing.T, o httpauth.GateOptions, r *http.Request, authorization string) (*httptest.ResponseRecorder, []error) {
	t.Helper()
	var reported []error
	o.OnError = func(req *http.Request, err error) {
		if req != r {
			t.Error("reported with another request")
		}
		reported = append(reported, err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	newGate(t, o).Handler(http.HandlerFunc(hello)).ServeHTTP(w, r)
	return w, reported
}

// A server that does not trim its fields, as net/http does, gets the same (RFC 9110 section 5.5).
func TestGateSpace(t *testing.T) {
	for authorization, status := range map[string]int{" \tBearer good\t": 200, "\tBearer bad": 401, " Bearer": 400, " \t": 401, "\tBasic !!!": 401} {
		if w, reported := get(t, options, httptest.NewRequest("GET", "/", nil), authorization); w.Code != status || len(reported) > 0 {
			t.Errorf("%q: %d, reported %v; want %d", authorization, w.Code, reported, status)
		}
	}
}

// A fault of the server is not shown to the client, and does not make the token invalid.
func TestGateInternal(t *testing.T) {
	o := options
	o.Body = httpauth.ProblemBody
	for token, want := range map[string]string{
		"down":    "httpauth: token could not be verified: asking: the database is down",
		"nothing": "httpauth: token could not be verified: the Verifier returned no Identity",
		"eternal": "httpauth: token could not be verified: the Verifier returned an Identity without Expires, and AllowMissingExpiration is not set",
		"nil":     "httpauth: token could not be verified: the Verifier returned a nil TokenError",
	} {
		w, reported := get(t, o, httptest.NewRequest("GET", "/", nil), "Bearer "+token)
		if w.Code != 500 || w.Body.String() != `{"title":"Internal Server Error","status":500}` || len(w.Header().Values("WWW-Authenticate")) > 0 {
			t.Errorf("%s: %d %q %v", token, w.Code, w.Body, w.Header())
		}
		if len(reported) != 1 || reported[0].Error() != want || errors.Is(reported[0], errDown) != (token == "down") {
			t.Errorf("%s: reported %v, want %q", token, reported, want)
		}
	}
}

// If a requested challenge cannot be sent, that of the options is.
func TestGateUnsendable(t *testing.T) {
	o := options
	o.PerRequest = func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
		switch r.URL.Path {
		case "/realm":
			b.Realm = "a\nb"
		case "/broken":
			b.Realm, b.Scope = "a\nb", wwwauth.Scope{"admin"}
		case "/files":
			b.Realm, b.Scope = "files", wwwauth.Scope{"files"}
		}
		return b
	}
	for _, tt := range []struct {
		path, authorization string
		status              int
		line                string
		faults              []string // fields of the Bearer
	}{
		{"/realm", "", 401, `Bearer scope="read write", realm="x"`, []string{"Realm"}},
		{"/realm", "Bearer bad", 401, `Bearer scope="read write", error="invalid_token", realm="x"`, []string{"Realm"}},
		{"/realm", "Bearer reader", 403, `Bearer scope="read write", error="insufficient_scope", realm="x"`, []string{"Realm"}},
		{"/", "Bearer unsendable", 403, `Bearer scope="read write", error="insufficient_scope", realm="x"`, []string{"ErrorDescription"}},
		{"/files", "Bearer unsendable", 403, `Bearer scope="files", error="insufficient_scope", realm="files"`, []string{"ErrorDescription"}},
		{"/realm", "Bearer unsendable", 403, `Bearer scope="read write", error="insufficient_scope", realm="x"`, []string{"ErrorDescription", "Realm"}},
		// What a token must be good for is still what PerRequest says.
		{"/broken", "Bearer good", 403, `Bearer scope="read write", error="insufficient_scope", realm="x"`, []string{"Realm"}},
		{"/", "Bearer unsendable-code", 401, `Bearer scope="read write", realm="x"`, []string{"Error"}},
	} {
		w, reported := get(t, o, httptest.NewRequest("GET", tt.path, nil), tt.authorization)
		if diff := cmp.Diff([]string{tt.line}, w.Header().Values("WWW-Authenticate")); diff != "" || w.Code != tt.status {
			t.Errorf("%v: %d (-want +got):\n%s", tt, w.Code, diff)
		}
		var faults []string
		for _, err := range reported {
			var fault *wwwauth.ViewError
			if !errors.As(err, &fault) {
				t.Fatalf("%v: reported %v", tt, err)
			}
			faults = append(faults, fault.Field)
		}
		if diff := cmp.Diff(tt.faults, faults); diff != "" {
			t.Errorf("%v: reported (-want +got):\n%s", tt, diff)
		}
	}
	if w, reported := get(t, o, httptest.NewRequest("GET", "/realm", nil), "Bearer good"); w.Code != 200 || len(reported) > 0 {
		t.Errorf("let through: %d, reported %v", w.Code, reported)
	}
}

// Without a hook, errors are in the log.
func TestGateLog(t *testing.T) {
	var b bytes.Buffer
	log.SetOutput(&b)
	defer log.SetOutput(os.Stderr)
	gate, err := httpauth.NewGate(verify, options)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer down")
	gate.Handler(http.HandlerFunc(hello)).ServeHTTP(httptest.NewRecorder(), r)
	if got := b.String(); !strings.HasSuffix(got, " httpauth: token could not be verified: asking: the database is down\n") {
		t.Errorf("the log has %q", got)
	}
}

func TestGatePerRequest(t *testing.T) {
	o := httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "x"},
		PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
			b.Realm += r.URL.Path
			b.ResourceMetadata = "https://example.com/.well-known/oauth-protected-resource" + r.URL.Path
			b.Scope = append(b.Scope, strings.TrimPrefix(r.URL.Path, "/"))
			// These are the gate's.
			b.Error, b.ErrorDescription, b.ErrorURI = wwwauth.InvalidToken, "d", "https://example.com/"
			return b
		},
	}
	for _, tt := range []struct {
		path, authorization string
		status              int
		line                string
	}{
		{"/read", "", 401, `Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/read", scope="read", realm="x/read"`},
		{"/write", "", 401, `Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/write", scope="write", realm="x/write"`},
		{"/read", "Bearer reader", 200, ""},
		{"/write", "Bearer reader", 403, `Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/write", scope="write", error="insufficient_scope", realm="x/write"`},
	} {
		w, reported := get(t, o, httptest.NewRequest("GET", tt.path, nil), tt.authorization)
		if got := w.Header().Get("WWW-Authenticate"); got != tt.line || w.Code != tt.status || len(reported) > 0 {
			t.Errorf("%v: %d %s, reported %v", tt, w.Code, got, reported)
		}
	}
}

func TestGateAdvertiseOnly(t *testing.T) {
	o := options
	o.AdvertiseOnly = true
	w, _ := get(t, o, httptest.NewRequest("GET", "/", nil), "Bearer reader")
	if w.Code != 200 {
		t.Errorf("a token without the scope: %d", w.Code)
	}
	w, _ = get(t, o, httptest.NewRequest("GET", "/", nil), "")
	if got := w.Header().Get("WWW-Authenticate"); w.Code != 401 || got != `Bearer scope="read write", realm="x"` {
		t.Errorf("no token: %d %s", w.Code, got)
	}
}

func TestGatePassPreflight(t *testing.T) {
	preflight := http.Header{"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"POST"}}
	for _, tt := range []struct {
		name   string
		pass   bool
		method string
		header http.Header
		status int
	}{
		{"a preflight", true, "OPTIONS", preflight, 200},
		{"not asked for", false, "OPTIONS", preflight, 401},
		{"another method", true, "GET", preflight, 401},
		{"no Origin", true, "OPTIONS", http.Header{"Access-Control-Request-Method": {"POST"}}, 401},
		{"no method", true, "OPTIONS", http.Header{"Origin": {"https://app.example"}}, 401},
	} {
		o := options
		o.PassPreflight = tt.pass
		r := httptest.NewRequest(tt.method, "/", nil)
		r.Header = tt.header.Clone()
		if w, _ := get(t, o, r, ""); w.Code != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.status)
		}
	}
	// Whoever sends one has no identity, whatever token comes with it.
	o := options
	o.PassPreflight = true
	r := httptest.NewRequest("OPTIONS", "/", nil)
	r.Header = preflight.Clone()
	if w, _ := get(t, o, r, "Bearer good"); w.Code != 200 || w.Body.String() != "hello nobody" {
		t.Errorf("a preflight with a token: %d %q", w.Code, w.Body)
	}
}

func TestGateRefuse(t *testing.T) {
	for _, tt := range []struct {
		bearer wwwauth.Bearer
		status int
		line   string
		text   string
	}{
		{
			wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: wwwauth.Scope{"admin"}}, 403,
			`Bearer scope="admin", error="insufficient_scope", realm="x/tool"`, "The access token lacks a scope\n",
		},
		{
			wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "No such tool"}, 400,
			`Bearer scope="read write", error="invalid_request", realm="x/tool", error_description="No such tool"`, "No such tool\n",
		},
		{wwwauth.Bearer{}, 401, `Bearer scope="read write", realm="x/tool"`, "An access token is needed\n"},
		{wwwauth.Bearer{EmptyRealm: true}, 401, `Bearer scope="read write", realm=""`, "An access token is needed\n"},
	} {
		o := options
		o.PerRequest = func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
			b.Realm += r.URL.Path
			return b
		}
		gate := newGate(t, o)
		handler := gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { gate.Refuse(w, r, tt.bearer) }))
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/tool", nil)
		r.Header.Set("Authorization", "Bearer good")
		handler.ServeHTTP(w, r)
		if got := w.Header().Get("WWW-Authenticate"); w.Code != tt.status || got != tt.line || w.Body.String() != tt.text {
			t.Errorf("%d %s %q; want %d %s %q", w.Code, got, w.Body, tt.status, tt.line, tt.text)
		}
	}
}

// The Verifier is given what it needs, and its identity goes to the handler.
func TestGateVerifier(t *testing.T) {
	type key struct{}
	request := httptest.NewRequest("GET", "/", nil)
	request = request.WithContext(context.WithValue(request.Context(), key{}, "value"))
	request.Header.Set("Authorization", "Bearer a-._~+/1==")
	want := &httpauth.Identity{Subject: "Rita", Expires: time.Now().Add(time.Hour)}
	gate, err := httpauth.NewGate(func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		if r != request || ctx.Value(key{}) != "value" || token != "a-._~+/1==" {
			t.Errorf("called with %v, %q", r, token)
		}
		return want, nil
	}, httpauth.GateOptions{Bearer: wwwauth.Bearer{Realm: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	called := false
	gate.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called = httpauth.IdentityFrom(r.Context()) == want && r.Context().Value(key{}) == "value"
	})).ServeHTTP(httptest.NewRecorder(), request)
	if !called {
		t.Error("the handler was not called, or without the identity")
	}
}

func TestIdentity(t *testing.T) {
	if got := httpauth.IdentityFrom(t.Context()); got != nil {
		t.Errorf("%v in an empty context", got)
	}
	want := &httpauth.Identity{Subject: "Rita"}
	if got := httpauth.IdentityFrom(httpauth.WithIdentity(t.Context(), want)); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestTokenError(t *testing.T) {
	if got := (&httpauth.TokenError{}).Error(); got != "httpauth: invalid_token" {
		t.Error(got)
	}
	if got := (&httpauth.TokenError{Bearer: wwwauth.Bearer{Error: wwwauth.InsufficientScope}}).Error(); got != "httpauth: insufficient_scope" {
		t.Error(got)
	}
}

func TestNewGate(t *testing.T) {
	for _, tt := range []struct {
		bearer wwwauth.Bearer
		field  string // of a ViewError
		text   string
	}{
		{wwwauth.Bearer{}, "", "httpauth: GateOptions.Bearer cannot be sent: wwwauth: Bearer has no parameter (RFC 6750 section 3)"},
		{wwwauth.Bearer{Scope: wwwauth.Scope{"a b"}}, "Scope", ""},
		{wwwauth.Bearer{Realm: "a\nb"}, "Realm", ""},
		{wwwauth.Bearer{ResourceMetadata: "/relative"}, "ResourceMetadata", ""},
		{wwwauth.Bearer{Realm: "x", Error: wwwauth.InvalidToken}, "-", "httpauth: GateOptions.Bearer describes an error, but not every request has one"},
		{wwwauth.Bearer{Realm: "x", ErrorDescription: "d"}, "-", "httpauth: GateOptions.Bearer describes an error, but not every request has one"},
		{wwwauth.Bearer{Realm: "x", ErrorURI: "https://h/"}, "-", "httpauth: GateOptions.Bearer describes an error, but not every request has one"},
	} {
		gate, err := httpauth.NewGate(verify, httpauth.GateOptions{Bearer: tt.bearer})
		if err == nil || gate != nil {
			t.Errorf("%v: gate %v, error %v", tt.bearer, gate, err)
			continue
		}
		var fault *wwwauth.ViewError
		field := "-"
		if errors.As(err, &fault) {
			field = fault.Field
		}
		if field != tt.field || tt.text != "" && err.Error() != tt.text {
			t.Errorf("%v: error %v", tt.bearer, err)
		}
	}
	if _, err := httpauth.NewGate(nil, options); err == nil || err.Error() != "httpauth: Verifier is nil" {
		t.Errorf("without a Verifier: %v", err)
	}
}

// What the caller does to its slices later, and what PerRequest appends, is not seen by other requests.
func TestGateOptionsAreCopied(t *testing.T) {
	scope := make(wwwauth.Scope, 1, 8)
	scope[0] = "read"
	other := make([]wwwauth.Param, 1, 8)
	other[0] = wwwauth.Param{Name: "a", Value: "b"}
	acrValues := append(make([]string, 0, 8), "1")
	gate := newGate(t, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Scope: scope, ACRValues: acrValues, Other: other},
		PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
			id := r.URL.Path[1:]
			b.Scope = append(b.Scope, id)
			b.ACRValues = append(b.ACRValues, id)
			b.Other = append(b.Other, wwwauth.Param{Name: "id", Value: id})
			return b
		},
	})
	scope[0], acrValues[0], other[0].Value = "changed", "changed", "changed"
	handler := gate.Handler(http.HandlerFunc(hello))
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest("GET", fmt.Sprintf("/%d", i), nil))
			want := fmt.Sprintf(`Bearer scope="read %[1]d", acr_values="1 %[1]d", a="b", id="%[1]d"`, i)
			if got := w.Header().Get("WWW-Authenticate"); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
	wg.Wait()
}

// A handler behind the gate can do with the connection what it can do without.
func TestGateResponseController(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		flushed := make(chan bool)
		server := httptest.NewUnstartedServer(newGate(t, options).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := http.NewResponseController(w)
			if err := errors.Join(c.SetReadDeadline(time.Now().Add(time.Hour)), c.SetWriteDeadline(time.Now().Add(time.Hour)), c.EnableFullDuplex()); err != nil {
				t.Error(err)
			}
			io.WriteString(w, "first")
			if err := c.Flush(); err != nil {
				t.Error(err)
			}
			<-flushed // until the client has read what was flushed
			io.WriteString(w, "second")
		})))
		server.EnableHTTP2 = http2
		server.StartTLS()
		r, err := http.NewRequest("GET", server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer good")
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		first := make([]byte, len("first"))
		if _, err := io.ReadFull(resp.Body, first); err != nil {
			t.Error(err)
		}
		close(flushed)
		second, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(first) != "first" || string(second) != "second" || err != nil {
			t.Errorf("%q, %q, %v", first, second, err)
		}
		server.Close()
	}
}

// Whatever a client and a Verifier send, what is not let through is refused with a challenge that
// conforms, and nobody gets through without the Verifier's consent.
func FuzzGate(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("Bearer x", "", "invalid_token", "", "", false)
	seeds.Add("Bearer x", "Basic y", "a\nb", "\"", "a b", false)
	seeds.Add("bearer\tx", "", "", "", "\x00", true)
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, field, field2, code, description, scope string, good bool) {
		verified := false
		gate, err := httpauth.NewGate(func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
			if good {
				verified = true
				return &httpauth.Identity{Scope: wwwauth.Scope{scope}, Expires: time.Now().Add(time.Hour)}, nil
			}
			return nil, &httpauth.TokenError{Bearer: wwwauth.Bearer{
				Error: wwwauth.BearerCode(code), ErrorDescription: description, Scope: wwwauth.Scope{scope}, Realm: description,
			}}
		}, httpauth.GateOptions{
			Bearer:     wwwauth.Bearer{Realm: "x"},
			PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer { b.Scope = wwwauth.Scope{scope}; return b },
			OnError:    func(*http.Request, error) {},
			Body:       httpauth.JSONRPCBody,
		})
		if err != nil {
			t.Fatal(err)
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		r.Header["Authorization"] = []string{field}
		if field2 != "" {
			r.Header.Add("Authorization", field2)
		}
		called := false
		gate.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })).ServeHTTP(w, r)
		if called != verified {
			t.Fatalf("called: %v, verified: %v", called, verified)
		}
		if called {
			return
		}
		lines := w.Header().Values("WWW-Authenticate")
		if len(lines) != 1 || w.Code != 400 && w.Code != 401 && w.Code != 403 {
			t.Fatalf("%d %q", w.Code, lines)
		}
		cs, err := wwwauth.Parse(lines...)
		if err != nil || len(cs) != 1 || !cs[0].Is("Bearer") || len(cs[0].Params) == 0 {
			t.Fatalf("%q: %v, %v", lines, cs, err)
		}
	})
}

// PerRequest may do what it likes with the Bearer that it is given: no other request sees it.
func TestGatePerRequestGetsACopy(t *testing.T) {
	gate := newGate(t, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{
			Realm: "x", Scope: wwwauth.Scope{"admin"}, ACRValues: []string{"gold"}, MaxAge: 5 * time.Minute, Other: []wwwauth.Param{{Name: "a", Value: "b"}},
		},
		PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
			if r.URL.Path == "/low" {
				b.Scope = append(b.Scope[:0], "read")
				b.ACRValues[0], b.Other[0].Value, b.MaxAge = "low", "low", 0
				return b
			}
			b.Realm += "y" // or the Gate would send a line that it has made before
			return b
		},
	})
	handler := gate.Handler(http.HandlerFunc(hello))
	const line = `Bearer scope="admin", error="insufficient_scope", realm="xy", acr_values="gold", max_age="300", a="b"`
	var wg sync.WaitGroup
	for range 50 {
		for path, status := range map[string]int{"/low": 200, "/admin": 403} {
			wg.Go(func() {
				w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
				r.Header.Set("Authorization", "Bearer reader")
				handler.ServeHTTP(w, r)
				if got := w.Header().Get("WWW-Authenticate"); w.Code != status || status == 403 && got != line {
					t.Errorf("%s: %d %s", path, w.Code, got)
				}
			})
		}
	}
	wg.Wait()
}

// An Identity without an expiry is a fault of the Verifier, and not one of the client.
func TestGateMissingExpiration(t *testing.T) {
	for _, expires := range []time.Time{{}, time.Unix(-62135596800, 0)} {
		var reported []error
		o := options
		o.OnError = func(_ *http.Request, err error) { reported = append(reported, err) }
		gate, err := httpauth.NewGate(func(context.Context, *http.Request, string) (*httpauth.Identity, error) {
			return &httpauth.Identity{Scope: wwwauth.Scope{"read", "write"}, Expires: expires}, nil
		}, o)
		if err != nil {
			t.Fatal(err)
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer eternal")
		gate.Handler(http.HandlerFunc(hello)).ServeHTTP(w, r)
		if w.Code != 500 || len(w.Header().Values("WWW-Authenticate")) > 0 || len(reported) != 1 || !strings.Contains(reported[0].Error(), "Expires") {
			t.Errorf("%v: %d %v, reported %v", expires, w.Code, w.Header(), reported)
		}
	}
}

// A Verifier that ran out of time says nothing about the token, and a client that went away gets no response.
func TestGateOutOfTime(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name     string
		ctx      context.Context
		err      error
		status   int
		reported bool
	}{
		{"deadline", t.Context(), fmt.Errorf("asking: %w", context.DeadlineExceeded), 503, true},
		{"deadline of the network", t.Context(), &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, 503, true},
		{"deadline of an http.Client", t.Context(), &url.Error{Op: "Post", URL: "https://as.example", Err: context.DeadlineExceeded}, 503, true},
		{"among others", t.Context(), errors.Join(errDown, context.DeadlineExceeded), 503, true},
		{"among others that have a Timeout", t.Context(), errors.Join(&url.Error{Op: "Post", URL: "https://as.example", Err: errDown}, context.DeadlineExceeded), 503, true},
		{"no deadline of an http.Client", t.Context(), &url.Error{Op: "Post", URL: "https://as.example", Err: errDown}, 500, true},
		{"deadline, and the client is gone", gone, context.DeadlineExceeded, 503, true},
		{"client gone", gone, fmt.Errorf("asking: %w", context.Canceled), 503, false},
		{"something else canceled", t.Context(), context.Canceled, 500, true},
		{"something else failed", gone, errDown, 500, true},
	} {
		var reported []error
		o := options
		o.OnError = func(_ *http.Request, err error) { reported = append(reported, err) }
		gate, err := httpauth.NewGate(func(context.Context, *http.Request, string) (*httpauth.Identity, error) { return nil, tt.err }, o)
		if err != nil {
			t.Fatal(err)
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(tt.ctx)
		r.Header.Set("Authorization", "Bearer good")
		gate.Handler(http.HandlerFunc(hello)).ServeHTTP(w, r)
		if w.Code != tt.status || len(w.Header()["Www-Authenticate"]) > 0 || len(w.Header()["Retry-After"]) > 0 {
			t.Errorf("%s: %d %v, want %d", tt.name, w.Code, w.Header(), tt.status)
		}
		if len(reported) > 1 || (len(reported) == 1) != tt.reported || tt.reported && !errors.Is(reported[0], tt.err) {
			t.Errorf("%s: reported %v", tt.name, reported)
		}
	}
}

// With the option, a token need not have an expiry, but must not have expired.
func TestGateAllowMissingExpiration(t *testing.T) {
	o := options
	o.AllowMissingExpiration = true
	for authorization, status := range map[string]int{"Bearer eternal": 200, "Bearer good": 200, "Bearer old": 401, "Bearer nothing": 500} {
		w, reported := get(t, o, httptest.NewRequest("GET", "/", nil), authorization)
		if w.Code != status || (len(reported) > 0) != (status == 500) {
			t.Errorf("%s: %d, reported %v; want %d", authorization, w.Code, reported, status)
		}
	}
}

// Other schemes are offered with a 401 and with nothing else, after Bearer and each on its own line.
func TestGateAlternatives(t *testing.T) {
	o := options
	o.Alternatives = []wwwauth.Challenge{wwwauth.NewChallenge("Negotiate"), wwwauth.NewChallenge("Basic", "realm", "x", "charset", "UTF-8")}
	others := []string{"Negotiate", `Basic realm="x", charset="UTF-8"`}
	if _, err := httpauth.NewGate(verify, o); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		authorization string
		status        int
		line          string // of Bearer
	}{
		{"", 401, asked},
		{"Basic YTpi", 401, asked},
		{"Bearer bad", 401, `Bearer scope="read write", error="invalid_token", realm="x"`},
		{"Bearer described", 401, gateTests[indexOf("a described TokenError")].line},
		{"Bearer stale", 401, gateTests[indexOf("the user must log in again")].line},
		{"Bearer reader", 403, `Bearer scope="read write", error="insufficient_scope", realm="x"`},
		{"Bearer", 400, noToken},
		{"Bearer good", 200, ""},
	} {
		var want []string
		if tt.line != "" {
			want = append(want, tt.line)
		}
		if tt.status == 401 {
			want = append(want, others...)
		}
		// A change that PerRequest makes does not lose them.
		for _, perRequest := range []func(*http.Request, wwwauth.Bearer) wwwauth.Bearer{
			nil,
			func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer { return b },
			func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer { b.Realm = "y"; return b },
		} {
			o.PerRequest = perRequest
			w, reported := get(t, o, httptest.NewRequest("GET", "/", nil), tt.authorization)
			got := w.Header().Values("WWW-Authenticate")
			if len(got) > 0 {
				got[0] = strings.Replace(got[0], `realm="y"`, `realm="x"`, 1)
			}
			if diff := cmp.Diff(want, got); diff != "" || w.Code != tt.status || len(reported) > 0 {
				t.Errorf("%s: %d, reported %v (-want +got):\n%s", tt.authorization, w.Code, reported, diff)
			}
		}
	}

	// They are copied, and checked.
	gate := newGate(t, o)
	o.Alternatives[1].Params[0].Value = "changed"
	w := httptest.NewRecorder()
	gate.Handler(http.HandlerFunc(hello)).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if diff := cmp.Diff(others, w.Header().Values("WWW-Authenticate")[1:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o.Alternatives = append(o.Alternatives, broken)
	gate, err := httpauth.NewGate(verify, o)
	var fault *wwwauth.FormatError
	if gate != nil || !errors.As(err, &fault) || fault.Challenge != 2 || fault.Param != 1 {
		t.Errorf("with a broken one: %v, %v", gate, err)
	}
}

func indexOf(name string) int {
	return slices.IndexFunc(gateTests, func(tt gateTest) bool { return tt.name == name })
}

// Handlers around the Gate, and a Body, may change what they are given: the next response is as it should be.
func TestGateRepliesAreNotShared(t *testing.T) {
	for _, body := range []httpauth.Body{nil, httpauth.JSONRPCBody, func(r *http.Request, f httpauth.Refusal) (string, []byte) {
		content := fmt.Sprint(f.Challenges)
		for i := range f.Challenges {
			for j := range f.Challenges[i].Params {
				f.Challenges[i].Params[j].Value = "changed"
			}
			f.Challenges[i].Scheme = "Changed"
		}
		return "text/plain", []byte(content)
	}} {
		o := options
		o.Alternatives = []wwwauth.Challenge{basic}
		o.Body = body
		handler := newGate(t, o).Handler(http.HandlerFunc(hello))
		var first http.Header
		var content string
		for i := range 3 {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if i == 0 {
				first, content = w.Header().Clone(), w.Body.String()
			}
			if diff := cmp.Diff(first, w.Header()); diff != "" || w.Body.String() != content {
				t.Fatalf("response %d: %q (-want +got):\n%s", i, w.Body, diff)
			}
			for _, values := range w.Header() {
				values[0] = "changed"
				_ = append(values, "changed")
			}
		}
	}
}

// Each field of a Bearer that PerRequest, a TokenError or Refuse sets is in the challenge, and none is
// forgotten when the Gate decides whether it can use a line that it has made before.
func TestGateBearerFields(t *testing.T) {
	values := map[string]any{
		"ResourceMetadata": "https://rs.example/rm", "Scope": wwwauth.Scope{"other"}, "Realm": "other", "EmptyRealm": true,
		"ACRValues": []string{"gold"}, "MaxAge": time.Minute, "ZeroMaxAge": true, "Claims": "e30=", "AuthorizationServer": "https://as.example",
		"Other": []wwwauth.Param{{Name: "x", Value: "y"}}, "Error": wwwauth.InsufficientClaims, "ErrorDescription": "text",
		"ErrorURI": "https://rs.example/help",
	}
	fields := reflect.TypeFor[wwwauth.Bearer]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		value, ok := values[name]
		if !ok {
			t.Errorf("no value for %s", name)
			continue
		}
		base := wwwauth.Bearer{Realm: "x"}
		if name == "EmptyRealm" {
			base = wwwauth.Bearer{Scope: wwwauth.Scope{"a"}}
		}
		changed := base
		reflect.ValueOf(&changed).Elem().Field(i).Set(reflect.ValueOf(value))
		challenge, err := changed.Challenge()
		if err != nil {
			t.Fatal(err)
		}
		var alone wwwauth.Bearer
		reflect.ValueOf(&alone).Elem().Field(i).Set(reflect.ValueOf(value))

		gate := newGate(t, httpauth.GateOptions{Bearer: base})
		w := httptest.NewRecorder()
		gate.Refuse(w, httptest.NewRequest("GET", "/", nil), alone)
		if got := w.Header().Get("WWW-Authenticate"); got != challenge.String() {
			t.Errorf("Refuse with %s: %s, want %s", name, got, challenge)
		}
		if strings.HasPrefix(name, "Error") {
			continue // the Gate's own
		}
		gate = newGate(t, httpauth.GateOptions{Bearer: base, PerRequest: func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer {
			reflect.ValueOf(&b).Elem().Field(i).Set(reflect.ValueOf(value))
			return b
		}})
		w = httptest.NewRecorder()
		gate.Handler(http.HandlerFunc(hello)).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("WWW-Authenticate"); got != challenge.String() {
			t.Errorf("PerRequest with %s: %s, want %s", name, got, challenge)
		}
	}
}
