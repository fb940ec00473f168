package input

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads texts within a string: a head that a program printed in quotes, a field line in backticks.

// A quote is what is known about the quote before a place in the text.
type quote struct {
	begin, to int  // the stretch of a line that was looked at
	at        int  // the last quote in it that is not escaped; -1 if there is none
	bad       bool // no string begins there that holds the place
}

// enclosingQuote returns the index of the quote that opens the string around s[i], as far as the line shows it.
func (r *reader) enclosingQuote(i int) (int, bool) {
	s := r.text
	begin := r.lineStart(i)
	low, at := begin, -1
	if r.quote.begin == begin && r.quote.to <= i && r.quote.to > 0 {
		low, at = r.quote.to, r.quote.at
	}
	bad := r.quote.bad
	for j := i - 1; j >= low; j-- {
		if isQuote(s[j]) {
			back := 0
			for j-1-back >= begin && back < 16 && s[j-1-back] == '\\' {
				back++
			}
			if back%2 == 0 {
				at, bad = j, false
				break
			}
		}
	}
	r.quote = quote{begin, i, at, bad && at == r.quote.at}
	if at < 0 || r.quote.bad {
		return 0, false
	}
	// A quote that has a delimiter after it hardly opens a string, nor one that has a letter before it.
	opens := at == begin || strings.IndexByte(" \t:=,([{>&|b*_-", s[at-1]) >= 0
	closes := strings.IndexByte(" ,;)]}", s[at+1]) >= 0 && at+1 < i
	if !opens || closes {
		r.quote.bad = true
		return 0, false
	}
	return at, true
}

// quotedText reads the content of the string at q as a text. It returns the index after the string.
func (r *reader) quotedText(q int) (int, bool) {
	s := r.text
	if r.src.depth >= maxDepth {
		return 0, false
	}
	d := anyDialect
	if s[q] == '`' {
		d = rawDialect
	}
	content, end, ok := readString(s, q, d)
	if !ok || len(content) == 0 {
		return 0, false
	}
	if isBodyMember(s[:q]) {
		return end, true
	}
	if isMention(s[q], content, s[end:min(len(s), end+100)]) {
		return end, true
	}
	r.nested(content, q, end)
	return end, true
}

// isMention reports whether the field line in quotes is only mentioned: The `WWW-Authenticate: Bearer` header
// is sent.
func isMention(q byte, line, rest string) bool {
	_, value, ok := strings.Cut(line, ":")
	if !ok || !known.Scheme(trimBlanks(value)) {
		return false
	}
	if rest = rest[:lineEnd(rest, 0)]; q == '`' {
		return strings.ContainsAny(rest, "abcdefghijklmnopqrstuvwxyz")
	}
	return isAside(rest)
}

// nested reads a text that was in a string.
func (r *reader) nested(content string, begin, end int) {
	inner := &source{
		text: content, line: r.lines.line(begin), fixed: true,
		undone: r.src.undone | Quotes, depth: r.src.depth + 1,
	}
	var found Found
	if req := inner.read(&found); req != nil {
		r.sent(req, begin) // http.client of Python: send: b'GET /x HTTP/1.1\r\n...'
	}
	for _, m := range found.Misses {
		r.missOn(m.Line, m.Kind, m.Name)
	}
	for _, resp := range found.Responses {
		if resp.Status != 0 || resp.Proto != "" {
			r.endGroup()
			if len(resp.Fields) == 0 {
				continue // a status line alone belongs to what is printed after it
			}
			if resp.Request == nil {
				resp.Request, r.request = r.request, nil
			}
			r.emit(resp)
			continue
		}
		for _, f := range resp.Fields {
			if challengeField(f.Name) != "" {
				r.addField(f, begin, end)
			}
		}
	}
}

// isBodyMember reports whether s ends with the key of a member that holds a body or a text about
// something.
func isBodyMember(s string) bool {
	s = strings.TrimRight(s, " \t\r\n")
	key := strings.TrimRight(s, ":=>")
	if len(key) == len(s) {
		return false
	}
	s = strings.TrimRight(key, " \t\"'`")
	i := len(s)
	for i > 0 && isNameByte(s[i-1]) {
		i--
	}
	return isBodyKey(s[i:])
}

func isBodyKey(key string) bool {
	switch strings.ToLower(key) {
	case "text", "body", "content", "description", "detail", "details", "file_data", "responsebody", "response_body", "postdata", "html", "markdown", "summary":
		return true
	}
	return false
}
