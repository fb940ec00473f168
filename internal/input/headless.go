package input

import "strings"

// This file reads consecutive field lines without a status line: what Python's str(headers) and .NET
// print, and what a person copies.

// isHeadBlock reports whether the name begins a field line, with other field lines around it or a
// value that cannot be anything else.
func (r *reader) isHeadBlock(n name) bool {
	s := r.text
	begin := r.lineStart(n.start)
	colon := skipBlanks(s, n.end)
	if colon == len(s) || s[colon] != ':' || !isName(s[n.start:n.end]) {
		return false
	}
	prefix := s[begin:n.start]
	if trimBlanks(prefix) != "" && prefix != "header: " {
		return false
	}
	value := trimLine(s[colon+1 : min(r.lineEnd(colon), colon+maxValue)])
	if value == "" || isQuote(value[0]) || value[0] == '[' || value[0] == '{' || strings.Contains(value, `\r\n`) || strings.HasPrefix(value, "|") || strings.HasPrefix(value, ">") {
		return false
	}
	if isPlaceholder(value) || optional(value) > 0 {
		return false
	}
	if colon > n.end { // PowerShell's Format-List, and documentation
		return looksLikeChallenge(value)
	}
	if tokenEnd(value, 0) == len(value) && isUpper(value[0]) && r.src.depth == 0 && strings.IndexByte(value, '|') < 0 {
		return true // an unknown scheme
	}
	if looksLikeChallenge(value) {
		return true
	}
	// A line of the same indentation before or after it.
	after := next(s, r.lineEnd(colon))
	if isFieldLine(s[after:lineEnd(s, after)], prefix, false) {
		return true
	}
	if begin > 0 {
		before := lineStart(s, begin-1)
		return isFieldLine(s[before:begin-1], prefix, false)
	}
	return false
}

// isPlaceholder reports whether the value is a reference to one: in YAML, *anchor or !ref.
func isPlaceholder(s string) bool {
	return strings.IndexByte("*&!$#<%", s[0]) >= 0
}

// isFieldLine reports whether a line is a field line with the indentation. If it is of a list, as PowerShell prints one,
// blanks may come before the colon.
func isFieldLine(line, indent string, list bool) bool {
	text, ok := strings.CutPrefix(line, indent)
	n := tokenEnd(text, 0)
	colon := n
	if list {
		colon = skipBlanks(text, n)
	}
	return ok && n > 0 && colon < len(text) && text[colon] == ':'
}

// headBlock reads the field lines around the name, which have no status line: what Python's str(headers) and
// .NET print, and what a person copies.
func (r *reader) headBlock(n name) (int, bool) {
	s := r.text
	begin := r.lineStart(n.start)
	prefix := s[begin:n.start]
	list := isBlank(s[n.end])
	first := begin
	low := max(0, begin-(1<<12))
	if r.group != nil {
		low = max(low, r.group.end)
	}
	for first > low {
		before := lineStart(s, first-1)
		if before < low || !isFieldLine(s[before:first-1], prefix, list) {
			break
		}
		first = before
	}
	var fields []Field
	pos, end := first, first
	for pos < len(s) {
		stop := lineEnd(s, pos)
		if pos >= begin && !isFieldLine(strings.TrimRight(s[pos:stop], "\r"), prefix, list) {
			break
		}
		if !isFieldLine(s[pos:stop], prefix, list) {
			pos = next(s, stop)
			continue
		}
		from := pos + len(prefix)
		nameEnd := tokenEnd(s, from)
		at := skipBlanks(s, skipBlanks(s, nameEnd)+1)
		name := s[from:nameEnd]
		f := Field{Name: name, Value: strings.TrimRight(s[min(at, stop):stop], " \t\r"), Line: r.lines.line(pos), Column: at - pos, Undone: r.src.undone}
		if prefix == "header: " {
			f.Undone |= Quotes
		}
		end = stop
		if isName(name) {
			alone := first == begin && !isFieldLine(s[next(s, stop):lineEnd(s, next(s, stop))], prefix, list)
			g, to, ok := r.fieldValue(at, alone)
			if !ok || g.Value == "" || isPlaceholder(g.Value) {
				break
			}
			g.Name, g.Undone = name, g.Undone|r.src.undone
			if value, ok := undoWget(g.Value); ok && first > 0 && strings.HasPrefix(trimBlanks(s[lineStart(s, first-1):first]), "<< ") { // mitmdump
				g.Value, g.Undone = value, g.Undone|Quotes
			}
			if r.src.depth > 0 || r.src.undone != 0 {
				if isCombined(g.Value) {
					g.Undone |= Combined
				}
			}
			f, end = g, to
		} else if c := name[0] | 0x20; c == 'w' || c == 'p' || c == 'x' {
			r.nearField(name, f.Line)
		}
		fields = append(fields, f)
		pos = next(s, end)
		if end == len(s) {
			break
		}
	}
	if r.group != nil && !r.belongs(first) {
		r.endGroup()
	}
	if r.group == nil {
		r.group = &group{begin: first, end: first}
		r.group.resp.Line = r.lines.line(first)
	}
	if len(fields) == 0 {
		return 0, false
	}
	r.group.resp.Fields = append(r.group.resp.Fields, fields...)
	r.group.end = end
	return max(end, n.end), true
}
