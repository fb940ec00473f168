package input

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file reads strings as programs print them, and undoes their quoting once.

// A dialect is a way of quoting.
type dialect int

const (
	anyDialect  dialect = iota
	rawDialect          // Markdown's backticks, the shell's single quotes
	yamlDialect         // YAML and SQL: '' in single quotes is one, a backslash is itself
)

// maxQuotes is the number of quotes that are tried as the end of a string. A program that does not escape
// quotes prints few.
const maxQuotes = 256

// readString reads the string whose opening quote is s[i]. It returns its content with the quoting
// undone, and the index after the closing quote. It takes the first quote for the closing one that is
// not escaped, has a delimiter after it, and leaves the quotes within balanced.
func readString(s string, i int, d dialect) (content string, end int, ok bool) {
	q := s[i]
	limit := len(s)
	if limit-i > maxValue {
		limit = i + maxValue
	}
	body := s[i+1 : limit]
	// CSV and SQL double a quote.
	if q == '"' && isDoubled(body) || q == '\'' && d == yamlDialect {
		for j := 0; j < len(body); j++ {
			if body[j] != q {
				continue
			}
			if j+1 < len(body) && body[j+1] == q {
				j++
				continue
			}
			return strings.ReplaceAll(body[:j], string([]byte{q, q}), string(q)), i + 1 + j + 1, true
		}
		return "", 0, false
	}
	escapes := d != rawDialect
	tries, inner := 0, 0
	first := -1
	for j := 0; j < len(body); j++ {
		switch c := body[j]; {
		case c == '\\' && escapes && j+1 < len(body):
			j++
			if body[j] == q && isClosing(body, j+1) && q != '"' && tries == 0 {
				// Basic realm="foo\" in quotes of the shell: a backslash of the value's own.
				continue
			}
		case c == q:
			if tries++; tries > maxQuotes {
				return "", 0, false
			}
			if isClosing(body, j+1) {
				if first < 0 {
					first = j
				}
				if q == '"' && inner > 0 && inner%2 == 0 {
					return body[:j], i + 1 + j + 1, true // it escapes nothing
				}
				if q != '"' || inner == 0 {
					return undo(body[:j], q, d), i + 1 + j + 1, true
				}
			}
			inner++
		case c == '\n' && q == '"' && first >= 0:
			return undo(body[:first], q, d), i + 1 + first + 1, true
		}
	}
	if first >= 0 {
		return undo(body[:first], q, d), i + 1 + first + 1, true
	}
	return "", 0, false
}

// isDoubled reports whether the quotes in the string that continues with s are doubled: "" before text, as in
// "Basic realm=""x""".
func isDoubled(s string) bool {
	for i := 0; i < len(s) && s[i] != '\n'; i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i > 0 && s[i-1] == '=' && i+2 < len(s) && s[i+1] == '"' && strings.IndexByte(",;\n\r", s[i+2]) < 0 &&
				strings.Contains(s[i+2:], `""`)
		}
	}
	return false
}

// isClosing reports whether what is at s[i] may follow a closing quote.
func isClosing(s string, i int) bool {
	return i >= len(s) || strings.IndexByte(" \t\r\n,;:)]}>|+=.&<\\", s[i]) >= 0 || strings.HasPrefix(s[i:], "/>")
}

// undo undoes the backslash escapes of JSON, C, Go, Python, JavaScript, Perl and nginx, if the string has only
// such escapes. If a backslash comes before anything else, the program does not escape.
func undo(s string, q byte, d dialect) string {
	if d == rawDialect || strings.IndexByte(s, '\\') < 0 || !isEscaped(s, q) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'v':
			b = append(b, '\v')
		case 'a':
			b = append(b, '\a')
		case 'e':
			b = append(b, 0x1b)
		case '\n':
		case 'x':
			if n, ok := hexDigits(s, i+1, 2); ok {
				b = append(b, byte(n))
				i += 2
			}
		case 'u', 'U':
			digits := 4
			if c == 'U' {
				digits = 8
			}
			n, ok := hexDigits(s, i+1, digits)
			if !ok {
				break
			}
			i += digits
			r := rune(n)
			if utf16.IsSurrogate(r) && i+6 < len(s)+0 && s[i+1] == '\\' && s[i+2] == 'u' {
				if low, ok := hexDigits(s, i+3, 4); ok {
					r = utf16.DecodeRune(r, rune(low))
					i += 6
				}
			}
			b = utf8.AppendRune(b, r)
		default:
			if n, err := strconv.ParseUint(s[i:min(i+3, len(s))], 8, 8); err == nil && i+3 <= len(s) {
				b = append(b, byte(n)) // Lua, od: \034
				i += 2
			} else if c == '0' {
				b = append(b, 0)
			} else {
				b = append(b, c)
			}
		}
	}
	return string(b)
}

// isEscaped reports whether each backslash in s begins an escape that a program writes within the quotes q.
// Programs escape the quote that they use, and no other; but MySQL escapes both, as in the string of an object.
func isEscaped(s string, q byte) bool {
	isObject := q == '\'' && strings.HasPrefix(s, `{\"`)
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		if i++; i == len(s) {
			return false
		}
		switch c := s[i]; c {
		case '\\', 'n', 'r', 't', 'b', 'f', 'v', 'a', 'e', '\n', '$':
		case '/':
		case 'x':
			if _, ok := hexDigits(s, i+1, 2); !ok {
				return false
			}
		case 'u':
			if _, ok := hexDigits(s, i+1, 4); !ok {
				return false
			}
		case 'U':
			if _, ok := hexDigits(s, i+1, 8); !ok {
				return false
			}
		default:
			_, err := strconv.ParseUint(s[i:min(i+3, len(s))], 8, 8)
			if c != q && c != '0' && (err != nil || i+3 > len(s)) && !(q == '"' && c == '\'') && !(isObject && c == '"') {
				return false
			}
		}
	}
	return true
}

func hexDigits(s string, i, digits int) (uint64, bool) {
	if i+digits > len(s) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[i:i+digits], 16, 32)
	return n, err == nil && s[i] != '+' && s[i] != '_'
}

// undoEntities undoes the character references for quotes and the like in HTML.
func undoEntities(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entities.Replace(s)
}

var entities = strings.NewReplacer("&quot;", `"`, "&#34;", `"`, "&#x22;", `"`, "&#39;", "'", "&#x27;", "'", "&apos;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&")
