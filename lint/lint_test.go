package lint_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// An example is one of testdata/examples.txt.
type example struct {
	rule string
	bad  bool
	text []string // its lines, for the documentation
	lint.Message
}

var fieldNames = []string{"WWW-Authenticate", "Proxy-Authenticate", "Optional-WWW-Authenticate"}

func readExamples(t *testing.T) []example {
	t.Helper()
	b, err := os.ReadFile("testdata/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	var rule string
	for block := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n") {
		lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
		name, isRule := strings.CutPrefix(lines[0], "rule ")
		switch {
		case isRule:
			rule = name
		case lines[0] == "bad" || lines[0] == "good":
			examples = append(examples, newExample(t, rule, lines))
		case !strings.HasPrefix(lines[0], "#"):
			t.Fatalf("not understood: %q", lines[0])
		}
	}
	return examples
}

func newExample(t *testing.T, rule string, lines []string) example {
	t.Helper()
	e := example{rule: rule, bad: lines[0] == "bad", text: lines[1:]}
	many := 1
	for _, line := range lines[1:] {
		word, rest, _ := strings.Cut(line, " ")
		var err error
		switch word {
		case "credentials":
			e.Credentials = rest
		case "profile":
			e.Profiles = append(e.Profiles, lint.Profile(rest))
		case "many":
			many, err = strconv.Atoi(rest)
		case "HTTP/1.1":
			e.Status, err = strconv.Atoi(rest)
			e.Header = http.Header{}
		default:
			name, value, ok := strings.Cut(line, ":")
			if before, quoted, isQuoted := strings.Cut(line, "= "); isQuoted && slices.Contains(fieldNames, before) {
				name, ok = before, true
				value, err = strconv.Unquote(quoted)
			}
			if !ok {
				t.Fatalf("%s: not understood: %q", rule, line)
			}
			if !slices.Contains(fieldNames, name) {
				e.Header.Add(name, strings.TrimSpace(value))
				continue
			}
			e.Field = name
			for range many {
				e.Lines = append(e.Lines, strings.TrimPrefix(value, " "))
			}
		}
		if err != nil {
			t.Fatalf("%s: %q: %v", rule, line, err)
		}
	}
	if e.Status == 407 && e.Field == "WWW-Authenticate" || e.Status == 407 && e.Field == "" {
		e.Field, e.Lines = "Proxy-Authenticate", nil // the field of the status is missing
	}
	return e
}

func ruleNames(findings []lint.Finding) []string {
	var names []string
	for _, f := range findings {
		names = append(names, f.Rule.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestExamples checks that a bad example gives its rule and no other, and a good one none.
func TestExamples(t *testing.T) {
	for _, e := range readExamples(t) {
		findings := lint.Check(e.Message)
		var want []string
		if e.bad {
			want = []string{e.rule}
		}
		if got := ruleNames(findings); !slices.Equal(got, want) {
			t.Errorf("%s: %s:\n%v\nwant %v", e.rule, strings.Join(e.text, "\n"), findings, want)
		}
		checkPlaces(t, e.Message, findings)
	}
}

// checkPlaces checks that the places lead somewhere.
func checkPlaces(t *testing.T, m lint.Message, findings []lint.Finding) {
	t.Helper()
	cs, _ := wwwauth.Parse(m.Lines...)
	for i, f := range findings {
		ok := f.Line == -1 && f.Offset == -1 || f.Line >= 0 && f.Line < len(m.Lines) && f.Offset >= 0 && f.Offset <= len(m.Lines[f.Line])
		ok = ok && f.Challenge >= -1 && f.Challenge < len(cs) && (f.Param == -1 || f.Challenge >= 0 && f.Param < len(cs[f.Challenge].Params))
		if ok && f.Offset >= 0 && f.Challenge >= 0 && !isDeparture(f.Rule.Name) {
			rest := m.Lines[f.Line][f.Offset:]
			if f.Param < 0 {
				ok = strings.HasPrefix(rest, cs[f.Challenge].Scheme)
			} else {
				p := cs[f.Challenge].Params[f.Param]
				ok = strings.HasPrefix(rest, p.Name) || strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, p.Value)
			}
		}
		if !ok {
			t.Errorf("%q: %+v leads nowhere", m.Lines, f)
		}
		if i > 0 && (f.Line < findings[i-1].Line || f.Line == findings[i-1].Line && f.Offset < findings[i-1].Offset) {
			t.Errorf("%q: not in order: %v", m.Lines, findings)
		}
	}
}

// codes returns all codes of the library.
func codes() []string {
	var names []string
	for code := wwwauth.MissingComma; !strings.HasPrefix(code.String(), "Code("); code++ {
		names = append(names, code.String())
	}
	return names
}

func isDeparture(rule string) bool { return slices.Contains(codes(), rule) }

// TestTable checks that each rule says what there is to say, and has examples.
func TestTable(t *testing.T) {
	rules := lint.Rules()
	bad, good := map[string]bool{}, map[string]bool{}
	var order []string
	for _, e := range readExamples(t) {
		if e.bad {
			bad[e.rule] = true
		} else {
			good[e.rule] = true
		}
		if len(order) == 0 || order[len(order)-1] != e.rule {
			order = append(order, e.rule)
		}
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
		if !regexp.MustCompile(`^[a-z]+[0-9]*(-[a-z0-9]+)*$`).MatchString(r.Name) {
			t.Errorf("%s: not in kebab case", r.Name)
		}
		if !bad[r.Name] || !good[r.Name] {
			t.Errorf("%s: bad example %v, good example %v", r.Name, bad[r.Name], good[r.Name])
		}
		if r.Severity == lint.Error && r.Section == "" {
			t.Errorf("%s: an error without the section that it breaks", r.Name)
		}
		if r.Section == "" && r.Clients == "" || r.Instead == "" {
			t.Errorf("%s: nobody minds, or nothing is better", r.Name)
		}
		if !strings.HasSuffix(r.Message, ".") || strings.HasSuffix(r.Instead, ".") && !strings.HasSuffix(r.Instead, "...") || strings.HasSuffix(r.Clients, ".") {
			t.Errorf("%s: punctuation", r.Name)
		}
	}
	if diff := cmp.Diff(names, order); diff != "" {
		t.Errorf("order of the examples (-table +examples):\n%s", diff)
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(rules) {
		t.Error("a name is used twice")
	}
	for _, code := range codes() {
		i := slices.IndexFunc(rules, func(r lint.Rule) bool { return r.Name == code })
		if i < 0 || rules[i].Severity != lint.Error {
			t.Errorf("%s is no rule with severity error", code)
		}
	}
}

// TestFound lists what no server should send, with the rules that say so.
func TestFound(t *testing.T) {
	for _, tt := range []struct {
		lint.Message
		want []string
	}{
		{lint.Message{Lines: []string{`Basic`}}, []string{"basic-no-realm"}},
		{lint.Message{Lines: []string{`Basic charset="UTF-8", realm="x"`}}, []string{"basic-realm-not-first"}},
		{lint.Message{Lines: []string{`Basic realm=x`}}, []string{"realm-unquoted"}},
		{lint.Message{Lines: []string{`Bearer`}}, []string{"bearer-no-params"}},
		{lint.Message{Lines: []string{`Digest realm="x", nonce="n", algorithm="MD5", qop="auth"`}}, []string{"digest-quoted"}},
		{lint.Message{Lines: []string{`Bearer realm="x", Basic realm="y"`}}, []string{"several-on-one-line"}},
		{lint.Message{Lines: []string{`Bearer error_description="use , Basic realm=x instead", error="invalid_token"`}}, []string{"scheme-in-value"}},
		{lint.Message{Lines: []string{`Bearer scope=""`}}, []string{"empty-value"}},
		{lint.Message{Lines: []string{`DPoP realm="x"`}}, []string{"dpop-no-algs"}},
		{lint.Message{Lines: []string{`Payment realm="x"`}}, []string{"payment-params"}},
		{lint.Message{Lines: []string{`Bearer error="invalid_token"`}, Credentials: lint.NoCredentials}, []string{"error-without-credentials"}},
		{lint.Message{Status: 401}, []string{"no-challenge"}},
		{lint.Message{Status: 401, Lines: []string{""}}, []string{"empty-element", "no-challenge"}},
		{lint.Message{Status: 407, Field: "proxy-authenticate"}, []string{"no-challenge"}},
		{lint.Message{Status: 401, Field: "Proxy-Authenticate"}, nil},
		{lint.Message{Status: 400, Field: "Proxy-Authenticate", Lines: []string{`Basic realm="x"`}}, []string{"proxy-field-status"}},
		{lint.Message{Status: 401, Field: "Optional-WWW-Authenticate"}, nil},
		{lint.Message{Lines: []string{`Negotiate  YII=`, `NTLM  `}}, []string{"spaces-after-scheme"}},
		{lint.Message{Lines: []string{`Other a='`}}, nil},
		{lint.Message{Lines: []string{`Bearer scope="a", claims="_-8="`, `Bearer scope="a", claims="/+8="`}}, nil},

		// Where the grammar is broken, nothing is said of what may be its consequence.
		{lint.Message{Status: 401, Lines: []string{`{}`}}, []string{"unexpected-byte"}},
		{lint.Message{Lines: []string{`Digest realm="x", nonce={n}`}}, []string{"unquoted-value"}},
		{lint.Message{Lines: []string{`Digest realm="x", nonce="n"`, `qop={}`}}, []string{"unquoted-value"}},
		// But of the lines beside it, and in their places.
		{lint.Message{Lines: []string{`Digest realm="x", nonce="n"`, `@, qop="auth"`}}, []string{"digest-params", "missing-scheme", "unexpected-byte"}},
		{lint.Message{Lines: []string{`Basic realm='a b', Negotiate`, `Basic realm=x`, `Digest a`}}, []string{"basic-before-digest", "realm-unquoted", "single-quote", "token68-not-allowed"}},
		{lint.Message{Lines: []string{`Bearer a="b" c="d"`, `Bearer scope=""`, `Basic`}}, []string{"basic-no-realm", "empty-value", "missing-comma"}},
		// How many challenges a broken line has may depend on the one before it; then it is not clear which those behind it are.
		{lint.Message{Lines: []string{`Basic`, `b=e=1= ,c d@`, `a="x"b=  Bearer r="y",`, `Bearer scope=""`}}, []string{"basic-no-realm", "missing-comma", "missing-scheme", "unexpected-byte", "unquoted-value"}},
		{lint.Message{Lines: []string{`Basic`, `c d@`, `a="x"b=e=1",Basic`, `Bearer scope=""`}}, []string{"basic-no-realm", "missing-comma", "unexpected-byte", "unquoted-value"}},
		{lint.Message{Lines: append(slices.Repeat([]string{`Basic realm="x"`}, 128), `Basic realm=x`, `a="`, `Basic`)}, []string{"too-large"}},
	} {
		findings := lint.Check(tt.Message)
		if diff := cmp.Diff(tt.want, ruleNames(findings)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.Lines, diff)
		}
		checkPlaces(t, tt.Message, findings)
	}
}

// TestPlaces checks where findings stand, and how many there are.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		rule  string
		want  []lint.Place
	}{
		{[]string{`,Basic realm="x",,`, ` Negotiate , ,`, `NTLM`}, "empty-element", []lint.Place{{0, 0, -1, -1}, {1, 13, -1, -1}}},
		{[]string{`Digest ,`, `realm="x" , nonce="n",  qop="auth"`}, "empty-element", []lint.Place{{0, 8, -1, -1}}},
		{[]string{` Basic  ,  realm="x"`}, "empty-element", []lint.Place{{0, 8, -1, -1}}},
		{[]string{`A, B, C`, `D`, `E e="f", F`}, "several-on-one-line", []lint.Place{{0, 3, 1, -1}, {2, 9, 5, -1}}},
		{[]string{`Digest realm="x"`, `nonce="n", qop="auth"`, `A, opaque="o"`, `b="c"`}, "split-over-lines", []lint.Place{{1, 0, 0, 1}}},
		{[]string{"A b=c, d \t=\te, f=\"\", g= h, i=j"}, "space-around-equals", []lint.Place{{0, 7, 0, 1}, {0, 21, 0, 3}}},
		{[]string{`A b="\"\\", c=""`, `D e=""`}, "empty-value", []lint.Place{{0, 12, 0, 1}, {1, 2, 1, 0}}},
		{[]string{`Basic a="b", a="c"`, `realm=x`}, "realm-unquoted", []lint.Place{{1, 6, 0, 2}}},
	} {
		var got []lint.Place
		for _, f := range lint.Check(lint.Message{Lines: tt.lines}) {
			if f.Rule.Name == tt.rule {
				got = append(got, f.Place)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q %s (-want +got):\n%s", tt.lines, tt.rule, diff)
		}
	}
}

// TestCanonical checks that nothing is found in the canonical form of each scheme, alone and with all that the
// scheme knows.
func TestCanonical(t *testing.T) {
	for _, line := range []string{
		`Basic realm="simple"`,
		`Basic realm="simple", charset="UTF-8"`,
		`Bearer realm="example"`,
		`Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource", scope="files:read files:write", error="insufficient_scope", realm="example", error_uri="https://example.com/docs", error_description="The token lacks a scope"`,
		`Bearer error="insufficient_user_authentication", acr_values="myACR phr", max_age="5"`,
		`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="`,
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:samalba/my-app:pull,push"`,
		`Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		`Digest realm="api@example.org", domain="/a https://h/b", nonce="n", opaque="o", stale=true, algorithm=SHA-512-256-sess, qop="auth", charset=UTF-8, userhash=true`,
		`DPoP algs="ES256 PS256"`,
		`DPoP scope="a", error="invalid_token", realm="x", algs="ES256", error_description="The token is expired"`,
		`GNAP as_uri="https://as.example/tx", access="FWWIKYBQ6U56NL1", referrer="https://rs.example"`,
		`HOBA challenge="AAAA", max-age="10", realm="x"`,
		`Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", auth-scope="example.com", realm="x", reason="initial"`,
		`Negotiate`,
		`Negotiate oYG3MIG0oAMKAQChCwYJKoZIhvcSAQIC`,
		`NTLM`,
		`Kerberos`,
		`OAuth realm="Photos"`,
		`PrivateToken challenge="AAIADmlzc3Vlci5leGFtcGxl", token-key="MIIBUjA9", max-age="10"`,
		`SCRAM-SHA-256 realm="realm2@example.com"`,
		`SCRAM-SHA-256 sid="AAAABBBB", data="cj1yT3ByTkdmd0ViZVJXZ2JORWtxTw=="`,
		`SCRAM-SHA-256 sr="AAAA", ttl="120", stale="true"`,
		`UMA realm="example", as_uri="https://as.example.com", ticket="016f84e8-f9b9-11e0-bd6f-0021cc6004de"`,
		`vapid`,
		`Payment id="x7Tg2pLq", realm="api.example.com", method="tempo", intent="charge", request="eyJhbW91bnQiOiIxMDAwIn0", expires="2026-01-02T15:04:05Z", description="One call", digest="sha-256=:X48E9q:", opaque="e30"`,
		`Unknown a="b"`,
		`Unknown token68==`,
	} {
		cs, err := wwwauth.Parse(line)
		if err != nil || len(cs) != 1 {
			t.Fatalf("%s: %v", line, err)
		}
		for _, status := range []int{0, 401} {
			if cs[0].Is("Payment") && status != 0 {
				status = 402
			}
			if cs[0].Get("error") != "" && status != 0 {
				status = wwwauth.BearerCode(cs[0].Get("error")).Status()
			}
			for _, f := range lint.Check(lint.Message{Lines: []string{line}, Status: status}) {
				t.Errorf("%s: %v", line, f)
			}
		}
	}
	// The whole list of a server with many schemes, in the order of its preference.
	many := lint.Message{Status: 401, Credentials: lint.NoCredentials, Lines: []string{
		`Bearer scope="a"`, `DPoP scope="a", algs="ES256"`, `Negotiate`,
		`Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"`, `Digest realm="x", nonce="m", algorithm=MD5, qop="auth"`, `Basic realm="x"`,
	}}
	for _, f := range lint.Check(many) {
		t.Error(f)
	}
}

// captures has the findings in the responses of real servers in testdata/captures; those that are not here
// have none. Most of those requests had no credentials, but only where it is known it says so here.
var captures = map[string]struct {
	credentials string
	profile     lint.Profile
	want        []string
}{
	// A comma and a scheme in the realm.
	"apache-b-comma": {want: []string{"scheme-in-value"}},
	"lighttpd-bc":    {want: []string{"scheme-in-value"}},
	"nginx-comma":    {want: []string{"scheme-in-value"}},

	// Quotes and backslashes in the realm, escaped.
	"apache-proxy-basic":       {want: []string{"quote-in-value"}},
	"registry-token-utf8-repo": {want: []string{"not-ascii", "quote-in-value"}},
	"apache-b-quote":           {want: []string{"quote-in-value"}},
	"apache-b-squote":          {want: []string{"quote-in-value"}},
	"gssapi-gssbasic":          {want: []string{"quote-in-value"}},
	"lighttpd-bb":              {want: []string{"quote-in-value"}},
	"registry-htpasswd-repo":   {want: []string{"quote-in-value"}},
	"registry-htpasswd-v2":     {want: []string{"quote-in-value"}},

	// The same, and nobody escaped them.
	"caddy-quote":        {want: []string{"unexpected-byte"}},
	"haproxy-quote":      {want: []string{"inner-quote"}},
	"lighttpd-injection": {want: []string{"duplicate-param"}},
	"lighttpd-bq":        {want: []string{"inner-quote"}},
	"lighttpd-dns":       {want: []string{"inner-quote"}},
	"nginx-backslash":    {want: []string{"needless-escape"}},
	"nginx-backslash2":   {want: []string{"needless-escape"}},
	"nginx-trailbs":      {want: []string{"unterminated-quote"}},
	"nginx-var-raw":      {want: []string{"inner-quote"}},
	"squid-basic":        {want: []string{"unexpected-byte"}},
	"squid-digest":       {want: []string{"inner-quote"}},

	// A realm that is not ASCII.
	"apache-b-utf8": {want: []string{"not-ascii"}},
	"haproxy-utf8":  {want: []string{"not-ascii"}},
	"lighttpd-bu":   {want: []string{"not-ascii"}},
	"nginx-latin1":  {want: []string{"not-ascii"}},
	"nginx-utf8":    {want: []string{"not-ascii"}},
	"squid-utf8":    {want: []string{"not-ascii"}},

	// Three lines of a server behind a proxy: Negotiate, Bearer, and Basic realm=upstream.
	"apache-up401":   {want: []string{"bearer-not-first", "realm-unquoted"}},
	"lighttpd-up401": {want: []string{"bearer-not-first", "realm-unquoted"}},
	"nginx-up401":    {want: []string{"bearer-not-first", "realm-unquoted"}},

	// SHA-512-256, SHA-256 and MD5, in this order.
	"lighttpd-dmulti": {want: []string{"sha-512-256-first"}},

	// What servers of OAuth say to a request without a token, and with a bad one.
	"mcp-gosdk-sdk":      {profile: lint.MCP},
	"mcp-ts1-bare":       {credentials: lint.NoCredentials, profile: lint.MCP, want: []string{"error-without-credentials", "mcp-metadata", "mcp-scope"}},
	"mcp-ts1-none":       {credentials: lint.NoCredentials, profile: lint.MCP, want: []string{"error-without-credentials"}},
	"mcp-ts2-none":       {credentials: lint.NoCredentials, profile: lint.MCP, want: []string{"error-without-credentials"}},
	"mcp-ts1-low":        {credentials: "Bearer", profile: lint.MCP},
	"mcp-ts1-old":        {credentials: "Bearer", profile: lint.MCP},
	"mcp-ts2-bad":        {credentials: "Bearer", profile: lint.MCP, want: []string{"bearer-character"}},
	"nginx-ret":          {profile: lint.MCP},
	"openidc-oauth":      {credentials: lint.NoCredentials, want: []string{"error-status", "error-without-credentials", "quote-in-value"}},
	"openidc-oauth2":     {credentials: lint.NoCredentials, want: []string{"error-status", "error-without-credentials"}},
	"openidc-oauthclaim": {credentials: lint.NoCredentials, want: []string{"error-status", "error-without-credentials"}},

	// Registries.
	"registry-silly-repo":      {profile: lint.Registry, want: []string{"registry-realm"}},
	"registry-silly-v2":        {profile: lint.Registry, want: []string{"registry-realm"}},
	"registry-token-badtok":    {credentials: "Bearer", profile: lint.Registry},
	"registry-token-catalog":   {profile: lint.Registry},
	"registry-token-repo":      {profile: lint.Registry},
	"registry-token-odd-repo":  {profile: lint.Registry, want: []string{"quote-in-value"}},
	"registry3-token-odd-repo": {profile: lint.Registry, want: []string{"quote-in-value"}},

	// The last leg of a handshake, with status 404.
	"negotiate-18086-gss":      {credentials: "Negotiate"},
	"negotiate-18086-gssbasic": {credentials: "Negotiate"},
}

func TestCaptures(t *testing.T) {
	files, err := filepath.Glob("../testdata/captures/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures, %v", err)
	}
	seen := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		tt, ok := captures[name]
		if ok {
			seen++
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		// Control bytes in a field make net/http refuse the response, which is right.
		resp, err := http.ReadResponse(bufio.NewReader(f), nil)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if tt.credentials != "" {
			resp.Request = &http.Request{URL: &url.URL{}, Header: http.Header{}}
			if tt.credentials != lint.NoCredentials {
				resp.Request.Header.Set("Authorization", tt.credentials+" YWJj")
			}
		}
		findings := lint.Response(resp, tt.profile)
		if diff := cmp.Diff(tt.want, ruleNames(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s%v", name, diff, findings)
		}
	}
	if seen != len(captures) {
		t.Errorf("%d of %d captures are there", seen, len(captures))
	}
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
			for name, values := range tt.header {
				r.Header[name] = values
			}
			resp, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if diff := cmp.Diff(tt.want, ruleNames(lint.Response(resp))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
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
		if diff := cmp.Diff(tt.want, ruleNames(lint.Response(resp))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestString checks that a finding says all in a line, and quotes nothing.
func TestString(t *testing.T) {
	findings := lint.Check(lint.Message{Lines: []string{`Basic realm="x"`, `Bearer scope="s3cr3t\"", secret=""`}})
	var got []string
	for _, f := range findings {
		got = append(got, f.String())
	}
	want := []string{
		"WWW-Authenticate line 1, offset 0: warning bearer-not-first: A challenge of another scheme stands before Bearer. Clients: the MCP TypeScript SDKs 1.32 and 2.4 then find nothing; crane, oras-go and skopeo take a Basic before it. Instead: Bearer first.",
		`WWW-Authenticate line 1, offset 13: error bearer-character: The value holds a character that may not stand in it, escaped or not: ", \, a control byte, or what is not ASCII. (RFC 6750 section 3) Instead: visible ASCII and spaces.`,
		"WWW-Authenticate line 1, offset 25: warning empty-value: The value is empty. Clients: the MCP Go SDK 1.8 refuses the whole field. Instead: no parameter, or one that says something; only Entra ID demands an empty realm.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := (lint.Finding{Rule: lint.Rules()[0], Field: "F", Place: lint.Place{Line: -1}}).String(); !strings.HasPrefix(s, "F: error no-challenge: ") {
		t.Error(s)
	}
	if s := lint.Severity(7).String(); s != "Severity(7)" {
		t.Error(s)
	}
}
