package lint

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A rule is a Rule with its check.
type rule struct {
	Rule
	check check
}

// What the rules below say of clients was seen with these: curl 7.88, git 2.47 (which uses curl),
// wget 1.21, wget2 1.99, Subversion 1.14 (serf 1.3), Chromium 156, LWP 6.68, urllib of Python 3.11,
// requests 2.28, httpx 0.23, lftp 4.9; crane 0.22, oras-go 2.6, regctl 0.11, skopeo 1.9; the MCP SDKs for
// Go 1.8 and TypeScript 1.32 and 2.4, mcp-go 1.2.
const (
	tsSDKs      = "the MCP TypeScript SDKs 1.32 and 2.4"
	goSDK       = "the MCP Go SDK 1.8"
	rfc6750     = "RFC 6750 section 3"
	rfc7616     = "RFC 7616 section 3.3"
	paymentSpec = "draft-httpauth-payment-00"
	mcpSpec     = "MCP 2025-11-25, Authorization"
	dockerSpec  = "Distribution, Token Authentication Specification"
)

// table holds all rules, in the order of docs/LINT.md.
var table = []rule{
	// The response.
	{
		Rule{"no-challenge", Error, "",
			"The response has status 401 and no challenge in WWW-Authenticate, or 407 and none in Proxy-Authenticate.",
			"RFC 9110 sections 15.5.2 and 15.5.8", "",
			"at least one challenge"},
		response(func(m *message) bool {
			return demands(m) && len(m.all) == 0 && len(m.problems) == 0
		}),
	}, {
		Rule{"proxy-field-status", Warning, "",
			"Proxy-Authenticate stands in a refusal that is no 407.",
			"RFC 9110 section 11.7.1", "",
			"status 407 from a proxy, or WWW-Authenticate"},
		response(func(m *message) bool {
			return equalFold(m.Field, proxyAuthenticate) && len(m.Lines) > 0 && m.Status >= 400 && m.Status != 407
		}),
	}, {
		Rule{"optional-field-status", Error, "",
			"Optional-WWW-Authenticate stands in a 401.",
			"RFC 8053 section 3", "",
			"WWW-Authenticate with status 401; the optional field is for responses to guests"},
		response(func(m *message) bool {
			return equalFold(m.Field, optionalField) && len(m.Lines) > 0 && m.Status == 401
		}),
	}, {
		Rule{"error-status", Warning, "",
			"The error belongs to another status.",
			"RFC 6750 section 3.1, RFC 9449 section 7.1, RFC 9470 section 3", "",
			"invalid_request with 400, insufficient_scope with 403, and the others with 401"},
		each(oauth, func(m *message, c *challenge) bool {
			code := wwwauth.BearerCode(c.Get("error"))
			return m.Status != 0 && m.Status != code.Status() && slices.Contains(errorCodes, code)
		}),
	}, {
		Rule{"error-without-credentials", Warning, "",
			"The challenge says what is wrong with a token, but the request had none.",
			"RFC 6750 section 3.1", "",
			"a challenge without error, error_description and error_uri"},
		each(oauth, func(m *message, c *challenge) bool {
			return m.sentNone() && (c.has("error") || c.has("error_description") || c.has("error_uri"))
		}),
	}, {
		Rule{"error-missing", Warning, "",
			"The request had a token, a challenge asks for another of the same scheme, and none says why this one was refused.",
			rfc6750, "",
			`error="invalid_token"`},
		response(func(m *message) bool {
			return m.sentToken() && m.Status == 401 && len(m.problems) == 0 && m.offers(m.Credentials) >= 0 &&
				!slices.ContainsFunc(m.challenges, func(c *challenge) bool { return c.isOne(oauth) && c.has("error") })
		}),
	}, {
		Rule{"dpop-nonce-missing", Warning, "",
			"The error is use_dpop_nonce, and the response has no DPoP-Nonce field.",
			"RFC 9449 section 9", "",
			"the nonce in the field DPoP-Nonce"},
		each(oauth, func(m *message, c *challenge) bool {
			return c.Get("error") == string(wwwauth.UseDPoPNonce) && m.Header != nil && m.Header.Get("DPoP-Nonce") == ""
		}),
	}, {
		Rule{"not-exposed", Warning, "",
			"Scripts of other origins may read the response, but not this field.",
			"", "MCP clients and others that run in a browser",
			"the name of the field in Access-Control-Expose-Headers; * does for requests without credentials only"},
		response(func(m *message) bool {
			if m.offers(oauth...) < 0 || m.Header.Get("Access-Control-Allow-Origin") == "" {
				return false
			}
			exposed := tokens(m.Header.Values("Access-Control-Expose-Headers"))
			all := slices.Contains(exposed, "*") && m.Header.Get("Access-Control-Allow-Credentials") != "true"
			return !all && !slices.Contains(exposed, strings.ToLower(m.Field))
		}),
	},

	// Departures from the grammar.
	{
		Rule{wwwauth.MissingComma.String(), Error, "",
			"A comma is missing before this parameter or challenge.",
			"RFC 9110 sections 5.6.1 and 11.3", "",
			"a comma between two parameters, and each challenge on a field line of its own"},
		departure(wwwauth.MissingComma),
	}, {
		Rule{wwwauth.Semicolon.String(), Error, "",
			"A semicolon stands where a comma belongs.",
			"RFC 9110 section 11.3", "",
			"a comma between two parameters"},
		departure(wwwauth.Semicolon),
	}, {
		Rule{wwwauth.UnquotedValue.String(), Error, "",
			"The value is not in quotes, but holds this byte, which may only stand in quotes.",
			"RFC 9110 sections 5.6.2 and 11.2", "",
			"every value in double quotes; a URL cannot do without them"},
		departure(wwwauth.UnquotedValue),
	}, {
		Rule{wwwauth.SingleQuote.String(), Error, "",
			"The value stands in single quotes, which to HTTP are characters like any other.",
			"RFC 9110 sections 5.6.4 and 11.2", "",
			"every value in double quotes"},
		departure(wwwauth.SingleQuote),
	}, {
		Rule{wwwauth.SmartQuote.String(), Error, "",
			"The value stands in typographic quotes, U+201C and U+201D, which HTTP does not know.",
			"RFC 9110 sections 5.6.4 and 11.2", "",
			"the straight double quote of ASCII, 0x22"},
		departure(wwwauth.SmartQuote),
	}, {
		Rule{wwwauth.InnerQuote.String(), Error, "",
			"This quote has no backslash before it, so by the grammar the value ends here; but the text goes on.",
			"RFC 9110 section 5.6.4", "",
			`\" for a quote within a value, or a value without quotes; some clients cannot read the first`},
		departure(wwwauth.InnerQuote),
	}, {
		Rule{wwwauth.UnterminatedQuote.String(), Error, "",
			"The quoted string that begins here has no closing quote.",
			"RFC 9110 section 5.6.4", "",
			"a closing quote; a backslash that ends the value must be doubled"},
		departure(wwwauth.UnterminatedQuote),
	}, {
		Rule{wwwauth.CommaAfterScheme.String(), Error, "",
			"A comma parts this parameter from its scheme, so by the grammar it belongs to no challenge.",
			"RFC 9110 section 11.3", "",
			"a space, and no comma, after the scheme"},
		departure(wwwauth.CommaAfterScheme),
	}, {
		Rule{wwwauth.MissingValue.String(), Error, "",
			"A parameter stands here without a value.",
			"RFC 9110 section 11.2", "",
			`name="" for an empty value; better, leave the parameter out`},
		departure(wwwauth.MissingValue),
	}, {
		Rule{wwwauth.BadWhitespace.String(), Error, "",
			"A tab stands after the scheme, where only spaces may.",
			"RFC 9110 section 11.3", "",
			"exactly one space after the scheme"},
		departure(wwwauth.BadWhitespace),
	}, {
		Rule{wwwauth.LineFold.String(), Error, "",
			"The field line is folded: it goes on after a line break.",
			"RFC 9112 section 5.2", "",
			"the whole challenge on one line, however long"},
		departure(wwwauth.LineFold),
	}, {
		Rule{wwwauth.ControlByte.String(), Error, "",
			"A control byte stands here, which no field may hold; many clients drop the whole response for it.",
			"RFC 9110 section 5.5", "",
			"text without control bytes; what was a line break may be an attempt to add a field"},
		departure(wwwauth.ControlByte),
	}, {
		Rule{wwwauth.DuplicateParam.String(), Error, "",
			"The challenge has a parameter of this name already, and each may occur only once.",
			"RFC 9110 section 11.2", "",
			"the parameter once"},
		departure(wwwauth.DuplicateParam),
	}, {
		Rule{wwwauth.MissingScheme.String(), Error, "",
			"This is a parameter, and no challenge is open that it could belong to.",
			"RFC 9110 section 11.3", "",
			"the scheme, a space, and then the parameters"},
		departure(wwwauth.MissingScheme),
	}, {
		Rule{wwwauth.Token68AndParams.String(), Error, "",
			"A challenge has either a token68 or parameters; this one has both.",
			"RFC 9110 section 11.3", "",
			"two challenges, or the token68 as the value of a parameter"},
		departure(wwwauth.Token68AndParams),
	}, {
		Rule{wwwauth.UnexpectedByte.String(), Error, "",
			"Neither a scheme, nor a parameter, nor a comma: this byte cannot stand here.",
			"RFC 9110 section 11.3", "",
			`a scheme, a space, and then name="value", with commas between`},
		departure(wwwauth.UnexpectedByte),
	}, {
		Rule{wwwauth.TooLarge.String(), Error, "",
			"There is too much here: more than 128 challenges, 1024 parameters or 256 departures.",
			"RFC 9110 section 5.4", "",
			"fewer challenges: a client needs one of each scheme"},
		departure(wwwauth.TooLarge),
	},

	// Lines and spelling.
	{
		Rule{"several-on-one-line", Warning, "",
			"More than one challenge stands on the line.",
			"RFC 9110 section 11.6.1", "Chromium, Subversion, lftp, LWP, urllib, wget2, skopeo, oras-go",
			"each challenge on a field line of its own"},
		perLine,
	}, {
		Rule{"split-over-lines", Warning, "",
			"The challenge of the line before goes on here.",
			"RFC 9110 section 5.3", "oras-go, and credential helpers of git, which read each line for itself",
			"the whole challenge on one line"},
		split,
	}, {
		Rule{"empty-element", Error, "",
			"A list has an empty element: nothing stands between two commas, at an end, or on the line.",
			"RFC 9110 section 5.6.1.1", "wget, wget2, Chromium, Subversion, urllib, crane, oras-go, regctl, skopeo, the MCP SDKs",
			"one comma between two elements, and none at the ends"},
		func(m *message, found func(Place)) {
			for _, at := range m.empty {
				found(at)
			}
		},
	}, {
		Rule{"space-around-equals", Error, "",
			`Whitespace stands beside the "=".`,
			"RFC 9110 section 5.6.3", "the MCP SDKs, curl, git, Subversion, urllib, requests, httpx, crane, regctl, skopeo",
			`name="value"`},
		names(nil, func(_ *challenge, _ wwwauth.Param, p param) bool { return p.spaced }),
	}, {
		Rule{"spaces-after-scheme", Warning, "",
			"More than one space stands after the scheme.",
			"", tsSDKs,
			"one space"},
		each(nil, func(_ *message, c *challenge) bool { return c.gap > 1 && (c.Token68 != "" || len(c.Params) > 0) }),
	}, {
		Rule{"name-case", Warning, "",
			"The name of the parameter has capital letters.",
			"", tsSDKs + ", oras-go",
			"the name in lower case"},
		names(oauth, func(_ *challenge, p wwwauth.Param, _ param) bool { return p.Name != strings.ToLower(p.Name) }),
	}, {
		Rule{"realm-unquoted", Error, "",
			"The realm is not in quotes.",
			"RFC 9110 section 11.5", "",
			`realm="..."`},
		values(nil, []string{"realm"}, func(_ string, p param) bool { return !p.quoted() }),
	}, {
		Rule{"single-quotes", Warning, "",
			"The value stands in single quotes, which are part of it.",
			"RFC 9110 section 5.6.4", "",
			"double quotes"},
		values(nil, nil, func(value string, p param) bool {
			return !p.quoted() && len(value) > 1 && value[0] == '\'' && value[len(value)-1] == '\''
		}),
	}, {
		Rule{"needless-escape", Warning, "",
			`A backslash stands before a character other than " and \, and is not part of the value.`,
			"RFC 9110 section 5.6.4", "urllib",
			`the character alone, or \\ if a backslash was meant`},
		values(nil, nil, func(_ string, p param) bool { return p.quoted() && hasNeedlessEscape(p.raw) }),
	},

	// Values.
	{
		Rule{"empty-value", Warning, "",
			"The value is empty.",
			"", goSDK + " refuses the whole field",
			"no parameter, or one that says something; only Entra ID demands an empty realm"},
		names(nil, func(c *challenge, p wwwauth.Param, _ param) bool {
			entra := equalFold(p.Name, "realm") && c.Is("Bearer") && c.has("authorization_uri")
			return p.Value == "" && !entra
		}),
	}, {
		Rule{"quote-in-value", Warning, "",
			`The value holds " or \.`,
			"", "urllib, wget, requests, httpx, LWP, " + "the MCP TypeScript SDK 2.4",
			"a value without them, if there is a choice"},
		names(nil, func(c *challenge, p wwwauth.Param, _ param) bool {
			return strings.ContainsAny(p.Value, `"\`) && !isBearerText(c, p.Name)
		}),
	}, {
		Rule{"not-ascii", Warning, "",
			"The value is not ASCII, and clients do not agree on how to read it.",
			"RFC 9110 section 5.5", "Chromium, urllib, httpx",
			"ASCII, if there is a choice"},
		names(nil, func(c *challenge, p wwwauth.Param, _ param) bool {
			return !isASCII(p.Value) && !isBearerText(c, p.Name)
		}),
	}, {
		Rule{"scheme-in-value", Warning, "",
			"A comma and the name of a scheme stand in the value.",
			"", "curl and git take it for another challenge, and may send a password for it",
			"other words, or no comma before them"},
		values(nil, nil, func(_ string, p param) bool { return p.quoted() && mentionsScheme(p.raw) }),
	}, {
		Rule{"lookalike", Warning, "",
			"This looks like resource_metadata, scope or error of the challenge, and stands before it or in its place.",
			"", tsSDKs + " search the whole field, and take what comes first",
			"these parameters first, and other words in values and names; error_description last"},
		lookalikes,
	}, {
		Rule{"url-userinfo", Warning, "",
			"The URL holds user information.",
			"RFC 9110 section 4.2.4", "",
			"the URL without it"},
		values(nil, nil, func(value string, _ param) bool { return hasUserinfo(value) }),
	}, {
		Rule{"not-https", Warning, "",
			"A client is to fetch this, and it is no https URL.",
			"RFC 9728 section 7.3, RFC 9635 section 11.1", "",
			"a URL with https; http does on the same host only, in development"},
		func(m *message, found func(Place)) {
			insecure := func(value string, _ param) bool { return hasScheme(value) && !isSecureURL(value) }
			values(nil, []string{"as_uri", "authorization_uri", "authorization_server"}, insecure)(m, found)
			values(nil, []string{"resource_metadata"}, func(value string, p param) bool {
				return isWebURL(value) && insecure(value, p) // metadata-url tells of the others
			})(m, found)
		},
	}, {
		Rule{"not-a-number", Error, "",
			"The value is no number of seconds.",
			"RFC 9470 section 3, RFC 7486 section 3, RFC 9577 section 2.1, RFC 7804 section 5", "",
			"digits only"},
		func(m *message, found func(Place)) {
			no := func(value string, _ param) bool { return value != "" && !isNumber(value) }
			values(oauth, []string{"max_age"}, no)(m, found)
			values([]string{"HOBA", "PrivateToken"}, []string{"max-age"}, no)(m, found)
			values([]string{"SCRAM-SHA-1", "SCRAM-SHA-256"}, []string{"ttl"}, no)(m, found)
		},
	}, {
		Rule{"max-age-name", Warning, "",
			"The parameter has the name that it has in other schemes.",
			"RFC 9470 section 3, RFC 7486 section 3, RFC 9577 section 2.1", "",
			"max_age with Bearer and DPoP, max-age with HOBA and PrivateToken"},
		names(nil, func(c *challenge, p wwwauth.Param, _ param) bool {
			return c.isOne(oauth) && equalFold(p.Name, "max-age") ||
				c.isOne([]string{"HOBA", "PrivateToken"}) && equalFold(p.Name, "max_age")
		}),
	},

	// Schemes and their order.
	{
		Rule{"token68-not-allowed", Error, "",
			"A token68 stands where the scheme has parameters.",
			"RFC 9110 section 11.3, and the standard of the scheme", "",
			`name="value"`},
		each([]string{
			"Basic", "Bearer", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "OAuth", "Payment", "PrivateToken",
			"SCRAM-SHA-1", "SCRAM-SHA-256", "UMA",
		}, func(_ *message, c *challenge) bool { return c.Token68 != "" }),
	}, {
		Rule{"params-not-allowed", Error, "",
			"Parameters stand where the scheme has only data.",
			"RFC 4559 section 4.1", "",
			"the scheme alone; in a handshake the data, in base64"},
		each([]string{"Negotiate", "NTLM"}, func(_ *message, c *challenge) bool { return len(c.Params) > 0 }),
	}, {
		Rule{"not-for-proxies", Error, "",
			"The scheme may not stand in Proxy-Authenticate.",
			"RFC 9449 section 7.1, RFC 8292 section 3", "",
			"another scheme"},
		each([]string{"DPoP", "vapid"}, func(m *message, _ *challenge) bool { return equalFold(m.Field, proxyAuthenticate) }),
	}, {
		Rule{"bearer-not-first", Warning, "",
			"A challenge of another scheme stands before Bearer.",
			"", tsSDKs + " then find nothing; crane, oras-go and skopeo take a Basic before it",
			"Bearer first"},
		each([]string{"Bearer"}, func(m *message, c *challenge) bool {
			return c.at.Challenge > 0 && c.at.Challenge == m.offers("Bearer")
		}),
	}, {
		Rule{"basic-before-digest", Warning, "",
			"Basic stands before Digest.",
			"RFC 9110 section 11.4", "LWP and urllib take Basic, which shows the password",
			"Digest first"},
		before(func(c *challenge) bool { return c.Is("Basic") }, func(c *challenge) bool { return c.Is("Digest") }),
	}, {
		Rule{"md5-before-sha", Warning, "",
			"Digest with MD5 stands before Digest with a stronger algorithm.",
			"RFC 7616 section 3.7", "curl, git, Chromium, wget2 and httpx take MD5",
			"the strongest algorithm first"},
		before(isMD5, func(c *challenge) bool {
			return c.Is("Digest") && strings.HasPrefix(strings.ToUpper(c.Get("algorithm")), "SHA")
		}),
	}, {
		Rule{"sha-512-256-first", Warning, "",
			"Digest with SHA-512-256 stands before Digest with another algorithm.",
			"", "wget2, httpx and urllib then send nothing, and Chromium takes MD5",
			"SHA-256 first"},
		before(func(c *challenge) bool {
			return c.Is("Digest") && isOne(c.Get("algorithm"), []string{"SHA-512-256", "SHA-512-256-sess"})
		}, func(c *challenge) bool { return c.Is("Digest") }),
	},

	// Basic.
	{
		Rule{"basic-no-realm", Error, "",
			"The challenge has no realm.",
			"RFC 7617 section 2", "Subversion crashes; urllib, wget2 and regctl send nothing",
			`Basic realm="..."`},
		lacks("Basic", "realm"),
	}, {
		Rule{"basic-realm-not-first", Warning, "",
			"Another parameter stands before the realm.",
			"", "Subversion crashes; urllib sends nothing",
			"the realm first"},
		each([]string{"Basic"}, func(_ *message, c *challenge) bool {
			_, ok := c.Lookup("realm")
			return ok && !equalFold(c.Params[0].Name, "realm")
		}),
	}, {
		Rule{"charset-not-utf-8", Error, "",
			"The charset is another than UTF-8, the only one allowed.",
			"RFC 7617 section 2.1, RFC 7616 section 3.3", "",
			`charset="UTF-8", or no charset`},
		values([]string{"Basic", "Digest"}, []string{"charset"}, func(value string, _ param) bool {
			return value != "" && !equalFold(value, "UTF-8")
		}),
	},

	// Bearer and DPoP.
	{
		Rule{"bearer-no-params", Error, "",
			"The challenge has no parameter.",
			rfc6750, "",
			"at least one, such as resource_metadata, scope or realm"},
		each([]string{"Bearer"}, func(_ *message, c *challenge) bool { return c.Token68 == "" && len(c.Params) == 0 }),
	}, {
		Rule{"bearer-character", Error, "",
			`The value holds a character that may not stand in it, escaped or not: ", \, a control byte, or what is not ASCII.`,
			rfc6750, "",
			"visible ASCII and spaces"},
		values(oauth, bearerTexts, func(value string, _ param) bool { return !isVisible(value) }),
	}, {
		Rule{"scope-spaces", Error, "",
			"The scopes are not separated by one space each.",
			"RFC 6750 section 3, RFC 6749 section 3.3", "",
			"one space between two scopes, and none at the ends"},
		values(oauth, []string{"scope"}, func(value string, _ param) bool {
			return value != strings.Join(strings.FieldsFunc(value, func(r rune) bool { return r == ' ' }), " ")
		}),
	}, {
		Rule{"error-uri", Warning, "",
			"error_uri is no absolute URI.",
			rfc6750, "",
			"an absolute URI"},
		values(oauth, []string{"error_uri"}, func(value string, _ param) bool {
			return value != "" && isVisible(value) && (!isAbsolute(value) || strings.Contains(value, " "))
		}),
	}, {
		Rule{"metadata-url", Error, "",
			"resource_metadata is not a URL that a client may fetch.",
			"RFC 9728 section 5.1", "",
			"the absolute https URL of the metadata, with an ASCII host and without a fragment"},
		values(oauth, []string{"resource_metadata"}, func(value string, _ param) bool {
			return value != "" && !isWebURL(value)
		}),
	}, {
		Rule{"authorization-server", Warning, "",
			"authorization_server is in no standard, and there is no resource_metadata.",
			"RFC 9728 section 5.1", "the MCP SDKs do not read it",
			"resource_metadata, with or without it"},
		each(oauth, func(_ *message, c *challenge) bool {
			return c.has("authorization_server") && !c.has("resource_metadata")
		}),
	}, {
		Rule{"claims-not-base64", Warning, "",
			"claims is not base64 with padding.",
			"Microsoft Entra ID, claims challenge", "",
			"the claims as JSON, in base64 with padding"},
		values(oauth, []string{"claims"}, func(value string, _ param) bool {
			return !isBase64(value, base64.StdEncoding) && !isBase64(value, base64.URLEncoding)
		}),
	}, {
		Rule{"dpop-no-algs", Warning, "",
			"The challenge does not say which algorithms the proof may have.",
			"RFC 9449 section 7.1", "",
			`algs="ES256 ..."`},
		each([]string{"DPoP"}, func(_ *message, c *challenge) bool {
			// Whoever is told to use a nonce has sent a proof, as in the example of section 9.
			return c.Token68 == "" && !c.has("algs") && c.Get("error") != string(wwwauth.UseDPoPNonce)
		}),
	}, {
		Rule{"dpop-algs", Error, "",
			"algs names none or an algorithm with a shared key, which a proof may not have, or its items are not separated by spaces.",
			"RFC 9449 sections 4.2 and 7.1", "",
			`algs="ES256 ..."`},
		values([]string{"DPoP"}, []string{"algs"}, func(value string, _ param) bool {
			return slices.ContainsFunc(strings.Fields(value), func(alg string) bool {
				return alg == "none" || strings.HasPrefix(alg, "HS") || strings.Contains(alg, ",")
			})
		}),
	}, {
		Rule{"dpop-nonce-param", Warning, "",
			"The nonce is a parameter.",
			"RFC 9449 section 9", "",
			"the nonce in the field DPoP-Nonce"},
		names([]string{"DPoP"}, func(_ *challenge, p wwwauth.Param, _ param) bool { return equalFold(p.Name, "nonce") }),
	},

	// Digest.
	{
		Rule{"digest-params", Error, "",
			"One of realm, nonce and qop is missing, or has no value.",
			rfc7616, "wget2 without qop",
			`realm="...", nonce="...", qop="auth"`},
		lacks("Digest", "realm", "nonce", "qop"),
	}, {
		Rule{"digest-quoted", Error, "",
			"The value is in quotes, in which it may not stand.",
			rfc7616, "",
			"algorithm and stale without quotes"},
		values([]string{"Digest"}, []string{"algorithm", "stale"}, func(_ string, p param) bool { return p.quoted() }),
	}, {
		Rule{"digest-unquoted", Error, "",
			"The value is not in quotes, in which it must stand.",
			rfc7616, "",
			"realm, domain, nonce, opaque and qop in quotes"},
		values([]string{"Digest"}, []string{"domain", "nonce", "opaque", "qop"}, func(_ string, p param) bool { return !p.quoted() }),
	}, {
		Rule{"digest-algorithm", Warning, "",
			"The algorithm is none of RFC 7616, so clients should ignore the challenge.",
			rfc7616, "curl, wget2, urllib and httpx then do not take the next challenge either",
			"MD5, SHA-256 or SHA-512-256, each also with -sess"},
		values([]string{"Digest"}, []string{"algorithm"}, func(value string, _ param) bool {
			return value != "" && !isOne(value, []string{"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"})
		}),
	}, {
		Rule{"digest-qop", Warning, "",
			"qop offers something else than auth.",
			"", "Subversion and wget2 send nothing for a list",
			`qop="auth"`},
		values([]string{"Digest"}, []string{"qop"}, func(value string, _ param) bool {
			return value != "" && !equalFold(value, "auth")
		}),
	}, {
		Rule{"digest-repeated", Error, "",
			"There is another Digest challenge with this realm and algorithm.",
			"RFC 7616 section 3.7", "",
			"one challenge for each algorithm"},
		repeated("Digest", func(c, d *challenge) bool {
			return c.Get("realm") == d.Get("realm") && (isMD5(c) && isMD5(d) || equalFold(c.Get("algorithm"), d.Get("algorithm")))
		}),
	}, {
		Rule{"digest-flag", Warning, "",
			"The value is neither true nor false.",
			rfc7616, "",
			"stale=true if only the nonce is too old, userhash=true if the server takes a hash of the user name"},
		values([]string{"Digest"}, []string{"stale", "userhash"}, func(value string, _ param) bool {
			return value != "" && !isOne(value, []string{"true", "false"})
		}),
	}, {
		Rule{"digest-domain", Warning, "",
			"domain means nothing in Proxy-Authenticate.",
			rfc7616, "",
			"the challenge without domain"},
		func(m *message, found func(Place)) {
			if equalFold(m.Field, proxyAuthenticate) {
				names([]string{"Digest"}, func(_ *challenge, p wwwauth.Param, _ param) bool { return equalFold(p.Name, "domain") })(m, found)
			}
		},
	},

	// Negotiate and NTLM.
	{
		Rule{"handshake-data-first", Error, "",
			"The challenge has data, but the request has not begun the handshake with credentials of its scheme.",
			"RFC 4559 section 4.1, MS-NTHT", "",
			"the scheme alone"},
		each([]string{"Negotiate", "NTLM"}, func(m *message, c *challenge) bool {
			return c.Token68 != "" && m.Credentials != "" && !c.Is(m.Credentials)
		}),
	}, {
		Rule{"handshake-base64", Error, "",
			"The data is not base64.",
			"RFC 4559 section 4.1", "",
			"base64 with padding"},
		each([]string{"Negotiate", "NTLM"}, func(_ *message, c *challenge) bool { return !isBase64(c.Token68, base64.StdEncoding) }),
	},

	// Other schemes.
	{
		Rule{"concealed-challenge", Warning, "",
			"Concealed has no challenge: it is for servers that do not show that they know it.",
			"RFC 9729 section 1", "",
			"what a server without the scheme sends"},
		each([]string{"Concealed"}, func(*message, *challenge) bool { return true }),
	}, {
		Rule{"as-uri", Error, "",
			"as_uri or referrer is no absolute URI.",
			"RFC 9635 section 9.1, UMA 2.0 Grant section 3.2.1", "",
			"an absolute URI"},
		values([]string{"GNAP", "UMA"}, []string{"as_uri", "referrer"}, func(value string, _ param) bool { return value != "" && !isAbsolute(value) }),
	}, {
		Rule{"hoba-params", Error, "",
			"challenge or max-age is missing, or has no value.",
			"RFC 7486 section 3", "",
			`challenge="...", max-age="..."`},
		lacks("HOBA", "challenge", "max-age"),
	}, {
		Rule{"hoba-base64", Error, "",
			"challenge is not base64url.",
			"RFC 7486 section 3", "",
			"base64url"},
		values([]string{"HOBA"}, []string{"challenge"}, func(value string, _ param) bool {
			return !isBase64(value, base64.RawURLEncoding) && !isBase64(value, base64.URLEncoding)
		}),
	}, {
		Rule{"mutual-params", Error, "",
			"One of version, algorithm, validation, realm and reason is missing, or has no value; in a key exchange ks1 stands for reason.",
			"RFC 8120 sections 4.1 and 4.3", "",
			`version="1", algorithm="...", validation="...", realm="...", reason="initial"`},
		each([]string{"Mutual"}, func(_ *message, c *challenge) bool {
			return c.lacks("version", "algorithm", "validation", "realm") || c.lacks("reason") && c.lacks("ks1")
		}),
	}, {
		Rule{"mutual-version", Error, "",
			"The version is another than 1.",
			"RFC 8120 section 4", "",
			`version="1"`},
		values([]string{"Mutual"}, []string{"version"}, func(value string, _ param) bool { return value != "" && value != "1" }),
	}, {
		Rule{"mutual-repeated", Error, "",
			"There is another Mutual challenge.",
			"RFC 8120 section 4.1", "",
			"one"},
		repeated("Mutual", func(_, _ *challenge) bool { return true }),
	}, {
		Rule{"scram-sha-1", Warning, "",
			"SCRAM-SHA-1 is offered without SCRAM-SHA-256.",
			"RFC 7804 section 5", "",
			"SCRAM-SHA-256, alone or first"},
		each([]string{"SCRAM-SHA-1"}, func(m *message, _ *challenge) bool { return m.offers("SCRAM-SHA-256") < 0 }),
	}, {
		Rule{"scram-data", Error, "",
			"data is not base64.",
			"RFC 7804 section 5", "",
			"base64 with padding, in quotes"},
		values([]string{"SCRAM-SHA-1", "SCRAM-SHA-256"}, []string{"data"}, func(value string, _ param) bool {
			return !isBase64(value, base64.StdEncoding.Strict())
		}),
	}, {
		Rule{"scram-sid", Error, "",
			"Only one of sid and data is there.",
			"RFC 7804 section 5", "",
			"both in an exchange that has begun, and neither in the first challenge"},
		each([]string{"SCRAM-SHA-1", "SCRAM-SHA-256"}, func(_ *message, c *challenge) bool {
			_, sid := c.Lookup("sid")
			_, data := c.Lookup("data")
			return sid != data
		}),
	}, {
		Rule{"privatetoken-params", Error, "",
			"challenge is missing, or has no value.",
			"RFC 9577 section 2.1", "",
			`challenge="...", token-key="..."`},
		lacks("PrivateToken", "challenge"),
	}, {
		Rule{"privatetoken-base64", Error, "",
			"The value is not base64url with padding.",
			"RFC 9577 section 2.1", "",
			"base64url with padding, in quotes"},
		values([]string{"PrivateToken"}, []string{"challenge", "token-key"}, func(value string, _ param) bool {
			return !isBase64(value, base64.URLEncoding)
		}),
	}, {
		Rule{"uma-params", Error, "",
			"as_uri or ticket is missing, or has no value.",
			"UMA 2.0 Grant section 3.2.1", "",
			`as_uri="https://...", ticket="..."`},
		lacks("UMA", "as_uri", "ticket"),
	}, {
		Rule{"payment-params", Error, "",
			"One of id, realm, method, intent and request is missing, or has no value.",
			paymentSpec, "",
			`id="...", realm="...", method="...", intent="...", request="..."`},
		lacks("Payment", "id", "realm", "method", "intent", "request"),
	}, {
		Rule{"payment-status", Error, "",
			"The status is another than 402.",
			paymentSpec, "",
			"status 402; 401 is about who asks"},
		each([]string{"Payment"}, func(m *message, _ *challenge) bool { return m.Status != 0 && m.Status != 402 }),
	}, {
		Rule{"payment-stored", Error, "",
			"The response has no Cache-Control: no-store.",
			paymentSpec, "",
			"Cache-Control: no-store"},
		each([]string{"Payment"}, func(m *message, _ *challenge) bool {
			return m.Header != nil && !slices.Contains(tokens(m.Header.Values("Cache-Control")), "no-store")
		}),
	}, {
		Rule{"payment-method", Error, "",
			"The method has capital letters.",
			paymentSpec, "",
			"the method in lower case"},
		values([]string{"Payment"}, []string{"method"}, func(value string, _ param) bool { return value != strings.ToLower(value) }),
	}, {
		Rule{"payment-base64", Error, "",
			"The value is not base64url without padding.",
			paymentSpec, "",
			"JSON in base64url without padding"},
		values([]string{"Payment"}, []string{"request", "opaque"}, func(value string, _ param) bool {
			return !isBase64(value, base64.RawURLEncoding)
		}),
	}, {
		Rule{"payment-expires", Error, "",
			"expires is no time of RFC 3339.",
			paymentSpec, "",
			`expires="2026-01-02T15:04:05Z"`},
		values([]string{"Payment"}, []string{"expires"}, func(value string, _ param) bool {
			return value != "" && !isTime(value)
		}),
	},

	// Profile mcp.
	{
		Rule{"mcp-metadata", Warning, MCP,
			"The 401 has no Bearer challenge with resource_metadata.",
			mcpSpec, "clients of revision 2025-06-18; the others guess the well-known URL",
			"resource_metadata"},
		response(func(m *message) bool { return lacksOAuth(m, 401, "resource_metadata") }),
	}, {
		Rule{"mcp-scope", Warning, MCP,
			"The 401 has no Bearer challenge with a scope.",
			mcpSpec, "clients then ask for all scopes that the metadata names",
			"the scope that the request needs"},
		response(func(m *message) bool { return lacksOAuth(m, 401, "scope") }),
	}, {
		Rule{"mcp-step-up", Warning, MCP,
			"The 403 has no Bearer challenge with error, scope and resource_metadata.",
			mcpSpec, "clients do not ask for more scopes",
			`error="insufficient_scope", scope="...", resource_metadata="..."`},
		response(func(m *message) bool { return lacksOAuth(m, 403, "error", "scope", "resource_metadata") }),
	}, {
		Rule{"mcp-offline-access", Warning, MCP,
			"The scope names offline_access, which is for the client to add.",
			"MCP 2026-07-28, Authorization", "",
			"the scopes that the request needs"},
		values(oauth, []string{"scope"}, func(value string, _ param) bool {
			return wwwauth.ParseScope(value).Contains("offline_access")
		}),
	},

	// Profile registry.
	{
		Rule{"registry-realm", Warning, Registry,
			"The realm of the Bearer challenge is no https URL, at which a client could get a token.",
			dockerSpec, "crane, oras-go and skopeo send nothing",
			"the URL of the token server; http does on the same host only, in development"},
		each([]string{"Bearer"}, func(_ *message, c *challenge) bool { return !isSecureURL(c.Get("realm")) }),
	}, {
		Rule{"registry-service", Warning, Registry,
			"The Bearer challenge has no service.",
			dockerSpec, "",
			`service="..."`},
		each([]string{"Bearer"}, func(_ *message, c *challenge) bool { return !c.has("service") }),
	}, {
		Rule{"registry-scope", Warning, Registry,
			"A scope is not of the form type:name:actions.",
			dockerSpec, "",
			"repository:name:pull,push"},
		values([]string{"Bearer"}, []string{"scope"}, func(value string, _ param) bool {
			return slices.ContainsFunc(wwwauth.ParseScope(value), func(scope string) bool {
				kind, rest, _ := strings.Cut(scope, ":")
				i := strings.LastIndexByte(rest, ':') // the name may hold the port of a host
				return kind == "" || i <= 0 || i == len(rest)-1
			})
		}),
	},
}

// errorCodes are those for which a standard says the status.
var errorCodes = []wwwauth.BearerCode{
	wwwauth.InvalidRequest, wwwauth.InvalidToken, wwwauth.InsufficientScope,
	wwwauth.InsufficientUserAuthentication, wwwauth.InvalidDPoPProof, wwwauth.UseDPoPNonce,
}

// demands tells whether the status demands a challenge in the field.
func demands(m *message) bool {
	return m.Status == 401 && equalFold(m.Field, wwwAuthenticate) || m.Status == 407 && equalFold(m.Field, proxyAuthenticate)
}

// lacksOAuth tells whether no challenge of OAuth in a response with the status has all the parameters. One that
// departs from the grammar may have them.
func lacksOAuth(m *message, status int, params ...string) bool {
	return m.Status == status && equalFold(m.Field, wwwAuthenticate) && len(m.problems) == 0 &&
		!slices.ContainsFunc(m.challenges, func(c *challenge) bool {
			return c.isOne(oauth) && !slices.ContainsFunc(params, func(name string) bool { return !c.has(name) })
		})
}
