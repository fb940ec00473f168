package digest_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// vectors are inputs and outputs that others have published.
var vectors = []struct {
	source         string
	challenge      string
	user, password string
	request        digest.Request
	bodyHash       string // in hexadecimal
	want           string // response
	params         string // more that must be sent, name=value
}{
	{
		source: "RFC 7616 section 3.9.1, MD5",
		challenge: `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ` +
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		user: "Mufasa", password: "Circle of Life",
		request: digest.Request{Method: "GET", URI: "/dir/index.html", ClientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"},
		want:    "8ca523f5e9506fed4657c9700eebdbec",
		params:  "username=Mufasa realm=http-auth@example.org uri=/dir/index.html algorithm=MD5 nc=00000001 qop=auth opaque=FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
	},
	{
		source: "RFC 7616 section 3.9.1, SHA-256",
		challenge: `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, ` +
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		user: "Mufasa", password: "Circle of Life",
		request: digest.Request{Method: "GET", URI: "/dir/index.html", Count: 1, ClientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"},
		want:    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
		params:  "algorithm=SHA-256 nc=00000001 qop=auth",
	},
	{
		// The RFC prints a username and a response that were made with the first half of SHA-512.
		// Its erratum 4897 has those of SHA-512/256, which section 6.1 asks for.
		source: "RFC 7616 section 3.9.2, as erratum 4897 has it",
		challenge: `Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ` +
			`nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true`,
		user: "Jäsøn Doe", password: "Secret, or not?",
		request: digest.Request{Method: "GET", URI: "/doe.json", Count: 1, ClientNonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"},
		want:    "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
		params:  "username=793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b userhash=true qop=auth algorithm=SHA-512-256",
	},
	{
		source: "RFC 7616 section 3.9.2, if the server takes no userhash",
		challenge: `Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ` +
			`nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8`,
		user: "Jäsøn Doe", password: "Secret, or not?",
		request: digest.Request{Method: "GET", URI: "/doe.json", Count: 1, ClientNonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"},
		want:    "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
		params:  "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe",
	},
	{
		source: "RFC 2617 section 3.5",
		challenge: `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ` +
			`opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
		user: "Mufasa", password: "Circle Of Life",
		request: digest.Request{Method: "GET", URI: "/dir/index.html", Count: 1, ClientNonce: "0a4f113b"},
		want:    "6629fae49393a05397450978507c4ef1",
		params:  "qop=auth nc=00000001 cnonce=0a4f113b opaque=5ccc069c403ebaf9f0171e9517f40e41",
	},
	{
		// The response in the RFC is wrong; this is the one of its erratum 749.
		source: "RFC 2069 section 2.4",
		challenge: `Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ` +
			`opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
		user: "Mufasa", password: "CircleOfLife",
		request: digest.Request{Method: "GET", URI: "/dir/index.html", Count: 1, ClientNonce: "0a4f113b"},
		want:    "1949323746fe6a43ef61f9606e7febea",
		params:  "opaque=5ccc069c403ebaf9f0171e9517f40e41",
	},
	{
		source:    "curl, tests/data/test64",
		challenge: `Digest realm="testrealm", nonce="1053604145"`,
		user:      "testuser", password: "testpass",
		request: digest.Request{Method: "GET", URI: "/64"},
		want:    "c55f7f30d83d774a3d2dcacf725abaca",
	},
	{
		source:    "curl, tests/data/test2061",
		challenge: `Digest realm="testrealm", nonce="1053604145", algorithm="SHA-256"`,
		user:      "testuser", password: "testpass",
		request: digest.Request{Method: "GET", URI: "/2061"},
		want:    "9dc55255f1a2537b838311674b621d45346b862a81631bb20e4ce356ef25062d",
		params:  "algorithm=SHA-256",
	},
	{
		source:    "curl, tests/data/test2066",
		challenge: `Digest realm="testrealm", nonce="2053604145", algorithm="SHA-256", userhash=true`,
		user:      "testuser", password: "test2pass",
		request: digest.Request{Method: "GET", URI: "/2066"},
		want:    "374a35326cc09e7d1ec3165aee9de01cae46daac33d8999aa1f483fa7882b86c",
		params:  "username=75af8a3500f771e58a52093a25e7905d6e428a511285c12ea1420c73078dfd61 userhash=true",
	},
	{
		source:    "Apache HttpClient, TestDigestScheme, testDigestAuthentication",
		challenge: `Digest realm="realm1", nonce="f2a3f18799759d4f1a1c068b92b573cb"`,
		user:      "username", password: "password",
		request: digest.Request{Method: "Simple", URI: "/"},
		want:    "e95a7ddf37c2eab009568b1ed134f89a",
	},
	{
		source:    "Apache HttpClient, TestDigestScheme, testDigestAuthenticationWithQueryStringInDigestURI",
		challenge: `Digest realm="realm1", nonce="f2a3f18799759d4f1a1c068b92b573cb"`,
		user:      "username", password: "password",
		request: digest.Request{Method: "Simple", URI: "/?param=value"},
		want:    "a847f58f5fef0bc087bcb9c3eb30e042",
	},
	{
		source:    ".NET, DigestAuthenticationTests, opaque",
		challenge: `Digest realm="NetCore", nonce="qMRqWgAAAAAQMjIABgAAAFwEiEwAAAAA", qop="auth", stale=false, opaque="qMRqWgAAAAAA"`,
		user:      `test"example.org`, password: "password",
		request: digest.Request{Method: "GET", URI: "/"},
		params:  `username=test"example.org realm=NetCore opaque=qMRqWgAAAAAA qop=auth nc=00000001`,
	},
	{
		source:    ".NET, DigestAuthenticationTests, username*, with the charset that asks for it",
		challenge: `Digest realm="NetCore", nonce="qMRqWgAAAAAQMjIABgAAAFwEiEwAAAAA", charset=UTF-8`,
		user:      "\U0001D11E", password: "password",
		request: digest.Request{Method: "GET", URI: "/"},
		params:  `username*=UTF-8''%F0%9D%84%9E`,
	},
	{
		source:    "okhttp-digest, DigestAuthenticatorTest, testAuthenticate__withUriPathAndParameters",
		challenge: `Digest realm="myrealm", nonce="NnjGCdMhBQA=8ede771f94b593e46e5d0dd10b68313226c133f4", algorithm=MD5, qop="auth"`,
		user:      "user1", password: "user1",
		request: digest.Request{Method: "GET", URI: "/path/to/resource?parameter=value&parameter2=value2"},
		params:  "username=user1 realm=myrealm nonce=NnjGCdMhBQA=8ede771f94b593e46e5d0dd10b68313226c133f4 uri=/path/to/resource?parameter=value&parameter2=value2 qop=auth algorithm=MD5",
	},
	{
		source:    "draft-smith-sipping-auth-examples-01 section 3.1",
		challenge: `Digest realm="biloxi.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
		user:      "bob", password: "zanzibar",
		request: digest.Request{Method: "INVITE", URI: "sip:bob@biloxi.com"},
		want:    "bf57e4e0d0bffc0fbaedce64d59add5e",
	},
	{
		source:    "draft-smith-sipping-auth-examples-01 section 3.4, MD5-sess",
		challenge: `Digest realm="biloxi.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth", algorithm=MD5-sess`,
		user:      "bob", password: "zanzibar",
		request: digest.Request{Method: "INVITE", URI: "sip:bob@biloxi.com", Count: 1, ClientNonce: "0a4f113b"},
		want:    "e4e4ea61d186d07a92c9e1f6919902e9",
		params:  "algorithm=MD5-sess",
	},
	{
		source:    "draft-smith-sipping-auth-examples-01 section 3.5, auth-int",
		challenge: `Digest realm="biloxi.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth-int", algorithm=MD5`,
		user:      "bob", password: "zanzibar",
		request:  digest.Request{Method: "INVITE", URI: "sip:bob@biloxi.com", Count: 1, ClientNonce: "0a4f113b"},
		bodyHash: "c1ed018b8ec4a3b170c0921f5b564e48",
		want:     "bdbeebb2da6adb6bca02599c2239e192",
		params:   "qop=auth-int",
	},
	{
		source:    "draft-smith-sipping-auth-examples-01 section 3.6, MD5-sess and auth-int",
		challenge: `Digest realm="biloxi.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth-int", algorithm=MD5-sess`,
		user:      "bob", password: "zanzibar",
		request:  digest.Request{Method: "INVITE", URI: "sip:bob@biloxi.com", Count: 1, ClientNonce: "0a4f113b"},
		bodyHash: "c1ed018b8ec4a3b170c0921f5b564e48",
		want:     "91984da2d8663716e91554859c22ca70",
	},
}

func TestVectors(t *testing.T) {
	for _, tt := range vectors {
		t.Run(tt.source, func(t *testing.T) {
			session := newSession(t, tt.challenge, tt.user, tt.password)
			if tt.bodyHash != "" {
				tt.request.BodyHash, _ = hex.DecodeString(tt.bodyHash)
			}
			c := session.Answer(tt.request)
			if got := c.Get("response"); tt.want != "" && got != tt.want {
				t.Errorf("response is %s, want %s", got, tt.want)
			}
			for _, param := range strings.Split(tt.params, " ") {
				if name, want, _ := strings.Cut(param, "="); c.Get(name) != want {
					t.Errorf("%s is %q, want %q", name, c.Get(name), want)
				}
			}
			line, err := wwwauth.FormatCredentials(c)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := wwwauth.ParseCredentials(line); err != nil || back.Get("response") != c.Get("response") {
				t.Errorf("%s: %v", line, err)
			}
		})
	}
}

func newSession(t testing.TB, line, user, password string) *digest.Session {
	t.Helper()
	challenges, err := wwwauth.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := wwwauth.SelectDigest(challenges, digest.Algorithms()...)
	if !ok {
		t.Fatalf("nothing to answer in %s", line)
	}
	session, err := digest.NewSession(d, user, password)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// What RFC 2069 and RFC 2617 did not know must not be sent to their servers, and nothing that the
// challenge does not name.
func TestParams(t *testing.T) {
	for _, tt := range []struct{ challenge, want string }{
		{`Digest realm="r", nonce="n"`, "username realm nonce uri response"},
		{`Digest realm="r", nonce="n", algorithm=MD5, opaque="o"`, "username realm nonce uri algorithm response opaque"},
		{`Digest realm="r", nonce="n", qop="auth"`, "username realm nonce uri qop nc cnonce response"},
		{`Digest realm="r", nonce="n", qop="AUTH, other"`, "username realm nonce uri qop nc cnonce response"},
		{`Digest realm="r", nonce="n", algorithm=MD5-sess`, "username realm nonce uri algorithm cnonce response"},
		{`Digest realm="r", nonce="n", userhash=true`, "username realm nonce uri response userhash"},
		{`Digest realm="r", nonce="n", domain="/", stale=true, x="y"`, "username realm nonce uri response"},
	} {
		c := newSession(t, tt.challenge, "u", "p").Answer(digest.Request{Method: "GET", URI: "/"})
		var names []string
		for _, p := range c.Params() {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s is answered with %s, want %s", tt.challenge, got, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		d    wwwauth.Digest
		user string
		want error
	}{
		{wwwauth.Digest{Nonce: "n", Algorithm: "SHA-1"}, "u", digest.ErrAlgorithm},
		{wwwauth.Digest{Nonce: "n", Algorithm: "-sess"}, "u", digest.ErrAlgorithm},
		{wwwauth.Digest{}, "u", digest.ErrNonce},
		{wwwauth.Digest{Nonce: "n", QOP: []string{"auth-conf"}}, "u", digest.ErrQOP},
		{wwwauth.Digest{Nonce: "n"}, "u\n", digest.ErrUser},
	} {
		if _, err := digest.NewSession(tt.d, tt.user, "p"); !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.d, err, tt.want)
		}
	}
	session := newSession(t, `Digest realm="r", nonce="n"`, "u", "p")
	if line, err := wwwauth.FormatCredentials(session.Answer(digest.Request{Method: "GET", URI: "/\r\nX: y"})); err == nil {
		t.Errorf("a URI with a control byte is answered with %q", line)
	}
}

// A name is sent byte for byte where the server does not say that it reads UTF-8.
func TestUsername(t *testing.T) {
	for _, tt := range []struct{ charset, user, name, value string }{
		{"", "Grüße", "username", "Grüße"},
		{", charset=UTF-8", "plain", "username", "plain"},
		{", charset=UTF-8", "Gr\xfc\xdfe", "username", "Gr\xfc\xdfe"},
		{", charset=UTF-8", "ü*'%", "username*", "UTF-8''%C3%BC%2A%27%25"},
	} {
		c := newSession(t, `Digest realm="r", nonce="n"`+tt.charset, tt.user, "p").Answer(digest.Request{Method: "GET", URI: "/"})
		if c.Get(tt.name) != tt.value {
			t.Errorf("%q%s: %q", tt.user, tt.charset, c.Params())
		}
	}
}

// The quotes and backslashes of a realm are those of its value, in the hash and on the wire (RFC
// 7616 section 3.4).
func TestRealmWithQuotes(t *testing.T) {
	c := newSession(t, `Digest realm="say \"hi\" \\ x", nonce="n"`, "u", "p").Answer(digest.Request{Method: "GET", URI: "/"})
	same, _ := digest.NewSession(wwwauth.Digest{Realm: `say "hi" \ x`, Nonce: "n"}, "u", "p")
	want := same.Answer(digest.Request{Method: "GET", URI: "/"})
	line, err := wwwauth.FormatCredentials(c)
	if err != nil || c.Get("response") != want.Get("response") || !strings.Contains(line, `realm="say \"hi\" \\ x"`) {
		t.Errorf("%s, %v", line, err)
	}
}

// The session key of -sess is made once: of the first nonce and the first cnonce.
func TestSessionKey(t *testing.T) {
	first := newSession(t, `Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256-sess`, "u", "p")
	hash := func(parts ...string) string {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(parts, ":"))))
	}
	for _, tt := range []struct {
		session *digest.Session
		nonce   string
		count   uint32
	}{{first, "n1", 1}, {first, "n1", 2}, {first.Next("n2"), "n2", 1}} {
		c := tt.session.Answer(digest.Request{Method: "GET", URI: "/", Count: tt.count})
		key := hash(hash("u", "r", "p"), "n1", c.Get("cnonce"))
		if want := hash(key, tt.nonce, c.Get("nc"), c.Get("cnonce"), "auth", hash("GET", "/")); c.Get("response") != want {
			t.Errorf("%s, %d: response is %s, want %s", tt.nonce, tt.count, c.Get("response"), want)
		}
	}
	renewed, ok := first.Renew(wwwauth.Digest{Realm: "r", Nonce: "n3", QOP: []string{"auth"}, Algorithm: "sha-256-SESS"})
	if !ok {
		t.Fatal("not renewed")
	}
	a := first.Answer(digest.Request{Method: "GET", URI: "/"})
	b := renewed.Answer(digest.Request{Method: "GET", URI: "/"})
	if a.Get("cnonce") == b.Get("cnonce") || b.Get("nonce") != "n3" {
		t.Errorf("a new challenge begins no new session: %q, %q", a.Params(), b.Params())
	}
	for _, d := range []wwwauth.Digest{
		{Realm: "s", Nonce: "n", Algorithm: "SHA-256-sess"}, {Realm: "r", Nonce: "n"}, {Realm: "r", Algorithm: "SHA-256-sess"},
	} {
		if _, ok := first.Renew(d); ok {
			t.Errorf("renewed with %+v", d)
		}
	}
}

// A challenge without an algorithm has MD5, so a session may be renewed from one to the other.
func TestRenewAlgorithm(t *testing.T) {
	d := wwwauth.Digest{Realm: "r", Nonce: "n"}
	s, err := digest.NewSession(d, "user", "password")
	if err != nil {
		t.Fatal(err)
	}
	for algorithm, want := range map[string]bool{"": true, "md5": true, "MD5-sess": false, "SHA-256": false} {
		d.Algorithm = algorithm
		if _, ok := s.Renew(d); ok != want {
			t.Errorf("renewed for %q: %t, want %t", algorithm, ok, want)
		}
	}
}

// A nil BodyHash is that of an empty body.
func TestEmptyBody(t *testing.T) {
	d := wwwauth.Digest{Realm: "r", Nonce: "n", Algorithm: "SHA-256", QOP: []string{"auth-int"}}
	s, err := digest.NewSession(d, "user", "password")
	if err != nil {
		t.Fatal(err)
	}
	r := digest.Request{Method: "POST", URI: "/", ClientNonce: "c"}
	got := s.Answer(r).Get("response")
	r.BodyHash = s.NewHash().Sum(nil)
	if want := s.Answer(r).Get("response"); got != want {
		t.Errorf("response %s, want %s", got, want)
	}
}

// rspauth is made as the response, without the method (RFC 7616 section 3.5).
func TestVerify(t *testing.T) {
	hash := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	for _, qop := range []string{"auth", "auth-int"} {
		session := newSession(t, `Digest realm="r", nonce="n", algorithm=SHA-256, qop="`+qop+`"`, "u", "p")
		sent := session.Answer(digest.Request{Method: "GET", URI: "/a", Count: 7})
		body := sha256.Sum256([]byte("welcome"))
		a2 := ":/a"
		if qop == "auth-int" {
			a2 += ":" + hex.EncodeToString(body[:])
		}
		right := hash(hash("u:r:p") + ":n:00000007:" + sent.Get("cnonce") + ":" + qop + ":" + hash(a2))
		check := func(want error, lines ...string) {
			t.Helper()
			info, err := wwwauth.ParseAuthenticationInfo(lines...)
			if err != nil {
				t.Fatal(err)
			}
			if err := session.Verify(sent, info, body[:]); !errors.Is(err, want) {
				t.Errorf("%s, %s: %v, want %v", qop, lines, err, want)
			}
		}
		check(nil, `rspauth="`+right+`", qop=`+qop)
		check(nil, `nextnonce="x"`)
		check(digest.ErrRspauth, `rspauth="`+right[1:]+`0"`)
		check(digest.ErrRspauth, `rspauth="x"`)
		// The one that was sent proves nothing.
		check(digest.ErrRspauth, `rspauth="`+sent.Get("response")+`"`)
	}
}

// Nothing of a password or its hash is printed.
func TestSecret(t *testing.T) {
	session := newSession(t, `Digest realm="r", nonce="n"`, "rita", "hunter2")
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "session", session)
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "session", session)
	j, _ := json.Marshal(map[string]any{"session": session})
	b.Write(j)
	fmt.Fprintf(&b, "%v %+v %#v %s %q %x %v %+v %#v", session, session, session, session, session, session, *session, *session, *session)
	c := session.Answer(digest.Request{Method: "GET", URI: "/"})
	fmt.Fprintf(&b, "%v %+v %#v", c, c, c)
	for _, secret := range []string{"hunter2", fmt.Sprintf("%x", md5.Sum([]byte("rita:r:hunter2"))), c.Get("response")} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is in %s", secret, &b)
		}
	}
}
