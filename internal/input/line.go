package input

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads the value that stands behind a name without quotes, on its line or on the next ones.

// bareName reads the value of the name n.
//
//	WWW-Authenticate: Basic realm="x"                a field line, also behind the time of a log
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
		if i > gap || !r.isLabel(n) {
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
	values, pos := r.valuesAt(j, sep)
	var fields []Field
	for _, f := range values {
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

// nextName returns where the line of text[i] ends, or where the name of the next field stands in it.
func (r *reader) nextName(i int) int {
	end := min(r.lineEnd(i), i+maxValue)
	if n, ok := findName(r.text[:end], i); ok {
		return n.start
	}
	return end
}

// pairInBrackets reads the value of a pair that a bracket shuts.
func (r *reader) pairInBrackets(n name, i int) (int, bool) {
	s := r.text
	i = skipBlanks(s, i)
	line := s[i:r.nextName(i)]
	end := len(strings.TrimRight(line, " \t\r"))
	for _, mark := range [...]string{"], [", "]}", "...}"} {
		if k := strings.Index(line, mark); k >= 0 {
			end = min(end, k)
		}
	}
	f := Field{Value: trimBlanks(line[:end]), Line: r.lines.line(i), Column: i - r.lineStart(i)}
	if !looksLikeChallenge(f.Value) {
		return 0, false
	}
	r.add(n, []Field{f}, i+end)
	return i + end, true
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

// valuesAt reads the values at s[i]: a string, a list in brackets, or the rest of the line.
func (r *reader) valuesAt(i int, sep byte) ([]Field, int) {
	s := r.text
	switch c := s[i]; {
	case isQuote(c):
		d := anyDialect
		if c == '\'' {
			d = yamlDialect
		} else if c == '`' {
			d = rawDialect
		}
		if v, end, ok := readString(s, i, d); ok {
			return []Field{{Value: v, Line: r.lines.line(i), Undone: Quotes}}, end
		}
	case strings.HasPrefix(s[i:], "“"):
		if v, end, ok := strings.Cut(s[i+len("“"):min(r.lineEnd(i), i+maxValue)], "”"); ok && !strings.Contains(end, "”") {
			return []Field{{Value: v, Line: r.lines.line(i), Undone: Quotes}}, i + len("“") + len(v) + len("”")
		}
	case c == '[' || c == '{' || c == '(':
		if j := skipSpace(s, i+1); j < len(s) && isQuote(s[j]) {
			values, at, end := r.stringsAt(i, anyDialect, false)
			var fields []Field
			for k, v := range values {
				fields = append(fields, Field{Value: v, Line: r.lines.line(at[k]), Undone: Quotes})
			}
			if len(fields) > 0 {
				return fields, end
			}
		}
		return r.bracket(i)
	case strings.HasPrefix(s[i:], "map[") || strings.HasPrefix(s[i:], "[]string{") || strings.HasPrefix(s[i:], "List(") || strings.HasPrefix(s[i:], "Array("):
		values, at, end := r.stringsAt(i, anyDialect, false)
		var fields []Field
		for k, v := range values {
			fields = append(fields, Field{Value: v, Line: r.lines.line(at[k]), Undone: Quotes})
		}
		if len(fields) > 0 {
			return fields, end
		}
		if k := strings.IndexByte(s[i:], '('); k > 0 && k < 8 {
			return r.bracket(i + k)
		}
	}
	f, end, ok := r.restOfLine(i, sep)
	if !ok {
		return nil, i
	}
	return []Field{f}, end
}

// bracket reads a list that a program prints without quotes around its values.
func (r *reader) bracket(i int) ([]Field, int) {
	s := r.text
	open, end := s[i], -1
	shut := map[byte]byte{'[': ']', '{': '}', '(': ')'}[open]
	stop := min(r.lineEnd(i), i+maxValue)
	if n, ok := findName(s[:stop], i); ok {
		stop = n.start
	}
	quoted, first, tries := false, -1, 0
	for j := i + 1; j < stop && tries < maxQuotes; j++ {
		switch c := s[j]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			j++
		case c == shut:
			tries++
			if !isListEnd(s, j+1) {
				continue
			}
			if first < 0 {
				first = j
			}
			if !quoted && end < 0 {
				end = j
				j = stop
			}
		}
	}
	if end < 0 {
		end = first
	}
	if end < 0 {
		// PowerShell cuts a column: {Basic realm="x", Bear...
		end = len(strings.TrimRight(s[:stop], "\r"))
	}
	content := trimBlanks(s[i+1 : end])
	var fields []Field
	parts := splitList(content)
	for _, part := range parts {
		f := Field{Value: trimBlanks(part), Line: r.lines.line(i), Column: i + 1 - r.lineStart(i), Undone: List}
		if len(parts) == 1 {
			f.Undone = 0
			if isAmbiguousList(content) {
				f.Undone = List
			}
		}
		fields = append(fields, f)
	}
	return fields, min(end+1, len(s))
}

// isAmbiguousList reports whether a list may hold several values that cannot be told apart: a word stands
// before a parameter, and no comma before the word.
func isAmbiguousList(s string) bool {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && s[i-1] == ' ' && i > 1 && s[i-2] != ',':
			end := tokenEnd(s, i)
			if _, ok := paramAt(s, skipBlanks(s, end)); ok && end < len(s) && s[end] == ' ' && isWord(s[i:end]) {
				return true
			}
		}
	}
	return false
}

// isListEnd reports whether what stands at s[i] may follow the end of a list: the end of the line or of
// another list, or the next field.
func isListEnd(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	switch s[i] {
	case '\n', '\r', ']', '}', ')', ',', '"', '\'', '`', ';', '\\', '|', '<':
		return true
	case ' ', '\t':
		i = skipBlanks(s, i)
		n := tokenEnd(s, i)
		return i == len(s) || n < len(s) && n > i && (s[n] == ':' || s[n] == '=') || s[i] == '\n' || s[i] == '\r' || s[i] == ']' || s[i] == '}' || s[i] == '{' ||
			n > i
	}
	return false
}

// restOfLine reads a value up to the end of the line, of the mark that ends the field there, or of the
// challenges in a sentence; and lines that it goes on in.
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
		f.Value = f.Value[:n]
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

// fieldValue reads the value of a field line. Behind one that stands alone a sentence may go on, but not where a
// value has no quotes: realm=My Home.
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

// joinLines joins the lines behind end that the value goes on in. It returns the end of the last.
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

// isContinuation reports whether an indented line goes on with a value: with a parameter, or a challenge.
func isContinuation(value, line string) bool {
	_, isParam := paramAt(line, 0)
	return isParam || strings.HasSuffix(value, ",") && looksLikeChallenge(line)
}

// isLabel reports whether the name stands on a line of its own.
func (r *reader) isLabel(n name) bool {
	return trimLine(r.text[r.lineStart(n.start):n.start]) == "" && trimLine(r.text[n.end:r.lineEnd(n.end)]) == ""
}

// below reads values on the lines below the name: those of a list of YAML, or one line.
func (r *reader) below(n name, i int) (int, bool) {
	s := r.text
	var fields []Field
	pos := lineEnd(s, i)
	end := pos
	for pos < len(s) {
		begin := next(s, pos)
		stop := lineEnd(s, begin)
		text := trimLine(s[begin:stop])
		item, isItem := strings.CutPrefix(text, "- ")
		if !isItem && (len(fields) > 0 || text == "") {
			break
		}
		item = trimBlanks(item)
		at := strings.Index(s[begin:stop], item) + begin
		if item == "" {
			break
		}
		values, to := r.valuesAt(at, ':')
		took := false
		for _, f := range values {
			if looksLikeChallenge(f.Value) {
				fields = append(fields, f)
				took = true
			}
		}
		if !took {
			break
		}
		end = max(stop, to)
		pos = end
		if end < len(s) && s[end] != '\n' {
			pos = lineEnd(s, end)
		}
		if !isItem {
			break
		}
	}
	if len(fields) == 0 {
		return 0, false
	}
	r.add(n, fields, end)
	return end, true
}

// printR reads what PHP's print_r shows: [0] => Basic realm="x", a line each.
func (r *reader) printR(n name, i int) (int, bool) {
	s := r.text
	var fields []Field
	for pos := next(s, lineEnd(s, i)); pos < len(s); {
		end := lineEnd(s, pos)
		_, text, ok := strings.Cut(s[pos:end], "] => ")
		if text = trimLine(text); !ok || !looksLikeChallenge(text) {
			break
		}
		fields = append(fields, Field{Value: text, Line: r.lines.line(pos)})
		i = end
		pos = next(s, end)
	}
	if len(fields) == 0 {
		return 0, false
	}
	r.add(n, fields, i)
	return i, true
}

// isHeadBlock reports whether the name begins a field line, with other field lines around it or a
// value that can be nothing else than one.
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
	if isPlaceholder(value) {
		return false
	}
	if tokenEnd(value, 0) == len(value) && isUpper(value[0]) && r.src.depth == 0 {
		return true // a scheme that nobody knows
	}
	if looksLikeChallenge(value) {
		return true
	}
	// A line of the same indentation before or behind it.
	after := next(s, r.lineEnd(colon))
	if isFieldLine(s[after:lineEnd(s, after)], prefix) {
		return true
	}
	if begin > 0 {
		before := lineStart(s, begin-1)
		return isFieldLine(s[before:begin-1], prefix)
	}
	return false
}

// isPlaceholder reports whether the value stands for one: in YAML, *anchor or !ref.
func isPlaceholder(s string) bool {
	return strings.IndexByte("*&!$#<%", s[0]) >= 0
}

// isFieldLine reports whether a line is a field line with the indentation.
func isFieldLine(line, indent string) bool {
	text, ok := strings.CutPrefix(line, indent)
	n := tokenEnd(text, 0)
	return ok && n > 0 && n < len(text) && text[n] == ':' && !strings.HasPrefix(text, ":")
}

// headBlock reads the field lines around the name, which have no status line: what Python's str(headers) and
// .NET print, and what a person copies.
func (r *reader) headBlock(n name) (int, bool) {
	s := r.text
	begin := r.lineStart(n.start)
	prefix := s[begin:n.start]
	first := begin
	low := max(0, begin-(1<<12))
	if r.group != nil {
		low = max(low, r.group.end)
	}
	for first > low {
		before := lineStart(s, first-1)
		if before < low || !isFieldLine(s[before:first-1], prefix) {
			break
		}
		first = before
	}
	var fields []Field
	pos, end := first, first
	for pos < len(s) {
		stop := lineEnd(s, pos)
		if pos >= begin && !isFieldLine(strings.TrimRight(s[pos:stop], "\r"), prefix) {
			break
		}
		if !isFieldLine(s[pos:stop], prefix) {
			pos = next(s, stop)
			continue
		}
		from := pos + len(prefix)
		colon := tokenEnd(s, from)
		at := skipBlanks(s, colon+1)
		name := s[from:colon]
		f := Field{Name: name, Value: strings.TrimRight(s[min(at, stop):stop], " \t\r"), Line: r.lines.line(pos), Column: at - pos, Undone: r.src.undone}
		if prefix == "header: " {
			f.Undone |= Quotes
		}
		end = stop
		if isName(name) {
			alone := first == begin && !isFieldLine(s[next(s, stop):lineEnd(s, next(s, stop))], prefix)
			g, to, ok := r.fieldValue(at, alone)
			if !ok || g.Value == "" || isPlaceholder(g.Value) {
				break
			}
			g.Name, g.Undone = name, g.Undone|r.src.undone
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
