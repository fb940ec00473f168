package input

import "strings"

// This file takes off what a logger puts before each line: a time, the name of a container or a process, the
// prefix of kubectl logs, docker compose, journald, git's "remote:". What several lines make together, such as
// a head, a dump or a map, is then read as it is without. The prefix is not looked up in a list: it is what two
// lines next to each other begin with, except for digits, before a status line or the name of a challenge field.

const (
	maxLogPrefix   = 200 // bytes of a prefix
	maxLogPrefixes = 4   // that one block may have: several containers, two levels
	maxLogTries    = 32  // places that are looked at without a prefix being found
)

// unlog takes the prefixes of a log from the lines that have one, and reports whether there are any.
func (s *source) unlog() bool {
	prefixes := logPrefixes(s.text)
	if len(prefixes) == 0 {
		return false
	}
	var b strings.Builder
	b.Grow(len(s.text))
	for rest := s.text; rest != ""; {
		line := rest[:next(rest, lineEnd(rest, 0))]
		rest = rest[len(line):]
		n := 0
		for _, p := range prefixes {
			if end, ok := logPrefixEnd(line, p); ok {
				n = end
				break
			}
		}
		b.WriteString(line[n:])
		s.cut = append(s.cut, n)
	}
	s.text, s.logged = b.String(), true
	return true
}

// wireEnd is what the wire log of Apache HttpClient shows at the end of a line, which has all other quotes as they are:
//
//	15:18:33,124 DEBUG [main] wire - http-outgoing-0 << "WWW-Authenticate: Basic realm="x"[\r][\n]"
const wireEnd = `[\r][\n]"`

// unwire takes the lines of a wire log for what they show. The log of the headers, which has the same once more, is left.
func (s *source) unwire() {
	var b strings.Builder
	for rest := s.text; rest != ""; {
		line := rest[:next(rest, lineEnd(rest, 0))]
		rest = rest[len(line):]
		n := 0
		if text, ok := strings.CutSuffix(strings.TrimRight(line, "\r\n"), wireEnd); ok {
			if n = max(strings.Index(text, ` << "`), strings.Index(text, ` >> "`)) + len(` << "`); n < len(` << "`) {
				n = 0
			} else {
				line = text + "\n"
			}
		}
		b.WriteString(line[n:])
		s.cut = append(s.cut, n)
	}
	s.text = b.String()
}

// logPrefixes returns the prefixes that are found.
func logPrefixes(s string) (list []string) {
	n, named := name{start: -1}, true
	status := -1
	for pos, tries := 0, 0; tries < maxLogTries && len(list) < maxLogPrefixes; tries++ {
		if named && n.start < pos {
			if n, named = findName(s, pos); !named {
				n.start = len(s)
			}
		}
		if status < pos {
			status = nextStatusLine(s, pos)
		}
		at := min(n.start, status)
		if at == len(s) {
			break
		}
		begin, end := lineStart(s, at), lineEnd(s, at)
		pos = next(s, end)
		known := false
		for _, p := range list {
			_, ok := logPrefixEnd(s[begin:end], p)
			known = known || ok
		}
		if known {
			tries--
			continue
		}
		after := s[pos:lineEnd(s, pos)]
		before := ""
		if begin > 0 {
			before = s[lineStart(s, begin-1) : begin-1]
		}
		if p := logPrefix(s[begin:min(at, begin+maxLogPrefix)], before, after); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// nextStatusLine returns the index of the next status line at or after from, anywhere in a line, or len(s).
func nextStatusLine(s string, from int) int {
	for i := from; i < len(s); i += len("HTTP/") {
		if i = index(s, "HTTP/", i); i < 0 {
			break
		}
		if _, _, ok := statusLine(s[i:min(len(s), i+64)]); ok {
			return i
		}
	}
	return len(s)
}

// logPrefix returns the longest prefix of a log at the start of line, which the line before or after it has as well, or
// which an object follows.
func logPrefix(line, before, after string) string {
	for end := len(line); end > 1; end-- {
		p := line[:end]
		if !isBlank(p[end-1]) || isBlank(p[end-2]) || !isLogPrefix(p) {
			continue
		}
		if end < len(line) && line[end] == '{' {
			return p // one object alone shows it too
		}
		for _, other := range [...]string{after, before} {
			if _, ok := logPrefixEnd(other, p); ok {
				return p
			}
		}
	}
	return ""
}

// logPrefixEnd returns the length of the prefix that the line begins with, in which all numbers may be others. The line
// may end within the blanks after it.
func logPrefixEnd(line, prefix string) (int, bool) {
	j := 0
	for i := 0; i < len(prefix); {
		switch c := prefix[i]; {
		case j == len(line) || line[j] == '\n' || line[j] == '\r':
			return j, trimBlanks(prefix[i:]) == ""
		case isDigit(c):
			if !isDigit(line[j]) {
				return 0, false
			}
			for i < len(prefix) && isDigit(prefix[i]) {
				i++
			}
			for j < len(line) && isDigit(line[j]) {
				j++
			}
		case isBlank(c):
			if !isBlank(line[j]) {
				return 0, false
			}
			if i++; i == len(prefix) { // further blanks are an indent of what is logged
				return j + 1, true
			}
			i, j = skipBlanks(prefix, i), skipBlanks(line, j)
		case c != line[j]:
			return 0, false
		default:
			i++
			j++
		}
	}
	return j, true
}

// isLogPrefix reports whether s can be nothing else than the prefix of a log: it has a time of the day, or is made
// of brackets and of names with a bar after them, and it is no text of a map, a table or a tool.
//
//	2026-11-21T15:18:33.123Z            Nov 21 15:18:33 host app[123]:
//	[pod/web-0/nginx]                   web-1  |                       remote:
func isLogPrefix(s string) bool {
	if strings.ContainsAny(s, "\"'`{}=<>\\#") {
		return false
	}
	text := trimBlanks(s)
	if text == "" || text[0] == '|' {
		return false
	}
	pairs := 0 // of hex digits
	for i := 0; i < len(text); i = skipBlanks(text, i) {
		begin := i
		for i < len(text) && !isBlank(text[i]) {
			i++
		}
		field := strings.TrimPrefix(strings.TrimSuffix(text[begin:i], ":"), "0x")
		digits := 0
		for digits < len(field) && isHex(field[digits]) {
			digits++
		}
		if pairs++; digits != 2 || len(field) != 2 {
			pairs = 0
		}
		if pairs > 1 || digits == len(field) && strings.HasPrefix(field, "0000") {
			return false // of a dump
		}
	}
	if begin := strings.LastIndexAny(text, " \t"); begin >= 0 && (text[begin+1:] == "-" || text[begin+1:] == "|") {
		before := strings.TrimRight(text[:begin], " \t")
		if before == "" || before[len(before)-1] == ':' || !endsInWord(before) {
			return false // the bullet of a list, the bar of nmap
		}
	}
	for {
		if text == "" || hasTime(text) {
			return true
		}
		end := -1
		switch {
		case strings.HasPrefix(text, "remote:"):
			end = len("remote:")
		case text[0] == '[':
			end = strings.IndexByte(text, ']') + 1
		case isAlnum(text[0]):
			end = strings.IndexByte(text, '|') + 1
		}
		if end <= 0 || end < len(text) && !isBlank(text[end]) {
			return false
		}
		text = trimBlanks(text[end:])
	}
}

// endsInWord reports whether there are two letters next to each other in the last word of s: the name of a logger,
// a level, a container.
func endsInWord(s string) bool {
	for i := len(s) - 1; i > 0 && !isBlank(s[i-1]); i-- {
		if isAlnum(s[i]) && !isDigit(s[i]) && isAlnum(s[i-1]) && !isDigit(s[i-1]) {
			return true
		}
	}
	return false
}

// hasTime reports whether a time of the day is in s: two digits, a colon, two digits, a colon, two digits.
func hasTime(s string) bool {
	for i := 0; i+8 <= len(s); i++ {
		if s[i+2] == ':' && s[i+5] == ':' && isDigit(s[i]) && isDigit(s[i+1]) && isDigit(s[i+3]) && isDigit(s[i+4]) && isDigit(s[i+6]) && isDigit(s[i+7]) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// uncut moves the columns of the fields to where they are in the text with the prefixes.
func (s *source) uncut(found *Found) {
	shift := func(fields []Field) {
		for i := range fields {
			if k := fields[i].Line - s.line; k >= 0 && k < len(s.cut) {
				fields[i].Column += s.cut[k]
			}
		}
	}
	for _, resp := range found.Responses {
		shift(resp.Fields)
		if resp.Request != nil {
			shift(resp.Request.Fields)
		}
	}
}
