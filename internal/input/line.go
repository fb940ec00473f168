package input

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads the value after a name without quotes, on its line or on the next ones.

// bareName reads the value of the name n.
//
//	WWW-Authenticate: Basic realm="x"                a field line, also after the time of a log
//	**WWW-Authenticate:** `Basic realm="x"`          Markdown
//	Www-Authenticate:[Negotiate NTLM]                Go's %v
//	WWW-Authenticate=[Negotiate, NTLM]               Java
//	WWW-Authenticate    {Negotiate, NTLM}            PowerShell
//	www-authenticate:                                YAML, the panels of browsers: the value is below
func (r *reader) bareName(n name) (int, bool) {
	s := r.text
	if r.isHeadBlock(n) {
		return r.headBlock(n)
	}
	i := n.end
	for i < len(s) && (s[i] == '*' || s[i] == '_' || s[i] == '`' || s[i] == '"' && n.start > 0 && s[n.start-1] == '"') {
		i++
	}
	for i < len(s) && s[i] == '<' { // HTML: </td><td>, </b>
		j := strings.IndexByte(s[i:min(len(s), i+200)], '>')
		if j < 0 {
			return 0, false
		}
		i = skipBlanks(s, i+j+1)
	}
	named := false
	if strings.HasPrefix(s[i:], " header: ") { // unexpected status 401, WWW-Authenticate header: Basic realm="x"
		if _, named = statusIn(s[r.lineStart(n.start):n.start]); named {
			i += len(" header")
		}
	}
	gap := i
	i = skipBlanks(s, i)
	sep := byte(' ')
	switch {
	case i == len(s):
		return 0, false
	case strings.HasPrefix(s[i:], "=>") || strings.HasPrefix(s[i:], "->") || strings.HasPrefix(s[i:], ":="):
		i, sep = i+2, '='
	case strings.HasPrefix(s[i:], "]=") || strings.HasPrefix(s[i:], "] ="):
		if n.start < 2 || s[n.start-1] != '[' || isNameByte(s[n.start-2]) {
			return 0, false
		}
		i, sep = skipBlanks(s, i+1)+1, '='
		if i < len(s) && s[i] == '>' { // PHP's print_r: [WWW-Authenticate] => Array
			i++
		}
	case s[i] == ':' || s[i] == '=' || s[i] == '|':
		sep = s[i]
		i++
	case s[i] == ',' && n.start > 0 && s[n.start-1] == '[':
		// PowerShell's Format-List: Headers : {[WWW-Authenticate, Negotiate], [Server, x]}
		return r.pairInBrackets(n, i+1)
	case s[i] == '>' && n.start > 0 && s[n.start-1] == '<': // XML: <WWW-Authenticate>
		i++
	case s[i] == ',':
		if v, pos, ok := r.cellBehind(n, i); ok {
			r.add(n, []Field{v}, pos)
			return pos, true
		}
		return r.table(n)
	case s[i] == '\n' || s[i] == '\r':
		if v, ok := r.listedBelow(n, i); ok {
			i, sep = v, ':'
		} else if i > gap || !r.isLabel(n) {
			return r.table(n)
		}
	case gap == i && s[i-1] != '>':
		return r.table(n)
	case i == gap+1 && s[gap] != '\t' && trimBlanks(s[r.lineStart(n.start):n.start]) != "":
		return 0, false // add_header WWW-Authenticate 'Basic ...': configuration
	}
	j := i
	for j < len(s) && (s[j] == '*' || s[j] == '_' || isBlank(s[j])) {
		j++
	}
	for j < len(s) && s[j] == '<' && sep != ' ' {
		k := strings.IndexByte(s[j:min(len(s), j+200)], '>')
		if k < 0 {
			break
		}
		j = skipBlanks(s, j+k+1)
	}
	if j == len(s) {
		return 0, false
	}
	if s[j] == '\n' || s[j] == '\r' {
		if sep == '|' {
			return r.table(n)
		}
		return r.below(n, j)
	}
	if n.start > 1 && sep == '=' && s[n.end] == '=' && (s[n.start-1] == '{' || s[n.start-2:n.start] == ", ") && !isQuote(s[j]) && strings.IndexByte("[{(", s[j]) < 0 {
		if end := mapEnd(s[j:r.nextName(j)]); end > 0 && looksLikeChallenge(s[j:j+end]) { // Java
			r.add(n, []Field{{Value: trimBlanks(s[j : j+end]), Line: r.lines.line(j), Column: j - r.lineStart(j)}}, j+end)
			return j + end, true
		}
	}
	if sep == ' ' && s[j] == '(' { // WWW-Authenticate (Basic or Digest)
		return 0, false
	}
	values, pos := r.valuesAt(j, sep)
	var fields []Field
	for _, f := range values {
		if named && strings.IndexByte(f.Value, '=') < 0 {
			continue
		}
		if looksLikeChallenge(f.Value) || f.Undone&List != 0 && f.Value != "" && len(fields) > 0 {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		if sep == '|' || sep == '=' && strings.HasPrefix(s[j:], "Array") {
			if sep == '=' {
				if k := strings.IndexByte(s[j:min(len(s), j+40)], '('); k >= 0 {
					return r.printR(n, j+k+1)
				}
			}
			return r.table(n)
		}
		return 0, false
	}
	r.add(n, fields, pos)
	return pos, true
}

// listedBelow returns where the value of the name is, if PowerShell's Format-List prints both on lines of their own:
//
//	Key   : WWW-Authenticate
//	Value : {Negotiate, NTLM}
func (r *reader) listedBelow(n name, end int) (int, bool) {
	begin := r.lineStart(n.start)
	colon := strings.TrimRight(r.text[begin:n.start], " ")
	below := next(r.text, r.lineEnd(end))
	at := below + len(colon)
	if !isFieldLine(colon, "", true) || at > r.lineEnd(below) || r.text[at-1] != ':' || !isFieldLine(r.text[below:at], "", true) {
		return 0, false
	}
	return skipBlanks(r.text, at), true
}

// isLabel reports whether the name is on its own line.
func (r *reader) isLabel(n name) bool {
	return trimLine(r.text[r.lineStart(n.start):n.start]) == "" && trimLine(r.text[n.end:r.lineEnd(n.end)]) == ""
}

// nextName returns where the line of text[i] ends, or where the name of the next field is in it.
func (r *reader) nextName(i int) int {
	end := min(r.lineEnd(i), i+maxValue)
	if n, ok := findName(r.text[:end], i); ok {
		return n.start
	}
	return end
}

// mapEnd returns the end of the value at the start of s, which a program prints in a map without quotes:
// {WWW-Authenticate=Basic realm="x", Server=y}. It returns -1 if the map does not end on the line.
func mapEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			return -1
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '}':
			return i
		case c == ',':
			j := skipBlanks(s, i+1)
			name, ok := paramAt(s, j)
			if ok && isUpper(name[0]) && !known.Param(name) && (strings.IndexByte(name, '-') >= 0 || len(name) > 2) {
				return i
			}
		}
	}
	return -1
}

// restOfLine reads a value up to the end of the line, of the mark that ends the field there, or of the
// challenges in a sentence; and lines that continue it.
func (r *reader) restOfLine(i int, sep byte) (Field, int, bool) {
	s := r.text
	end := r.lineEnd(i)
	if n, ok := findName(s[:end], i); ok && !n.near { // another field on the same line
		end = n.start
	}
	if end-i > maxValue {
		return Field{}, end, false
	}
	f := Field{Value: s[i:end], Line: r.lines.line(i), Column: i - r.lineStart(i)}
	if n := strings.Index(f.Value, `\r\n`); n >= 0 { // tshark
		f.Value = f.Value[:n]
	} else if n := strings.Index(f.Value, `\n`); n >= 0 && !isDomain(f.Value, n) {
		f.Value = f.Value[:n]
	}
	if n := strings.Index(f.Value, "</"); n >= 0 { // HTML
		rest := f.Value[n:]
		if f.Value = f.Value[:n]; known.Scheme(trimBlanks(f.Value)) && isAside(untag(rest)) {
			return Field{}, end, false
		}
	}
	f.Value = strings.TrimRight(f.Value, " \t\r")
	if sep == '|' || sep == '\t' || sep == ' ' {
		if n := strings.LastIndexByte(f.Value, '|'); n > 0 {
			f.Value = trimBlanks(f.Value[:n])
		}
	}
	if v := undoEntities(f.Value); v != f.Value {
		f.Value = v
		f.Undone |= Entities
	}
	if strings.Contains(f.Value, `\x22`) || strings.Contains(f.Value, `\u0022`) {
		if isEscaped(f.Value, '"') {
			f.Value = undo(f.Value, '"', anyDialect)
			f.Undone |= Quotes
		}
	}
	if strings.Contains(f.Value, `\"`) && !strings.Contains(f.Value, `="`) && isEscaped(f.Value, '"') { // realm=\"x\"
		f.Value = undo(f.Value, '"', anyDialect)
		f.Undone |= Quotes
	}
	if n := textEnd(f.Value); n < len(f.Value) {
		rest := trimBlanks(f.Value[n:])
		if last := f.Value[strings.LastIndexAny(f.Value[:n], " \t,;")+1 : n]; known.Scheme(last) && isSentence(f.Value[n:]) {
			return Field{}, end, false
		}
		f.Value = f.Value[:n]
		if strings.Trim(rest, "`*_'\")]}.,;|") != "" {
			f.Undone |= Cut
		}
		return f, end, true
	}
	if end < r.lineEnd(i) {
		return f, end, true
	}
	pos := r.joinLines(&f, end)
	return f, pos, true
}

// untag returns s without the tags at its start.
func untag(s string) string {
	for strings.HasPrefix(s, "<") {
		_, rest, ok := strings.Cut(s, ">")
		if !ok {
			break
		}
		s = rest
	}
	return s
}

// fieldValue reads the value of a field line. A sentence may continue after it, but not if the value has no quotes:
// realm=My Home.
func (r *reader) fieldValue(i int, alone bool) (Field, int, bool) {
	f, end, ok := r.restOfLine(i, ':')
	if !ok || end < r.lineEnd(i) || len(f.Value) == 0 {
		return f, end, ok
	}
	line := strings.TrimRight(r.text[i:end], " \t\r")
	if rest, ok := strings.CutPrefix(line, f.Value); ok && rest != "" && strings.Trim(rest, "`*_'\")]}.,;|") != "" {
		if !alone || strings.IndexByte(f.Value, '=') >= 0 && f.Value[len(f.Value)-1] != '"' {
			f.Value, f.Undone = line, f.Undone&^Cut
			end = r.joinLines(&f, end)
		}
	}
	return f, end, true
}

// isDomain reports whether the backslash at s[i] is one of a value's own, such as realm="DOM\name".
func isDomain(s string, i int) bool {
	return i+2 < len(s) && isAlnum(s[i+2]) && i > 0 && isAlnum(s[i-1])
}
