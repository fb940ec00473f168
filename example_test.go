package wwwauth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// A client reads the 401 of an MCP server: where to look for a token, and for which scopes. This
// server forgets the quotes around the URL, which is no reason to give up.
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

// A gateway that cannot pass Negotiate on drops that challenge, and forwards the lines that do not
// have it as they came. (A proxy must not change the field otherwise.) What stands beside Negotiate on a
// line is written anew; a challenge that cannot be sent, since it has a parameter twice, is left out.
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
			if text := c.String(); text != "" && !c.Is("Negotiate") {
				forward = append(forward, text)
			}
		}
	}
	for _, line := range forward {
		fmt.Println(line)
	}
	// Output:
	// Basic realm="say \"hi\""
	// Bearer  scope="a b"
}

// The error tells each departure with its place, and whether something was lost.
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

// A scan of many responses uses one Parser, which does not allocate for lines like this one, and
// allows them fewer challenges.
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

// The order of the schemes is the client's preference, not the server's.
func ExampleSelect() {
	challenges, _ := wwwauth.Parse(`Basic realm="x", Digest realm="x", nonce="n", algorithm=SHA-256`)
	if c, ok := wwwauth.Select(challenges, "Negotiate", "Digest", "Basic"); ok {
		fmt.Println(c.Scheme)
	}
	// Output: Digest
}

func ExampleNewChallenge() {
	fmt.Println(wwwauth.NewChallenge("Basic", "realm", "x", "charset", "UTF-8"))
	fmt.Println(wwwauth.NewChallenge("Negotiate"))
	// Output:
	// Basic realm="x", charset="UTF-8"
	// Negotiate
}

func ExampleChallenge_Is() {
	fmt.Println(wwwauth.NewChallenge("bearer").Is("Bearer"))
	// Output: true
}

// Docker's token challenge: the realm is a URL to fetch, here with the service and the scope that the
// challenge names.
func ExampleChallenge_Get() {
	challenges, _ := wwwauth.Parse(`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`)
	c := challenges[0]
	query := url.Values{"service": {c.Get("service")}, "scope": {c.Get("scope")}}
	fmt.Println(c.Get("realm") + "?" + query.Encode())
	// Output: https://auth.docker.io/token?scope=repository%3Alibrary%2Falpine%3Apull&service=registry.docker.io
}

// Entra ID sends an empty realm, and means something by it.
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

// A parameter that is repeated is a fault; who wants to choose among the values can.
func ExampleChallenge_Values() {
	challenges, err := wwwauth.Parse(`Bearer resource_metadata="https://a.example/", resource_metadata="https://b.example/"`)
	fmt.Println(err)
	fmt.Println(challenges[0].Values("resource_metadata"))
	// Output:
	// wwwauth: line 0, offset 47: parameter is repeated
	// [https://a.example/ https://b.example/]
}

// In tests, go-cmp compares challenges by their meaning, since they have the method Equal.
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

// What cannot be sent is refused, and never changed in silence.
func ExampleFormat_refused() {
	_, err := wwwauth.Format(wwwauth.NewChallenge("Basic", "realm", "x\r\nSet-Cookie: a=b"))
	fmt.Println(err)
	var fault *wwwauth.FormatError
	fmt.Println(errors.As(err, &fault) && fault.Code == wwwauth.ControlByte)
	// Output:
	// wwwauth: cannot format challenge 0, parameter 0: value holds a control byte
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
