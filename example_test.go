package wwwauth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// A client reads a challenge, and a server writes one.
func Example() {
	resp := &http.Response{Header: http.Header{"Www-Authenticate": {`Bearer scope="read", realm="example"`}}}

	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
	bearer, ok := wwwauth.Select(challenges, "Bearer")

	lines, err := wwwauth.Lines(wwwauth.NewChallenge("Bearer", "scope", "read", "realm", "example"))
	fmt.Println(bearer, ok, lines, err)

	b, ok := bearer.Bearer()
	challenge, err := wwwauth.Bearer{Scope: wwwauth.Scope{"read"}, Error: wwwauth.InvalidToken}.Challenge()
	fmt.Println(b.Scope, ok, challenge, err)
	// Output:
	// Bearer scope="read", realm="example" true [Bearer scope="read", realm="example"] <nil>
	// read true Bearer scope="read", error="invalid_token" <nil>
}

// A client reads the 401 of an MCP server: where to get a token, and with which scopes. This server
// forgets the quotes around the URL, which is not a reason to give up.
func Example_client() {
	resp := &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {
		`Bearer error="invalid_token", resource_metadata=https://mcp.example/.well-known/oauth-protected-resource, scope="files:read"`,
		`Negotiate`,
	}}}

	challenges, err := wwwauth.Parse(resp.Header.Values("WWW-Authenticate")...)
	if err != nil {
		fmt.Println("note:", err)
	}
	bearer, ok := wwwauth.Select(challenges, "DPoP", "Bearer")
	if !ok {
		log.Fatal("the server wants something else")
	}
	fmt.Println("metadata:", bearer.Get("resource_metadata"))
	fmt.Println("scopes:", bearer.Get("scope"))
	// Output:
	// note: wwwauth: line 0, offset 53: value must be quoted
	// metadata: https://mcp.example/.well-known/oauth-protected-resource
	// scopes: files:read
}

// An MCP server refuses a request that has no token.
func Example_server() {
	lines, err := wwwauth.Lines(wwwauth.NewChallenge("Bearer",
		"resource_metadata", "https://mcp.example/.well-known/oauth-protected-resource",
		"scope", "files:read"))
	if err != nil {
		log.Fatal(err)
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		for _, line := range lines {
			w.Header().Add("WWW-Authenticate", line)
		}
		w.WriteHeader(http.StatusUnauthorized)
	}

	w := httptest.NewRecorder()
	handler(w, httptest.NewRequest("POST", "/mcp", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	// Output:
	// 401 Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read"
}

// A gateway that cannot forward Negotiate drops that challenge, and forwards all lines without one
// unchanged, since a proxy must not modify the field otherwise. It formats the other challenges of a line
// with Negotiate again. Without Distinct it would lose a challenge that repeats a parameter.
func Example_gateway() {
	header := http.Header{"Www-Authenticate": {`Negotiate, Basic realm="say \"hi\"", Digest a=1, a=2`, `Bearer  scope="a b"`}}

	var forward []string
	for _, line := range header.Values("WWW-Authenticate") {
		challenges, _ := wwwauth.Parse(line)
		if _, ok := wwwauth.Select(challenges, "Negotiate"); !ok {
			forward = append(forward, line)
			continue
		}
		for _, c := range challenges {
			if text := c.Distinct().String(); text != "" && !c.Is("Negotiate") {
				forward = append(forward, text)
			}
		}
	}
	for _, line := range forward {
		fmt.Println(line)
	}
	// Output:
	// Basic realm="say \"hi\""
	// Digest a="1"
	// Bearer  scope="a b"
}

// The error lists every departure, with its place and whether anything was lost.
func ExampleParse_errors() {
	challenges, err := wwwauth.Parse(`charset="UTF-8", Digest realm="a" nonce="b", Bearer {token}`)
	var list wwwauth.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			scheme := "no challenge"
			if e.Challenge >= 0 {
				scheme = challenges[e.Challenge].Scheme
			}
			fmt.Printf("%d:%d %s, kept: %v, in %s\n", e.Line, e.Offset, e.Code, e.Kept, scheme)
		}
	}
	for _, c := range challenges {
		fmt.Println(c)
	}
	// Output:
	// 0:0 missing-scheme, kept: false, in no challenge
	// 0:34 missing-comma, kept: true, in Digest
	// 0:52 unexpected-byte, kept: false, in Bearer
	// Digest realm="a", nonce="b"
	// Bearer
}

func ExampleParse() {
	challenges, err := wwwauth.Parse(`Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range challenges {
		fmt.Println(c.Scheme)
		for _, p := range c.Params {
			fmt.Printf("  %s is %s\n", p.Name, p.Value)
		}
	}
	// Output:
	// Basic
	//   realm is simple
	// Newauth
	//   realm is apps
	//   type is 1
	//   title is Login to "apps"
}

// A program that scans many responses reuses one Parser, and limits the number of challenges.
func ExampleParser() {
	p := wwwauth.Parser{MaxChallenges: 2}
	for _, line := range []string{`Basic realm="a"`, `Digest nonce="b", Bearer, Negotiate, Basic realm="c"`} {
		challenges, err := p.Parse(line)
		fmt.Println(len(challenges), err)
	}
	// Output:
	// 1 <nil>
	// 2 wwwauth: line 0, offset 26: limit reached, the rest was not read
}

// A client accepts missing commas and quotes, and no other departures.
func ExampleTolerate() {
	read := func(lines ...string) {
		challenges, err := wwwauth.Parse(lines...)
		err = wwwauth.Tolerate(err, wwwauth.MissingComma, wwwauth.UnquotedValue)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(challenges)
	}
	read(`Bearer resource_metadata=https://example.com/rm`)
	read(`Bearer realm="x`)
	// Output:
	// [Bearer resource_metadata="https://example.com/rm"]
	// wwwauth: line 0, offset 13: quoted string has no closing quote
}

// A value without a closing quote may have been cut off, so a careful client leaves it out.
func ExampleSyntaxError() {
	challenges, err := wwwauth.Parse(`Bearer realm="https://auth.example/token", service="registry.exam`)
	c := challenges[0]
	var problems wwwauth.ErrorList
	if errors.As(err, &problems) {
		for _, e := range problems {
			if e.Code == wwwauth.UnterminatedQuote && e.Param >= 0 {
				fmt.Println("cut:", c.Params[e.Param].Name)
				c.Params = slices.Delete(c.Params, e.Param, e.Param+1)
			}
		}
	}
	fmt.Println(c)
	// Output:
	// cut: service
	// Bearer realm="https://auth.example/token"
}

func ExampleErrorList_Has() {
	_, err := wwwauth.Parse(`Digest realm="x", nonce=1, nonce=2`)
	var problems wwwauth.ErrorList
	if errors.As(err, &problems) && problems.Has(wwwauth.DuplicateParam, wwwauth.UnterminatedQuote) {
		fmt.Println("do not answer")
	}
	// Output: do not answer
}

// In JSON a Code is its name.
func ExampleCode_MarshalText() {
	_, err := wwwauth.Parse(`Bearer realm=/`)
	var problems wwwauth.ErrorList
	if errors.As(err, &problems) {
		b, _ := json.Marshal(map[string]any{"code": problems[0].Code, "offset": problems[0].Offset})
		fmt.Println(string(b))
	}
	// Output: {"code":"unquoted-value","offset":13}
}

// The order of the schemes is the client's preference, not the server's.
func ExampleSelect() {
	challenges, _ := wwwauth.Parse(`Basic realm="x", Digest realm="x", nonce="n", algorithm=SHA-256`)
	if c, ok := wwwauth.Select(challenges, "Negotiate", "Digest", "Basic"); ok {
		fmt.Println(c.Scheme)
	}
	// Output: Digest
}

func ExampleNewChallenge() {
	c := wwwauth.NewChallenge("Bearer", "realm", "example", "error", "invalid_token")
	fmt.Println(c)
	fmt.Println(wwwauth.NewChallenge("Negotiate"))
	// Output:
	// Bearer realm="example", error="invalid_token"
	// Negotiate
}

func ExampleChallenge_Is() {
	fmt.Println(wwwauth.NewChallenge("bearer").Is("Bearer"))
	// Output: true
}

// In the challenge of a container registry, the realm is the URL of the token server.
func ExampleChallenge_Get() {
	challenges, _ := wwwauth.Parse(`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`)
	c := challenges[0]
	query := url.Values{"service": {c.Get("service")}, "scope": {c.Get("scope")}}
	fmt.Println(c.Get("realm") + "?" + query.Encode())
	// Output: https://auth.docker.io/token?scope=repository%3Alibrary%2Falpine%3Apull&service=registry.docker.io
}

// Entra ID sends an empty realm, which is not the same as none.
func ExampleChallenge_Lookup() {
	challenges, _ := wwwauth.Parse(`Bearer realm="", authorization_uri="https://login.example/authorize"`)
	for _, name := range []string{"realm", "scope"} {
		value, ok := challenges[0].Lookup(name)
		fmt.Printf("%s: %q, %v\n", name, value, ok)
	}
	// Output:
	// realm: "", true
	// scope: "", false
}

// A server must not repeat a parameter, but a client may want to see all its values.
func ExampleChallenge_Values() {
	challenges, err := wwwauth.Parse(`Bearer resource_metadata="https://a.example/", resource_metadata="https://b.example/"`)
	fmt.Println(err)
	fmt.Println(challenges[0].Values("resource_metadata"))
	// Output:
	// wwwauth: line 0, offset 47: parameter is repeated
	// [https://a.example/ https://b.example/]
}

// A map is convenient for code that looks up many parameters.
func ExampleChallenge_Map() {
	challenges, _ := wwwauth.Parse(`Bearer Realm="https://auth.docker.io/token",SERVICE="registry.docker.io"`)
	params := challenges[0].Map()
	fmt.Println(params["realm"], params["service"], len(params))
	// Output: https://auth.docker.io/token registry.docker.io 2
}

// A proxy forwards a challenge in which the server repeated a parameter.
func ExampleChallenge_Distinct() {
	challenges, err := wwwauth.Parse(`Bearer scope="pull", realm="x", scope="push"`, `Basic realm="x"`)
	fmt.Println(err)
	for i, c := range challenges {
		if !c.Conflicts("realm") {
			challenges[i] = c.Distinct()
		}
	}
	lines, err := wwwauth.Lines(challenges...)
	fmt.Println(strings.Join(lines, "\n"), err)
	// Output:
	// wwwauth: line 0, offset 32: parameter is repeated
	// Bearer scope="pull push", realm="x"
	// Basic realm="x" <nil>
}

// In tests, go-cmp compares challenges with this method, so the case of schemes and names does not
// matter.
func ExampleChallenge_Equal() {
	got, _ := wwwauth.Parse(`BASIC realm=x, charset="UTF-8"`)
	want := []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "Realm", "x", "charset", "UTF-8")}
	fmt.Println(cmp.Equal(want, got))
	// Output: true
}

func ExampleFormat() {
	value, err := wwwauth.Format(
		wwwauth.NewChallenge("Digest", "realm", `the "library"`, "qop", "auth", "algorithm", "SHA-256"),
		wwwauth.NewChallenge("Basic", "realm", `the "library"`))
	fmt.Println(value, err)
	// Output: Digest realm="the \"library\"", qop="auth", algorithm=SHA-256, Basic realm="the \"library\"" <nil>
}

// Format refuses what cannot be sent, and never changes it silently.
func ExampleFormat_refused() {
	_, err := wwwauth.Format(wwwauth.NewChallenge("Basic", "realm", "x\r\nSet-Cookie: a=b"))
	fmt.Println(err)
	var fault *wwwauth.FormatError
	fmt.Println(errors.As(err, &fault) && fault.Code == wwwauth.ControlByte)
	// Output:
	// wwwauth: cannot format challenge 0, parameter 0: value contains a control byte
	// true
}

func ExampleLines() {
	lines, err := wwwauth.Lines(wwwauth.NewChallenge("Bearer", "scope", "read write"), wwwauth.NewChallenge("Basic", "realm", "example"))
	if err != nil {
		log.Fatal(err)
	}
	header := http.Header{}
	for _, line := range lines {
		header.Add("WWW-Authenticate", line)
	}
	for _, line := range header["Www-Authenticate"] {
		fmt.Println(line)
	}
	// Output:
	// Bearer scope="read write"
	// Basic realm="example"
}

func ExampleAppend() {
	field := []byte("WWW-Authenticate: ")
	field, err := wwwauth.Append(field, wwwauth.NewChallenge("Basic", "realm", "x"))
	fmt.Printf("%s %v\n", field, err)
	// Output: WWW-Authenticate: Basic realm="x" <nil>
}

// In JSON, a challenge is its canonical text.
func ExampleChallenge_MarshalText() {
	challenges, _ := wwwauth.Parse(`Negotiate, basic realm=printers`)
	b, err := json.Marshal(challenges)
	fmt.Println(string(b), err)
	// Output: ["Negotiate","basic realm=\"printers\""] <nil>
}

// A challenge in a configuration file.
func ExampleChallenge_UnmarshalText() {
	var config struct{ Fallback wwwauth.Challenge }
	err := json.Unmarshal([]byte(`{"Fallback": "Bearer realm=\"MCP Server\""}`), &config)
	fmt.Println(config.Fallback.Get("realm"), err)
	err = json.Unmarshal([]byte(`{"Fallback": "Bearer realm=MCP Server"}`), &config)
	fmt.Println(err)
	// Output:
	// MCP Server <nil>
	// wwwauth: line 0, offset 16: value must be quoted
}

const metadataURL = "https://mcp.example/.well-known/oauth-protected-resource"

// An MCP server refuses requests: 401 without an error if there is no token, 400 if the credentials are
// malformed, 401 if the token is not valid, and 403 if it lacks a scope. A Gate of package httpauth does
// the same.
func Example_mcpServer() {
	refuse := func(w http.ResponseWriter, code wwwauth.BearerCode, scope ...string) {
		b := wwwauth.Bearer{ResourceMetadata: metadataURL, Scope: scope, Error: code}
		c, err := b.Challenge()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("WWW-Authenticate", c.String())
		w.WriteHeader(code.Status())
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		credentials, err := wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
		scope, valid := verify(credentials.Token68())
		switch {
		case !credentials.Is("Bearer"): // perhaps for another server
			refuse(w, "", "files:read")
		case err != nil:
			refuse(w, wwwauth.InvalidRequest)
		case !valid:
			refuse(w, wwwauth.InvalidToken, "files:read")
		case !wwwauth.ParseScope(scope).Contains("files:write"):
			refuse(w, wwwauth.InsufficientScope, "files:write")
		}
	}
	tryServer(handler)
	// Output:
	// 401 Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read"
	// 401 Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read"
	// 400 Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", error="invalid_request"
	// 401 Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read", error="invalid_token"
	// 403 Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:write", error="insufficient_scope"
	// 200
}

// verify returns the scope of a token, and whether it is valid.
func verify(token string) (scope string, valid bool) {
	scope, valid = map[string]string{"reader": "files:read", "writer": "files:read files:write"}[token]
	return scope, valid
}

// tryServer prints the responses of a server to different credentials.
func tryServer(handler http.HandlerFunc) {
	for _, authorization := range [][]string{nil, {"AWS4-HMAC-SHA256 Credential=AK/1"}, {"Bearer reader", "Bearer writer"}, {"Bearer gone"}, {"bearer reader"}, {"Bearer writer"}} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/mcp", nil)
		r.Header["Authorization"] = authorization
		handler(w, r)
		fmt.Println(strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Header().Get("WWW-Authenticate"))))
	}
}

// An MCP client reacts to a refusal: it gets a token, asks for more scopes, asks the user to log in
// again, or uses a new nonce.
func Example_mcpClient() {
	granted := wwwauth.Scope{"files:read"}
	react := func(header http.Header) {
		challenges, _ := wwwauth.Parse(header.Values("WWW-Authenticate")...)
		c, _ := wwwauth.Select(challenges, "DPoP", "Bearer")
		b, ok := c.Bearer()
		if d, isDPoP := c.DPoP(); isDPoP {
			b, ok = d.Bearer, true
		}
		switch {
		case !ok || c.Conflicts("resource_metadata") || c.Conflicts("error"):
			fmt.Println("give up")
		case b.Error == wwwauth.UseDPoPNonce:
			fmt.Println("repeat with nonce", header.Get("DPoP-Nonce"))
		case b.Error == wwwauth.InsufficientUserAuthentication && b.MaxAge != 0:
			fmt.Println("log in again, not more than", b.MaxAge, "ago, by one of", b.ACRValues)
		case b.Error == wwwauth.InsufficientUserAuthentication:
			fmt.Println("log in again, by one of", b.ACRValues)
		case b.Error == wwwauth.InsufficientScope:
			fmt.Println("ask for the scope", granted.Union(b.Scope...))
		default:
			fmt.Println("see", b.ResourceMetadata, "and ask for the scope", b.Scope)
		}
	}
	tryClient(react)
	// Output:
	// see https://mcp.example/.well-known/oauth-protected-resource and ask for the scope files:read
	// ask for the scope files:read files:write
	// log in again, not more than 5m0s ago, by one of [phr phrh]
	// repeat with nonce eyJ7
	// give up
	// give up
}

// tryClient lets a client react to several refusals.
func tryClient(react func(http.Header)) {
	for _, line := range []string{
		`Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read"`,
		`Bearer error="insufficient_scope", scope="files:write files:read"`,
		`Bearer error="insufficient_user_authentication", acr_values="phr phrh", max_age=300`,
		`DPoP error="use_dpop_nonce", algs="ES256"`,
		`Bearer resource_metadata="https://mcp.example/", resource_metadata="https://evil.example/"`,
		`Basic realm="x"`,
	} {
		react(http.Header{"Www-Authenticate": {line}, "Dpop-Nonce": {"eyJ7"}})
	}
}

// A client of container registries asks the token server, whose URL is the realm, for a token. The
// challenge may have several scopes, in one parameter or in several.
func Example_docker() {
	challenges, _ := wwwauth.Parse(`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull,push",scope="repository:library/busybox:pull"`)
	b, _ := challenges[0].Bearer()
	u, err := url.Parse(b.Realm)
	if err != nil {
		log.Fatal(err)
	}
	query := u.Query() // the realm may have one
	query["service"], query["scope"] = challenges[0].Values("service"), b.Scope
	u.RawQuery = query.Encode()
	fmt.Println(u)
	// Output: https://auth.docker.io/token?scope=repository%3Alibrary%2Falpine%3Apull%2Cpush&scope=repository%3Alibrary%2Fbusybox%3Apull&service=registry.docker.io
}

// A Digest server sends its challenges, the strongest algorithm first, checks the response of a client,
// and proves that it knows the password too. The values are those of RFC 7616 section 3.9.1.
func Example_digestServer() {
	d := wwwauth.Digest{
		Realm: "http-auth@example.org", QOP: []string{"auth", "auth-int"},
		Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", Opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
	}
	for _, d.Algorithm = range []string{"SHA-256", "MD5"} {
		c, err := d.Challenge()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c)
	}

	c, err := wwwauth.ParseCredentials(`Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, ` +
		`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, ` +
		`response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`)
	if err != nil {
		log.Fatal(err)
	}
	hash := func(parts ...string) string {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(parts, ":"))))
	}
	a1 := hash(c.Get("username"), d.Realm, "Circle of Life")
	response := func(a2 string) string {
		return hash(a1, d.Nonce, c.Get("nc"), c.Get("cnonce"), c.Get("qop"), a2)
	}
	fmt.Println(c, "is right:", c.Get("nonce") == d.Nonce && c.Get("response") == response(hash("GET", c.Get("uri"))))

	value, err := wwwauth.FormatAuthenticationInfo(wwwauth.AuthenticationInfo{
		{Name: "rspauth", Value: response(hash("", c.Get("uri")))},
		{Name: "qop", Value: c.Get("qop")},
		{Name: "cnonce", Value: c.Get("cnonce")},
		{Name: "nc", Value: c.Get("nc")},
	})
	fmt.Println(value, err)
	// Output:
	// Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
	// Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
	// Digest [hidden] is right: true
	// rspauth="86d3b25618d41854ca5039a5d7e53ff6355d5134a9b1fb088a78ac3c462195a0", qop=auth, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", nc=00000001 <nil>
}

func ExampleBearer_Challenge() {
	c, err := wwwauth.Bearer{
		ResourceMetadata: metadataURL,
		Scope:            wwwauth.Scope{"files:read", "files:write"},
		Error:            wwwauth.InvalidToken,
		ErrorDescription: "The token has expired",
	}.Challenge()
	fmt.Println(c, err)
	// Output: Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="files:read files:write", error="invalid_token", error_description="The token has expired" <nil>
}

// The user must log in again, with a second factor and within the last five minutes (RFC 9470).
func ExampleBearer_Challenge_stepUp() {
	c, err := wwwauth.Bearer{
		Error:     wwwauth.InsufficientUserAuthentication,
		ACRValues: []string{"urn:example:mfa"},
		MaxAge:    5 * time.Minute,
	}.Challenge()
	fmt.Println(c, err)
	// Output: Bearer error="insufficient_user_authentication", acr_values="urn:example:mfa", max_age="300" <nil>
}

// The error names the field, and the section that forbids its value.
func ExampleViewError() {
	_, err := wwwauth.Bearer{Error: wwwauth.InvalidToken, ErrorDescription: `token "abc" expired`}.Challenge()
	fmt.Println(err)
	var fault *wwwauth.ViewError
	if errors.As(err, &fault) {
		fmt.Println(fault.View, fault.Field, fault.Section)
	}
	// Output:
	// wwwauth: Bearer.ErrorDescription contains a character that is not allowed (RFC 6750 section 3)
	// Bearer ErrorDescription RFC 6750 section 3
}

// A client that supports only Bearer does not mistake a DPoP challenge for one.
func ExampleChallenge_DPoP() {
	challenges, _ := wwwauth.Parse(`DPoP algs="ES256 PS256", scope="read"`)
	d, ok := challenges[0].DPoP()
	fmt.Println(d.Algs, d.Scope, ok)
	_, ok = challenges[0].Bearer()
	fmt.Println(ok)
	// Output:
	// [ES256 PS256] read true
	// false
}

func ExampleDPoP_Challenge() {
	c, err := wwwauth.DPoP{Bearer: wwwauth.Bearer{Error: wwwauth.UseDPoPNonce}, Algs: []string{"ES256"}}.Challenge()
	fmt.Println(c, err)
	// Output: DPoP error="use_dpop_nonce", algs="ES256" <nil>
}

// The text of an error often has quotes, which are not allowed in an error_description.
func ExampleErrorDescription() {
	_, err := strconv.Atoi(`"1"`)
	c, _ := wwwauth.Bearer{
		Error:            wwwauth.InvalidRequest,
		ErrorDescription: wwwauth.ErrorDescription(err.Error()),
	}.Challenge()
	fmt.Println(c)
	// Output: Bearer error="invalid_request", error_description="strconv.Atoi: parsing '/'1/'': invalid syntax"
}

// Parameters without a field are in Other, and so are malformed values.
func ExampleChallenge_Bearer() {
	challenges, _ := wwwauth.Parse(`Bearer realm="", authorization_uri="https://login.example/", max_age=soon`)
	b, ok := challenges[0].Bearer()
	fmt.Println(ok, b.EmptyRealm, b.MaxAge, b.Other)
	_, ok = challenges[0].Basic()
	fmt.Println(ok)
	// Output:
	// true true 0s [{authorization_uri https://login.example/} {max_age soon}]
	// false
}

// Entra ID names the claims that a token lacks. A client sends the JSON when it asks for a new token.
func ExampleBearer_DecodeClaims() {
	challenges, _ := wwwauth.Parse(`Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="`)
	b, _ := challenges[0].Bearer()
	claims, err := b.DecodeClaims()
	fmt.Printf("%s %v\n", claims, err)
	// Output: {"access_token":{"nbf":{"essential":true}}} <nil>
}

func ExampleBearerCode_Status() {
	fmt.Println(wwwauth.InvalidRequest.Status(), wwwauth.InvalidToken.Status(), wwwauth.InsufficientScope.Status(), wwwauth.BearerCode("").Status())
	// Output: 400 401 403 401
}

// A server checks that a token has all the scopes that a request needs.
func ExampleScope_Contains() {
	granted := wwwauth.ParseScope("files:read files:write profile")
	fmt.Println(granted.Contains("files:read", "files:write"))
	fmt.Println(granted.Contains("files:read", "files:delete"))
	// Output:
	// true
	// false
}

// The scope claim of a token is a list separated by spaces.
func ExampleParseScope() {
	scope := wwwauth.ParseScope("files:read  profile files:read")
	fmt.Println(len(scope), scope)
	// Output: 2 files:read profile
}

// A client that asks for more scopes keeps those that it has.
func ExampleScope_Union() {
	granted := wwwauth.ParseScope("openid files:read")
	needed := wwwauth.Scope{"files:write", "files:read"}
	fmt.Println(granted.Union(needed...))
	// Output: openid files:read files:write
}

// Someone has added a second resource_metadata, and not all clients would use the same one.
func ExampleChallenge_Conflicts() {
	challenges, _ := wwwauth.Parse(`Bearer scope="a", scope="a", resource_metadata="https://a.example/", resource_metadata="https://b.example/"`)
	fmt.Println(challenges[0].Conflicts("scope"), challenges[0].Conflicts("resource_metadata"))
	// Output: false true
}

func ExampleBasic_Challenge() {
	c, err := wwwauth.Basic{Realm: "WallyWorld", UTF8: true}.Challenge()
	fmt.Println(c, err)
	// Output: Basic realm="WallyWorld", charset="UTF-8" <nil>
}

// By the grammar this is a token68, but the server means an empty realm.
func ExampleChallenge_Basic() {
	challenges, err := wwwauth.Parse(`Basic realm=`)
	b, ok := challenges[0].Basic()
	fmt.Printf("%q %v %q %v\n", challenges[0].Token68, err, b.Realm, ok)
	// Output: "realm=" <nil> "" true
}

// A server that still supports MD5 sends the challenge with the stronger algorithm first.
func ExampleDigest_Challenge() {
	d := wwwauth.Digest{Realm: "printers", Nonce: "dcd98b7102dd2f0e", QOP: []string{"auth"}}
	for _, d.Algorithm = range []string{"SHA-256", "MD5"} {
		c, err := d.Challenge()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c)
	}
	// Output:
	// Digest realm="printers", qop="auth", algorithm=SHA-256, nonce="dcd98b7102dd2f0e"
	// Digest realm="printers", qop="auth", algorithm=MD5, nonce="dcd98b7102dd2f0e"
}

// A nonce that is stale needs a new response, but not a new password.
func ExampleChallenge_Digest() {
	challenges, _ := wwwauth.Parse(`Digest realm="printers", nonce="2f0e8b11", qop="AUTH, auth-int", stale=TRUE`)
	d, ok := challenges[0].Digest()
	fmt.Println(d.Nonce, d.QOP, d.Stale, ok)
	// Output: 2f0e8b11 [auth auth-int] true true
}

// The order of the algorithms is the client's preference, not the server's.
func ExampleSelectDigest() {
	challenges, _ := wwwauth.Parse(`Digest realm="a", nonce="1", qop="auth"`, `Digest realm="a", nonce="2", qop="auth, auth-int", algorithm=SHA-256`)
	d, ok := wwwauth.SelectDigest(challenges, "SHA-512-256", "SHA-256", "MD5")
	fmt.Println(ok, d.Algorithm, d.Nonce, d.QOP)
	// Output: true SHA-256 2 [auth auth-int]
}

// A client reads the second message of an NTLM handshake, and sends the third.
func ExampleChallenge_Data() {
	challenges, _ := wwwauth.Parse(`NTLM TlRMTVNTUAACAAAA`)
	message, err := challenges[0].Data()
	fmt.Printf("%q %v\n", message, err)
	c := wwwauth.TokenCredentials("NTLM", base64.StdEncoding.EncodeToString([]byte("NTLMSSP\x00\x03")))
	value, err := wwwauth.FormatCredentials(c)
	fmt.Println(value, err)
	// Output:
	// "NTLMSSP\x00\x02\x00\x00\x00" <nil>
	// NTLM TlRMTVNTUAAD <nil>
}

// Printing credentials does not reveal the token.
func ExampleParseCredentials() {
	c, err := wwwauth.ParseCredentials("Bearer mF_9.B5f-4.1JqM")
	fmt.Println(c, err, c.Token68() == "mF_9.B5f-4.1JqM")

	_, err = wwwauth.ParseCredentials("Bearer mF_9.B5f-4.1JqM, Basic YTpi")
	fmt.Println(err)
	_, err = wwwauth.ParseCredentials("Bearer one", "Bearer two")
	fmt.Println(err)
	// Output:
	// Bearer [hidden] <nil> true
	// wwwauth: line 0, offset 22: unexpected byte
	// wwwauth: line 1, offset 0: unexpected byte
}

// A server answers malformed credentials with 400 if they have its scheme. Any others may be meant for
// another server, and get a 401.
func ExampleParseCredentials_malformed() {
	for _, line := range []string{"Bearer {token}", "AWS4-HMAC-SHA256 Credential=AK/1/us/s3/aws4_request, Signature=0", "ghp_secret"} {
		credentials, err := wwwauth.ParseCredentials(line)
		switch {
		case err != nil && credentials.Is("Bearer"):
			fmt.Println(400, err)
		case !credentials.Is("Bearer"):
			fmt.Println(401)
		}
	}
	// Output:
	// 400 wwwauth: line 0, offset 7: unexpected byte
	// 401
	// 401
}

func ExampleBasicCredentials() {
	c, err := wwwauth.BasicCredentials("Aladdin", "open sesame")
	if err != nil {
		log.Fatal(err)
	}
	value, err := wwwauth.FormatCredentials(c)
	fmt.Println(value, err)
	// Output: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== <nil>
}

// A server that sends push messages identifies itself to the push service (RFC 8292).
func ExampleNewCredentials() {
	token, key := "eyJ0eXAiOiJKV1Qi.eyJhdWQi.Mxi3bn", "BA1Hxzyi1RUM1b5wjxsn7nGxAs"
	c := wwwauth.NewCredentials("vapid", "t", token, "k", key)
	value, err := wwwauth.FormatCredentials(c)
	fmt.Println(value, err)
	// Output: vapid t=eyJ0eXAiOiJKV1Qi.eyJhdWQi.Mxi3bn, k=BA1Hxzyi1RUM1b5wjxsn7nGxAs <nil>
}

// A client sends an access token.
func ExampleTokenCredentials() {
	value, err := wwwauth.FormatCredentials(wwwauth.TokenCredentials("Bearer", "mF_9.B5f-4.1JqM"))
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", value)
	fmt.Println(r.Header.Get("Authorization"))
	// Output: Bearer mF_9.B5f-4.1JqM
}

// A server compares a login in constant time.
func ExampleCredentials_Equal() {
	want, err := wwwauth.BasicCredentials("Aladdin", "open sesame")
	if err != nil {
		log.Fatal(err)
	}
	got, _ := wwwauth.ParseCredentials("basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
	fmt.Println(got.Equal(want))
	// Output: true
}

func ExampleCredentials_Basic() {
	c, _ := wwwauth.ParseCredentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
	fmt.Println(c.Basic())
	// Output: Aladdin open sesame true
}

// Credentials and challenges differ in which parameters are quoted.
func ExampleFormatCredentials() {
	value, err := wwwauth.FormatCredentials(wwwauth.NewCredentials("Digest", "username", "Mufasa", "uri", "/", "qop", "auth", "nc", "00000001"))
	fmt.Println(value, err)
	// Output: Digest username="Mufasa", uri="/", qop=auth, nc=00000001 <nil>
}

func ExampleParseAuthenticationInfo() {
	info, err := wwwauth.ParseAuthenticationInfo(`nextnonce="bmV4dA==", qop=auth`)
	fmt.Println(info.Get("nextnonce"), err)
	// Output: bmV4dA== <nil>
}

func ExampleFormatAuthenticationInfo() {
	value, err := wwwauth.FormatAuthenticationInfo(wwwauth.AuthenticationInfo{{Name: "nextnonce", Value: "bmV4dA=="}, {Name: "qop", Value: "auth"}})
	fmt.Println(value, err)
	// Output: nextnonce="bmV4dA==", qop=auth <nil>
}
