package report

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// An advice explains a kind of departure. What is wrong, what to send instead and where the standards say so
// come from the lint rule.
type advice struct {
	wrong   string // what is wrong
	read    string // what was read nevertheless
	senders string // who else sends this; "" if no product is known
	instead string // what the server should send
	section string // where the standards say so
}

// codes has the departures by the name of their rule, and adviceOf their advice.
var codes, adviceOf = func() (map[string]wwwauth.Code, map[wwwauth.Code]advice) {
	codes, adviceOf := make(map[string]wwwauth.Code), make(map[wwwauth.Code]advice)
	for code := wwwauth.MissingComma; !strings.HasPrefix(code.String(), "Code("); code++ {
		codes[code.String()] = code
	}
	for _, rule := range lint.Rules() {
		if code, ok := codes[rule.Name]; ok {
			a := advices[code]
			a.wrong, a.instead, a.section = rule.Summary, rule.Advice, rule.Section
			adviceOf[code] = a
		}
	}
	return codes, adviceOf
}()

// adviceFor returns the advice for a problem of the line; for a code that has none, only its name.
func adviceFor(problem *wwwauth.SyntaxError, line string) advice {
	a, ok := adviceOf[problem.Code]
	switch {
	case isAfterQuote(problem, line):
		a = afterQuote
	case isEscapedEnd(problem, line):
		a = escapedEnd
	case !ok:
		a = advice{
			wrong:   "The line departs from the grammar: " + problem.Code.String() + ".",
			read:    "as shown above",
			instead: "Send the canonical form below",
			section: "RFC 9110 section 11.3",
		}
	}
	switch problem.Code {
	case wwwauth.MissingScheme, wwwauth.Token68AndParams, wwwauth.UnexpectedByte, wwwauth.TooLarge:
		// Their advice is right in either case.
	default:
		if !problem.Kept {
			a.read = "nothing: the parameter was left out"
		}
	}
	return a
}

// isAfterQuote reports whether the problem is text after a closing quote. Most often that quote was meant as part of
// the value, and lacks a backslash.
func isAfterQuote(problem *wwwauth.SyntaxError, line string) bool {
	return problem.Code == wwwauth.UnexpectedByte && problem.Offset < len(line) && line[problem.Offset] != ';' &&
		strings.HasSuffix(strings.TrimRight(line[:problem.Offset], " \t"), `"`)
}

var afterQuote = advice{
	wrong:   "The text goes on after the closing quote of a value. That quote was probably meant as part of the value, and needs a backslash before it.",
	read:    "the value up to that quote; the text after it was left out",
	senders: "squid, nginx, haproxy, lighttpd and caddy with quotes and commas in the configured realm",
	instead: `Write \" for a quote inside a value, or better, avoid quotes: some clients cannot read them`,
	section: "RFC 9110 section 5.6.4",
}

// isEscapedEnd reports whether a quoted string has no end because its last quote is escaped.
func isEscapedEnd(problem *wwwauth.SyntaxError, line string) bool {
	return problem.Code == wwwauth.UnterminatedQuote && strings.HasSuffix(strings.TrimRight(line, " \t"), `\"`)
}

var escapedEnd = advice{
	wrong:   "The quoted string that begins here does not end: the backslash before the last quote makes that quote part of the value. Probably the value was meant to end in a backslash.",
	read:    "the value up to the end of the line, including the quote",
	senders: "nginx, and other servers that escape nothing, with a backslash at the end of the configured realm",
	instead: `Write \\ for a backslash inside a value, or better, avoid backslashes`,
	section: "RFC 9110 section 5.6.4",
}

// advices says, for each kind of departure, what is read, and who sends it.
var advices = [...]advice{
	wwwauth.MissingComma: {
		read:    "as if the comma were there",
		senders: "Elasticsearch before 8.15, CUPS, AirTunes, Azure Storage",
	},
	wwwauth.Semicolon: {
		read:    "as a comma",
		senders: "servers that build the field by hand, as if it were Content-Type or Set-Cookie",
	},
	wwwauth.UnquotedValue: {
		read:    "the value up to the next comma, or up to the space before the next parameter",
		senders: "MCP servers with early versions of the Go SDK, Azure Storage, Azure Arc, gin-jwt, Privacy Pass issuers, IRC services",
	},
	wwwauth.SingleQuote: {
		read:    "the text between the single quotes",
		senders: "OpenStack Keystone, Doorkeeper, unRAID",
	},
	wwwauth.SmartQuote: {
		read:    "the text between the typographic quotes",
		senders: "servers with text from a word processor in their configuration",
	},
	wwwauth.InnerQuote: {
		read:    "the quote as part of the value, which ends at the first quote before a comma or the end of the line",
		senders: "nginx, haproxy, lighttpd, squid, caddy and radicale with quotes in the configured realm; auth0, MCP servers with the TypeScript SDK 1.x",
	},
	wwwauth.UnterminatedQuote: {
		read:    "the value up to the end of the line, or up to the next parameter if only its closing quote is missing",
		senders: "Avtech, Acer and Neutrino devices, the SUSE registry",
	},
	wwwauth.CommaAfterScheme: {
		read:    "as a parameter of the scheme before the comma",
		senders: "Google ESPv1, oauthlib, Django OAuth Toolkit",
	},
	wwwauth.MissingValue: {
		read:    "as an empty value",
		senders: "RTSP cameras, container registries",
	},
	wwwauth.BadWhitespace: {
		read: "as a space",
	},
	wwwauth.LineFold: {
		read:    "the line break as a space",
		senders: "servers whose configuration was pasted from an RFC, SIP implementations",
	},
	wwwauth.ControlByte: {
		read:    "as a space",
		senders: "Linksys devices",
	},
	wwwauth.DuplicateParam: {
		read:    "both; some clients take the first, others the last",
		senders: "Sentry's MCP server, Monero",
	},
	wwwauth.MissingScheme: {
		read:    "nothing: the parameter was left out",
		senders: "NETGEAR and 2Wire devices",
	},
	wwwauth.Token68AndParams: {
		read: "the token68; the parameter was left out",
	},
	wwwauth.UnexpectedByte: {
		read:    "nothing up to the next comma or recognizable parameter",
		senders: "Quarkus (Bearer {token}), Facebook (OAuth \"...\" \"...\"), NETGEAR devices",
	},
	wwwauth.TooLarge: {
		read: "everything before this; nothing from here on",
	},
}
