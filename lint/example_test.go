package lint_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/seed-903fb8fe/wwwauth/lint"
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
	for _, f := range lint.Response(resp) {
		fmt.Println(f)
	}
	// Output:
	// WWW-Authenticate line 0, offset 0: warning error-without-credentials: The challenge says what is wrong with a token, but the request had none. (RFC 6750 section 3.1) Instead: a challenge without error, error_description and error_uri.
	// WWW-Authenticate line 0, offset 36: error realm-unquoted: The realm is not in quotes. (RFC 9110 section 11.5) Instead: realm="...".
}

// A recorder has no request in its response; without it, nothing is known of the credentials.
func ExampleResponse_recorder() {
	handler := http.NotFoundHandler()
	r := httptest.NewRequest("GET", "/private", nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)

	resp := w.Result()
	resp.Request = r
	fmt.Println(lint.Response(resp, lint.MCP))
	// Output:
	// []
}

// A rule that does not matter here is passed over by its name.
func ExampleCheck() {
	findings := lint.Check(lint.Message{
		Lines:  []string{`Basic realm="Grüße", charset="UTF-8"`, `Digest realm="Grüße", nonce="n"`},
		Status: http.StatusUnauthorized,
	})
	for _, f := range findings {
		if f.Rule.Name != "not-ascii" {
			fmt.Println(f.Rule.Severity, f.Rule.Name, f.Line, f.Offset)
		}
	}
	// Output:
	// warning basic-before-digest 0 0
	// error digest-params 1 0
}
