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
	{"curl|curl, to a proxy|git", "basic", "lookalike", "nothing", "libcurl takes a comma within quotes, and a scheme that it knows behind it, for the next challenge. Here that has no nonce, and it gives up."},
	{"curl|curl, to a proxy|git", "none", "lookalike", "Basic", "libcurl takes a comma within quotes, and a scheme that it knows behind it, for the next challenge. Here it sends the password to a server that did not ask for it."},
	{"curl|curl, to a proxy|git", "", "", "response of SHA-256", "This libcurl makes the response with SHA-256 if the server wants SHA-512-256. The server has to refuse it."},
	{"curl|curl, to a proxy|git", "sha-md5|sha512-md5", "A, B", "MD5", "libcurl answers the last Digest challenge of a line."},
	{"curl|curl, to a proxy|git", "negotiate-basic|negotiate-digest|three", "", "nothing", "libcurl chooses Negotiate, and gives up when it has no Kerberos ticket."},

	{"wget", "", "", "response of MD5", "wget makes the response with MD5, whatever the algorithm is. The server has to refuse it."},
	{"wget", "digest", "quotes", "malformed", "wget ends the realm at an escaped quote."},
	{"wget", "bearer-digest|negotiate-basic|negotiate-digest|token68-basic|unknown-basic|three", "", "",
		"Of several lines wget answers the last, and takes a scheme that it does not know by the first letter: Bearer for Basic, so that it sends the password to a server that did not ask for it, and Negotiate for NTLM, for which it sends nothing. With other letters it crashes."},

	{"svn", "", "", "response of MD5", "svn makes the response with MD5, whatever the algorithm is. The server has to refuse it."},
	{"svn", "digest", "quotes", "response for", "svn makes the response of the realm with the backslashes in it, libcurl and Chromium of that without. RFC 7616 can be read in both ways: it takes the quoted-string “without the surrounding quotes”."},
	{"svn", "digest", "comma", "malformed", "svn ends a value at a comma, also within quotes."},
	{"svn", "digest", "auth-int", "nothing", "svn does not answer if qop has more than one value."},
	{"svn", "", "A, B", "nothing", "svn reads only the first challenge of a line."},
	{"svn", "three", "", "", "svn reads only the first challenge of a line."},

	{"Python urllib", "basic", "", "asks for", "urllib ends the realm at an escaped quote."},
	{"Python urllib", "digest", "quotes", "malformed", "The client sends the realm back without the backslashes that the quotes in it need."},
	{"Python urllib", "digest", "", "UnicodeEncodeError", "urllib cannot send a realm back that is not ASCII."},
	{"Python urllib", "digest", "", "ValueError", "urllib knows MD5 and raises an exception for the other algorithms, also if a challenge follows that it could answer."},
	{"Python urllib", "digest-basic|sha-md5|sha512-md5", "", "ValueError", "urllib knows MD5 and raises an exception for the other algorithms, also if a challenge follows that it could answer."},
	{"Python urllib", "negotiate-digest", "B, A", "ValueError", "urllib takes Negotiate for a parameter of the challenge before it, and raises an exception."},
	{"Python urllib", "", "", "ValueError", "urllib raises an exception if the first challenge has a scheme that it does not know."},
	{"Python urllib", "three", "", "Basic", "urllib answers the first challenge, also if a more secure one follows."},

	{"Python requests", "basic", "lookalike", "KeyError", "requests finds the word Digest in the realm, takes the line for a challenge of that scheme, and raises an exception since it has no nonce."},
	{"Python requests", "", "", "TypeError", "requests raises an exception for SHA-512-256. Of several Digest challenges it answers the last."},
	{"Python requests", "digest", "quotes", "malformed", "The client sends the realm back without the backslashes that the quotes in it need."},
	{"Python requests", "digest", "", "with the response for", "requests takes the bytes of the realm for Latin-1, and makes the response of the same characters in UTF-8."},
	{"Python requests", "sha-md5", "", "MD5", "requests answers the last Digest challenge."},

	{"Chromium", "basic|digest", "UTF-8", "asks for", "Chromium shows the bytes of the realm as characters of Windows-1252. What it sends is right."},
	{"Chromium", "", "A, B", "", "Chromium takes a whole line for one challenge."},
	{"Chromium", "", "B, A", "", "Chromium takes a whole line for one challenge."},
	{"Chromium", "three", "", "", "Chromium takes a whole line for one challenge."},

	{"skopeo|go-containerregistry", "registry", "comma", "scope", "The client asks for the scope that it needs, and not for that of the challenge."},
	{"skopeo", "", "A, B", "nothing", "skopeo reads only the first challenge of a line."},
	{"oras-go", "", "A B", "nothing", "oras-go reads only the first challenge of the first line."},
	{"oras-go", "", "A, B", "nothing", "oras-go reads only the first challenge of the first line."},
	{"go-containerregistry", "", "A, B", "Basic", "go-containerregistry reads only the first challenge of a line. If it does not know the scheme it sends the password, which nobody has asked for."},
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
