package input

import "strings"

// This file joins lines that were broken by copying: a terminal or a mail program breaks a long line, and the paste
// has its rest on the next line.

// maxJoined is the number of lines that a paste may have made of one.
const maxJoined = 16

// goesOn reports whether line continues where value ends: with a parameter after a comma, an equals sign or
// a bare scheme, or within a quoted string that ends on it or on one of the lines of rest.
func goesOn(value, line, rest string) bool {
	line = trimBlanks(line)
	if line == "" || value == "" {
		return false
	}
	if inQuotes(value) {
		if isHeadLine(line) {
			return false
		}
		for range maxJoined {
			if strings.IndexByte(line, '"') >= 0 {
				return true
			}
			end := lineEnd(rest, 0)
			line = trimLine(rest[:end])
			if line == "" || isHeadLine(line) {
				return false
			}
			rest = rest[next(rest, end):]
		}
		return false
	}
	if isHeadLine(line) {
		return false
	}
	_, isParam := paramAt(line, 0)
	last := value[len(value)-1]
	switch {
	case last == '=':
		return true
	case last == ',' || tokenEnd(value, 0) == len(value):
		return isParam || last == ',' && looksLikeChallenge(line)
	case line[0] == ',':
		_, isParam = paramAt(line, skipBlanks(line, 1))
		return isParam
	}
	return false
}

// joinLines joins the lines after end that continue the value. It returns the end of the last.
func (r *reader) joinLines(f *Field, end int) int {
	s := r.text
	indent := 0
	if b := lineStart(s, max(0, end-1)); b < len(s) {
		indent = skipBlanks(s, b) - b
	}
	for range maxJoined {
		begin := next(s, end)
		if begin >= len(s) || len(f.Value) > maxValue {
			return end
		}
		stop := lineEnd(s, begin)
		line := strings.TrimRight(s[begin:stop], "\r")
		text := trimBlanks(line)
		if text == "" {
			return end
		}
		deeper := skipBlanks(line, 0) > indent
		switch {
		case goesOn(f.Value, line, s[next(s, stop):]):
		case deeper && isContinuation(f.Value, text):
		default:
			return end
		}
		f.join(text)
		end = stop
	}
	return end
}

// isContinuation reports whether an indented line continues a value: with a parameter, or a challenge.
func isContinuation(value, line string) bool {
	_, isParam := paramAt(line, 0)
	return isParam || strings.HasSuffix(value, ",") && looksLikeChallenge(line)
}

// isHeadLine reports whether the line is one of a head by itself.
func isHeadLine(line string) bool {
	n := tokenEnd(line, 0)
	return n > 0 && n < len(line) && line[n] == ':' && (n+1 == len(line) || isBlank(line[n+1])) ||
		strings.HasPrefix(line, "HTTP/") || strings.HasPrefix(line, "< ") || strings.HasPrefix(line, "> ") || strings.HasPrefix(line, "* ")
}

// inQuotes reports whether a quoted string is open at the end of s.
func inQuotes(s string) bool {
	quoted := false
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			quoted = !quoted
		} else if quoted && s[i] == '\\' {
			i++
		}
	}
	return quoted
}

// isURLCut reports whether s ends within a URL in a quoted string.
func isURLCut(s string) bool {
	if !inQuotes(s) {
		return false
	}
	last := s[strings.LastIndexByte(s, '"')+1:]
	return strings.Contains(last, "://") && !strings.ContainsAny(last, " \t")
}

// join appends a line to the value.
func (f *Field) join(line string) {
	f.Undone |= Joined
	switch v := f.Value; {
	case isURLCut(v):
		f.Undone |= URLCut
		f.Value = v + line
	case v == "" || strings.HasSuffix(v, "="):
		f.Value = v + line
	default:
		f.Value = v + " " + line
	}
}
