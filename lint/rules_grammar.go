package lint

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// grammarRules are the departures that wwwauth.Parse reports: one rule for each Code, with its name.
var grammarRules = []rule{
	departure(wwwauth.MissingComma, Rule{
		Summary:  "A comma is missing before this parameter or challenge.",
		Advice:   "Put a comma between parameters, and each challenge on a field line of its own",
		Section:  "RFC 9110 section 5.6.1.1",
		Standard: `#element => [ element *( OWS "," OWS element ) ]`,
		Bad:      `WWW-Authenticate: Basic realm="example" charset="UTF-8"`,
		Good:     `WWW-Authenticate: Basic realm="example", charset="UTF-8"`,
	}),
	departure(wwwauth.Semicolon, Rule{
		Summary:  "A semicolon is used where a comma belongs.",
		Advice:   "Put a comma between parameters",
		Section:  "RFC 9110 section 11.3",
		Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`,
		Bad:      `WWW-Authenticate: Basic realm="example"; charset="UTF-8"`,
		Good:     `WWW-Authenticate: Basic realm="example", charset="UTF-8"`,
	}),
	departure(wwwauth.UnquotedValue, Rule{
		Summary:  "The value is not in quotes, but holds this byte, which is only allowed in quotes.",
		Advice:   "Put the value in double quotes",
		Section:  "RFC 9110 sections 5.6.2 and 11.2",
		Standard: `auth-param = token BWS "=" BWS ( token / quoted-string ); a token holds no whitespace and none of "(),/:;<=>?@[\]{}.`,
		Bad:      `WWW-Authenticate: Bearer resource_metadata=https://example.com/.well-known/oauth-protected-resource`,
		Good:     `WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource"`,
	}),
	departure(wwwauth.SingleQuote, Rule{
		Summary:  "The value is in single quotes, which are ordinary characters in HTTP.",
		Advice:   "Put the value in double quotes",
		Section:  "RFC 9110 section 5.6.4",
		Standard: "A string of text is parsed as a single value if it is quoted using double-quote marks.",
		Bad:      `WWW-Authenticate: Basic realm='my example'`,
		Good:     `WWW-Authenticate: Basic realm="my example"`,
	}),
	departure(wwwauth.SmartQuote, Rule{
		Summary:  "The value is in typographic quotes (U+201C and U+201D), which HTTP does not know.",
		Advice:   "Use the ASCII double quote, 0x22",
		Section:  "RFC 9110 section 5.6.4",
		Standard: "A string of text is parsed as a single value if it is quoted using double-quote marks.",
		Bad:      "WWW-Authenticate: Basic realm=\u201cexample\u201d",
		Good:     `WWW-Authenticate: Basic realm="example"`,
	}),
	departure(wwwauth.InnerQuote, Rule{
		Summary:  "This quote ends the value, but the text goes on: it lacks a backslash.",
		Advice:   `Write \" for a quote in a value or, better, choose a value without quotes`,
		Section:  "RFC 9110 section 5.6.4",
		Standard: `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE; qdtext holds neither " nor \.`,
		Bad:      `WWW-Authenticate: Basic realm="say "hi""`,
		Good:     `WWW-Authenticate: Basic realm="say hi"`,
	}),
	departure(wwwauth.UnterminatedQuote, Rule{
		Summary:  "The quoted string that begins here has no closing quote.",
		Advice:   "Close the quote, and double a backslash that ends the value",
		Section:  "RFC 9110 section 5.6.4",
		Standard: `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE`,
		Bad:      `WWW-Authenticate: Basic realm="example`,
		Good:     `WWW-Authenticate: Basic realm="example"`,
	}),
	departure(wwwauth.CommaAfterScheme, Rule{
		Summary:  "A comma separates this parameter from its scheme, so it belongs to no challenge.",
		Advice:   "Put a space, and no comma, after the scheme",
		Section:  "RFC 9110 section 11.3",
		Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`,
		Bad:      `WWW-Authenticate: Bearer, error="invalid_token"`,
		Good:     `WWW-Authenticate: Bearer error="invalid_token"`,
	}),
	departure(wwwauth.MissingValue, Rule{
		Summary:  "The parameter has no value.",
		Advice:   "Leave the parameter out, or give it a value",
		Section:  "RFC 9110 section 11.2",
		Standard: `auth-param = token BWS "=" BWS ( token / quoted-string )`,
		Bad:      `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", opaque=,algorithm=MD5`,
		Good:     `WWW-Authenticate: Digest realm="example", nonce="dcd98b71", qop="auth", algorithm=MD5`,
	}),
	departure(wwwauth.BadWhitespace, Rule{
		Summary:  "A tab follows the scheme, where only spaces are allowed.",
		Advice:   "Put exactly one space after the scheme",
		Section:  "RFC 9110 section 11.3",
		Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`,
		Breaks:   "wget2, Subversion, lftp; " + tsSDKs,
		Bad:      "WWW-Authenticate: Basic\trealm=\"example\"",
		Good:     `WWW-Authenticate: Basic realm="example"`,
	}),
	departure(wwwauth.LineFold, Rule{
		Summary:  "The field line is folded: it goes on after a line break.",
		Advice:   "Put the whole challenge on one line, however long",
		Section:  "RFC 9112 section 5.2",
		Standard: "A sender MUST NOT generate a message that includes line folding (i.e., that has any field line value that contains a match to the obs-fold rule).",
		Breaks:   "Subversion, urllib, lftp",
		Bad:      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"example\",\r\n charset=\"UTF-8\"",
		Good:     "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"example\", charset=\"UTF-8\"",
	}),
	departure(wwwauth.ControlByte, Rule{
		Summary:  "This is a control byte, which no field may hold.",
		Advice:   "Remove control bytes; what was a line break may be an attempt to add a field",
		Section:  "RFC 9110 section 5.5",
		Standard: "Field values containing CR, LF, or NUL characters are invalid and dangerous, due to the varying ways that implementations might parse and interpret those characters.",
		Breaks:   "Go's net/http and others drop the whole response",
		Bad:      "WWW-Authenticate: Basic realm=\"exam\x01ple\"",
		Good:     `WWW-Authenticate: Basic realm="example"`,
	}),
	departure(wwwauth.DuplicateParam, Rule{
		Summary:  "The challenge has a parameter of this name already.",
		Advice:   "Send each parameter once",
		Section:  "RFC 9110 section 11.2",
		Standard: "Authentication parameters are name/value pairs, where the name token is matched case-insensitively and each parameter name MUST only occur once per challenge.",
		Breaks:   "the MCP Go SDK, crane and skopeo take the last; mcp-go and the TypeScript SDKs the first",
		Bad:      `WWW-Authenticate: Bearer realm="example", scope="read", scope="write"`,
		Good:     `WWW-Authenticate: Bearer realm="example", scope="read write"`,
	}),
	departure(wwwauth.MissingScheme, Rule{
		Summary:  "This parameter belongs to no challenge.",
		Advice:   "Write the scheme, a space, and then the parameters",
		Section:  "RFC 9110 section 11.3",
		Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`,
		Bad:      `WWW-Authenticate: realm="example"`,
		Good:     `WWW-Authenticate: Basic realm="example"`,
	}),
	departure(wwwauth.Token68AndParams, Rule{
		Summary:  "A challenge has either a token68 or parameters; this one has both.",
		Advice:   "Send two challenges, or the token68 as the value of a parameter",
		Section:  "RFC 9110 section 11.3",
		Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`,
		Bad:      `WWW-Authenticate: Custom c2VjcmV0, realm="example"`,
		Good:     `WWW-Authenticate: Custom data="c2VjcmV0", realm="example"`,
	}),
	departure(wwwauth.UnexpectedByte, Rule{
		Summary:  "This is not a scheme, a parameter or a comma, and is not allowed here.",
		Advice:   `Write a scheme, a space, and then name="value", with commas between`,
		Section:  "RFC 9110 section 11.3",
		Standard: `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`,
		Bad:      `WWW-Authenticate: Bearer {token}, realm="example"`,
		Good:     `WWW-Authenticate: Bearer realm="example"`,
	}),
	departure(wwwauth.TooLarge, Rule{
		Severity: Warning,
		Summary:  "There are more than 128 challenges, 1024 parameters or 256 departures.",
		Advice:   "Send one challenge for each scheme: clients need no more",
		Section:  "RFC 9110 section 5.4",
		Standard: "A client MAY discard or truncate received field lines that are larger than the client wishes to process if the field semantics are such that the dropped value(s) can be safely ignored.",
		Breaks:   "wwwauth stops reading here",
		Bad:      "WWW-Authenticate: " + strings.Repeat("A, ", 128) + "A",
		Good:     `WWW-Authenticate: Basic realm="example"`,
	}),
}

// departure makes the rule about the departures with a code. They break the grammar, which is a MUST (RFC 9110
// section 2.2), except for the limit of Parse.
func departure(code wwwauth.Code, r Rule) rule {
	r.Name = code.String()
	if r.Severity == 0 {
		r.Severity = Error
	}
	return rule{Rule: r, needs: departs(code), search: func(m *message) {
		for _, p := range m.problems {
			if p.Code == code {
				m.found(Place{p.Line, p.Offset, p.Challenge, p.Param})
			}
		}
	}}
}

const (
	tsSDKs  = "the MCP TypeScript SDKs 1.32 and 2.4"
	goSDK   = "the MCP Go SDK 1.8"
	rfc6750 = "RFC 6750 section 3"
)

// spellingRules are about lines, and what a value or name is spelled with.
var spellingRules = []rule{
	{
		Rule: Rule{
			Name: "several-on-one-line", Severity: Warning,
			Summary: "The line has more than one challenge.",
			Advice:  "Send each challenge on a field line of its own",
			Breaks:  "Chromium, Subversion, lftp, LWP, urllib, wget2, skopeo, oras-go",
			Bad:     `WWW-Authenticate: Negotiate, Basic realm="example"`,
			Good:    "WWW-Authenticate: Negotiate\nWWW-Authenticate: Basic realm=\"example\"",
		},
		needs: isSeveral,
		search: func(m *message) {
			for i := 1; i < len(m.challenges); i++ {
				at := m.challenges[i].at
				if at.Line == m.challenges[i-1].at.Line && (i == 1 || at.Line != m.challenges[i-2].at.Line) {
					m.found(at)
				}
			}
		},
	}, {
		Rule: Rule{
			Name: "split-over-lines", Severity: Warning,
			Summary: "This line continues the challenge of the line before.",
			Advice:  "Send the whole challenge on one line",
			Breaks:  "oras-go, and credential helpers of git, which read each line by itself",
			Bad:     "WWW-Authenticate: Basic realm=\"example\"\nWWW-Authenticate: charset=\"UTF-8\"",
			Good:    `WWW-Authenticate: Basic realm="example", charset="UTF-8"`,
		},
		search: func(m *message) {
			for i := range m.challenges {
				c := &m.challenges[i]
				line := c.at.Line
				for j := range c.params {
					if at := c.params[j].at; at.Line != line {
						line = at.Line
						m.found(at)
					}
				}
			}
		},
	}, {
		Rule: Rule{
			Name: "empty-element", Severity: Error,
			Summary:  "The list has an empty element: there is a comma too many.",
			Advice:   "Put one comma between two elements, and none at the ends",
			Section:  "RFC 9110 section 5.6.1.1",
			Standard: "In any production that uses the list construct, a sender MUST NOT generate empty list elements.",
			Breaks:   "wget, wget2, Chromium, Subversion, urllib, crane, oras-go, regctl, skopeo, the MCP SDKs",
			Bad:      `WWW-Authenticate: Basic realm="example",`,
			Good:     `WWW-Authenticate: Basic realm="example"`,
		},
		search: func(m *message) {
			for _, at := range m.empty {
				m.found(at)
			}
		},
	}, {
		Rule: Rule{
			Name: "space-around-equals", Severity: Error,
			Summary:  `There is whitespace around the "=".`,
			Advice:   `Write name="value" without whitespace`,
			Section:  "RFC 9110 section 5.6.3",
			Standard: "A sender MUST NOT generate BWS in messages.",
			Breaks:   "the MCP SDKs, curl, git, Subversion, urllib, requests, httpx, crane, regctl, skopeo",
			Bad:      `WWW-Authenticate: Basic realm = "example"`,
			Good:     `WWW-Authenticate: Basic realm="example"`,
		},
		needs: isSpaced, atName: true,
		param: func(m *message, c *challenge, p *param) bool { return true },
	}, {
		Rule: Rule{
			Name: "spaces-after-scheme", Severity: Warning,
			Summary: "More than one space follows the scheme.",
			Advice:  "Put exactly one space after the scheme",
			Breaks:  tsSDKs,
			Bad:     `WWW-Authenticate: Bearer  realm="example"`,
			Good:    `WWW-Authenticate: Bearer realm="example"`,
		},
		challenge: func(m *message, c *challenge) bool { return c.gap > 1 && (c.Token68 != "" || len(c.Params) > 0) },
	}, {
		Rule: Rule{
			Name: "name-case", Severity: Warning,
			Summary: "The name of the parameter has capital letters.",
			Advice:  "Write names of parameters in lower case",
			Breaks:  tsSDKs + ", oras-go",
			Bad:     `WWW-Authenticate: Bearer Realm="example"`,
			Good:    `WWW-Authenticate: Bearer realm="example"`,
		},
		schemes: oauth, atName: true,
		param: func(m *message, c *challenge, p *param) bool {
			return strings.IndexFunc(p.Name, func(r rune) bool { return 'A' <= r && r <= 'Z' }) >= 0
		},
	}, {
		Rule: Rule{
			Name: "realm-unquoted", Severity: Error,
			Summary:  "The realm is not in quotes.",
			Advice:   "Put the realm in double quotes",
			Section:  "RFC 9110 section 11.5",
			Standard: "For historical reasons, a sender MUST only generate the quoted-string syntax.",
			Bad:      `WWW-Authenticate: Basic realm=example`,
			Good:     `WWW-Authenticate: Basic realm="example"`,
		},
		params: realm, needs: isUnquoted,
		param: func(m *message, c *challenge, p *param) bool { return true },
	}, {
		Rule: Rule{
			Name: "apostrophes", Severity: Warning,
			Summary:  "The value is in single quotes, which become part of it.",
			Advice:   "Put the value in double quotes",
			Section:  "RFC 9110 section 5.6.4",
			Standard: "A string of text is parsed as a single value if it is quoted using double-quote marks.",
			Bad:      `WWW-Authenticate: Bearer realm="example", error='invalid_token'`,
			Good:     `WWW-Authenticate: Bearer realm="example", error="invalid_token"`,
		},
		needs: isUnquoted,
		param: func(m *message, c *challenge, p *param) bool { return isApostrophed(p.Value) },
	}, {
		Rule: Rule{
			Name: "needless-escape", Severity: Warning,
			Summary:  `A backslash comes before a character other than " and \, and is not part of the value.`,
			Advice:   `Write the character alone, or \\ if you meant a backslash`,
			Section:  "RFC 9110 section 5.6.4",
			Standard: "A sender SHOULD NOT generate a quoted-pair in a quoted-string except where necessary to quote DQUOTE and backslash octets occurring within that string.",
			Breaks:   "urllib",
			Bad:      `WWW-Authenticate: Basic realm="DOMAIN\user"`,
			Good:     `WWW-Authenticate: Basic realm="DOMAIN user"`,
		},
		needs: hasBackslash,
		param: func(m *message, c *challenge, p *param) bool { return p.quoted() && hasNeedlessEscape(p.raw) },
	},
}

func isApostrophed(s string) bool {
	return len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\''
}

// hasNeedlessEscape reports whether a backslash precedes a character that needs none.
func hasNeedlessEscape(raw string) bool {
	for i := 1; i < len(raw)-1; i++ {
		if raw[i] == '\\' {
			if i++; raw[i] != '"' && raw[i] != '\\' {
				return true
			}
		}
	}
	return false
}

// mentionsScheme reports whether a comma, and one of the schemes that curl answers, occur in a quoted value as it
// is spelled. It looks for the next challenge after each comma, in quotes too.
func mentionsScheme(raw string) bool {
	for {
		_, rest, ok := strings.Cut(raw, ",")
		if !ok {
			return false
		}
		raw = rest
		i := skipOWS(rest, 0)
		end := tokenEnd(rest, i) // not beyond the closing quote
		if schemeOf(rest[i:end])&(basic|bearer|digest|handshake) != 0 && strings.IndexByte(" \t,", rest[end]) >= 0 {
			return true
		}
	}
}

// lookalikes finds the first place of all lines at which the name of a parameter of OAuth, with its "=",
// occurs and is not that parameter: within a value, at the end of another name, or of a challenge that is
// neither Bearer nor DPoP.
func lookalikes(m *message) {
	if len(m.problems) > 0 {
		return
	}
	for _, name := range [...]string{"resource_metadata=", "scope=", "error="} {
		line := slices.IndexFunc(m.lines, func(line string) bool { return strings.Contains(line, name) })
		if line < 0 {
			continue
		}
		offset := strings.Index(m.lines[line], name)
		for i := range m.challenges {
			c := &m.challenges[i]
			for j := range c.params {
				p := &c.params[j]
				switch {
				case p.at.Line != line, offset < p.at.Offset, offset >= p.value+len(p.raw):
				case c.scheme&oauth != 0 && p.at.Offset == offset && p.Name == name[:len(name)-1]:
				case offset < p.value:
					m.found(p.at)
				default:
					m.found(p.valueAt())
				}
			}
		}
	}
}
