package input

import "strings"

// This file reads the values after a name in quotes, as programs print a map.

// quotesAround reports whether the name is a whole quoted string, except for a prefix with dots (tshark's
// "http.www_authenticate").
func quotesAround(s string, n name) (q byte, open, end int, ok bool) {
	if n.end >= len(s) || !isQuote(s[n.end]) {
		return
	}
	q = s[n.end]
	open = n.start - 1
	for open >= 0 && (isNameByte(s[open]) || s[open] == '.' || s[open] == ':') {
		open--
	}
	if open < 0 || s[open] != q || open > 0 && s[open-1] == '\\' {
		return
	}
	return q, open, n.end + 1, true
}

// quotedName reads the values after a name in quotes:
//
//	'www-authenticate': 'Basic realm="x"'            Node, Python
//	"Www-Authenticate":[]string{"Basic", "NTLM"}     Go's %#v
//	('WWW-Authenticate', 'Basic realm="x"')          Python's getheaders
//	'www-authenticate' => [ 'Negotiate', 'NTLM' ]    Perl, Ruby, PHP
//	{ name: 'www-authenticate', value: 'Basic' }     browsers
//	s:16:"www-authenticate";s:5:"Basic"              PHP's serialize
//	$`www-authenticate`                              R, with [1] "Basic" on the next line
func (r *reader) quotedName(n name, q byte, open, end int) (int, bool) {
	s := r.text
	i := skipSpace(s, end)
	sep := byte(0)
	isR := q == '`' && open > 0 && s[open-1] == '$' && strings.HasPrefix(s[i:], `[1] "`)
	isSerialized := i == end && (strings.HasPrefix(s[i:], ";s:") || strings.HasPrefix(s[i:], ";a:"))
	switch {
	case isR:
		i, sep = i+len("[1] "), ':'
	case isSerialized:
		i, sep = i+1, ':'
	case strings.HasPrefix(s[i:], "]=>"):
		i, sep = i+3, '='
	case strings.HasPrefix(s[i:], "] =>"):
		i, sep = i+4, '='
	case strings.HasPrefix(s[i:], "] = ") && isInMap(s[:max(0, open-1)]): // Lua
		i, sep = i+3, '='
	case strings.HasPrefix(s[i:], "]="): // bash: declare -A h=(["www-authenticate"]="Basic")
		if open >= 2 && s[open-1] == '[' && (isAlnum(s[open-2]) || s[open-2] == ']') {
			return 0, false // headers["WWW-Authenticate"]= is code
		}
		i, sep = i+2, '='
	case strings.HasPrefix(s[i:], "=>"):
		i, sep = i+2, '='
	case i < len(s) && (s[i] == ':' || s[i] == '='):
		sep = s[i]
		i++
	case i < len(s) && s[i] == ',':
		sep = ','
		i++
	case i < len(s) && s[i] == '}':
		sep = '}'
	case i < len(s) && s[i] == '|' && strings.HasPrefix(strings.TrimLeft(s[r.lineStart(open):open+1], " "), "|"): // a table
		sep = '|'
		i++
	}
	if sep == ',' || sep == '}' {
		if isNameMember(s[:open]) {
			return r.pairObject(n, q, open, i)
		}
		if sep == '}' || !r.isKeyInList(open) {
			return 0, false
		}
	}
	if sep == 0 {
		switch {
		case i < len(s) && s[i] == '"' && i > end && q == '"' && isInMap(s[:open]): // Clojure
		case strings.HasPrefix(s[i:], ">>,") && strings.HasPrefix(s[skipSpace(s, i+3):], "<<\""): // Erlang
			i = skipSpace(s, i+3) + len("<<")
		case i > end && isNameMember(s[:open]): // XML: name="www-authenticate" value="..."
			return r.pairObject(n, q, open, i)
		default:
			return 0, false
		}
	}
	d := anyDialect
	if q == '`' && !isR {
		d = rawDialect // Markdown: `WWW-Authenticate`: `Basic realm="x"`
	}
	values, at, pos := r.stringsAt(i, d, sep == ',')
	if isSerialized {
		values, at, pos = serialized(s, i)
	}
	if len(values) == 0 {
		if j := skipBlanks(s, i); j < len(s) && sep != ',' && s[j] != '\n' && s[j] != '\r' {
			// "www-authenticate": Basic realm="x"
			if f, pos, ok := r.restOfLine(j, 0); ok && looksLikeChallenge(f.Value) && isQuoteBefore(s, open) {
				r.add(n, []Field{f}, pos)
				return pos, true
			}
		}
		return 0, false
	}
	var fields []Field
	for k, v := range values {
		if !looksLikeChallenge(v) && v != "" {
			list := listIn(v)
			if len(list) == 1 && list[0] == v {
				break
			}
			for _, v := range list {
				fields = append(fields, Field{Value: v, Line: r.lines.line(at[k]), Undone: Quotes | List})
			}
			continue
		}
		if v == "" {
			break
		}
		fields = append(fields, Field{Value: v, Line: r.lines.line(at[k]), Undone: Quotes})
	}
	if len(fields) == 0 {
		return 0, false
	}
	r.add(n, fields, pos)
	return pos, true
}

// isInMap reports whether s ends where a map has a key: after its opening brace, or a comma.
func isInMap(s string) bool {
	s = strings.TrimRight(s, " \t\r\n")
	return s != "" && (s[len(s)-1] == '{' || s[len(s)-1] == ',')
}

func isQuoteBefore(s string, open int) bool {
	return open == 0 || strings.IndexByte(" \t\n{[(,", s[open-1]) >= 0
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }
