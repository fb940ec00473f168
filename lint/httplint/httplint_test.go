package httplint_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/seed-903fb8fe/wwwauth/lint"
	"github.com/seed-903fb8fe/wwwauth/lint/httplint"
)

// A printer is in place of a *testing.T.
type printer struct{}

func (printer) Error(args ...any) { fmt.Println(args...) }
func (printer) Fatal(args ...any) { log.Fatal(args...) }

// The test of a server reports each finding.
func Example() {
	t := printer{} // in a test: t *testing.T
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()

	resp, err := http.Get(server.URL + "/private")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range httplint.Response(resp) {
		t.Error(f)
	}
	// Output: WWW-Authenticate line 0, offset 0: error basic-no-realm: The Basic challenge has no realm. (RFC 7617 section 2) Breaks: Subversion crashes; urllib, wget2 and regctl send nothing. Send Basic realm="...", with a name that users know the server by.
}

func ExampleResponse() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", realm=example`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	server := httptest.NewServer(handler)
	defer server.Close()

	resp, err := http.Get(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()
	for _, f := range httplint.Response(resp) {
		fmt.Println(f.Rule.Severity, f.Rule.Name, f.Place.Offset, f.Message)
	}
	// Output:
	// warning error-without-credentials 0 The challenge says what is wrong with a token, but the request had none.
	// error realm-unquoted 36 The realm is not in quotes.
}

// The response of a recorder has no request, so the test adds it.
func ExampleResponse_recorder() {
	handler := http.NotFoundHandler()
	r := httptest.NewRequest("GET", "/private", nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)

	resp := w.Result()
	resp.Request = r
	fmt.Println(httplint.Response(resp, lint.MCP))
	// Output:
	// []
}

// A Linter can leave out rules that do not matter to a server.
func ExampleMessage() {
	resp := &http.Response{
		StatusCode: http.StatusUnauthorized,
		Header:     http.Header{"Www-Authenticate": {`Basic realm="Grüße"`, `Digest realm="Grüße", nonce="n"`}},
	}
	linter := lint.Linter{Disable: []string{"not-ascii"}}
	for _, f := range linter.Check(httplint.Message(resp)) {
		fmt.Println(f.Rule.Severity, f.Rule.Name, f.Line, f.Message)
	}
	// Output:
	// warning basic-before-digest 0 Basic comes before Digest.
	// error digest-params 1 qop is missing.
}
