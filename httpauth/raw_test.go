package httpauth_test

import (
	"bufio"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// fieldTests are header fields of a request, and the status of the answer. The token good is a good one.
var fieldTests = []struct {
	status int
	fields []string
}{
	{200, []string{
		"Authorization: Bearer good",
		"authorization: bearer good",
		"AUTHORIZATION:BEARER good",
		"Authorization: \t Bearer    good \t ",
		"Authorization: Bearer " + strings.Repeat(" ", 64<<10) + "good",
		"Authorization: Bearer\r\n good", // net/http unfolds lines
		"Authorization: Bearer good\r\nProxy-Authorization: Bearer bad",
		"Authorization: Bearer good\r\nConnection: Authorization",
	}},
	// No token, or one where none is looked for.
	{401, []string{
		"Accept: */*",
		"Authorization:",
		"Authorization: \t ",
		"Authorization: good",
		"Authorization: Bearergood",
		"Authorization: Bearer,good",
		"Authorization: Bearer:good",
		"Authorization: Bearer: good",
		"Authorization: Bearer=good",
		"Authorization: Bearer/good",
		`Authorization: "Bearer" good`,
		`Authorization: Bearer" good`,
		"Authorization: Bearer\u00a0good",
		"Authorization: Bearer\u2003good",
		"Authorization: \u00a0Bearer good",
		"Authorization: \ufeffBearer good",
		"Authorization: \u0412earer good", // a Cyrillic letter
		"Authorization: \uff22earer good", // a full-width one
		"Authorization: Bearer\xff good",
		"Authorization: XBearer good",
		"Authorization: Bearer2 good",
		"Authorization: , Bearer good",
		"Authorization: Basic good",
		"Authorization: Basic Bearer good",
		"Authorization: Basic YTpi, Bearer good",
		"Authorization: Basic realm=Bearer good",
		"Authorization: Token good",
		"Authorization: DPoP good",
		"Authorization: Negotiate good",
		"Authorization: NTLM good",
		"Authorization: OAuth good",
		"Authorization: JWT good",
		"Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=good",
		"Authorization: Digest username=\"Bearer good",
		"Authorization: Bearer%20good",
		"Authorization: %42earer good",
		"Proxy-Authorization: Bearer good",
		"X-Authorization: Bearer good",
		"X-Forwarded-Authorization: Bearer good",
		"X-Original-Authorization: Bearer good",
		"Authorization-: Bearer good",
		"Authorization_: Bearer good",
		"HTTP_AUTHORIZATION: Bearer good",
		"WWW-Authenticate: Bearer good",
		"Authentication-Info: Bearer good",
		"Cookie: access_token=good; Authorization=Bearer good",
		"X-Access-Token: good",
		"X-HTTP-Method-Override: OPTIONS",
		"Forwarded: for=127.0.0.1",
		"X-Forwarded-For: 127.0.0.1",
		"X-Original-URL: /public",
		"X-Rewrite-URL: /public",
		"Origin: null\r\nAccess-Control-Request-Method: GET",
		"Expect: 100-continue",
		"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
	}},
	// Another token.
	{401, []string{
		"Authorization: Bearer bad",
		"Authorization: Bearer GOOD",
		"Authorization: Bearer goo",
		"Authorization: Bearer good=",
		"Authorization: Bearer good==",
		"Authorization: Bearer good/",
		"Authorization: Bearer good.good",
		"Authorization: Bearer Bearer",
		"Authorization: Bearer " + strings.Repeat("good", 64<<10),
		"Authorization: Bearer bad\r\nX-Authorization: Bearer good",
	}},
	// Nothing that could be a token.
	{400, []string{
		"Authorization: Bearer",
		"Authorization: Bearer ",
		"Authorization: Bearer\tgood",
		"Authorization: Bearer \tgood",
		"Authorization: Bearer good bad",
		"Authorization: Bearer bad good",
		"Authorization: Bearer good,",
		"Authorization: Bearer ,good",
		"Authorization: Bearer good, Bearer good",
		"Authorization: Bearer bad, Bearer good",
		"Authorization: Bearer good;",
		"Authorization: Bearer good;version=1",
		`Authorization: Bearer "good"`,
		"Authorization: Bearer 'good'",
		"Authorization: Bearer <good>",
		"Authorization: Bearer good\\",
		"Authorization: Bearer good%20",
		"Authorization: Bearer %67ood",
		"Authorization: Bearer g\u00f6\u00f6d",
		"Authorization: Bearer good\u00a0",
		"Authorization: Bearer good\xff",
		"Authorization: Bearer =good",
		"Authorization: Bearer good=good",
		"Authorization: Bearer token=good",
		`Authorization: Bearer token="good"`,
		"Authorization: Bearer Basic good",
		"Authorization: Bearer Bearer good",
		"Authorization: Bearer goo\r\n d",
		// Which of several fields counts is for nobody to guess.
		"Authorization: Bearer good\r\nAuthorization: Bearer good",
		"Authorization: Bearer good\r\nauthorization: Bearer bad",
		"Authorization: Bearer bad\r\nAUTHORIZATION: Bearer good",
		"Authorization: Basic YTpi\r\nAuthorization: Bearer good",
		"Authorization: Bearer good\r\nAuthorization:",
		"Authorization:\r\nAuthorization: Bearer good",
		"Authorization: Bearer good" + strings.Repeat("\r\nAuthorization: Bearer good", 100),
	}},
	// What net/http does not let through.
	{400, []string{
		"Authorization : Bearer good",
		"Authorization\t: Bearer good",
		" Authorization: Bearer good",
		"Authorization",
		"Authorization Bearer good",
		": Bearer good",
		"Authorization\x00: Bearer good",
		"Autho\u00adrization: Bearer good",
		"Authorization: Bearer good\x00",
		"Authorization: Bearer\x00good",
		"Authorization: Bearer\rgood",
		"Authorization: Bearer\x0bgood",
		"Authorization: Bearer\x0cgood",
		"Authorization: Bearer good\x7f",
		"Content-Length: 1\r\nContent-Length: 2\r\nAuthorization: Bearer good",
		"Host: other\r\nAuthorization: Bearer good",
	}},
	{501, []string{"Transfer-Encoding: chunked, identity\r\nAuthorization: Bearer good"}},
}

// rawTests are whole requests.
var rawTests = []struct {
	request  string
	statuses []int // of the responses
	called   int   // how often the handler is
}{
	{"GET /?access_token=good HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET /?Authorization=Bearer%20good HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET /#Bearer HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET //x/../admin HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET /%2e%2e/admin HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET http://good@x/ HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"GET / HTTP/1.0\r\n\r\n", []int{401}, 0},
	{"GET / HTTP/1.0\r\nAuthorization: Bearer good\r\n\r\n", []int{200}, 1},
	{"GET / HTTP/1.1\nHost: x\nAuthorization: Bearer good\n\n", []int{200}, 1},
	{"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\n\r\n", []int{401}, 0},
	{"GET /\r\n\r\n", []int{400}, 0},
	{"GET / HTTP/2.0\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n", []int{505}, 0},
	{"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"get / HTTP/1.1\r\nHost: x\r\n\r\n", []int{401}, 0},
	{"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", []int{401}, 0},
	{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}, 0}, // by net/http itself
	{"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 17\r\n\r\naccess_token=good", []int{401}, 0},
	{"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 28\r\n\r\nAuthorization: Bearer good\r\n", []int{401}, 0},
	// A field in the trailers is not one in the header, announced or not.
	{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Bearer good\r\n\r\n", []int{401}, 0},
	{"POST / HTTP/1.1\r\nHost: x\r\nTrailer: Authorization\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Bearer good\r\n\r\n", []int{401}, 0},
	// The token of one request is not that of the next on the connection.
	{"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 401}, 1},
	{"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n", []int{401, 200}, 1},
}

// TestGateRaw sends what clients of net/http cannot send, byte by byte. Nobody gets through without the one
// good token in the one place where it belongs.
func TestGateRaw(t *testing.T) {
	called := make(chan string, 10)
	server := httptest.NewUnstartedServer(newGate(t, options).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called <- r.Header.Get("Authorization")
	})))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	defer server.Close()

	send := func(request string, statuses []int, calls int) {
		t.Helper()
		name := request
		if len(name) > 200 {
			name = name[:100] + "..." + name[len(name)-50:]
		}
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(time.Minute))
		go func() {
			io.WriteString(conn, request) // may fail, if the server has heard enough
			conn.(*net.TCPConn).CloseWrite()
		}()
		var got []int
		responses := bufio.NewReader(conn)
		for {
			resp, err := http.ReadResponse(responses, &http.Request{Method: request[:strings.IndexByte(request, ' ')]})
			if err != nil {
				break
			}
			io.Copy(io.Discard, resp.Body)
			if resp.StatusCode == 100 {
				continue
			}
			got = append(got, resp.StatusCode)
			if lines := resp.Header["Www-Authenticate"]; resp.StatusCode == 401 && (len(lines) != 1 || !strings.HasPrefix(lines[0], asked[:len(asked)-len(`, realm="x"`)])) {
				t.Errorf("%q: challenges %q", name, lines)
			}
		}
		if !slices.Equal(got, statuses) {
			t.Errorf("%q: %d, want %d", name, got, statuses)
		}
		if len(called) != calls {
			t.Errorf("%q: the handler was called %d times, want %d", name, len(called), calls)
		}
		for range len(called) {
			if field := <-called; !strings.Contains(strings.ToLower(field), "good") {
				t.Errorf("%q: let through with %q", name, field)
			}
		}
	}
	count := len(rawTests)
	for _, tt := range fieldTests {
		count += len(tt.fields)
		calls := 0
		if tt.status == 200 {
			calls = 1
		}
		for _, fields := range tt.fields {
			send("GET / HTTP/1.1\r\nHost: x\r\n"+fields+"\r\n\r\n", []int{tt.status}, calls)
		}
	}
	for _, tt := range rawTests {
		send(tt.request, tt.statuses, tt.called)
	}
	t.Logf("%d requests", count)
}
