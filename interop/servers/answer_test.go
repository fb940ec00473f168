//go:build unix

package servers

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/icholy/digest"

	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// An answered is a URL that needs a login, to the server or to the proxy on the way.
type answered struct {
	name           string
	url            string
	proxy          string // "" for none
	user, password string
	note           string // why httpauth or all of them cannot log in
	curl           string // why curl cannot
	icholy         string // why icholy/digest cannot
}

const (
	icholyBasic = "icholy/digest does not support Basic."
	icholyProxy = "icholy/digest does not answer proxies."
	icholySess  = "icholy/digest does not support -sess."
	curlSHA512  = "This libcurl computes the response with SHA-256 if the server asks for SHA-512-256, so the server must refuse it."
)

// checkAnswers logs in with the Transport of httpauth, with curl and with icholy/digest, and compares the results
// with the table.
func checkAnswers(t *testing.T, program, version string, all ...answered) {
	t.Helper()
	curl := programs.Find(t, "curl")
	var rows []tables.Row
	for _, a := range all {
		if a.user == "" {
			a.user, a.password = username, password
		}
		cell := func(got, note string) tables.Cell {
			if a.note != "" {
				note = a.note
			}
			if got == "200" {
				return tables.Cell{Text: "logged in"}
			}
			return tables.Cell{Text: "refused, " + got, Red: true, Note: note}
		}
		rows = append(rows, tables.Row{Program: program, Version: version, Case: a.name, Cells: []tables.Cell{
			cell(a.withTransport(t), ""), cell(a.withCurl(t, curl), a.curl), cell(a.withIcholy(t), a.icholy),
		}})
	}
	tables.Check(t, page, "answer", rows...)
}

// base returns a transport that goes through the proxy.
func (a answered) base(t *testing.T) *http.Transport {
	t.Helper()
	base := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	if a.proxy != "" {
		u, err := neturl.Parse(a.proxy)
		if err != nil {
			t.Fatal(err)
		}
		base.Proxy = http.ProxyURL(u)
	}
	t.Cleanup(base.CloseIdleConnections)
	return base
}

// withTransport logs in twice, so that a nonce is used again, and not with a wrong password.
func (a answered) withTransport(t *testing.T) string {
	t.Helper()
	origin := a.url
	if a.proxy != "" {
		origin = a.proxy
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	get := func(client *http.Client) string {
		t.Helper()
		resp, err := client.Get(a.url)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return err.Error()
		}
		return fmt.Sprint(resp.StatusCode)
	}
	client := &http.Client{Jar: jar, Transport: &httpauth.Transport{Jar: jar, Base: a.base(t), Login: httpauth.LoginFor(origin, a.user, a.password)}}
	t.Cleanup(client.CloseIdleConnections)
	first := get(client)
	if second := get(client); second != first {
		t.Errorf("%s: first %s, then %s", a.name, first, second)
	}
	wrong := &http.Client{Transport: &httpauth.Transport{Base: a.base(t), Login: httpauth.LoginFor(origin, a.user, "wrong")}}
	t.Cleanup(wrong.CloseIdleConnections)
	if got := get(wrong); got == "200" || strings.Contains(got, "wrong") {
		t.Errorf("%s: %s with a wrong password", a.name, got)
	}
	return first
}

func (a answered) withCurl(t *testing.T, curl string) string {
	t.Helper()
	args := []string{"-sS", "--max-time", "20", "-k", "-o", "/dev/null", "-b", "", "-w", "%{http_code} %{http_connect}"}
	if a.proxy != "" {
		args = append(args, "-x", a.proxy, "--proxy-anyauth", "-U", a.user+":"+a.password, "--noproxy", "")
	} else {
		args = append(args, "--anyauth", "-u", a.user+":"+a.password)
	}
	got := programs.Run(t, "", nil, curl, append(args, a.url)...)
	status, connect, _ := strings.Cut(got.Stdout, " ")
	if status == "000" && connect != "000" {
		return connect
	}
	return status
}

func (a answered) withIcholy(t *testing.T) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &digest.Transport{Username: a.user, Password: a.password, Jar: jar, Transport: a.base(t)}}
	resp, err := client.Get(a.url)
	if err != nil {
		return "error"
	}
	defer resp.Body.Close()
	return fmt.Sprint(resp.StatusCode)
}

func TestAnswerLighttpd(t *testing.T) {
	lighttpd := programs.Find(t, "lighttpd")
	port, dir := programs.Port(t), t.TempDir()
	var config strings.Builder
	var all []answered
	add := func(name, method, realm, algorithm string, a answered) {
		target := fmt.Sprintf("/%d", len(all))
		file(t, dir, target, "welcome")
		fmt.Fprintf(&config, `"%s" => ( "method" => "%s", "realm" => "%s", "require" => "valid-user", "algorithm" => "%s" ),`+"\n",
			target, method, strings.ReplaceAll(realm, `"`, `\"`), algorithm)
		a.name, a.url = name, fmt.Sprintf("http://127.0.0.1:%d%s", port, target)
		all = append(all, a)
	}
	const umlaut = "Jäsøn Doe"
	add("Basic", "basic", plain, "MD5", answered{icholy: icholyBasic})
	add("Digest MD5", "digest", plain, "MD5", answered{})
	add("Digest SHA-256", "digest", plain, "SHA-256", answered{})
	add("Digest SHA-512-256", "digest", plain, "SHA-512-256", answered{curl: curlSHA512})
	add("Digest SHA-512-256, SHA-256 and MD5", "digest", plain, "MD5|SHA-256|SHA-512-256", answered{curl: curlSHA512})
	add("Digest MD5, realm "+tables.Code(comma), "digest", comma, "MD5", answered{})
	add("Digest MD5, realm "+tables.Code(quotes), "digest", quotes, "MD5", answered{note: loginNotes["lighttpd"]})
	add("Digest SHA-256, user "+tables.Code(umlaut), "digest", plain, "SHA-256", answered{user: umlaut, password: password})
	path := file(t, dir, "lighttpd.conf", `
server.modules = ( "mod_auth", "mod_authn_file" )
server.document-root = %q
server.bind = "127.0.0.1"
server.port = %d
auth.backend = "plain"
auth.backend.plain.userfile = %q
auth.require = (
%s)
`, dir, port, file(t, dir, "users", "%s:%s\n%s:%s\n", username, password, umlaut, password), config.String())
	programs.Serve(t, exec.Command(lighttpd, "-D", "-f", path), port)

	// With userhash the server finds the user by the hash of the name, which is in its file.
	hash := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	hashed := programs.Port(t)
	file(t, dir, "userhash", "welcome")
	path = file(t, dir, "userhash.conf", `
server.modules = ( "mod_auth", "mod_authn_file" )
server.document-root = %q
server.bind = "127.0.0.1"
server.port = %d
auth.backend = "htdigest"
auth.backend.htdigest.userfile = %q
auth.require = ( "/" => ( "method" => "digest", "realm" => %q, "require" => "valid-user", "algorithm" => "SHA-256", "userhash" => "enable" ) )
`, dir, hashed, file(t, dir, "htdigest", "%s:%s:%s:%s\n", umlaut, plain, hash(umlaut+":"+plain+":"+password), hash(umlaut+":"+plain)), plain)
	programs.Serve(t, exec.Command(lighttpd, "-D", "-f", path), hashed)
	all = append(all, answered{name: "Digest SHA-256, userhash, user " + tables.Code(umlaut), user: umlaut, password: password,
		url: fmt.Sprintf("http://127.0.0.1:%d/userhash", hashed)})
	checkAnswers(t, "lighttpd", programs.Version(t, lighttpd, "-v"), all...)
}

func TestAnswerApache(t *testing.T) {
	httpd := findApache(t)
	port, proxyBasic, proxyDigest, dir := programs.Port(t), programs.Port(t), programs.Port(t), t.TempDir()
	users := new(strings.Builder)
	file(t, dir, "htpasswd", "%s:%s\n", username, apr1(t, password))
	var config strings.Builder
	fmt.Fprintf(&config, "Listen 127.0.0.1:%d\nListen 127.0.0.1:%d\nListen 127.0.0.1:%d\n", port, proxyBasic, proxyDigest)
	var all []answered
	add := func(name, kind, realm string, a answered) {
		target := fmt.Sprintf("/%d", len(all))
		file(t, dir, target, "welcome")
		source := "AuthUserFile " + dir + "/htpasswd"
		if kind == "Digest" {
			source = "AuthUserFile " + dir + "/htdigest"
			fmt.Fprintf(users, "%s:%s:%x\n", username, realm, md5.Sum(fmt.Appendf(nil, "%s:%s:%s", username, realm, password)))
		}
		fmt.Fprintf(&config, "<Location %s>\nAuthType %s\nAuthName \"%s\"\n%s\nRequire valid-user\n</Location>\n", target, kind, strings.ReplaceAll(realm, `"`, `\"`), source)
		a.name, a.url = name, fmt.Sprintf("http://127.0.0.1:%d%s", port, target)
		all = append(all, a)
	}
	add("Basic", "Basic", plain, answered{icholy: icholyBasic})
	add("Digest MD5", "Digest", plain, answered{})
	add("Digest MD5, realm "+tables.Code(comma), "Digest", comma, answered{})
	add("Digest MD5, realm "+tables.Code(quotes), "Digest", quotes, answered{note: loginNotes["Apache httpd"]})
	file(t, dir, "open", "welcome")
	open, secure := fmt.Sprintf("http://127.0.0.1:%d/open", port), servePage(t, true)
	config.WriteString("LoadModule proxy_connect_module /usr/lib/apache2/modules/mod_proxy_connect.so\nAllowCONNECT 1024-65535\n")
	for _, p := range []struct {
		port         int
		kind, source string
	}{{proxyBasic, "Basic", "htpasswd"}, {proxyDigest, "Digest", "htdigest"}} {
		fmt.Fprintf(&config, "<VirtualHost 127.0.0.1:%d>\nProxyRequests On\n<Proxy *>\nAuthType %s\nAuthName \"%s\"\nAuthUserFile %s/%s\nRequire valid-user\n</Proxy>\n</VirtualHost>\n",
			p.port, p.kind, plain, dir, p.source)
		proxy := fmt.Sprintf("http://127.0.0.1:%d", p.port)
		all = append(all,
			answered{name: p.kind + " of a proxy", url: open, proxy: proxy, icholy: icholyProxy},
			answered{name: p.kind + " of a proxy, CONNECT", url: secure, proxy: proxy, icholy: icholyProxy})
	}
	file(t, dir, "htdigest", "%s", users)
	apache(t, httpd, dir, []int{port, proxyBasic, proxyDigest}, config.String())
	checkAnswers(t, "Apache httpd", programs.Version(t, httpd, "-v"), all...)
}

// apr1 returns the hash of a password in the scheme of Apache.
func apr1(t *testing.T, password string) string {
	t.Helper()
	out, err := exec.Command("openssl", "passwd", "-apr1", password).Output()
	if err != nil {
		t.Fatalf("openssl: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func TestAnswerRegistry(t *testing.T) {
	registry := programs.Find(t, "docker-registry")
	port, dir := programs.Port(t), t.TempDir()
	// bcrypt of "secret", by htpasswd -nbB.
	users := file(t, dir, "htpasswd", "user:$2y$05$uZWwD43Lr6DVNgZdo42G4uwboGhoMGBrAn25KBhefYTQV/sxNpcZa\n")
	path := file(t, dir, "config.yml", `
version: 0.1
log: {level: error}
storage: {inmemory: {}}
http: {addr: '127.0.0.1:%d', secret: x}
auth:
  htpasswd: {realm: '%s', path: %s}
`, port, plain, users)
	programs.Serve(t, exec.Command(registry, "serve", path), port)
	checkAnswers(t, "docker-registry", programs.Version(t, registry, "--version"),
		answered{name: "Basic", url: fmt.Sprintf("http://127.0.0.1:%d/v2/", port), user: "user", password: "secret", icholy: icholyBasic})
}

// TestAnswerSquid logs in to a proxy, for a URL and for a tunnel.
func TestAnswerSquid(t *testing.T) {
	programs.Nightly(t)
	squid := programs.Find(t, "squid")
	// Squid's helpers do not run as root, which owns the folder.
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	const helpers = "/usr/lib/squid/"
	if _, err := os.Stat(helpers + "digest_file_auth"); err != nil {
		programs.Missing(t, helpers+"digest_file_auth")
	}
	open, secure := servePage(t, false), servePage(t, true)
	// The helpers read words, so the password is one.
	const user, secret = "user", "secret"
	digests := file(t, dir, "digests", "%s:%s:%x\n", user, plain, md5.Sum([]byte(user+":"+plain+":"+secret)))
	basics := file(t, dir, "basics", "%s:%s\n", user, apr1(t, secret))
	start := func(auth string) string { return fmt.Sprintf("http://127.0.0.1:%d", serveSquid(t, squid, auth)) }
	digestProxy := start(fmt.Sprintf("auth_param digest program %sdigest_file_auth -c %s\nauth_param digest realm %s\nauth_param digest children 1\n", helpers, digests, plain))
	basicProxy := start(fmt.Sprintf("auth_param basic program %sbasic_ncsa_auth %s\nauth_param basic realm %s\nauth_param basic children 1\n", helpers, basics, plain))
	checkAnswers(t, "squid", programs.Version(t, squid, "-v"),
		answered{name: "Basic of a proxy", url: open, proxy: basicProxy, user: user, password: secret, icholy: icholyProxy},
		answered{name: "Basic of a proxy, CONNECT", url: secure, proxy: basicProxy, user: user, password: secret, icholy: icholyProxy},
		answered{name: "Digest MD5 of a proxy", url: open, proxy: digestProxy, user: user, password: secret, icholy: icholyProxy},
		answered{name: "Digest MD5 of a proxy, CONNECT", url: secure, proxy: digestProxy, user: user, password: secret, icholy: icholyProxy},
	)
}

// servePage serves a page that needs no login, and returns its URL.
func servePage(t *testing.T, secure bool) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "welcome")
	}))
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// TestAnswerPython logs in to the servers of Python that have Digest.
func TestAnswerPython(t *testing.T) {
	python := "/usr/bin/python3" // Debian's, which has its packages
	start := func(pkg, script string, args ...string) (port int, version string) {
		t.Helper()
		if exec.Command(python, "-c", "import "+pkg).Run() != nil {
			programs.Missing(t, "package "+pkg+" of Python")
		}
		port = programs.Port(t)
		out, err := exec.Command(python, "-c", "import importlib.metadata; print(importlib.metadata.version('"+pkg+"'))").Output()
		if err != nil {
			t.Fatal(err)
		}
		path := file(t, t.TempDir(), pkg+".py", "%s", script)
		programs.Serve(t, exec.Command(python, append([]string{path, fmt.Sprint(port)}, args...)...), port)
		return port, strings.TrimSpace(string(out))
	}
	scripts := func(name string) string {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	t.Run("CherryPy", func(t *testing.T) {
		port, version := start("cherrypy", scripts("cherrypy.py"), username, password)
		url := fmt.Sprintf("http://127.0.0.1:%d/", port)
		checkAnswers(t, "CherryPy", version,
			answered{name: "Basic", url: url + "basic", icholy: icholyBasic},
			answered{name: "Digest MD5", url: url + "digest"},
		)
	})
	t.Run("Twisted", func(t *testing.T) {
		port, version := start("twisted", scripts("twisted.py"), username, password)
		url := fmt.Sprintf("http://127.0.0.1:%d/", port)
		checkAnswers(t, "Twisted", version,
			answered{name: "Basic", url: url + "basic", icholy: icholyBasic},
			answered{name: "Digest MD5", url: url + "md5"},
			answered{name: "Digest MD5-sess", url: url + "md5-sess", icholy: icholySess},
		)
	})
	t.Run("httpbin", func(t *testing.T) {
		port, version := start("httpbin", scripts("httpbin.py"))
		var all []answered
		for _, qop := range []string{"auth", "auth-int"} {
			for _, algorithm := range []string{"MD5", "SHA-256"} {
				all = append(all, answered{name: "Digest " + algorithm + ", qop " + qop, user: "user", password: "secret",
					url: fmt.Sprintf("http://127.0.0.1:%d/digest-auth/%s/user/secret/%s", port, qop, algorithm)})
			}
		}
		all = append(all, answered{name: "Basic", user: "user", password: "secret", icholy: icholyBasic,
			url: fmt.Sprintf("http://127.0.0.1:%d/basic-auth/user/secret", port)})
		checkAnswers(t, "httpbin", version, all...)
	})
}

// TestAnswerMicrohttpd logs in to a server made with libmicrohttpd, as its documentation shows it.
func TestAnswerMicrohttpd(t *testing.T) {
	if _, err := os.Stat("/usr/include/microhttpd.h"); err != nil {
		programs.Missing(t, "microhttpd.h")
	}
	compiler := programs.Find(t, "cc", "gcc", "clang")
	program := filepath.Join(t.TempDir(), "microhttpd")
	if out, err := exec.Command(compiler, "-o", program, filepath.Join("testdata", "microhttpd.c"), "-lmicrohttpd").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	port := programs.Port(t)
	programs.Serve(t, exec.Command(program, fmt.Sprint(port), username, password), port)
	url := fmt.Sprintf("http://127.0.0.1:%d/", port)
	checkAnswers(t, "libmicrohttpd", programs.Version(t, "/usr/include/microhttpd.h"),
		answered{name: "Basic", url: url + "basic", icholy: icholyBasic},
		answered{name: "Digest MD5", url: url + "md5"},
		answered{name: "Digest SHA-256", url: url + "sha-256"},
	)
}

// TestAnswerSwitch runs a server like that in the tests of icholy/digest, with a client of icholy/digest and with
// the one that docs/ANSWERING.md shows instead.
func TestAnswerSwitch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		challenge := &digest.Challenge{Realm: "test", Nonce: "jgdfsijdfisd", Algorithm: "MD5", QOP: []string{"auth"}}
		sent, err := digest.ParseCredentials(r.Header.Get("Authorization"))
		if err == nil {
			want, err := digest.Digest(challenge, digest.Options{
				Method: r.Method, URI: r.URL.RequestURI(), Cnonce: sent.Cnonce, Count: sent.Nc, Username: "foo", Password: "bar",
			})
			if err == nil && want.Response == sent.Response {
				fmt.Fprintf(w, "Hello %s", body)
				return
			}
		}
		w.Header().Set("WWW-Authenticate", challenge.String())
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	url := server.URL
	for _, transport := range []http.RoundTripper{
		&digest.Transport{Username: "foo", Password: "bar"},
		&httpauth.Transport{Login: httpauth.LoginFor(url, "foo", "bar")},
	} {
		client := &http.Client{Transport: transport}
		for range 3 {
			resp, err := client.Post(url+"/a?b=c", "text/plain", strings.NewReader("World"))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != 200 || string(body) != "Hello World" {
				t.Errorf("%T: %s %q %v", transport, resp.Status, body, err)
			}
		}
	}
}
