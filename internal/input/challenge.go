package input

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file tells challenges from other text, by how they begin, and finds where the challenges in prose
// end. It does not care whether they conform.

// looksLikeChallenge reports whether s begins as challenges do:
//
//	known-scheme [ 1*SP ( auth-param / token68 ) ]
//	word 1*SP token "=" value
//
// A word that is not a known scheme has a capital letter, or the value is in quotes: not "quote realm=foo".
// A token68 counts if it has eight characters: "Bearer challenge" and "Authentication header" are words.
// Basic and Bearer never have one in a challenge; what looks so is credentials.
func looksLikeChallenge(s string) bool {
	return beginsLikeChallenge(s) && !isTemplate(s)
}

// beginsLikeChallenge looks no further than to the first parameter.
func beginsLikeChallenge(s string) bool {
	end := tokenEnd(s, 0)
	if end == 0 {
		return false
	}
	scheme := s[:end]
	isKnown := known.Scheme(scheme)
	i := skipBlanks(s, end)
	if i == len(s) || s[i] == ',' && i == end {
		return isKnown && !isSentence(s[i:])
	}
	if i < len(s) && s[i] == ';' && isKnown {
		i = skipBlanks(s, i+1)
	} else if i == end {
		return false
	} else if s[i] == ',' && isKnown { // Google ESPv1: Bearer, realm="..."
		i = skipBlanks(s, i+1)
	}
	if i == len(s) {
		return isKnown
	}
	if n, ok := paramAt(s, i); ok {
		value := skipBlanks(s, skipBlanks(s, i+len(n))+1)
		isQuoted := value < len(s) && (isQuote(s[value]) || strings.HasPrefix(s[value:], "“"))
		return (isKnown || isWord(scheme) && (isQuoted || isUpper(scheme[0]))) && !isCredentialParam(n)
	}
	if !isKnown {
		return false
	}
	if next := tokenEnd(s, i); known.Scheme(s[i:next]) { // Negotiate NTLM
		_, ok := paramAt(s, skipBlanks(s, next))
		return ok || next == len(s) || s[next] == ',' || known.Scheme(s[skipBlanks(s, next):tokenEnd(s, skipBlanks(s, next))])
	}
	if s[i] == '"' && strings.EqualFold(scheme, "OAuth") { // Facebook: OAuth "Facebook Platform" "invalid_token" "..."
		return true
	}
	j := token68End(s, i)
	return j > i && (j == len(s) || s[j] == ',' || isSpaceByte(s[j]) && skipSpace(s, j) == len(s)) &&
		!strings.EqualFold(scheme, "Basic") && !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "Digest")
}

// token68End returns the index after the token68 at s[i], or i if there is none, or what may as well be words: fewer than
// eight characters, or none but letters that are all lower case, or upper case, after the first of each word.
func token68End(s string, i int) int {
	j, mixed := i, false
	for ; j < len(s) && (isAlnum(s[j]) || strings.IndexByte("-._~+/=", s[j]) >= 0); j++ {
		inWord := j > i && isLetter(s[j-1])
		mixed = mixed || isDigit(s[j]) || s[j] == '+' || s[j] == '=' || isUpper(s[j]) && inWord && !isUpper(s[j-1]) ||
			isLetter(s[j]) && !isUpper(s[j]) && j > i+1 && isUpper(s[j-1]) && isLetter(s[j-2])
	}
	if j-i < 8 || !mixed {
		return i
	}
	return j
}

// isSentence reports whether what follows a scheme without parameters is the rest of a sentence, which only mentions
// the scheme, or of a line in a table of contents:
//
//	Basic is now sent       Basic, if none is given       Negotiate: Kerberos       Basic (see RFC 7617)       Digest ..... 12
func isSentence(s string) bool {
	const before = " \t,;:.?!-/&()'\"`*_>"
	text := s[skipBlanks(s, 0):] // its end may be far away
	if cell, ok := strings.CutPrefix(text, "|"); ok {
		cell, _, _ = strings.Cut(cell, "|")
		return isPhrase(cell)
	}
	if cell, ok := strings.CutPrefix(s, "\t"); ok {
		cell, _, _ = strings.Cut(cell, "\t")
		return isPhrase(cell)
	}
	if strings.HasPrefix(text, "..") || strings.HasPrefix(text, ". .") || strings.HasPrefix(s, "](") {
		return true
	}
	i := 0
	for i < len(s) && strings.IndexByte(before, s[i]) >= 0 {
		i++
	}
	end := i
	for end < len(s) && (isLetter(s[end]) || s[end] == '\'' && end > i) {
		end++
	}
	if end-i < 2 || i == 0 || end < len(s) && strings.IndexByte(" \t,;.:!?)'\"`*_", s[end]) < 0 {
		return false
	}
	list := strings.Trim(s[:i], " \t") == "," // of schemes, some of which are unknown
	after := skipBlanks(s, end)
	colon := end
	for colon < len(s) && isNameByte(s[colon]) {
		colon++
	}
	colon = skipBlanks(s, colon)
	if _, ok := paramAt(s, i); ok || colon < len(s) && s[colon] == ':' {
		return false // the next field of a log
	}
	if !list {
		return true
	}
	_, isParam := paramAt(s, after)
	goesOn := after > end && after < len(s) && isLetter(s[after])
	return !isParam && (goesOn || isLower(s[i]) && !known.Scheme(s[i:end]))
}

// isAside reports whether what follows a string is the rest of the sentence that it is in.
func isAside(s string) bool {
	return len(s) > 1 && s[0] == ' ' && isLower(s[1]) && isSentence(s)
}

// isPhrase reports whether s has two words next to each other in lower case.
func isPhrase(s string) bool {
	words := 0
	for word := range strings.FieldsSeq(s) {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			words = 0
		} else if words++; words == 2 {
			return true
		}
	}
	return false
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

func isLetter(c byte) bool { return isUpper(c) || isLower(c) }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isSpaceByte(c byte) bool { return isBlank(c) || c == '\r' || c == '\n' }

// isWord reports whether s can be an unknown auth-scheme: a letter, then letters, digits and hyphens, but not
// a file name or URL.
func isWord(s string) bool {
	if s == "" || !isAlnum(s[0]) || s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		if !isNameByte(s[i]) && s[i] != '.' {
			return false
		}
	}
	return !strings.HasSuffix(s, ".")
}

// paramAt reports whether a parameter begins at s[i], and returns its name.
//
//	auth-param = token BWS "=" BWS ( token / quoted-string )
func paramAt(s string, i int) (name string, ok bool) {
	end := tokenEnd(s, i)
	j := skipBlanks(s, end)
	if end == i || j == len(s) || s[j] != '=' || j+1 < len(s) && (s[j+1] == '=' || s[j+1] == '>') {
		return "", false
	}
	return s[i:end], true
}

// isCredentialParam reports whether the parameter is one of credentials: Digest username="...".
func isCredentialParam(name string) bool {
	switch strings.ToLower(name) {
	case "username", "username*", "response", "oauth_consumer_key", "oauth_signature":
		return true
	}
	return false
}

// isTemplate reports whether s is a template in source code: with a printf verb, ${...}, #{...}, {{...}} or
// {name}; or one in documentation, whose first parameter is realm=<realm> or realm=... without quotes: in quotes, dots
// are what somebody has put there before asking others.
func isTemplate(s string) bool {
	first := strings.IndexByte(s, '=')
	for i := 0; i+1 < len(s); i++ {
		switch s[i] {
		case '$', '#':
			if s[i+1] == '{' || s[i] == '$' && s[i+1] == '(' {
				return true
			}
		case '%':
			switch s[i+1] {
			case 's', 'q', 'v', '(':
				return true
			}
		case '=':
			if i > first {
				continue // such as a nonce that somebody has hidden
			}
			v, quoted := strings.CutPrefix(s[i+1:], `"`)
			if rest, ok := cutDots(v); ok && !quoted && (rest == "" || strings.IndexByte(", \t", rest[0]) >= 0) {
				return true
			}
			if isPlaceholderOf(s[max(0, i-64):i], v[:min(len(v), 64)], quoted) {
				return true
			}
		case '{':
			j := i + 1
			for j < len(s) && (isNameByte(s[j]) || strings.IndexByte(".()[]! ", s[j]) >= 0) {
				j++
			}
			if j < len(s) && s[j] == '}' && (j > i+1 || i > 0) {
				return true
			}
			if s[i+1] == '{' {
				return true
			}
		}
	}
	return false
}

// isPlaceholderOf reports whether the value of a parameter, whose name ends what is before it, stands for any: <realm>.
// In quotes it may also be what somebody has made of a secret: "<hidden>".
func isPlaceholderOf(before, value string, quoted bool) bool {
	what, _, ok := strings.Cut(value, ">")
	if !ok || what == "" || what[0] != '<' {
		return false
	}
	name := trimBlanks(before)
	name = name[strings.LastIndexAny(name, " \t,")+1:]
	return !quoted && isWord(what[1:]) || name != "" && strings.HasSuffix(strings.ToLower(what), strings.ToLower(name))
}

// cutDots cuts the dots that stand for a value.
func cutDots(s string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, "..."); !ok {
		rest, ok = strings.CutPrefix(s, "…")
	}
	return rest, ok
}

// textEnd returns the index at which the challenges at the start of s end, if something else follows: the rest
// of a sentence, or a closing mark of Markdown or HTML. For a value that breaks the grammar it returns len(s),
// since its end is unknown.
func textEnd(s string) int {
	end, i := 0, 0 // end: after the last thing that is part of a challenge
	fresh := true  // a scheme is allowed here
	for {
		i = skipBlanks(s, i)
		t := tokenEnd(s, i)
		if t == i {
			break
		}
		if _, ok := paramAt(s, i); ok && end > 0 {
			v := skipBlanks(s, strings.IndexByte(s[i:], '=')+i+1)
			if v < len(s) && s[v] == '"' {
				j := v + 1
				for j < len(s) && s[j] != '"' {
					if s[j] == '\\' {
						j++
					}
					j++
				}
				if j >= len(s) {
					return len(s)
				}
				i = j + 1
				if i < len(s) && strings.IndexByte(" \t,;.:!?)]}`'*<|", s[i]) < 0 {
					return len(s)
				}
			} else if n := singleQuoted(s[v:]); n > 0 { // OpenStack Keystone, unRAID
				i = v + n
			} else {
				i = v
				for i < len(s) && !isSpaceByte(s[i]) && s[i] != ',' && s[i] != '`' && (s[i] != '<' || i == v) && s[i] != '*' {
					i++
				}
				for i > v && i == len(s) && strings.IndexByte(".;:!?)", s[i-1]) >= 0 {
					i--
				}
			}
			end, fresh = i, true
		} else if word := s[i:t]; fresh && (end == 0 || known.Scheme(word) && beginsLikeChallenge(s[i:])) {
			i, end, fresh = t, t, true
			if a := skipBlanks(s, i); a > i && a < len(s) {
				if _, ok := paramAt(s, a); !ok && !known.Scheme(s[a:tokenEnd(s, a)]) {
					if b := token68End(s, a); b > a && (b == len(s) || s[b] == ',' || isSpaceByte(s[b])) {
						i, end = b, b
					}
				}
			}
		} else if _, ok := paramAt(s, skipBlanks(s, t)); ok && isWord(word) {
			i, end, fresh = t, t, true
		} else {
			break
		}
		i = skipBlanks(s, i)
		if i < len(s) && (s[i] == ',' || s[i] == ';') {
			i++
			fresh = true
		}
	}
	if i >= len(s) || end == 0 {
		return len(s)
	}
	rest := s[end:]
	if t := trimLine(rest); strings.IndexByte(t, '=') >= 0 && strings.IndexByte(t, '"') >= 0 || strings.Trim(t, ",; ") == "" {
		return len(s)
	}
	switch rest[0] {
	case '`', '*', '<', ')', ']', '}', '|', '\'', '.', ' ', '\t', ',', ';', ':', '!', '?':
		return end
	}
	return len(s)
}

// singleQuoted returns the length of the value in single quotes at the start of s, which a comma, a blank or the
// end follows, and 0 if there is none.
func singleQuoted(s string) int {
	const most = 200
	if s == "" || s[0] != '\'' {
		return 0
	}
	n := strings.IndexByte(s[1:min(len(s), most)], '\'')
	if n < 0 || n+2 < len(s) && !isBlank(s[n+2]) && s[n+2] != ',' && s[n+2] != ';' {
		return 0
	}
	return n + 2
}

func isParamOrScheme(s string, i int) bool {
	_, ok := paramAt(s, i)
	return ok || known.Scheme(s[i:tokenEnd(s, i)])
}

// isCombined reports whether a value that was printed by a program holds more than one challenge, which the
// program may have joined.
func isCombined(s string) bool {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ',':
			j := skipBlanks(s, i+1)
			end := tokenEnd(s, j)
			if !quoted && end > j && (end == len(s) || s[end] == ',' && known.Scheme(s[j:end]) || s[end] == ' ' && (isParamOrScheme(s, skipBlanks(s, end)) && s[skipBlanks(s, end)] != '=')) {
				return true
			}
		}
	}
	return false
}
