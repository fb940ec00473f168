// Package digest computes answers to Digest challenges (RFC 7616, and RFC 2069 before it).
//
// A [Session] makes the credentials of a request from a challenge, a user and a password, and checks
// the server's proof that it knows the password too. The package uses no network. Clients of net/http
// should use httpauth.Transport, which does all this for them. This package is for other protocols
// with the same scheme, such as RTSP and SIP, and for testing servers.
//
//	session, err := digest.NewSession(challenge, "bob", "zanzibar")
//	if err != nil {
//		log.Fatal(err)
//	}
//	credentials := session.Answer(digest.Request{Method: "INVITE", URI: "sip:bob@biloxi.com"})
//	line, err := wwwauth.FormatCredentials(credentials)
//
// To choose the challenge to answer, call [wwwauth.SelectDigest] with [Algorithms].
//
// # Encoding
//
// User and password are hashed byte for byte. If the challenge has charset=UTF-8, they should be
// UTF-8 in normalization form C (RFC 7616 section 4). The caller must normalize them; see
// golang.org/x/text/unicode/norm.
package digest

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth"
)

// The qualities of protection.
const (
	Auth    = "auth"     // protects the method and the URI
	AuthInt = "auth-int" // protects the body too
)

// Algorithms returns the names of all supported algorithms, strongest first, as arguments for
// [wwwauth.SelectDigest]. By RFC 7616 section 3.7 a client uses the first challenge that it
// supports unless local policy says otherwise; preferring the strongest is such a policy.
func Algorithms() []string {
	return []string{"SHA-512-256", "SHA-512-256-sess", "SHA-256", "SHA-256-sess", "MD5", "MD5-sess"}
}

// newHash returns the hash of an algorithm, with or without -sess, or nil if the name is unknown.
// The empty name is MD5.
func newHash(algorithm string) (new func() hash.Hash, isSession bool) {
	name, isSession := strings.CutSuffix(strings.ToUpper(algorithm), "-SESS")
	switch {
	case algorithm == "", name == "MD5":
		return md5.New, isSession
	case name == "SHA-256":
		return sha256.New, isSession
	case name == "SHA-512-256":
		return sha512.New512_256, isSession
	}
	return nil, false
}

// The errors of [NewSession] and [Session.Verify].
var (
	ErrAlgorithm = errors.New("digest: the algorithm is unknown")
	ErrNonce     = errors.New("digest: the challenge has no nonce")
	ErrQOP       = errors.New("digest: the challenge has neither qop auth nor auth-int")
	ErrUser      = errors.New("digest: the user name contains a control byte")
	ErrRspauth   = errors.New("digest: rspauth is wrong: the server did not prove that it knows the password")
)

// A Session makes the credentials of any number of requests, for one challenge and one user. It
// does not hold the password, only the hash of user, realm and password. Within the realm that hash
// is as good as the password, so package fmt does not print it.
//
// A Session is immutable and safe for concurrent use. It must be made by [NewSession]; methods of
// the zero Session panic.
type Session struct {
	challenge wwwauth.Digest
	user      string
	qop       string // that is used: Auth, AuthInt, or "" for a server of RFC 2069
	new       func() hash.Hash
	key       func() string // hex of H(user:realm:password); a function, since package fmt looks into all else

	// With -sess: what the session key is made of. Both stay for the whole session, see Next.
	isSession   bool
	nonce       string // of the challenge
	clientNonce string // of the first request
}

// NewSession returns a Session for the challenge. If the challenge offers both auth and auth-int,
// the Session uses auth, which every server implements. Other values of qop are ignored. The error
// is one of [ErrAlgorithm], [ErrNonce], [ErrQOP] and [ErrUser].
func NewSession(d wwwauth.Digest, user, password string) (*Session, error) {
	new, isSession := newHash(d.Algorithm)
	if new == nil {
		return nil, ErrAlgorithm
	}
	if strings.ContainsFunc(user, isControl) {
		return nil, ErrUser
	}
	key := hexHash(new, user, d.Realm, password)
	return newSession(&Session{user: user, new: new, isSession: isSession, key: func() string { return key }}, d)
}

// newSession completes s, which has user and key, with the challenge d.
func newSession(s *Session, d wwwauth.Digest) (*Session, error) {
	if d.Nonce == "" {
		return nil, ErrNonce
	}
	switch {
	case len(d.QOP) == 0:
		s.qop = ""
	case contains(d.QOP, Auth):
		s.qop = Auth
	case contains(d.QOP, AuthInt):
		s.qop = AuthInt
	default:
		return nil, ErrQOP
	}
	s.challenge = d
	s.nonce = d.Nonce
	s.clientNonce = newClientNonce()
	return s, nil
}

// Renew returns a Session with the same key for a later challenge, such as one with stale=true. It
// returns false if the challenge has another realm or algorithm, or cannot be answered.
func (s *Session) Renew(d wwwauth.Digest) (*Session, bool) {
	if d.Realm != s.challenge.Realm || !sameAlgorithm(d.Algorithm, s.challenge.Algorithm) {
		return nil, false
	}
	renewed, err := newSession(&Session{user: s.user, new: s.new, isSession: s.isSession, key: s.key}, d)
	return renewed, err == nil
}

// Next returns a Session that continues with the nonce in the nextnonce of Authentication-Info (RFC
// 7616 section 3.5). With -sess the session key remains that of the first nonce (section 3.4.2).
func (s *Session) Next(nonce string) *Session {
	next := *s
	next.challenge.Nonce = nonce
	return &next
}

// Challenge returns the challenge that s answers, with the current nonce.
func (s *Session) Challenge() wwwauth.Digest { return s.challenge }

// QOP returns the quality of protection that s uses: [Auth], [AuthInt], or "" for a server of RFC
// 2069.
func (s *Session) QOP() string { return s.qop }

// NewHash returns a new hash of the algorithm, for the body of a request or response with
// [AuthInt].
func (s *Session) NewHash() hash.Hash { return s.new() }

// A Request describes the request that [Session.Answer] makes credentials for.
type Request struct {
	Method string // such as GET; case matters
	URI    string // the request-target, such as /dir/index.html, or host:443 for CONNECT

	// BodyHash is the sum of [Session.NewHash] over the body, with content codings and without
	// transfer codings. It is used only with [AuthInt]. Nil means that the body is empty.
	BodyHash []byte

	// Count is the number of requests sent with this nonce, including this one (nc). No two
	// requests may have the same count. Zero means one.
	Count uint32

	// ClientNonce is the cnonce, for tests. Empty means a random one: a new one for each request
	// or, with -sess, one for the whole session.
	ClientNonce string
}

// Answer returns the credentials for a request. They are formatted by [wwwauth.FormatCredentials],
// which returns an error if they cannot be sent, for example because of a control byte in the URI.
func (s *Session) Answer(r Request) wwwauth.Credentials {
	count := fmt.Sprintf("%08x", max(r.Count, 1))
	clientNonce := r.ClientNonce
	switch {
	case clientNonce == "" && s.isSession:
		clientNonce = s.clientNonce
	case clientNonce == "":
		clientNonce = newClientNonce()
	}
	d := s.challenge

	name, value := s.username()
	params := []string{name, value, "realm", d.Realm, "nonce", d.Nonce, "uri", r.URI}
	if d.Algorithm != "" {
		params = append(params, "algorithm", d.Algorithm)
	}
	if s.qop != "" {
		params = append(params, "qop", s.qop, "nc", count)
	}
	// Without qop a cnonce must not be sent (RFC 2617 section 3.2.2), but with -sess the server
	// could not check the response.
	if s.qop != "" || s.isSession {
		params = append(params, "cnonce", clientNonce)
	}
	params = append(params, "response", s.response(r.Method, r.URI, s.qop, count, clientNonce, r.BodyHash))
	if d.Opaque != "" {
		params = append(params, "opaque", d.Opaque)
	}
	if d.UserHash {
		params = append(params, "userhash", "true")
	}
	return wwwauth.NewCredentials("Digest", params...)
}

// Verify checks the rspauth of Authentication-Info, with which the server proves that it knows the
// password too (RFC 7616 section 3.5). The credentials are those that [Session.Answer] returned for
// the request. The bodyHash is the sum of [Session.NewHash] over the body of the response; it is
// used only with [AuthInt]. If the proof is wrong, Verify returns [ErrRspauth].
//
// A server need not send rspauth. If info has none, Verify returns nil.
func (s *Session) Verify(sent wwwauth.Credentials, info wwwauth.AuthenticationInfo, bodyHash []byte) error {
	got := info.Get("rspauth")
	if got == "" {
		return nil
	}
	// The method is empty, and the count and cnonce must be those of the request.
	want := s.response("", sent.Get("uri"), s.qop, sent.Get("nc"), sent.Get("cnonce"), bodyHash)
	if subtle.ConstantTimeCompare([]byte(strings.ToLower(got)), []byte(want)) != 1 {
		return ErrRspauth
	}
	return nil
}

// response returns what proves that the sender knows the password (RFC 7616 section 3.4.1).
//
//	with qop:    KD(H(A1), nonce:nc:cnonce:qop:H(A2))
//	without it:  KD(H(A1), nonce:H(A2))
//	A2         = Method:request-uri, and with auth-int :H(entity-body)
func (s *Session) response(method, uri, qop, count, clientNonce string, bodyHash []byte) string {
	a1 := s.key()
	if s.isSession {
		a1 = hexHash(s.new, a1, s.nonce, clientNonce)
	}
	var a2 string
	if qop == AuthInt {
		if bodyHash == nil {
			bodyHash = s.new().Sum(nil)
		}
		a2 = hexHash(s.new, method, uri, hex.EncodeToString(bodyHash))
	} else {
		a2 = hexHash(s.new, method, uri)
	}
	if qop == "" {
		return hexHash(s.new, a1, s.challenge.Nonce, a2)
	}
	return hexHash(s.new, a1, s.challenge.Nonce, count, clientNonce, qop, a2)
}

// username returns the parameter that names the user (RFC 7616 section 3.4): a hash if the server
// supports it; username* for a name beyond ASCII if the server has announced UTF-8; else username.
func (s *Session) username() (name, value string) {
	isASCII := !strings.ContainsFunc(s.user, func(c rune) bool { return c >= utf8.RuneSelf })
	switch {
	case s.challenge.UserHash:
		return "username", hexHash(s.new, s.user, s.challenge.Realm)
	case s.challenge.UTF8 && !isASCII && utf8.ValidString(s.user):
		return "username*", "UTF-8''" + escape(s.user)
	}
	return "username", s.user
}

// escape writes s as the value-chars of RFC 8187 section 3.2.1:
//
//	attr-char = ALPHA / DIGIT / "!" / "#" / "$" / "&" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("!#$&+-.^_`|~", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// hexHash returns the hash, in hexadecimal, of the parts with colons between them.
func hexHash(new func() hash.Hash, parts ...string) string {
	b := make([]byte, 0, 256)
	for i, part := range parts {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, part...)
	}
	h := new()
	h.Write(b)
	return hex.EncodeToString(h.Sum(b[:0]))
}

// newClientNonce returns a cnonce that nobody can guess.
func newClientNonce() string { return rand.Text() }

// sameAlgorithm reports whether two names mean the same algorithm.
func sameAlgorithm(a, b string) bool {
	normal := func(name string) string {
		if name == "" {
			return "MD5"
		}
		return strings.ToUpper(name)
	}
	return normal(a) == normal(b)
}

func contains(list []string, option string) bool {
	for _, o := range list {
		if strings.EqualFold(o, option) {
			return true
		}
	}
	return false
}

func isControl(c rune) bool { return c < ' ' || c == 0x7f }

// String returns "Digest [hidden]".
func (s *Session) String() string { return "Digest [hidden]" }

// GoString returns the same text as String, for %#v.
func (s *Session) GoString() string { return s.String() }
