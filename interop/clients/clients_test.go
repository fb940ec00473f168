//go:build unix

// Package clients sends what Lines and Format write to real clients, and watches what they do.
// docs/CLIENTS.md has the results; to write it,
//
//	NIGHTLY=1 go test ./clients -update
package clients

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/icholy/digest"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

const page = "../../docs/CLIENTS.md"

// The user of the clients.
const (
	user     = "user"
	password = "pass"
)

// A form is something that a server can send, which has a column in a table.
type form struct {
	column     string
	challenges []wwwauth.Challenge
	oneLine    bool // as Format writes it
}

// lines returns the field lines.
func (f form) lines(t *testing.T) []string {
	t.Helper()
	if f.oneLine {
		line, err := wwwauth.Format(f.challenges...)
		if err != nil {
			t.Fatal(err)
		}
		return []string{line}
	}
	lines, err := wwwauth.Lines(f.challenges...)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// must returns the challenge of a view, which can be sent.
func must(c wwwauth.Challenge, err error) wwwauth.Challenge {
	if err != nil {
		panic(err)
	}
	return c
}

func basic(realm string) wwwauth.Challenge {
	return must(wwwauth.Basic{Realm: realm}.Challenge())
}

// digestOf returns a Digest challenge with a nonce that identifies it.
func digestOf(algorithm, realm string) wwwauth.Challenge {
	return must(wwwauth.Digest{Realm: realm, QOP: []string{"auth"}, Algorithm: algorithm, Nonce: "nonce" + algorithm}.Challenge())
}

// Values that clients have trouble with.
const (
	escapes   = `say "hi" \x`
	comma     = "a, b=c"
	lookalike = `a, Digest realm="b"`
	unicode   = "Grüße ☃"
	latin1    = "Gr\xfc\xdfe"
)

// A server is one that sends a form, and keeps the credentials that come back.
type server struct {
	*httptest.Server
	form        form
	mu          sync.Mutex
	credentials []string // the field lines of the first request that had any
	method, uri string   // of that request
}

// start starts a server with an origin of its own, so that no client knows it from another form.
func start(t *testing.T, f form) *server {
	t.Helper()
	lines := f.lines(t)
	s := &server{form: f}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ask, answer, status := "WWW-Authenticate", "Authorization", http.StatusUnauthorized
		if r.URL.IsAbs() { // as it is sent to a proxy
			ask, answer, status = "Proxy-Authenticate", "Proxy-Authorization", http.StatusProxyAuthRequired
		}
		if credentials := r.Header.Values(answer); len(credentials) > 0 {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.credentials == nil {
				s.credentials, s.method, s.uri = credentials, r.Method, r.RequestURI
			}
			return
		}
		for _, line := range lines {
			w.Header().Add(ask, line)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s
}

// A report is what a client says about itself.
type report struct {
	fault string // it crashed, or had an exception
	realm string // for which it asked its user
	asked bool   // whether realm is known
}

// outcome returns what the client did, in the words of the table.
func (s *server) outcome(r report) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	did := "nothing"
	if s.credentials != nil {
		did = s.sent()
	}
	isAsked := func(c wwwauth.Challenge) bool {
		realm := c.Get("realm")
		// What is not UTF-8 may be Latin-1.
		return realm == r.realm || !utf8.ValidString(realm) && latin1AsUTF8(realm) == r.realm
	}
	if r.asked && !slices.ContainsFunc(s.form.challenges, isAsked) {
		did += ", asks for realm " + tables.Code(r.realm)
	}
	if r.fault != "" {
		did += ", " + r.fault
	}
	return did
}

// sent says which challenge the credentials answer, and whether they do so correctly.
func (s *server) sent() string {
	credentials, err := wwwauth.ParseCredentials(s.credentials...)
	if err != nil {
		scheme, _, _ := strings.Cut(s.credentials[0], " ")
		return scheme + ", malformed: " + tables.Code(s.credentials[0][:strings.Index(s.credentials[0]+", nonce", ", nonce")])
	}
	switch {
	case credentials.Is("Basic"):
		if u, p, ok := credentials.Basic(); !ok || u != user || p != password {
			return "Basic, wrong"
		}
		return "Basic"
	case credentials.Is("Digest"):
		for _, c := range s.form.challenges {
			if d, ok := c.Digest(); ok && d.Nonce == credentials.Get("nonce") {
				return "Digest " + algorithmOf(d) + checkDigest(d, credentials, s.method, s.uri)
			}
		}
		return "Digest, with a nonce that nobody sent"
	}
	return credentials.Scheme()
}

func algorithmOf(d wwwauth.Digest) string {
	if d.Algorithm == "" {
		return "MD5"
	}
	return d.Algorithm
}

// checkDigest says what is wrong with Digest credentials, and "" if nothing is.
func checkDigest(d wwwauth.Digest, credentials wwwauth.Credentials, method, target string) string {
	var faults string
	realm := credentials.Get("realm")
	if realm != d.Realm {
		faults += ", with realm " + tables.Code(realm)
	}
	if credentials.Get("opaque") != d.Opaque {
		faults += ", with another opaque"
	}
	// To a proxy, curl sends only the path. A server must accept what means the same resource (RFC 7616 section
	// 3.4.6).
	if uri := credentials.Get("uri"); uri != target && !strings.HasSuffix(target, "example.invalid"+uri) {
		faults += ", with uri " + tables.Code(uri)
	}
	// Some compute the response with a wrong algorithm, or with another spelling of the realm.
	const none = "with a wrong response"
	for _, try := range []struct{ algorithm, realm, fault string }{
		{d.Algorithm, d.Realm, ""},
		{"MD5", d.Realm, "with the response of MD5"},
		{"SHA-256", d.Realm, "with the response of SHA-256"},
		{d.Algorithm, quoted(d.Realm), "with the response for " + tables.Code(quoted(d.Realm))},
		{d.Algorithm, realm, "with the response for that"},
		{d.Algorithm, latin1AsUTF8(d.Realm), "with the response for " + tables.Code(latin1AsUTF8(d.Realm))},
		{"", "", none},
	} {
		if try.fault == none || response(d, try.algorithm, try.realm, credentials, method) == credentials.Get("response") {
			if try.fault != "" {
				faults += ", " + try.fault
			}
			return faults
		}
	}
	return faults
}

// quoted is the content of the quoted string that means s.
func quoted(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

// latin1AsUTF8 takes bytes for characters, and returns these in UTF-8.
func latin1AsUTF8(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// response returns the response that the parameters of the credentials should have.
func response(d wwwauth.Digest, algorithm, realm string, credentials wwwauth.Credentials, method string) string {
	challenge := &digest.Challenge{Realm: realm, Nonce: d.Nonce, Algorithm: algorithm}
	if qop := credentials.Get("qop"); qop != "" {
		challenge.QOP = []string{qop}
	}
	count, _ := strconv.ParseInt(credentials.Get("nc"), 16, 32)
	made, err := digest.Digest(challenge, digest.Options{
		Method: method, URI: credentials.Get("uri"), Username: user, Password: password, Cnonce: credentials.Get("cnonce"), Count: int(count),
	})
	if err != nil {
		return err.Error()
	}
	return made.Response
}

// A client is a program that is given a user and a password.
type client struct {
	program, version string

	// knows lists what it can answer, most secure first: Basic, and Digest with an algorithm.
	knows []string

	// visit makes it request the URLs, each as if it were the first. The results are in the same order.
	visit func(t *testing.T, urls []string) []report
}

// best returns what the client may do: answer the most secure challenge that it knows (RFC 9110 section
// 11.4), or, if that is Digest, the first with this scheme that it knows (RFC 7616 section 3.7).
func (c client) best(f form) []string {
	var known []string // of what is offered
	for _, offered := range f.challenges {
		name := offered.Scheme
		if d, ok := offered.Digest(); ok {
			name += " " + algorithmOf(d)
		}
		if slices.Contains(c.knows, name) {
			known = append(known, name)
		}
	}
	if known == nil {
		return []string{"nothing"}
	}
	best := slices.MinFunc(known, func(a, b string) int { return slices.Index(c.knows, a) - slices.Index(c.knows, b) })
	if i := slices.IndexFunc(known, func(name string) bool { return strings.HasPrefix(name, "Digest") }); i >= 0 {
		return []string{best, known[i]}
	}
	return []string{best}
}

// check makes the client visit all forms, and compares the results with the tables.
func (c client) check(t *testing.T) {
	t.Helper()
	var servers []*server
	var urls []string
	for _, g := range groups {
		for _, f := range g.forms {
			s := start(t, f)
			servers = append(servers, s)
			urls = append(urls, s.URL+"/")
		}
	}
	reports := c.visit(t, urls)
	for _, g := range groups {
		tables.Check(t, page, g.table, g.sent(t))
		row := tables.Row{Program: c.program, Version: c.version}
		for _, f := range g.forms {
			did := servers[0].outcome(reports[0])
			servers, reports = servers[1:], reports[1:]
			cell := tables.Cell{Text: did, Red: !slices.Contains(c.best(f), did)}
			if cell.Red {
				cell.Note = why(c.program, g.table, f.column, did)
			}
			row.Cells = append(row.Cells, cell)
		}
		tables.Check(t, page, g.table, row)
	}
}

// A group of forms has a table.
type group struct {
	table string
	forms []form
}

// sent is the row with the field lines.
func (g group) sent(t *testing.T) tables.Row {
	row := tables.Row{Program: "sent"}
	for _, f := range g.forms {
		var lines []string
		for _, line := range f.lines(t) {
			lines = append(lines, tables.Code(line))
		}
		row.Cells = append(row.Cells, tables.Cell{Text: strings.Join(lines, "<br>")})
	}
	return row
}

// pair returns the group of two challenges: in both orders, on two lines and on one.
func pair(table string, a, b wwwauth.Challenge) group {
	ab, ba := []wwwauth.Challenge{a, b}, []wwwauth.Challenge{b, a}
	return group{table, []form{{column: "A B", challenges: ab}, {column: "B A", challenges: ba},
		{column: "A, B", challenges: ab, oneLine: true}, {column: "B, A", challenges: ba, oneLine: true}}}
}

func one(column string, c wwwauth.Challenge) form {
	return form{column: column, challenges: []wwwauth.Challenge{c}}
}

var bearer = must(wwwauth.Bearer{ResourceMetadata: "https://example.com/metadata", Scope: wwwauth.Scope{"a", "b"}, Error: wwwauth.InvalidToken}.Challenge())

var groups = []group{
	{"basic", []form{
		one("plain", basic("Private Area")),
		one("charset", must(wwwauth.Basic{Realm: "Private Area", UTF8: true}.Challenge())),
		one("quotes", basic(escapes)),
		one("comma", basic(comma)),
		one("lookalike", basic(lookalike)),
		one("UTF-8", basic(unicode)),
		one("Latin-1", basic(latin1)),
		one("empty", basic("")),
	}},
	{"digest", []form{
		one("MD5", digestOf("MD5", "Private Area")),
		one("SHA-256", digestOf("SHA-256", "Private Area")),
		one("SHA-512-256", digestOf("SHA-512-256", "Private Area")),
		one("quotes", digestOf("MD5", escapes)),
		one("comma", digestOf("MD5", comma)),
		one("UTF-8", digestOf("MD5", unicode)),
		one("Latin-1", digestOf("MD5", latin1)),
		one("all", must(wwwauth.Digest{Realm: "Private Area", Domain: []string{"/", "/b"}, QOP: []string{"auth"}, Algorithm: "MD5",
			Nonce: "a/b+c==", Opaque: "FQ==", UTF8: true}.Challenge())),
		one("auth-int", must(wwwauth.Digest{Realm: "Private Area", QOP: []string{"auth", "auth-int"}, Algorithm: "MD5", Nonce: "n"}.Challenge())),
	}},
	{"none", []form{
		one("Bearer", bearer),
		one("lookalike", must(wwwauth.Bearer{Error: wwwauth.InvalidToken, ErrorDescription: "use , Basic realm=x instead"}.Challenge())),
		one("Negotiate", wwwauth.NewChallenge("Negotiate")),
		one("token68", wwwauth.Challenge{Scheme: "Unknown", Token68: "dG9rZW4="}),
	}},
	pair("digest-basic", digestOf("SHA-256", "Private Area"), basic("Private Area")),
	pair("sha-md5", digestOf("SHA-256", "Private Area"), digestOf("MD5", "Private Area")),
	pair("sha512-md5", digestOf("SHA-512-256", "Private Area"), digestOf("MD5", "Private Area")),
	pair("bearer-basic", bearer, basic("Private Area")),
	pair("bearer-digest", bearer, digestOf("MD5", "Private Area")),
	pair("negotiate-basic", wwwauth.NewChallenge("Negotiate"), basic("Private Area")),
	pair("negotiate-digest", wwwauth.NewChallenge("Negotiate"), digestOf("MD5", "Private Area")),
	pair("token68-basic", wwwauth.Challenge{Scheme: "Unknown", Token68: "dG9rZW4="}, basic("Private Area")),
	pair("unknown-basic", wwwauth.NewChallenge("Unknown", "a", "b"), basic("Private Area")),
	{"three", threes(wwwauth.NewChallenge("Negotiate"), digestOf("MD5", "Private Area"), basic("Private Area"))},
}

// threes returns the forms of three challenges, in descending and in ascending order of security.
func threes(a, b, c wwwauth.Challenge) []form {
	abc, cba := []wwwauth.Challenge{a, b, c}, []wwwauth.Challenge{c, b, a}
	return []form{{column: "A B C", challenges: abc}, {column: "C B A", challenges: cba},
		{column: "A, B, C", challenges: abc, oneLine: true}, {column: "C, B, A", challenges: cba, oneLine: true}}
}
