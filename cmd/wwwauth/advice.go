package main

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// An advice is what there is to say of a kind of departure.
type advice struct {
	wrong   string // what is wrong
	read    string // what was read all the same, if something was
	senders string // who else sends this; "" if no product is known
	instead string // what the server should send
	section string // where the standards say so
}

// adviceFor returns the advice for a problem of the line; for a code that a later version of the
// library adds, only its name.
func adviceFor(problem *wwwauth.SyntaxError, line string) advice {
	a, ok := advices[problem.Code]
	switch {
	case isAfterQuote(problem, line):
		a = afterQuote
	case isEscapedEnd(problem, line):
		a = escapedEnd
	case !ok:
		a = advice{
			wrong:   "The line departs from the grammar: " + problem.Code.String() + ".",
			read:    "as shown above",
			instead: "the canonical form below",
			section: "RFC 9110 section 11.3",
		}
	}
	switch problem.Code {
	case wwwauth.MissingScheme, wwwauth.Token68AndParams, wwwauth.UnexpectedByte, wwwauth.TooLarge:
		// What they say of reading is true as it stands.
	default:
		if !problem.Kept {
			a.read = "nothing: the parameter in which it stands was left out"
		}
	}
	return a
}

// isAfterQuote tells whether the problem is text behind a closing quote. Such a quote is most often
// none: it belongs to the value, and nobody has escaped it.
func isAfterQuote(problem *wwwauth.SyntaxError, line string) bool {
	return problem.Code == wwwauth.UnexpectedByte && line[problem.Offset] != ';' &&
		strings.HasSuffix(strings.TrimRight(line[:problem.Offset], " \t"), `"`)
}

var afterQuote = advice{
	wrong:   "The text goes on after the closing quote of a value; most likely that quote belongs to the value, and lacks a backslash.",
	read:    "the value only up to that quote; the text behind it was left out",
	senders: "squid, nginx, haproxy, lighttpd and caddy with quotes and commas in the configured realm",
	instead: `\" for a quote within a value, or a value without quotes; some clients cannot read the first`,
	section: "RFC 9110 section 5.6.4",
}

// isEscapedEnd tells whether a quoted string has no end because its last quote is escaped.
func isEscapedEnd(problem *wwwauth.SyntaxError, line string) bool {
	return problem.Code == wwwauth.UnterminatedQuote && strings.HasSuffix(trimBlank(line), `\"`)
}

var escapedEnd = advice{
	wrong:   "The quoted string that begins here has no end: the last quote has a backslash before it, so it is part of the value. Most likely the value ends in a backslash.",
	read:    "the value up to the end of the line, with the quote",
	senders: "nginx, and other servers that escape nothing, with a backslash at the end of the configured realm",
	instead: `\\ for a backslash within a value, or a value without backslashes`,
	section: "RFC 9110 section 5.6.4",
}

var advices = map[wwwauth.Code]advice{
	wwwauth.MissingComma: {
		wrong:   "A comma is missing before this parameter or challenge.",
		read:    "as if the comma were there",
		senders: "Elasticsearch before 8.15, CUPS, AirTunes, Azure Storage",
		instead: "a comma between two parameters, and each challenge on a field line of its own",
		section: "RFC 9110 sections 5.6.1 and 11.3",
	},
	wwwauth.Semicolon: {
		wrong:   "A semicolon stands where a comma belongs.",
		read:    "as a comma",
		senders: "servers that put the field together by hand, after the pattern of Content-Type or Set-Cookie",
		instead: "a comma between two parameters",
		section: "RFC 9110 section 11.3",
	},
	wwwauth.UnquotedValue: {
		wrong:   "The value is not in quotes, but holds this byte, which may only stand in quotes.",
		read:    "the value up to the next comma, or to the blank before the next parameter",
		senders: "MCP servers with early versions of the Go SDK, Azure Storage, Azure Arc, gin-jwt, Privacy Pass issuers, IRC services",
		instead: "every value in double quotes; a URL cannot do without them",
		section: "RFC 9110 sections 5.6.2 and 11.2",
	},
	wwwauth.SingleQuote: {
		wrong:   "The value stands in single quotes, which to HTTP are characters like any other.",
		read:    "what stands between the single quotes",
		senders: "OpenStack Keystone, Doorkeeper, unRAID",
		instead: "every value in double quotes",
		section: "RFC 9110 sections 5.6.4 and 11.2",
	},
	wwwauth.SmartQuote: {
		wrong:   "The value stands in typographic quotes, U+201C and U+201D, which HTTP does not know.",
		read:    "what stands between the typographic quotes",
		senders: "servers with text from a word processor in their configuration",
		instead: "the straight double quote of ASCII, 0x22",
		section: "RFC 9110 sections 5.6.4 and 11.2",
	},
	wwwauth.InnerQuote: {
		wrong:   "This quote has no backslash before it, so by the grammar the value ends here; but the text goes on.",
		read:    "the quote as part of the value, which ends at a quote with a comma or nothing behind it",
		senders: "nginx, haproxy, lighttpd, squid, caddy and radicale with quotes in the configured realm; auth0, MCP servers with the TypeScript SDK 1.x",
		instead: `\" for a quote within a value, or a value without quotes; some clients cannot read the first`,
		section: "RFC 9110 section 5.6.4",
	},
	wwwauth.UnterminatedQuote: {
		wrong:   "The quoted string that begins here has no closing quote.",
		read:    "the value up to the end of the line, or up to a parameter that the lost quote would have come before",
		senders: "Avtech, Acer and Neutrino devices, the SUSE registry",
		instead: "a closing quote; a backslash that ends the value must be doubled",
		section: "RFC 9110 section 5.6.4",
	},
	wwwauth.CommaAfterScheme: {
		wrong:   "A comma parts this parameter from its scheme, so by the grammar it belongs to no challenge.",
		read:    "as a parameter of the scheme before the comma",
		senders: "Google ESPv1, oauthlib, Django OAuth Toolkit",
		instead: "a space, and no comma, after the scheme",
		section: "RFC 9110 section 11.3",
	},
	wwwauth.MissingValue: {
		wrong:   "A parameter stands here without a value.",
		read:    "as an empty value",
		senders: "RTSP cameras, container registries",
		instead: `name="" for an empty value; better, leave the parameter out`,
		section: "RFC 9110 section 11.2",
	},
	wwwauth.BadWhitespace: {
		wrong:   "A tab stands after the scheme, where only spaces may.",
		read:    "as a space",
		instead: "exactly one space after the scheme",
		section: "RFC 9110 section 11.3",
	},
	wwwauth.LineFold: {
		wrong:   "The field line is folded: it goes on after a line break.",
		read:    "the line break as a space",
		senders: "servers with text pasted from an RFC, SIP implementations",
		instead: "the whole challenge on one line, however long",
		section: "RFC 9112 section 5.2",
	},
	wwwauth.ControlByte: {
		wrong:   "A control byte stands here, which no field may hold; many clients drop the whole response for it.",
		read:    "as a space",
		senders: "Linksys devices",
		instead: "text without control bytes; what was a line break may be an attempt to add a field",
		section: "RFC 9110 section 5.5",
	},
	wwwauth.DuplicateParam: {
		wrong:   "The challenge has a parameter of this name already, and each may occur only once.",
		read:    "both; but some clients take the first, others the last",
		senders: "Sentry's MCP server, Monero",
		instead: "the parameter once",
		section: "RFC 9110 section 11.2",
	},
	wwwauth.MissingScheme: {
		wrong:   "This is a parameter, and no challenge is open that it could belong to.",
		read:    "nothing: the parameter was left out",
		senders: "NETGEAR and 2Wire devices",
		instead: "the scheme, a space, and then the parameters",
		section: "RFC 9110 section 11.3",
	},
	wwwauth.Token68AndParams: {
		wrong:   "A challenge has either a token68 or parameters; this one has both.",
		read:    "the token68; the parameter was left out",
		instead: "two challenges, or the token68 as the value of a parameter",
		section: "RFC 9110 section 11.3",
	},
	wwwauth.UnexpectedByte: {
		wrong:   "Neither a scheme, nor a parameter, nor a comma: this byte cannot stand here.",
		read:    "nothing, up to the next comma or the next parameter that is clear",
		senders: "Quarkus (Bearer {token}), Facebook (OAuth \"...\" \"...\"), NETGEAR devices",
		instead: `a scheme, a space, and then name="value", with commas between`,
		section: "RFC 9110 section 11.3",
	},
	wwwauth.TooLarge: {
		wrong:   "There is too much here: more than 128 challenges, 1024 parameters or 256 departures.",
		read:    "what stands before; from here on nothing was read",
		instead: "fewer challenges: a client needs one of each scheme",
		section: "RFC 9110 section 5.4",
	},
}
