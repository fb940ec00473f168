package httplint_test

import (
	"bufio"
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/lint"
	"github.com/seed-903fb8fe/wwwauth/lint/httplint"
)

var fieldNames = []string{"WWW-Authenticate", "Proxy-Authenticate", "Optional-WWW-Authenticate"}

func ruleNames(findings []lint.Finding) []string {
	var names []string
	for _, f := range findings {
		names = append(names, f.Rule.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestResponse checks what is learnt from a response and its request.
func TestResponse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, field := range fieldNames {
			for _, line := range r.URL.Query()[field] {
				w.Header().Add(field, line)
			}
		}
		w.Header().Set("Access-Control-Allow-Origin", r.URL.Query().Get("origin"))
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		w.WriteHeader(status)
	}))
	defer server.Close()

	bearer := `Bearer scope="a", error="invalid_token"`
	for _, tt := range []struct {
		name   string
		query  url.Values
		header http.Header
		want   []string
	}{
		{"without a field", url.Values{"status": {"401"}}, nil, []string{"no-challenge"}},
		{"not needed", url.Values{"status": {"404"}}, nil, nil},
		{"good", url.Values{"status": {"401"}, "WWW-Authenticate": {`Basic realm="x"`}}, nil, nil},
		{"without credentials", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}}, nil, []string{"error-without-credentials"}},
		{"with a token", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}}, http.Header{"Authorization": {"bearer abc"}}, nil},
		{"with DPoP", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}}, http.Header{"Authorization": {"DPoP abc"}}, nil},
		{"with a password", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}}, http.Header{"Authorization": {"Basic YTpi"}}, []string{"error-without-credentials"}},
		{"malformed", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}}, http.Header{"Authorization": {"Bearer a b"}}, nil},
		{"token in the query", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}, "access_token": {"abc"}}, nil, nil},
		{"token in the query and no error", url.Values{"status": {"401"}, "WWW-Authenticate": {`Bearer scope="a"`}, "access_token": {"abc"}}, nil, nil},
		{"perhaps in a form", url.Values{"status": {"401"}, "WWW-Authenticate": {bearer}}, http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}, nil},
		{"token and no error", url.Values{"status": {"401"}, "WWW-Authenticate": {`Bearer scope="a"`}}, http.Header{"Authorization": {"Bearer abc"}}, []string{"error-missing"}},
		{"DPoP, and only Bearer is offered", url.Values{"status": {"401"}, "WWW-Authenticate": {`Bearer scope="a"`}}, http.Header{"Authorization": {"DPoP abc"}}, nil},
		{"both fields", url.Values{"status": {"401"}, "WWW-Authenticate": {`Basic realm=x`}, "Proxy-Authenticate": {"Basic"}}, nil, []string{"basic-no-realm", "proxy-field-status", "realm-unquoted"}},
		{"optional", url.Values{"status": {"401"}, "WWW-Authenticate": {`Basic realm="x"`}, "Optional-WWW-Authenticate": {`Basic realm="x"`}}, nil, []string{"optional-field-status"}},
		{"of another origin", url.Values{"status": {"401"}, "WWW-Authenticate": {`Bearer scope="a"`}, "origin": {"*"}}, nil, []string{"not-exposed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := http.NewRequest("GET", server.URL+"/?"+tt.query.Encode(), nil)
			if err != nil {
				t.Fatal(err)
			}
			maps.Copy(r.Header, tt.header)
			resp, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if diff := cmp.Diff(tt.want, ruleNames(httplint.Response(resp))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUserinfo checks that credentials in a URL, which net/http sends as Basic, are credentials.
func TestUserinfo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); !ok {
			t.Error("no credentials were sent")
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	defer server.Close()
	resp, err := http.Get(strings.Replace(server.URL, "://", "://joe:secret@", 1) + "/mcp")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if findings := httplint.Response(resp); len(findings) > 0 {
		t.Error(findings)
	}
	if m := httplint.Message(resp); strings.Contains(m.Request.URL, "secret") {
		t.Errorf("%s", m.Request.URL)
	}
}

// TestProxyCredentials checks that those for a proxy are another matter than those for the server.
func TestProxyCredentials(t *testing.T) {
	for _, tt := range []struct {
		name string
		want []string
	}{
		{"Proxy-Authorization", nil},
		{"Authorization", []string{"handshake-data-first"}},
	} {
		resp := &http.Response{
			StatusCode: 407,
			Header:     http.Header{"Proxy-Authenticate": {"Negotiate YII="}},
			Request:    &http.Request{Header: http.Header{tt.name: {"Negotiate YII="}}},
		}
		if diff := cmp.Diff(tt.want, ruleNames(httplint.Response(resp))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestCaptures checks that the same is found in a recorded response, read as text and by net/http.
func TestCaptures(t *testing.T) {
	files, err := filepath.Glob("../../testdata/captures/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures, %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		head, _, _ := strings.Cut(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n")
		status, fields, _ := strings.Cut(head, "\n")
		m := lint.Message{Proto: strings.Fields(status)[0], Header: map[string][]string{}, Complete: true}
		m.Status, err = strconv.Atoi(strings.Fields(status)[1])
		if err != nil {
			t.Fatal(err)
		}
		for field := range strings.SplitSeq(fields, "\n") {
			name, value, _ := strings.Cut(field, ":")
			name = strings.ToLower(name)
			m.Header[name] = append(m.Header[name], strings.Trim(value, " \t"))
		}
		if diff := cmp.Diff(lint.Check(m), httplint.Response(resp)); diff != "" {
			t.Errorf("%s (-text +net/http):\n%s", file, diff)
		}
	}
}

// TestImports checks that lint does without net/http.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "github.com/seed-903fb8fe/wwwauth/lint").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	if slices.Contains(strings.Fields(string(out)), "net/http") {
		t.Error("lint imports net/http")
	}
}
