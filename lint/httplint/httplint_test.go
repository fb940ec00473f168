package httplint_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/seed-903fb8fe/wwwauth/lint"
	"github.com/seed-903fb8fe/wwwauth/lint/httplint"
)

// In a test of a server, each finding is a failure: t.Error(f).
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

// A recorder has no request in its response; without it, nothing is known of the credentials.
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

// A Linter leaves out rules that do not matter to a server.
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
