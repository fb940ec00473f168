package lint

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A check looks for what a rule forbids, and calls found for each place.
type check func(m *message, found func(Place))

// The functions of this file make a check of a question. What is asked about a challenge or a parameter
// is asked only where nothing departs from the grammar.

// response asks about the response as a whole.
func response(wrong func(m *message) bool) check {
	return func(m *message, found func(Place)) {
		if wrong(m) {
			found(nowhere)
		}
	}
}

// departure tells of what Parse has found.
func departure(code wwwauth.Code) check {
	return func(m *message, found func(Place)) {
		for _, p := range m.problems {
			if p.Code == code {
				found(Place{p.Line, p.Offset, p.Challenge, -1})
			}
		}
	}
}

// each asks about the challenges with one of the schemes; about all if there is none.
func each(schemes []string, wrong func(m *message, c *challenge) bool) check {
	return func(m *message, found func(Place)) {
		for _, c := range m.challenges {
			if c.isOne(schemes) && wrong(m, c) {
				found(c.at)
			}
		}
	}
}

// names asks about the parameters of such challenges; the place is that of the name.
func names(schemes []string, wrong func(c *challenge, p wwwauth.Param, spelled param) bool) check {
	return func(m *message, found func(Place)) {
		for _, c := range m.challenges {
			for i, spelled := range c.params {
				if c.isOne(schemes) && wrong(c, c.Params[i], spelled) {
					found(spelled.name)
				}
			}
		}
	}
}

// values asks about the values of the parameters with one of the names, and of all if there is none; the
// place is that of the value.
func values(schemes, params []string, wrong func(value string, spelled param) bool) check {
	return func(m *message, found func(Place)) {
		for _, c := range m.challenges {
			for i, spelled := range c.params {
				if c.isOne(schemes) && isOne(c.Params[i].Name, params) && wrong(c.Params[i].Value, spelled) {
					found(spelled.value)
				}
			}
		}
	}
}

// lacks finds the challenges with the scheme that lack one of the parameters.
func lacks(scheme string, params ...string) check {
	return each([]string{scheme}, func(_ *message, c *challenge) bool { return c.lacks(params...) })
}

// lacks tells whether c lacks one of the parameters, or has one empty; but the empty realm is one. A token68
// in their place is another matter.
func (c *challenge) lacks(params ...string) bool {
	return c.Token68 == "" && slices.ContainsFunc(params, func(name string) bool {
		value, ok := c.Lookup(name)
		return !ok || value == "" && name != "realm"
	})
}

// isOne tells whether the scheme of c is one of the schemes. None stands for all.
func (c *challenge) isOne(schemes []string) bool { return isOne(c.Scheme, schemes) }

func isOne(s string, names []string) bool {
	return len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { return equalFold(s, name) })
}

// equalFold compares without regard to ASCII case (RFC 9110 sections 11.1 and 11.2).
func equalFold(a, b string) bool { return wwwauth.Challenge{Scheme: a}.Is(b) }

// has tells whether c has the parameter, and not empty.
func (c *challenge) has(name string) bool { return c.Get(name) != "" }

// offers returns the index of the first challenge with one of the schemes, whatever departs in it; -1 if
// there is none.
func (m *message) offers(schemes ...string) int {
	return slices.IndexFunc(m.all, func(c wwwauth.Challenge) bool { return isOne(c.Scheme, schemes) })
}

// oauth are the schemes with the parameters of RFC 6750.
var oauth = []string{"Bearer", "DPoP"}

// bearerTexts are the parameters whose characters RFC 6750 section 3 restricts.
var bearerTexts = []string{"scope", "error", "error_description", "error_uri"}

// isBearerText tells whether the rule about these characters says what there is to say about a value.
func isBearerText(c *challenge, name string) bool { return c.isOne(oauth) && isOne(name, bearerTexts) }

// isVisible tells whether s consists of the characters that RFC 6750 section 3 allows in errors.
//
//	%x20-21 / %x23-5B / %x5D-7E
func isVisible(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// isASCII tells whether s has no obs-text.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// isNumber tells whether s is a non-negative integer.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isAbsolute reports whether s is an absolute URI.
func isAbsolute(s string) bool {
	u, err := weburl.Parse(s)
	return err == nil && u.IsAbs()
}

// hasScheme reports whether s is an absolute URI, or was meant to be one.
func hasScheme(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs()
}

// isWebURL reports whether s is a URL that a client may fetch. User information is the subject of a
// rule of its own.
func isWebURL(s string) bool {
	_, err := weburl.ParseHTTP(s)
	return err == nil || err == weburl.ErrUserinfo
}

// isSecureURL reports whether s is an https URL, or an http URL of this host, as in development.
func isSecureURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && weburl.IsLoopback(u.Hostname())
}

// hasUserinfo reports whether s is an http or https URL with user information.
func hasUserinfo(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.User != nil && (u.Scheme == "http" || u.Scheme == "https")
}

// mentionsScheme tells whether a comma, and one of the schemes that curl answers, stand in a quoted value as it
// is spelled. It looks for the next challenge behind each comma, in quotes too.
func mentionsScheme(raw string) bool {
	for {
		_, rest, ok := strings.Cut(raw, ",")
		if !ok {
			return false
		}
		raw = rest
		i := skipOWS(rest, 0)
		end := tokenEnd(rest, i) // not beyond the closing quote
		if isOne(rest[i:end], curlSchemes) && strings.IndexByte(" \t,", rest[end]) >= 0 {
			return true
		}
	}
}

var curlSchemes = []string{"Basic", "Bearer", "Digest", "Negotiate", "NTLM"}

// hasNeedlessEscape tells whether a backslash stands before a character that needs none.
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

// isBase64 tells whether s is base64 in the encoding, without line breaks, which the decoder passes over.
func isBase64(s string, encoding *base64.Encoding) bool {
	_, err := encoding.DecodeString(s)
	return err == nil && !strings.ContainsAny(s, "\r\n")
}

// lookalikes finds the first place of all lines at which the name of a parameter of OAuth, with its "=",
// stands and is not that parameter: within a value, at the end of another name, or of a challenge that is
// neither Bearer nor DPoP.
func lookalikes(m *message, found func(Place)) {
	if len(m.problems) > 0 || m.offers(oauth...) < 0 {
		return
	}
	for _, name := range []string{"resource_metadata", "scope", "error"} {
		line := slices.IndexFunc(m.Lines, func(line string) bool { return strings.Contains(line, name+"=") })
		if line < 0 {
			continue
		}
		offset := strings.Index(m.Lines[line], name+"=")
		for _, c := range m.challenges {
			for i, p := range c.params {
				switch {
				case p.name.Line != line, offset < p.name.Offset, offset >= p.value.Offset+len(p.raw):
				case c.isOne(oauth) && p.name.Offset == offset && c.Params[i].Name == name:
				case offset < p.value.Offset:
					found(p.name)
				default:
					found(p.value)
				}
			}
		}
	}
}

// perLine finds the second challenge of each line.
func perLine(m *message, found func(Place)) {
	for i, c := range m.challenges {
		second := i > 0 && m.challenges[i-1].at.Line == c.at.Line
		if second && (i == 1 || m.challenges[i-2].at.Line != c.at.Line) {
			found(c.at)
		}
	}
}

// split finds the parameters with which a challenge goes on in another line.
func split(m *message, found func(Place)) {
	for _, c := range m.challenges {
		line := c.at.Line
		for _, p := range c.params {
			if p.name.Line != line {
				line = p.name.Line
				found(p.name)
			}
		}
	}
}

// before finds the first challenge that is one of early, if there is one that is late behind it.
func before(early, late func(c *challenge) bool) check {
	return func(m *message, found func(Place)) {
		i := slices.IndexFunc(m.challenges, early)
		if i >= 0 && slices.ContainsFunc(m.challenges[i+1:], late) {
			found(m.challenges[i].at)
		}
	}
}

// isMD5 tells whether c is Digest with MD5, which it is without an algorithm too.
func isMD5(c *challenge) bool {
	algorithm, ok := c.Lookup("algorithm")
	return c.Is("Digest") && (!ok || isOne(algorithm, []string{"MD5", "MD5-sess"}))
}

// repeated finds the challenges for which another one stands before them that is the same by the function.
func repeated(scheme string, same func(c, d *challenge) bool) check {
	return func(m *message, found func(Place)) {
		for i, c := range m.challenges {
			if c.Is(scheme) && slices.ContainsFunc(m.challenges[:i], func(d *challenge) bool { return d.Is(scheme) && same(c, d) }) {
				found(c.at)
			}
		}
	}
}

// isTime tells whether s is a time of RFC 3339, whose letters may be in lower case too, and whose minutes may
// end with a leap second (sections 5.6 and 5.7). Package time knows neither.
func isTime(s string) bool {
	const seconds = len("2006-01-02T15:04:")
	s = strings.ToUpper(s)
	if len(s) > seconds && strings.HasPrefix(s[seconds:], "60") {
		s = s[:seconds] + "59" + s[seconds+len("60"):]
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// tokens returns the items of a list in a field, in lower case.
func tokens(values []string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.Join(values, ",")), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// sentToken tells whether it is known that the request had a token of Bearer or DPoP, and sentNone that it
// had none.
func (m *message) sentToken() bool { return m.Credentials != "" && isOne(m.Credentials, oauth) }
func (m *message) sentNone() bool  { return m.Credentials != "" && !m.sentToken() }
