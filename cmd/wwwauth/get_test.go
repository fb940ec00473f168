package main

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A recordingServer notes the requests that it gets.
type recordingServer struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
}

func record(t *testing.T, serve http.HandlerFunc) *recordingServer {
	t.Helper()
	s := new(recordingServer)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, fmt.Sprintf("%s %s %s auth=%t cookie=%t type=%q", r.Method, r.URL.Path, body, r.Header.Get("Authorization") != "", r.Header.Get("Cookie") != "", r.Header.Get("Content-Type")))
		s.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *recordingServer) got() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.requests, "\n")
}

// TestGetLocation checks what -L sends, as the Fetch standard has it for browsers, and that each answer is reported.
func TestGetLocation(t *testing.T) {
	refuse := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="end"`)
		w.WriteHeader(401)
	}
	for _, tt := range []struct {
		status int
		other  bool // the redirect leads to another origin
		args   []string
		want   string // the second request
	}{
		{301, false, nil, `GET /end  auth=false cookie=false type=""`},
		{301, false, []string{"-d", "x"}, `GET /end  auth=false cookie=false type=""`},
		{302, false, []string{"-d", "x"}, `GET /end  auth=false cookie=false type=""`},
		{302, false, []string{"-X", "PUT", "-d", "x"}, `PUT /end x auth=false cookie=false type="application/x-www-form-urlencoded"`},
		{303, false, []string{"-X", "PUT", "-d", "x"}, `GET /end  auth=false cookie=false type=""`},
		{303, false, []string{"-I"}, `HEAD /end  auth=false cookie=false type=""`},
		{307, false, []string{"-d", "x"}, `POST /end x auth=false cookie=false type="application/x-www-form-urlencoded"`},
		{308, false, []string{"-d", "{}"}, `POST /end {} auth=false cookie=false type="application/json"`},
		{307, false, []string{"-H", "Authorization: Bearer t", "-H", "Cookie: a=b"}, `GET /end  auth=true cookie=true type=""`},
		{307, true, []string{"-H", "Authorization: Bearer t", "-H", "Cookie: a=b"}, `GET /end  auth=false cookie=false type=""`},
		{302, true, []string{"-u", "joe:secret-1"}, `GET /end  auth=false cookie=false type=""`},
	} {
		end := record(t, refuse)
		start := record(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/end":
				refuse(w, r)
			case tt.other:
				http.Redirect(w, r, end.URL+"/end", tt.status)
			default:
				w.Header().Set("Location", "/end")
				w.WriteHeader(tt.status)
			}
		})
		exit, stdout, stderr := runText("", append(append([]string{"get", "-L"}, tt.args...), start.URL)...)
		_, second, _ := strings.Cut(start.got()+"\n"+end.got(), "\n")
		if got := strings.TrimSpace(second); got != tt.want {
			t.Errorf("%d %q: the second request is %s\nwant %s", tt.status, tt.args, got, tt.want)
		}
		if exit != 0 || stderr != "" || !strings.Contains(stdout, fmt.Sprintf("%d, a redirect to ", tt.status)) || !strings.Contains(stdout, "/end") || !strings.Contains(stdout, "Basic") {
			t.Errorf("%d %q: exit %d, %s%s", tt.status, tt.args, exit, stderr, stdout)
		}
	}
	loop := record(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
	if exit, _, stderr := runText("", "get", "-L", loop.URL); exit != 69 || !strings.HasSuffix(stderr, "wwwauth: there are more than 20 redirects\n") {
		t.Errorf("exit %d, %s", exit, stderr)
	}
}

// TestGetUser checks that -u answers Basic and Digest, that each answer is reported, and that no password is shown.
func TestGetUser(t *testing.T) {
	login := func(challenge string, accepted func(*http.Request) bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if accepted(r) {
				return
			}
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(401)
		}
	}
	basic := func(r *http.Request) bool {
		user, password, _ := r.BasicAuth()
		return user == "joe" && password == "pass-word:1"
	}
	digest := func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Authorization"), "Digest ") }
	for _, tt := range []struct {
		challenge string
		accepted  func(*http.Request) bool
		flag      string
		last      string // what the report says last
	}{
		{`Basic realm="x"`, basic, "joe:pass-word:1", "200: the server accepts the credentials."},
		{`Basic realm="x"`, basic, "joe:wrong-word", `Basic as "joe" was sent`},
		{`Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256`, digest, "joe:pass-word:1", "200: the server accepts the credentials."},
	} {
		server := record(t, login(tt.challenge, tt.accepted))
		for _, flag := range []string{"-u", "--user"} {
			exit, stdout, stderr := runText("", "get", flag, tt.flag, server.URL)
			if exit != 0 || stderr != "" || !strings.Contains(strings.Join(strings.Fields(stdout), " "), tt.last) || strings.Contains(stdout, "-word") {
				t.Errorf("%s %s: exit %d, %s%s", tt.challenge, tt.flag, exit, stderr, stdout)
			}
		}
	}
	// One who asks for a URL at one origin sends no password to another: see TestGetLocation.
}

// TestGetCertificate checks -k and --cacert, over HTTP/1.1 and HTTP/2.
func TestGetCertificate(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("WWW-Authenticate", `Basic realm="x"`)
			w.Header().Add("WWW-Authenticate", "Negotiate")
			w.WriteHeader(401)
		}))
		server.EnableHTTP2 = http2
		server.StartTLS()
		defer server.Close()
		dir := t.TempDir()
		good, bad := filepath.Join(dir, "good.pem"), filepath.Join(dir, "bad.pem")
		if err := os.WriteFile(good, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bad, []byte("no certificate"), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			args   []string
			exit   int
			stderr string
		}{
			{nil, 69, "--cacert FILE"},
			{[]string{"-k"}, 0, ""},
			{[]string{"--insecure"}, 0, ""},
			{[]string{"-kL"}, 0, ""},
			{[]string{"--cacert", good}, 0, ""},
			{[]string{"--cacert", bad}, 64, "no certificate in PEM"},
			{[]string{"--cacert", filepath.Join(dir, "missing")}, 64, "missing"},
		} {
			exit, stdout, stderr := runText("", append(append([]string{"get"}, tt.args...), server.URL)...)
			if exit != tt.exit || !strings.Contains(stderr, tt.stderr) || (stderr == "") != (exit == 0) {
				t.Errorf("%q: exit %d, %s%s", tt.args, exit, stderr, stdout)
			}
			if exit == 0 && (!strings.Contains(stdout, "2 challenges") || strings.Index(stdout, "Basic") > strings.Index(stdout, "Negotiate")) {
				t.Errorf("%q: %s", tt.args, stdout)
			}
		}
	}
}

// TestGetSpelling checks that flags can be written as for curl.
func TestGetSpelling(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-XPUT"}, `PUT /  auth=false cookie=false type=""`},
		{[]string{"--request", "PUT"}, `PUT /  auth=false cookie=false type=""`},
		{[]string{"-kXPUT"}, `PUT /  auth=false cookie=false type=""`},
		{[]string{"-kL", "-HCookie: a=b"}, `GET /  auth=false cookie=true type=""`},
		{[]string{"--data", "x", "--header", "Content-Type:"}, `POST / x auth=false cookie=false type=""`},
		{[]string{"-dx", "-m", "300"}, `POST / x auth=false cookie=false type="application/x-www-form-urlencoded"`},
		{[]string{"-timeout", "90.5", "--max-time", "5m30s"}, `GET /  auth=false cookie=false type=""`},
		{[]string{"--head"}, `HEAD /  auth=false cookie=false type=""`},
	} {
		server := record(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("WWW-Authenticate", "Negotiate")
			w.WriteHeader(401)
		})
		exit, _, stderr := runText("", append(append([]string{"get"}, tt.args...), server.URL)...)
		if exit != 0 || stderr != "" || server.got() != tt.want {
			t.Errorf("%q: exit %d, %s%s; want %s", tt.args, exit, stderr, server.got(), tt.want)
		}
	}
	for _, tt := range []struct{ args, stderr string }{
		{"get foo.example", "did you mean https://foo.example?"},
		{"get localhost:8080/x", "did you mean https://localhost:8080/x?"},
		{"probe foo.example/mcp", "did you mean https://foo.example/mcp?"},
		{"get -timeout x http://127.0.0.1:1", "it must be a number of seconds"},
		{"get --loction http://127.0.0.1:1", "did you mean -location?"},
		{"get -kQ http://127.0.0.1:1", "-kQ"},
	} {
		if exit, _, stderr := runText("", strings.Fields(tt.args)...); exit != 64 || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s: exit %d, %s", tt.args, exit, stderr)
		}
	}
}
