//go:build unix

package clients

import "strings"

// notes explain what clients do that they should not. The first one that fits counts.
var notes = []struct {
	programs string // separated by |
	tables   string // the same, or "" for all
	column   string // or "" for all
	did      string // what the outcome holds, or "" for all
	note     string
}{
	{"curl|curl, to a proxy|git", "basic", "lookalike", "nothing", "libcurl takes a comma within quotes, followed by a scheme that it knows, for the next challenge. Here that has no nonce, and libcurl gives up."},
	{"curl|curl, to a proxy|git", "none", "lookalike", "Basic", "libcurl takes a comma within quotes, followed by a scheme that it knows, for the next challenge. Here it sends the password to a server that did not ask for it."},
	{"curl|curl, to a proxy|git", "", "", "response of SHA-256", "This libcurl computes the response with SHA-256 if the server asks for SHA-512-256, so the server must refuse it."},
	{"curl|curl, to a proxy|git", "sha-md5|sha512-md5", "A, B", "MD5", "libcurl answers the last Digest challenge of a line."},
	{"curl|curl, to a proxy|git", "negotiate-basic|negotiate-digest|three", "", "nothing", "libcurl chooses Negotiate, and gives up when it has no Kerberos ticket."},

	{"wget", "", "", "response of MD5", "wget computes the response with MD5, whatever the algorithm, so the server must refuse it."},
	{"wget", "digest", "quotes", "malformed", "wget ends the realm at an escaped quote."},
	{"wget", "bearer-digest|negotiate-basic|negotiate-digest|token68-basic|unknown-basic|three", "", "",
		"wget answers the last of several lines, and judges an unknown scheme by its first letter: it takes Bearer for Basic, and sends the password to a server that did not ask for it; it takes Negotiate for NTLM, and sends nothing. With other letters it crashes."},

	{"svn", "", "", "response of MD5", "svn computes the response with MD5, whatever the algorithm, so the server must refuse it."},
	{"svn", "digest", "quotes", "response for", "svn hashes the realm with its backslashes, libcurl and Chromium without. RFC 7616 can be read both ways: it takes the quoted-string “without the surrounding quotes”."},
	{"svn", "digest", "comma", "malformed", "svn ends a value at a comma, also within quotes."},
	{"svn", "digest", "auth-int", "nothing", "svn does not answer if qop has more than one value."},
	{"svn", "", "A, B", "nothing", "svn reads only the first challenge of a line."},
	{"svn", "three", "", "", "svn reads only the first challenge of a line."},

	{"Python urllib", "basic", "", "asks for", "urllib ends the realm at an escaped quote."},
	{"Python urllib", "digest", "quotes", "malformed", "The client sends the realm back without the backslashes that the quotes in it need."},
	{"Python urllib", "digest", "", "UnicodeEncodeError", "urllib cannot send back a realm that is not ASCII."},
	{"Python urllib", "digest", "", "ValueError", "urllib supports only MD5, and raises an exception for other algorithms, even if a challenge follows that it could answer."},
	{"Python urllib", "digest-basic|sha-md5|sha512-md5", "", "ValueError", "urllib supports only MD5, and raises an exception for other algorithms, even if a challenge follows that it could answer."},
	{"Python urllib", "negotiate-digest", "B, A", "ValueError", "urllib takes Negotiate for a parameter of the challenge before it, and raises an exception."},
	{"Python urllib", "", "", "ValueError", "urllib raises an exception if the first challenge has a scheme that it does not know."},
	{"Python urllib", "three", "", "Basic", "urllib answers the first challenge, even if a more secure one follows."},

	{"Python requests", "basic", "lookalike", "KeyError", "requests finds the word Digest in the realm, takes the line for a Digest challenge, and raises an exception because it has no nonce."},
	{"Python requests", "", "", "TypeError", "requests raises an exception for SHA-512-256. Of several Digest challenges it answers the last."},
	{"Python requests", "digest", "quotes", "malformed", "The client sends the realm back without the backslashes that the quotes in it need."},
	{"Python requests", "digest", "", "with the response for", "requests takes the bytes of the realm for Latin-1, and hashes the same characters in UTF-8."},
	{"Python requests", "sha-md5", "", "MD5", "requests answers the last Digest challenge."},

	{"Chromium", "basic|digest", "UTF-8", "asks for", "Chromium shows the bytes of the realm as characters of Windows-1252. What it sends is right."},
	{"Chromium", "", "A, B", "", "Chromium takes a whole line for one challenge."},
	{"Chromium", "", "B, A", "", "Chromium takes a whole line for one challenge."},
	{"Chromium", "three", "", "", "Chromium takes a whole line for one challenge."},

	{"skopeo|go-containerregistry", "registry", "comma", "scope", "The client asks for the scope that it needs rather than that of the challenge."},
	{"skopeo", "", "A, B", "nothing", "skopeo reads only the first challenge of a line."},
	{"oras-go", "", "A B", "nothing", "oras-go reads only the first challenge of the first line."},
	{"oras-go", "", "A, B", "nothing", "oras-go reads only the first challenge of the first line."},
	{"go-containerregistry", "", "A, B", "Basic", "go-containerregistry reads only the first challenge of a line. If it does not know the scheme, it sends the password, although the server did not ask for it."},
}

// why explains what a client did, or returns "".
func why(program, table, column, did string) string {
	in := func(s, list string) bool { return list == "" || strings.Contains("|"+list+"|", "|"+s+"|") }
	for _, n := range notes {
		if in(program, n.programs) && in(table, n.tables) && in(column, n.column) && strings.Contains(did, n.did) {
			return n.note
		}
	}
	return ""
}
