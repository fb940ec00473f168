package secret

import "strings"

// URL returns a URL with the letters and digits of its user information, its query and its fragment
// replaced. It need not be well-formed: as browsers do, it takes a backslash for a slash and any number
// of slashes for two, and passes over tabs and line breaks.
func URL(s string) string {
	end := len(s)
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		end = i
	}
	start, user := 0, 0
	if i, ok := authorityStart(s[:end]); ok {
		start, user = i, i
		authority := s[i:end]
		if n := strings.IndexAny(authority, `/\`); n >= 0 {
			authority = authority[:n]
		}
		if n := strings.LastIndexByte(authority, '@'); n >= 0 {
			user += n
		}
	} else if n := strings.LastIndexByte(s[:end], '@'); n >= 0 && !isPath(s) {
		user = n // mailto:, or a URL of an unknown kind
	}
	return s[:start] + fill(s[start:user]) + s[user:end] + fill(s[end:])
}

// Request returns the URL or the target of a request with its secrets hidden: the user information, and in
// the query the values of parameters whose name or form shows that they are secret, such as
// access_token. Clients put tokens there though they should not (RFC 6750 section 5.3).
func Request(s string) string {
	before, query, ok := strings.Cut(s, "?")
	hidden := URL(before)
	if !ok {
		return hidden
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		switch {
		case ok && (IsName(name) && name != "id" || isRandom(value)):
			pairs[i] = name + "=" + fill(value)
		case !ok && isRandom(pair):
			pairs[i] = fill(pair)
		}
	}
	return hidden + "?" + strings.Join(pairs, "&")
}

// isRandom reports whether a value looks like a token: long, in one piece, and of letters and digits.
func isRandom(s string) bool {
	const long = 20
	digits, letters := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		case strings.IndexByte("-._~+/=%", c) < 0:
			return false
		}
	}
	return len(s) >= long && digits > 1 && letters > 1 && (strings.HasPrefix(s, "eyJ") || !strings.ContainsAny(strings.TrimRight(s, "="), "./"))
}

// authorityStart returns where the user information or the host begins; false if there is neither.
func authorityStart(s string) (int, bool) {
	i := 0
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	scheme := strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s[i:min(len(s), i+40)])
	name, _, hasColon := strings.Cut(scheme, ":")
	web := hasColon && isWebScheme(name)
	if web {
		i = strings.IndexByte(s, ':') + 1
	} else if colon := strings.Index(s, "://"); colon >= 0 && !strings.ContainsAny(s[:colon], `/\@`) {
		i, web = colon+1, true
	}
	slashes := 0
	for i < len(s) && (isSlash(s[i]) || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		if isSlash(s[i]) {
			slashes++
		}
		i++
	}
	return i, web || slashes >= 2
}

// isPath reports whether a reference is a path, in which an @ is a character like any other.
func isPath(s string) bool { return strings.HasPrefix(s, "/") || strings.HasPrefix(s, ".") }

// fill replaces everything but the punctuation of a URL.
func fill(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("=&;%+-._~/\\:?#@", r) {
			return r
		}
		return 'x'
	}, s)
}
