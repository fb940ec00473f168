package discovery_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// The families of attacks on a client that fetches what a server names.

// A trap counts the connections to a port of this host.
type trap struct {
	port  string
	count atomic.Int32
}

// newTrap listens on IPv4, and on IPv6 if there is any.
func newTrap(t *testing.T) *trap {
	t.Helper()
	l4, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tr := new(trap)
	_, tr.port, _ = net.SplitHostPort(l4.Addr().String())
	listeners := []net.Listener{l4}
	if l6, err := net.Listen("tcp6", "[::1]:"+tr.port); err == nil {
		listeners = append(listeners, l6)
	}
	var wg sync.WaitGroup
	for _, l := range listeners {
		wg.Go(func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				tr.count.Add(1)
				conn.Close()
			}
		})
	}
	t.Cleanup(func() {
		for _, l := range listeners {
			l.Close()
		}
		wg.Wait()
		if n := tr.count.Load(); n != 0 {
			t.Errorf("%d connections", n)
		}
	})
	return tr
}

// hostSpellings are hosts that some program takes for the local host, or for a metadata service.
var hostSpellings = []string{
	// Loopback, by address and by name.
	"127.0.0.1", "127.0.0.1.", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "a.localhost", "a.localhost.",
	"[::1]", "[0:0:0:0:0:0:0:1]", "[::0001]", "[::ffff:127.0.0.1]", "[::FFFF:7F00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[::1%25lo]",
	// As inet_aton reads addresses: fewer parts, octal, hexadecimal.
	"127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.0x1", "127.0.0.01",
	// This host as "any".
	"0.0.0.0", "0", "0x0", "[::]",
	// As IDNA and its mappings read names.
	"%E2%91%A0%E2%91%A1%E2%91%A6.0.0.1", "%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1", "127%E3%80%820%E3%80%820%E3%80%821", "localho%C5%BFt", "%E2%93%9Bocalhost", "①②⑦.0.0.1", "127。0。0。1",
	// As parsers that disagree read an authority.
	"example.com@127.0.0.1", "127.0.0.1\\@example.com", "example.com%00.127.0.0.1", "[::1]example.com", "127.0.0.1%2f.example.com", "example.com:80@localhost",
	// The metadata service of clouds.
	"169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "[64:ff9b::a9fe:a9fe]",
}

// TestHostSpellings checks that, however a host is spelled, there is no connection to the local host or any other that
// is not public: not for a metadata URL, a resource, or an issuer.
func TestHostSpellings(t *testing.T) {
	tr := newTrap(t)
	var client discovery.Client
	for _, host := range hostSpellings {
		origin := "https://" + host + ":" + tr.port
		_, named := client.ProtectedResource(t.Context(), resource, origin+"/metadata")
		_, guessed := client.ProtectedResource(t.Context(), origin+"/mcp", "")
		_, server := client.AuthorizationServer(t.Context(), origin)
		for _, err := range []error{named, guessed, server} {
			if got := outcome(t, err); got != discovery.PrivateAddress && got != discovery.BadURL {
				t.Errorf("%s: %v", host, err)
			}
		}
	}
	t.Logf("%d hosts, as metadata URL, resource and issuer", len(hostSpellings))
}

// TestSpecialAddresses checks that addresses which are not public are refused before there is a request,
// and that a name which is known to lead there is too.
func TestSpecialAddresses(t *testing.T) {
	for _, ip := range specialAddresses {
		host := ip
		if strings.Contains(ip, ":") {
			host = "[" + strings.ReplaceAll(ip, "%", "%25") + "]"
		}
		for _, client := range []discovery.Client{{}, {AllowLoopback: true}, {AllowPrivate: true}} {
			addr := netip.MustParseAddr(ip).WithZone("").Unmap()
			shared := netip.MustParsePrefix("100.64.0.0/10").Contains(addr)
			if client.AllowLoopback && addr.IsLoopback() || client.AllowPrivate && (addr.IsPrivate() || shared) {
				continue
			}
			_, err := client.ProtectedResource(t.Context(), resource, "https://"+host+"/")
			if got := outcome(t, err); got != discovery.PrivateAddress && !(got == discovery.BadURL && strings.Contains(ip, "%")) {
				t.Errorf("%+v, %s: %v", client, ip, err)
			}
		}
	}
	t.Logf("%d addresses", len(specialAddresses))
}

// A nameServer answers all questions with the same addresses, until others are set.
type nameServer struct {
	addresses atomic.Pointer[[]string]
}

func newNameServer(addresses []string) *nameServer {
	s := new(nameServer)
	s.addresses.Store(&addresses)
	return s
}

// resolver returns a resolver that asks s.
func (s *nameServer) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			conn.WriteTo(s.answer(b[:n]), from)
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

// answer answers a query (RFC 1035 section 4.1): the header, the question as it came, and the addresses.
func (s *nameServer) answer(query []byte) []byte {
	const header, typeA, typeAAAA = 12, 1, 28
	end := header
	for query[end] != 0 {
		end += 1 + int(query[end])
	}
	end += 1
	kind := binary.BigEndian.Uint16(query[end:])
	end += 4
	var records []byte
	count := 0
	for _, text := range *s.addresses.Load() {
		ip := netip.MustParseAddr(text)
		if ip.Is4() == (kind == typeA) && ip.Is6() == (kind == typeAAAA) {
			records = append(records, 0xc0, header) // the name, as in the question
			records = binary.BigEndian.AppendUint16(records, kind)
			records = append(records, 0, 1, 0, 0, 0, 0, 0, byte(ip.BitLen()/8)) // class IN, not to be kept
			records = append(records, ip.AsSlice()...)
			count++
		}
	}
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0}, query[header:end]...)
	return append(reply, records...)
}

// TestNames checks that a name is refused that leads to an address which is not public, though nothing
// in it says so.
func TestNames(t *testing.T) {
	tr := newTrap(t)
	original := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = original })
	answers := [][]string{
		{"127.0.0.1"}, {"10.0.0.1"}, {"169.254.169.254"}, {"0.0.0.0"}, {"192.168.0.1", "127.0.0.1"}, {"::1"}, {"::ffff:127.0.0.1"}, {"fd00::1", "127.0.0.1"}, {"fe80::1"},
	}
	for _, answer := range answers {
		net.DefaultResolver = newNameServer(answer).resolver(t)
		var client discovery.Client
		_, err := client.ProtectedResource(t.Context(), resource, "https://mcp.example:"+tr.port+"/metadata")
		if got := outcome(t, err); got != discovery.PrivateAddress {
			t.Errorf("%v: %v", answer, err)
		}
		// In development too, after a redirect from a public host.
		client.AllowLoopback = true
		if got := client.Redirected(t.Context(), "https://mcp.example:"+tr.port+"/metadata"); got != discovery.PrivateAddress {
			t.Errorf("%v after a redirect: %v", answer, got)
		}
	}
	t.Logf("%d answers of a name server", len(answers))
}

// TestChangingName checks a name that resolves to a public address first, for a check, and then to one
// that is not. Nothing connects: what Control allows is noted and then refused.
func TestChangingName(t *testing.T) {
	tr := newTrap(t)
	for _, tt := range []struct {
		first, second []string
		allowed       []string
	}{
		{[]string{"8.8.8.8"}, []string{"127.0.0.1"}, []string{"8.8.8.8"}},
		{[]string{"8.8.8.8", "127.0.0.1"}, []string{"127.0.0.1"}, []string{"8.8.8.8"}},
		{[]string{"127.0.0.1", "8.8.8.8"}, []string{"127.0.0.1", "8.8.4.4"}, []string{"8.8.8.8", "8.8.4.4"}},
		{[]string{"2606:4700::1111"}, []string{"::1", "10.0.0.1"}, []string{"2606:4700::1111"}},
		{[]string{"10.0.0.1"}, []string{"8.8.4.4"}, []string{"8.8.4.4"}},
	} {
		var mu sync.Mutex
		var allowed []string
		names := newNameServer(tt.first)
		dialer := net.Dialer{Resolver: names.resolver(t)}
		dialer.Control = func(network, address string, c syscall.RawConn) error {
			if err := discovery.Control(network, address, c); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			allowed = append(allowed, netip.MustParseAddrPort(address).Addr().String())
			return errors.New("there is no network here")
		}
		client := discovery.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
		for range 2 {
			if _, err := client.ProtectedResource(t.Context(), resource, "https://mcp.example:"+tr.port+"/metadata"); outcome(t, err) == discovery.OK {
				t.Error("there is metadata")
			}
			names.addresses.Store(&tt.second)
		}
		mu.Lock()
		if !slices.Equal(allowed, tt.allowed) {
			t.Errorf("%v, then %v: connections to %v are allowed, want %v", tt.first, tt.second, allowed, tt.allowed)
		}
		mu.Unlock()
	}
}

// TestNoProxy checks that a proxy of the environment is not used: it would connect to what the client must
// not. The variables are read once in a process, so each is tried in one of its own.
func TestNoProxy(t *testing.T) {
	const child = "WWWAUTH_TEST_NO_PROXY"
	if os.Getenv(child) != "" {
		// A name that does not exist (RFC 6761 section 6.4): only a proxy could do something with it.
		client := discovery.Client{AllowLoopback: true, Timeout: 200 * time.Millisecond}
		if _, err := client.ProtectedResource(t.Context(), resource, "https://mcp.invalid/"); outcome(t, err) == discovery.OK {
			t.Error("there is metadata")
		}
		return
	}
	tr := newTrap(t)
	var wg sync.WaitGroup
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestNoProxy$")
			cmd.Env = append(os.Environ(), child+"=1", name+"=http://127.0.0.1:"+tr.port)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
		})
	}
	wg.Wait()
}

// TestNameOfThisHost checks that in development a host may have another name, with https, and that redirects
// stay with what is known of its address. The certificate of the server is trusted in a process of its own.
func TestNameOfThisHost(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SSL_CERT_FILE counts on Linux")
	}
	const child = "WWWAUTH_TEST_NAME"
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, port, _ := net.SplitHostPort(r.Host)
		switch r.URL.Path {
		case "/same":
			http.Redirect(w, r, "/metadata", http.StatusFound)
		case "/address":
			http.Redirect(w, r, "https://127.0.0.1:"+port+"/metadata", http.StatusFound)
		case "/http":
			http.Redirect(w, r, "http://127.0.0.1:"+port+"/metadata", http.StatusFound)
		default:
			writeJSON(prm(resource, issuer))(w, r)
		}
	}))
	defer server.Close()
	if os.Getenv(child) == "" {
		file := filepath.Join(t.TempDir(), "cert.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestNameOfThisHost$")
		cmd.Env = append(os.Environ(), child+"=1", "SSL_CERT_FILE="+file)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	net.DefaultResolver = newNameServer([]string{"127.0.0.1"}).resolver(t)
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for path, want := range map[string]discovery.Outcome{
		"/metadata": discovery.OK, "/same": discovery.OK, "/address": discovery.OK, "/http": discovery.NotHTTPS,
	} {
		client := discovery.Client{AllowLoopback: true}
		if _, err := client.ProtectedResource(t.Context(), resource, "https://example.com"+port+path); outcome(t, err) != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
		client.AllowLoopback = false
		if _, err := client.ProtectedResource(t.Context(), resource, "https://example.com"+port+path); outcome(t, err) != discovery.PrivateAddress {
			t.Errorf("%s, not in development: %v", path, err)
		}
	}
}

// serveRaw starts a server that writes any bytes, and returns the URL of its page. The test ends when the server does,
// so the client must hang up.
func serveRaw(t *testing.T, answer func(w io.Writer, hungUp func())) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				answer(conn, func() { io.Copy(io.Discard, conn) })
			})
		}
	})
	t.Cleanup(func() { listener.Close(); wg.Wait() })
	return "http://" + listener.Addr().String() + "/page"
}

// endless writes the text again and again until the client hangs up.
func endless(w io.Writer, text string) {
	block := []byte(strings.Repeat(text, 1+4096/len(text)))
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// TestDenialOfService has responses made to take a client's time or memory.
func TestDenialOfService(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	full := func(text string) func(io.Writer, func()) {
		return func(w io.Writer, _ func()) {
			fmt.Fprintf(w, "%sContent-Length: %d\r\n\r\n%s", head, len(text), text)
		}
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 8 {
		z.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	z.Close()
	tests := []struct {
		name   string
		answer func(w io.Writer, hungUp func())
		want   discovery.Outcome
	}{
		{"silence", func(_ io.Writer, hungUp func()) { hungUp() }, discovery.Timeout},
		{"half a head", func(w io.Writer, hungUp func()) { io.WriteString(w, head); hungUp() }, discovery.Timeout},
		{"half a body", func(w io.Writer, hungUp func()) {
			io.WriteString(w, head+"Content-Length: 1000\r\n\r\n{")
			hungUp()
		}, discovery.Timeout},
		{"half a chunk", func(w io.Writer, hungUp func()) {
			io.WriteString(w, head+"Transfer-Encoding: chunked\r\n\r\nffffff\r\n{")
			hungUp()
		}, discovery.Timeout},
		{"an endless status line", func(w io.Writer, _ func()) { io.WriteString(w, "HTTP/1.1 200 "); endless(w, "O") }, discovery.Unreachable},
		{"an endless field", func(w io.Writer, _ func()) { io.WriteString(w, head+"A: "); endless(w, "a") }, discovery.Unreachable},
		{"endless fields", func(w io.Writer, _ func()) { io.WriteString(w, head); endless(w, "A: b\r\n") }, discovery.Unreachable},
		{"endless interim responses", func(w io.Writer, _ func()) { endless(w, "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n") }, discovery.Unreachable},
		{"an endless body", func(w io.Writer, _ func()) { io.WriteString(w, head+"Connection: close\r\n\r\n"); endless(w, " ") }, discovery.TooLarge},
		{"an endless string", func(w io.Writer, _ func()) {
			io.WriteString(w, head+"Connection: close\r\n\r\n{\"resource\":\"")
			endless(w, "a")
		}, discovery.TooLarge},
		{"a body as long as it says", func(w io.Writer, _ func()) {
			io.WriteString(w, head+"Content-Length: 9223372036854775807\r\n\r\n")
			endless(w, " ")
		}, discovery.TooLarge},
		{"tiny chunks", func(w io.Writer, _ func()) {
			io.WriteString(w, head+"Transfer-Encoding: chunked\r\n\r\n")
			endless(w, "1\r\n \r\n")
		}, discovery.TooLarge},
		{"an endless chunk extension", func(w io.Writer, _ func()) {
			io.WriteString(w, head+"Transfer-Encoding: chunked\r\n\r\n1;")
			endless(w, "a")
		}, discovery.Unreachable},
		{"endless trailers", func(w io.Writer, _ func()) {
			io.WriteString(w, head+"Transfer-Encoding: chunked\r\n\r\n1\r\n \r\n0\r\n")
			endless(w, "A: b\r\n")
		}, discovery.Unreachable},
		{"a compressed body", func(w io.Writer, _ func()) {
			fmt.Fprintf(w, "%sContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", head, bomb.Len())
			w.Write(bomb.Bytes())
		}, discovery.TooLarge},
		{"nested lists", full(strings.Repeat("[", 1<<20)), discovery.Malformed},
		{"nested lists that end", full(`{"a":` + strings.Repeat("[", 1<<19-10) + strings.Repeat("]", 1<<19-10) + "}"), discovery.Malformed},
		{"nested objects", full(strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000)), discovery.Malformed},
		{"many objects", full(`{"a":[` + strings.Repeat(`{"a":1},`, 1<<17-10) + `1]}`), discovery.Malformed},
		{"a long number", full(`{"a":1` + strings.Repeat("0", 1<<20-100) + `}`), discovery.Malformed},
		{"many escapes", full(`{"a":"` + strings.Repeat(`\ud83d\ude00`, 1<<16) + `"}`), discovery.Malformed},
		{"many blanks", full(strings.Repeat(" ", 1<<20)), discovery.Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := discovery.Client{AllowLoopback: true, Timeout: -1}
			if tt.want == discovery.Timeout {
				client.Timeout = 50 * time.Millisecond
			}
			_, err := client.ProtectedResource(t.Context(), resource, serveRaw(t, tt.answer))
			if got := outcome(t, err); got != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	t.Logf("%d answers", len(tests))
}

// FuzzDiscover checks what a client asks for and comes back with, whatever the challenge and both documents
// say.
func FuzzDiscover(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`Bearer resource_metadata="`+elsewhere+`", scope="a b"`, prm(resource, issuer), asm(issuer))
	seeds.Add(`DPoP authorization_server="`+issuer+`"`, "404", asm(issuer))
	seeds.Add(`Bearer resource_metadata="https://h.example@localhost/"`, "302 https://127.0.0.1/", `{"issuer":"`+issuer+`","x_endpoint":"file:///"}`)
	seeds.Add(`Bearer resource_metadata="`+atRoot+`"`, prm("https://mcp.example.com", issuer), "302 http://localhost")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, line, resourceText, serverText string) {
		challenges, _ := wwwauth.Parse(line)
		requests := 0
		site := roundTripper(func(req *http.Request) (*http.Response, error) {
			requests++
			if u := req.URL; u.Scheme != "https" || u.User != nil || u.Fragment != "" || strings.ContainsFunc(u.Hostname(), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
				t.Errorf("a request for %s", u)
			}
			text := resourceText
			if strings.Contains(req.URL.Path, "authorization-server") || strings.Contains(req.URL.Path, "openid") {
				text = serverText
			}
			if text == "" || text[0] != '{' && !strings.HasPrefix(text, "302 ") {
				text = "404"
			}
			return pages{req.URL.String(): text}.RoundTrip(req)
		})
		client := discovery.Client{Transport: site}
		result, err := client.Discover(t.Context(), resource, challenges)
		if requests > 20 {
			t.Errorf("%d requests", requests)
		}
		if slices.ContainsFunc(result.Scopes, func(s string) bool {
			return s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
		}) {
			t.Errorf("scopes %q", result.Scopes)
		}
		if err != nil {
			outcome(t, err)
			return
		}
		if !slices.Contains([]string{resource, "https://mcp.example.com", "https://mcp.example.com/"}, result.Resource) {
			t.Errorf("resource %q", result.Resource)
		}
		// What a client will act on, as a simpler program reads it.
		var members map[string]any
		if err := json.Unmarshal([]byte(serverText), &members); err != nil || members["issuer"] != result.AuthorizationServer.Issuer {
			t.Errorf("%v, issuer %q of %s", err, result.AuthorizationServer.Issuer, serverText)
		}
		for name, value := range members {
			s, ok := value.(string)
			if !ok || s == "" || !strings.HasSuffix(name, "_endpoint") {
				continue
			}
			u, err := url.Parse(s)
			if err != nil || u.Scheme != "https" || u.User != nil || u.Hostname() == "localhost" {
				t.Errorf("%s is %q", name, s)
				continue
			}
			if ip, err := netip.ParseAddr(u.Hostname()); err == nil && (!ip.Unmap().IsGlobalUnicast() || ip.Unmap().IsPrivate()) {
				t.Errorf("%s is %q", name, s)
			}
		}
	})
}
