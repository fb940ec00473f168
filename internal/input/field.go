package input

import "strings"

// This file passes each name of a challenge field outside a head to the file that reads its value.

// named reads what belongs to the name n. It returns where to continue.
func (r *reader) named(n name) int {
	if pos, ok := r.json(n.start); ok {
		return pos
	}
	if n.start < r.jsonFrom { // within what was read as JSON
		return r.jsonFrom
	}
	s := r.text
	if strings.HasPrefix(strings.TrimLeft(s[r.lineStart(n.start):n.start], " "), `<field name="http.response.line"`) {
		return r.lineEnd(n.end) // tshark -T pdml has shown it on the line before
	}
	if n.near || n.remapped {
		r.near(n)
		return n.end
	}
	if r.src.depth == 0 && isCode(s[r.lineStart(n.start):n.start]) {
		r.unread(n)
		return n.end
	}
	if q, open, end, ok := quotesAround(s, n); ok {
		if pos, ok := r.quotedName(n, q, open, end); ok {
			return pos
		}
		r.unread(n)
		return end
	}
	if q, ok := r.enclosingQuote(n.start); ok {
		if pos, ok := r.quotedText(q); ok && pos > n.end {
			return pos
		}
		r.quote.bad = true
	}
	if pos, ok := r.bareName(n); ok {
		return pos
	}
	r.unread(n)
	return n.end
}

// isCode reports whether a line begins like a statement of source code or of a configuration, where a field is one
// that a program should send.
func isCode(line string) bool {
	line = strings.TrimLeft(line, " \t+-")
	end := 0
	for end < len(line) && (isAlnum(line[end]) || line[end] == '_') {
		end++
	}
	if end == len(line) || end == 0 {
		return false
	}
	word, next := line[:end], line[end]
	if strings.HasPrefix(strings.TrimLeft(line[end:], " "), ":= ") {
		return true
	}
	switch word {
	case "return", "raise", "throw", "const", "let", "var", "if", "func", "def", "static", "public", "private", "await", "set", "add_header", "more_set_headers", "proxy_set_header":
		return isBlank(next) || next == '('
	case "header", "Header", "expect", "setHeader", "respond", "append":
		return next == '('
	case "res", "resp", "response", "Response", "ctx", "self", "this", "req":
		return (next == '.' || next == '[') && strings.ContainsAny(line, "([=")
	}
	return false
}

// unread notes that a name was found whose value is not read.
func (r *reader) unread(n name) {
	s := r.text
	if r.lineEnd(n.end)-n.end > maxValue {
		i := n.end
		for i < len(s) && strings.IndexByte("\"':=[ \t", s[i]) >= 0 {
			i++
		}
		if beginsLikeChallenge(s[i:min(len(s), i+200)]) {
			r.tooLong(n.start)
			return
		}
	}
	r.miss(Unread, n.start, s[n.start:n.end])
}

// tooLong notes that a field was left out because of its length.
func (r *reader) tooLong(at int) {
	line := r.lines.line(at)
	r.emit(Response{Line: line, Notes: []Note{{line, NoteTooLong}}})
}

// near notes a field with a wrong name.
func (r *reader) near(n name) {
	i := skipBlanks(r.text, n.end)
	if i < len(r.text) && isQuote(r.text[i]) {
		i = skipBlanks(r.text, i+1)
	}
	if i == len(r.text) || strings.IndexByte(":=,", r.text[i]) < 0 {
		return
	}
	kind := NearName
	if n.remapped && !n.near {
		kind = Remapped
	}
	r.miss(kind, n.start, r.text[n.start:n.end])
}
