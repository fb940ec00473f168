package lint

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/date"
)

// orderRules are about which challenges there are, and in which order.
var orderRules = []rule{
	{
		Rule: Rule{
			Name: "token68-not-allowed", Severity: Error,
			Summary:  "There is a token68 where the scheme has parameters.",
			Advice:   `Send name="value"`,
			Section:  "RFC 9110 section 11.3, and the standard of the scheme",
			Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]; the scheme defines parameters.`,
			Bad:      `WWW-Authenticate: Bearer mF_9.B5f-4.1JqM`,
			Good:     `WWW-Authenticate: Bearer realm="example"`,
		},
		schemes: basic | oauth | digest | gnap | hoba | mutual | oauth1 | payment | privateToken | scram | uma,
		challenge: func(m *message, c *challenge) bool {
			name, ok := strings.CutSuffix(c.Token68, "=")
			if ok && paramOf(name) != otherParam {
				return m.say("The value of " + strings.ToLower(name) + " is missing, so that it reads as a token68.")
			}
			return c.Token68 != ""
		},
	}, {
		Rule: Rule{
			Name: "params-not-allowed", Severity: Error,
			Summary:  "There are parameters where the scheme only has data.",
			Advice:   "Send the scheme alone; in a handshake, the data in base64",
			Section:  "RFC 4559 section 4.1",
			Standard: `challenge = "Negotiate" auth-data; auth-data = 1#( [gssapi-data] )`,
			Bad:      `WWW-Authenticate: Negotiate realm="example"`,
			Good:     `WWW-Authenticate: Negotiate`,
		},
		schemes:   handshake,
		challenge: func(m *message, c *challenge) bool { return len(c.Params) > 0 },
	}, {
		Rule: Rule{
			Name: "not-for-proxies", Severity: Error,
			Summary:  "The scheme must not be used in Proxy-Authenticate.",
			Advice:   "Offer another scheme",
			Section:  "RFC 9449 section 7.1, RFC 8292 section 3",
			Standard: "This authentication scheme is for origin-server authentication only. Therefore, this authentication scheme MUST NOT be used with the Proxy-Authenticate or Proxy-Authorization header fields.",
			Bad:      "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: DPoP algs=\"ES256\"",
			Good:     "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Basic realm=\"example\"",
		},
		schemes:   dpop | vapid,
		challenge: func(m *message, c *challenge) bool { return m.is(proxyAuthenticate) },
	}, {
		Rule: Rule{
			Name: "challenge-repeated", Severity: Warning,
			Summary: "This challenge has been sent already.",
			Advice:  "Send each challenge once: a proxy in front of the server may add its own",
			Breaks:  "mechanize asks twice; LWP and the MCP Go SDK read it twice",
			Bad:     "WWW-Authenticate: Basic realm=\"example\"\nWWW-Authenticate: Basic realm=\"example\"",
			Good:    "WWW-Authenticate: Basic realm=\"example\"",
		},
		needs: isSeveral,
		search: func(m *message) {
			if len(m.challenges) < 2 || len(m.challenges) >= 128 {
				return
			}
			for i := range m.challenges {
				c := &m.challenges[i]
				if c.scheme&(digest|mutual) == 0 && slices.ContainsFunc(m.all[:c.at.Challenge], c.Equal) { // digest-repeated and mutual-repeated say more
					m.found(c.at)
					return
				}
			}
		},
	}, {
		Rule: Rule{
			Name: "bearer-not-first", Severity: Warning,
			Summary: "A challenge of another scheme comes before Bearer.",
			Advice:  "Send Bearer first",
			Breaks:  tsSDKs + " then find nothing; crane, oras-go and skopeo take a Basic before it",
			Bad:     "WWW-Authenticate: Negotiate\nWWW-Authenticate: Bearer realm=\"example\"",
			Good:    "WWW-Authenticate: Bearer realm=\"example\"\nWWW-Authenticate: Negotiate",
		},
		schemes: bearer, needs: isSeveral,
		challenge: func(m *message, c *challenge) bool {
			first := slices.IndexFunc(m.all, func(c wwwauth.Challenge) bool { return c.Is("Bearer") })
			return c.at.Challenge > 0 && c.at.Challenge == first
		},
	}, {
		Rule: Rule{
			Name: "basic-before-digest", Severity: Warning,
			Summary: "Basic comes before Digest.",
			Advice:  "Send Digest first, and Basic last",
			Breaks:  "LWP and urllib take Basic, and show the password",
			Bad:     "WWW-Authenticate: Basic realm=\"example\"\nWWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\"",
			Good:    "WWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\"\nWWW-Authenticate: Basic realm=\"example\"",
		},
		schemes: digest, needs: isSeveral,
		search: before(func(c *challenge) bool { return c.scheme == basic }, func(c *challenge) bool { return c.scheme == digest }),
	}, {
		Rule: Rule{
			Name: "basic-not-last", Severity: Warning,
			Summary: "A challenge of another scheme comes after Basic.",
			Advice:  "Send Basic last",
			Breaks:  "wget answers the last line only, or crashes on it",
			Bad:     "WWW-Authenticate: Basic realm=\"example\"\nWWW-Authenticate: Negotiate",
			Good:    "WWW-Authenticate: Negotiate\nWWW-Authenticate: Basic realm=\"example\"",
		},
		schemes: basic, needs: isSeveral,
		search: func(m *message) {
			if m.schemes&digest == 0 && m.schemes&bearer == 0 || m.basicAfterAll() { // else the rules above say it
				before(func(c *challenge) bool { return c.scheme == basic },
					func(c *challenge) bool { return c.scheme&(basic|bearer|digest|otherScheme) == 0 })(m)
			}
		},
	}, {
		Rule: Rule{
			Name: "md5-before-sha", Severity: Warning,
			Summary:  "Digest with MD5 comes before Digest with a stronger algorithm.",
			Advice:   "Send the strongest algorithm of Digest first",
			Section:  "RFC 7616 section 3.7",
			Standard: "The server MUST add these challenges to the response in order of preference, starting with the most preferred algorithm, followed by the less preferred algorithm.",
			Breaks:   "curl, git, Chromium, wget2 and httpx take MD5",
			Bad:      "WWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\", algorithm=MD5\nWWW-Authenticate: Digest realm=\"example\", nonce=\"7ypf7ypf\", qop=\"auth\", algorithm=SHA-256",
			Good:     "WWW-Authenticate: Digest realm=\"example\", nonce=\"7ypf7ypf\", qop=\"auth\", algorithm=SHA-256\nWWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\", algorithm=MD5",
		},
		schemes: digest, needs: isSeveral,
		search: before(isMD5, isSHA),
	},
}

// basicAfterAll reports whether no Bearer and no Digest follows the first Basic.
func (m *message) basicAfterAll() bool {
	i := slices.IndexFunc(m.challenges, func(c challenge) bool { return c.scheme == basic })
	return i < 0 || !slices.ContainsFunc(m.challenges[i:], func(c challenge) bool { return c.scheme&(bearer|digest) != 0 })
}

// before makes the check that finds the first challenge that is one of early, if there is one of late after it.
func before(early, late func(c *challenge) bool) func(m *message) {
	return func(m *message) {
		for i := range m.challenges {
			if !early(&m.challenges[i]) {
				continue
			}
			for j := range m.challenges[i+1:] {
				if late(&m.challenges[i+1+j]) {
					m.found(m.challenges[i].at)
					return
				}
			}
			return
		}
	}
}

// isMD5 reports whether c is Digest with MD5, which it is without an algorithm too.
func isMD5(c *challenge) bool {
	return c.scheme == digest && (c.sent&algorithm == 0 || isOne(c.value(algorithm), "MD5", "MD5-sess"))
}

func isSHA(c *challenge) bool {
	a := c.value(algorithm)
	return c.scheme == digest && len(a) >= 3 && equalFold(a[:3], "SHA")
}

var basicRules = []rule{
	{
		Rule: Rule{
			Name: "basic-no-realm", Severity: Error,
			Summary:  "The Basic challenge has no realm.",
			Advice:   `Send Basic realm="...", with a name that users know the server by`,
			Section:  "RFC 7617 section 2",
			Standard: `The authentication parameter "realm" is REQUIRED.`,
			Breaks:   "Subversion crashes; urllib, wget2 and regctl send nothing",
			Bad:      `WWW-Authenticate: Basic`,
			Good:     `WWW-Authenticate: Basic realm="example"`,
		},
		schemes: basic,
		challenge: func(m *message, c *challenge) bool {
			return c.Token68 == "" && c.whole && c.sent&realm == 0
		},
	}, {
		Rule: Rule{
			Name: "basic-realm-not-first", Severity: Warning,
			Summary: "Another parameter comes before the realm.",
			Advice:  "Send the realm of Basic first",
			Breaks:  "Subversion crashes; urllib sends nothing",
			Bad:     `WWW-Authenticate: Basic charset="UTF-8", realm="example"`,
			Good:    `WWW-Authenticate: Basic realm="example", charset="UTF-8"`,
		},
		schemes: basic, params: realm,
		challenge: func(m *message, c *challenge) bool { return c.params[0].kind != realm },
	}, {
		Rule: Rule{
			Name: "charset-not-utf-8", Severity: Error,
			Summary:  "The charset is not UTF-8, the only one allowed.",
			Advice:   `Send charset="UTF-8", or no charset`,
			Section:  "RFC 7617 section 2.1, RFC 7616 section 3.3",
			Standard: `The only allowed value is "UTF-8"; it is to be matched case-insensitively.`,
			Bad:      `WWW-Authenticate: Basic realm="example", charset="ISO-8859-1"`,
			Good:     `WWW-Authenticate: Basic realm="example", charset="UTF-8"`,
		},
		schemes: basic | digest, params: charset,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value != "" && !equalFold(p.Value, "UTF-8")
		},
	},
}

var digestRules = []rule{
	{
		Rule: Rule{
			Name: "digest-params", Severity: Error,
			Summary:  "The Digest challenge lacks realm, nonce or qop.",
			Advice:   `Send realm="...", nonce="..." and qop="auth"`,
			Section:  "RFC 7616 section 3.3",
			Standard: "qop: This parameter MUST be used by all implementations. nonce: A server-specified string which should be uniquely generated each time a 401 response is made.",
			Breaks:   "wget2 without qop",
			Bad:      `WWW-Authenticate: Digest realm="example", nonce="dcd98b71"`,
			Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth"`,
		},
		schemes:   digest,
		challenge: lacks("realm", "nonce", "qop"),
	}, {
		Rule: Rule{
			Name: "digest-quoted", Severity: Error,
			Summary:  "The value must not be in quotes.",
			Advice:   "Send algorithm and stale without quotes",
			Section:  "RFC 7616 section 3.3",
			Standard: "For historical reasons, a sender MUST NOT generate the quoted string syntax values for the following parameters: stale and algorithm.",
			Bad:      `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm="MD5"`,
			Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm=MD5`,
		},
		schemes: digest, params: algorithm | stale,
		param: func(m *message, c *challenge, p *param) bool { return p.quoted() },
	}, {
		Rule: Rule{
			Name: "digest-unquoted", Severity: Error,
			Summary:  "The value must be in quotes.",
			Advice:   "Send realm, domain, nonce, opaque and qop in quotes",
			Section:  "RFC 7616 section 3.3",
			Standard: "For historical reasons, a sender MUST only generate the quoted string syntax values for the following parameters: realm, domain, nonce, opaque, and qop.",
			Bad:      `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop=auth`,
			Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth"`,
		},
		schemes: digest, params: domain | nonce | opaque | qop, needs: isUnquoted,
		param: func(m *message, c *challenge, p *param) bool { return true },
	}, {
		Rule: Rule{
			Name: "digest-algorithm", Severity: Warning,
			Summary:  "The algorithm is not one of RFC 7616, so clients should ignore the challenge.",
			Advice:   "Send MD5 or SHA-256, or one of them with -sess",
			Section:  "RFC 7616 section 3.3",
			Standard: "If the algorithm is not understood, the challenge SHOULD be ignored (and a different one used, if there is more than one).",
			Breaks:   "curl, wget2, urllib and httpx then do not take the next challenge either",
			Bad:      `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm=SHA1`,
			Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm=MD5`,
		},
		schemes: digest, params: algorithm,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value != "" && !isOne(p.Value, "MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess")
		},
	}, {
		Rule: Rule{
			Name: "digest-sha-512-256", Severity: Warning,
			Summary: "Clients do not answer Digest with SHA-512-256, or answer it wrongly.",
			Advice:  "Send Digest with SHA-256, then with MD5",
			Breaks:  "wget2, httpx and urllib send nothing; curl and git answer wrongly; Chromium takes MD5",
			Bad:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm=SHA-512-256`,
			Good:    "WWW-Authenticate: Digest realm=\"example\", nonce=\"7ypf7ypf\", qop=\"auth\", algorithm=SHA-256\nWWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\", algorithm=MD5",
		},
		schemes: digest, params: algorithm,
		param: func(m *message, c *challenge, p *param) bool {
			return isOne(p.Value, "SHA-512-256", "SHA-512-256-sess")
		},
	}, {
		Rule: Rule{
			Name: "digest-sha-256-alone", Severity: Warning,
			Summary: "Digest is offered with SHA-256 only.",
			Advice:  "Send Digest with MD5 after Digest with SHA-256, if these clients matter to you",
			Breaks:  "wget, Subversion and LWP send a wrong response; requests and urllib of Python 3.11 fail",
			Bad:     `WWW-Authenticate: Digest realm="example", nonce="7ypf7ypf", qop="auth", algorithm=SHA-256`,
			Good:    "WWW-Authenticate: Digest realm=\"example\", nonce=\"7ypf7ypf\", qop=\"auth\", algorithm=SHA-256\nWWW-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\", algorithm=MD5",
		},
		schemes: digest,
		search: func(m *message) {
			var alone *challenge
			for i := range m.challenges {
				switch c := &m.challenges[i]; {
				case c.scheme != digest:
				case !isOne(c.value(algorithm), "SHA-256", "SHA-256-sess"):
					return
				case alone == nil:
					alone = c
				}
			}
			if alone != nil {
				m.found(alone.at)
			}
		},
	}, {
		Rule: Rule{
			Name: "digest-qop", Severity: Warning,
			Summary: "qop offers something other than auth.",
			Advice:  `Send qop="auth"`,
			Breaks:  "Subversion and wget2 send nothing for a list",
			Bad:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth,auth-int"`,
			Good:    `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth"`,
		},
		schemes: digest, params: qop,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value != "" && !equalFold(p.Value, "auth")
		},
	}, {
		Rule: Rule{
			Name: "digest-repeated", Severity: Error,
			Summary:  "There is another Digest challenge with this algorithm.",
			Advice:   "Send one challenge for each algorithm",
			Section:  "RFC 7616 section 3.7",
			Standard: "If the server responds with multiple challenges, then each one of these challenges MUST use a different digest algorithm.",
			Bad:      "WWW-Authenticate: Digest realm=\"a\", nonce=\"dcd98b71\", qop=\"auth\", algorithm=MD5\nWWW-Authenticate: Digest realm=\"b\", nonce=\"7ypf7ypf\", qop=\"auth\", algorithm=MD5",
			Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm=MD5`,
		},
		schemes: digest, needs: isSeveral,
		search: func(m *message) {
			seen := map[string]bool{}
			for i := range m.challenges {
				c := &m.challenges[i]
				if c.scheme != digest || !c.whole {
					continue
				}
				name := "md5"
				if c.sent&algorithm != 0 {
					name = strings.ToLower(c.value(algorithm))
				}
				if seen[name] {
					m.found(c.at)
				}
				seen[name] = true
			}
		},
	}, {
		Rule: Rule{
			Name: "digest-flag", Severity: Warning,
			Summary:  "The value is neither true nor false.",
			Advice:   "Send stale=true or userhash=true, or leave the parameter out",
			Section:  "RFC 7616 section 3.3",
			Standard: `If stale is false, or anything other than "true", or the stale parameter is not present, the username and/or password are invalid.`,
			Bad:      `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", stale=yes`,
			Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", stale=true`,
		},
		schemes: digest, params: stale | userhash,
		param: func(m *message, c *challenge, p *param) bool {
			return p.Value != "" && !isOne(p.Value, "true", "false")
		},
	}, {
		Rule: Rule{
			Name: "digest-domain", Severity: Warning,
			Summary:  "domain has no meaning in Proxy-Authenticate.",
			Advice:   "Leave domain out",
			Section:  "RFC 7616 section 3.3",
			Standard: "This parameter is not meaningful in Proxy-Authenticate header fields, for which the protection space is always the entire proxy; if present, it MUST be ignored.",
			Bad:      "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\", domain=\"/\"",
			Good:     "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"example\", nonce=\"dcd98b71\", qop=\"auth\"",
		},
		schemes: digest, params: domain, atName: true,
		param: func(m *message, c *challenge, p *param) bool { return m.is(proxyAuthenticate) },
	},
}

const paymentSpec = "draft-httpauth-payment-00"

// schemeRules are about Negotiate, NTLM and the schemes that are rare.
var schemeRules = []rule{
	{
		Rule: Rule{
			Name: "handshake-data-first", Severity: Error,
			Summary:  "The challenge has data, but the request has not begun the handshake.",
			Advice:   "Send the scheme alone",
			Section:  "RFC 4559 section 4.1, MS-NTHT",
			Standard: "The initial WWW-Authenticate header will not carry any gssapi-data.",
			Bad:      "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Negotiate YII=",
			Good:     "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Negotiate",
		},
		schemes: handshake,
		challenge: func(m *message, c *challenge) bool {
			return c.Token68 != "" && (m.anonymous || m.scheme != "" && !c.Is(m.scheme))
		},
	}, {
		Rule: Rule{
			Name: "handshake-base64", Severity: Error,
			Summary:  "The data is not base64.",
			Advice:   "Send the data in base64 with padding",
			Section:  "RFC 4559 section 4.1",
			Standard: "gssapi-data: the base 64 encoding of an InitialContextToken.",
			Bad:      "WWW-Authenticate: Negotiate YII",
			Good:     "WWW-Authenticate: Negotiate YII=",
		},
		schemes:   handshake,
		challenge: func(m *message, c *challenge) bool { return !isBase64(c.Token68, base64.StdEncoding) },
	}, {
		Rule: Rule{
			Name: "concealed-challenge", Severity: Warning,
			Summary: "Concealed has no challenge: a server must not show that it supports the scheme.",
			Advice:  "Send what a server without the scheme sends",
			Breaks:  "anyone who probes the server finds what the scheme conceals (RFC 9729)",
			Bad:     "WWW-Authenticate: Concealed",
			Good:    "HTTP/1.1 404 Not Found",
		},
		schemes:   concealed,
		challenge: func(m *message, c *challenge) bool { return true },
	}, {
		Rule: Rule{
			Name: "as-uri", Severity: Error,
			Summary:  "as_uri or referrer is not an absolute URI.",
			Advice:   "Send an absolute URI",
			Section:  "RFC 9635 section 9.1, UMA 2.0 Grant section 3.2.1",
			Standard: "as_uri: The URI of the grant endpoint of the GNAP AS. referrer: The URI of the RS itself.",
			Bad:      `WWW-Authenticate: GNAP as_uri="/tx", access="FWWIKYBQ6U56NL1", referrer="https://rs.example"`,
			Good:     `WWW-Authenticate: GNAP as_uri="https://as.example/tx", access="FWWIKYBQ6U56NL1", referrer="https://rs.example"`,
		},
		schemes: gnap | uma, params: asURI | referrer,
		param: func(m *message, c *challenge, p *param) bool { return p.Value != "" && !isAbsolute(p.Value) },
	}, {
		Rule: Rule{
			Name: "hoba-params", Severity: Error,
			Summary:  "The HOBA challenge lacks challenge or max-age.",
			Advice:   `Send challenge="..." and max-age="..."`,
			Section:  "RFC 7486 section 3",
			Standard: `The "challenge" attribute MUST be included. The "max-age" attribute MUST be included.`,
			Bad:      `WWW-Authenticate: HOBA challenge="AAAA"`,
			Good:     `WWW-Authenticate: HOBA challenge="AAAA", max-age="10"`,
		},
		schemes:   hoba,
		challenge: lacks("challenge", "max-age"),
	}, {
		Rule: Rule{
			Name: "hoba-base64", Severity: Error,
			Summary:  "challenge is not base64url.",
			Advice:   "Send the challenge in base64url",
			Section:  "RFC 7486 section 3",
			Standard: "challenge is a base64url-encoded challenge value that the server chose to send to the client.",
			Bad:      `WWW-Authenticate: HOBA challenge="++++", max-age="10"`,
			Good:     `WWW-Authenticate: HOBA challenge="----", max-age="10"`,
		},
		schemes: hoba, params: challengeParam,
		param: func(m *message, c *challenge, p *param) bool {
			return !isBase64(p.Value, base64.RawURLEncoding, base64.URLEncoding)
		},
	}, {
		Rule: Rule{
			Name: "mutual-params", Severity: Error,
			Summary:  "The Mutual challenge lacks version, algorithm, validation, realm or reason.",
			Advice:   "Send all five; in a key exchange, ks1 instead of reason",
			Section:  "RFC 8120 sections 4.1 and 4.3",
			Standard: "The header MUST contain the parameters version, algorithm, validation, realm and reason.",
			Bad:      `WWW-Authenticate: Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", realm="example"`,
			Good:     `WWW-Authenticate: Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", realm="example", reason="initial"`,
		},
		schemes: mutual,
		challenge: func(m *message, c *challenge) bool {
			names := []string{"version", "algorithm", "validation", "realm", "reason"}
			if c.has&ks1 != 0 {
				names = names[:4]
			}
			return lacks(names...)(m, c)
		},
	}, {
		Rule: Rule{
			Name: "mutual-version", Severity: Error,
			Summary:  "The version is not 1.",
			Advice:   `Send version="1"`,
			Section:  "RFC 8120 section 4",
			Standard: "version: should be the token 1. Other versions MUST be rejected.",
			Bad:      `WWW-Authenticate: Mutual version="2", algorithm="iso-kam3-dl-2048-sha256", validation="host", realm="example", reason="initial"`,
			Good:     `WWW-Authenticate: Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", realm="example", reason="initial"`,
		},
		schemes: mutual, params: version,
		param: func(m *message, c *challenge, p *param) bool { return p.Value != "" && p.Value != "1" },
	}, {
		Rule: Rule{
			Name: "mutual-repeated", Severity: Error,
			Summary:  "There is another Mutual challenge.",
			Advice:   "Send one",
			Section:  "RFC 8120 section 4.1",
			Standard: "The message MUST contain exactly one Mutual challenge.",
			Bad:      "WWW-Authenticate: Mutual version=\"1\", algorithm=\"iso-kam3-dl-2048-sha256\", validation=\"host\", realm=\"a\", reason=\"initial\"\nWWW-Authenticate: Mutual version=\"1\", algorithm=\"iso-kam3-dl-2048-sha256\", validation=\"host\", realm=\"b\", reason=\"initial\"",
			Good:     `WWW-Authenticate: Mutual version="1", algorithm="iso-kam3-dl-2048-sha256", validation="host", realm="example", reason="initial"`,
		},
		schemes: mutual, needs: isSeveral,
		search: func(m *message) {
			first := true
			for i := range m.challenges {
				if c := &m.challenges[i]; c.scheme == mutual {
					if !first {
						m.found(c.at)
					}
					first = false
				}
			}
		},
	}, {
		Rule: Rule{
			Name: "scram-sha-1", Severity: Warning,
			Summary:  "SCRAM-SHA-1 is offered without SCRAM-SHA-256.",
			Advice:   "Offer SCRAM-SHA-256, alone or first",
			Section:  "RFC 7804 section 5",
			Standard: "SCRAM-SHA-1 is registered for database compatibility with implementations of RFC 5802, but it is not recommended for new deployments.",
			Bad:      `WWW-Authenticate: SCRAM-SHA-1 realm="example"`,
			Good:     `WWW-Authenticate: SCRAM-SHA-256 realm="example"`,
		},
		schemes:   scramSHA1,
		challenge: func(m *message, c *challenge) bool { return m.schemes&scramSHA256 == 0 && m.sure },
	}, {
		Rule: Rule{
			Name: "scram-data", Severity: Error,
			Summary:  "data is not base64.",
			Advice:   "Send the data in base64 with padding, in quotes",
			Section:  "RFC 7804 section 5",
			Standard: "data: the canonical base64 encoding of the SCRAM message, without whitespace.",
			Bad:      `WWW-Authenticate: SCRAM-SHA-256 sid="AAAABBBB", data="cj1yT3By____"`,
			Good:     `WWW-Authenticate: SCRAM-SHA-256 sid="AAAABBBB", data="cj1yT3By"`,
		},
		schemes: scram, params: data,
		param: func(m *message, c *challenge, p *param) bool { return !isBase64(p.Value, base64.StdEncoding.Strict()) },
	}, {
		Rule: Rule{
			Name: "scram-sid", Severity: Error,
			Summary:  "Only one of sid and data is present.",
			Advice:   "Send both in an exchange that has begun, and neither in the first challenge",
			Section:  "RFC 7804 section 5",
			Standard: "sid identifies the exchange that data goes on; it is in all messages of the exchange but the first challenge.",
			Bad:      `WWW-Authenticate: SCRAM-SHA-256 data="cj1yT3By"`,
			Good:     `WWW-Authenticate: SCRAM-SHA-256 sid="AAAABBBB", data="cj1yT3By"`,
		},
		schemes: scram, params: sid | data,
		challenge: func(m *message, c *challenge) bool {
			return c.whole && (c.sent&sid == 0) != (c.sent&data == 0)
		},
	}, {
		Rule: Rule{
			Name: "privatetoken-params", Severity: Error,
			Summary:  "The PrivateToken challenge lacks challenge.",
			Advice:   `Send challenge="..." and token-key="..."`,
			Section:  "RFC 9577 section 2.1",
			Standard: `"challenge", which contains a base64url-encoded TokenChallenge value; every challenge has one.`,
			Bad:      `WWW-Authenticate: PrivateToken token-key="MIIBUjA9"`,
			Good:     `WWW-Authenticate: PrivateToken challenge="AAIADmlz", token-key="MIIBUjA9"`,
		},
		schemes:   privateToken,
		challenge: lacks("challenge"),
	}, {
		Rule: Rule{
			Name: "privatetoken-base64", Severity: Error,
			Summary:  "The value is not base64url with padding.",
			Advice:   "Send base64url with padding, in quotes",
			Section:  "RFC 9577 section 2.1",
			Standard: "The value MUST be encoded in base64url with padding.",
			Bad:      `WWW-Authenticate: PrivateToken challenge="AAIADmlz", token-key="MII"`,
			Good:     `WWW-Authenticate: PrivateToken challenge="AAIADmlz", token-key="MII="`,
		},
		schemes: privateToken, params: challengeParam | tokenKey,
		param: func(m *message, c *challenge, p *param) bool { return !isBase64(p.Value, base64.URLEncoding) },
	}, {
		Rule: Rule{
			Name: "uma-params", Severity: Error,
			Summary:  "The UMA challenge lacks as_uri or ticket.",
			Advice:   `Send as_uri="https://..." and ticket="..."`,
			Section:  "UMA 2.0 Grant section 3.2.1",
			Standard: "The resource server MUST respond with a WWW-Authenticate header with the scheme UMA, the issuer URI of the authorization server in as_uri, and the permission ticket in ticket.",
			Bad:      `WWW-Authenticate: UMA as_uri="https://as.example.com"`,
			Good:     `WWW-Authenticate: UMA as_uri="https://as.example.com", ticket="016f84e8"`,
		},
		schemes:   uma,
		challenge: lacks("as_uri", "ticket"),
	}, {
		Rule: Rule{
			Name: "payment-params", Severity: Error,
			Summary:  "The Payment challenge lacks id, realm, method, intent or request.",
			Advice:   "Send all five",
			Section:  paymentSpec,
			Standard: "Required parameters: id, realm, method, intent, request.",
			Bad:      `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge"`,
			Good:     `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge", request="e30"`,
		},
		schemes:   payment,
		challenge: lacks("id", "realm", "method", "intent", "request"),
	}, {
		Rule: Rule{
			Name: "payment-status", Severity: Error,
			Summary:  "The status is not 402.",
			Advice:   "Send status 402: 401 asks who the client is",
			Section:  paymentSpec,
			Standard: "Servers MUST return 402 with a WWW-Authenticate: Payment header when payment is required.",
			Bad:      "HTTP/1.1 401 Unauthorized\nCache-Control: no-store\nWWW-Authenticate: Payment id=\"x7Tg2pLq\", realm=\"example\", method=\"tempo\", intent=\"charge\", request=\"e30\"",
			Good:     "HTTP/1.1 402 Payment Required\nCache-Control: no-store\nWWW-Authenticate: Payment id=\"x7Tg2pLq\", realm=\"example\", method=\"tempo\", intent=\"charge\", request=\"e30\"",
		},
		schemes:   payment,
		challenge: func(m *message, c *challenge) bool { return m.Status != 0 && m.Status != 402 },
	}, {
		Rule: Rule{
			Name: "payment-stored", Severity: Error,
			Summary:  "The response has no Cache-Control: no-store.",
			Advice:   "Send Cache-Control: no-store",
			Section:  paymentSpec,
			Standard: "Servers MUST send Cache-Control: no-store with 402 responses.",
			Bad:      "HTTP/1.1 402 Payment Required\nWWW-Authenticate: Payment id=\"x7Tg2pLq\", realm=\"example\", method=\"tempo\", intent=\"charge\", request=\"e30\"",
			Good:     "HTTP/1.1 402 Payment Required\nCache-Control: no-store\nWWW-Authenticate: Payment id=\"x7Tg2pLq\", realm=\"example\", method=\"tempo\", intent=\"charge\", request=\"e30\"",
		},
		schemes: payment,
		challenge: func(m *message, c *challenge) bool {
			return m.Complete && !slices.Contains(tokens(m.values(cacheControl)), "no-store")
		},
	}, {
		Rule: Rule{
			Name: "payment-method", Severity: Error,
			Summary:  "The method has capital letters.",
			Advice:   "Send the method in lower case",
			Section:  paymentSpec,
			Standard: "method: Payment method identifier; a lowercase ASCII string.",
			Bad:      `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="Tempo", intent="charge", request="e30"`,
			Good:     `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge", request="e30"`,
		},
		schemes: payment, params: method,
		param: func(m *message, c *challenge, p *param) bool { return p.Value != strings.ToLower(p.Value) },
	}, {
		Rule: Rule{
			Name: "payment-base64", Severity: Error,
			Summary:  "The value is not base64url without padding.",
			Advice:   "Send JSON in base64url without padding",
			Section:  paymentSpec,
			Standard: "request: Base64url-encoded JSON, without padding.",
			Bad:      `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge", request="e30="`,
			Good:     `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge", request="e30"`,
		},
		schemes: payment, params: request | opaque,
		param: func(m *message, c *challenge, p *param) bool { return !isBase64(p.Value, base64.RawURLEncoding) },
	}, {
		Rule: Rule{
			Name: "payment-expires", Severity: Error,
			Summary:  "expires is not a time of RFC 3339.",
			Advice:   `Send a time such as expires="2026-01-02T15:04:05Z"`,
			Section:  paymentSpec,
			Standard: "expires: Timestamp in RFC 3339 format after which this challenge expires.",
			Bad:      `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge", request="e30", expires="1767366245"`,
			Good:     `WWW-Authenticate: Payment id="x7Tg2pLq", realm="example", method="tempo", intent="charge", request="e30", expires="2026-01-02T15:04:05Z"`,
		},
		schemes: payment, params: expires,
		param: func(m *message, c *challenge, p *param) bool { return p.Value != "" && !date.IsRFC3339(p.Value) },
	},
}
