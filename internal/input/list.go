package input

import (
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads the lists of values that programs print: strings in brackets, values in brackets without
// quotes, and one on each line.

// valuesAt reads the values at s[i]: a string, a list in brackets, or the rest of the line.
func (r *reader) valuesAt(i int, sep byte) ([]Field, int) {
	s := r.text
	switch c := s[i]; {
	case isQuote(c):
		d := anyDialect
		if c == '\'' && sep != '=' {
			d = yamlDialect
		} else if c == '`' {
			d = rawDialect
		}
		if v, end, ok := readString(s, i, d); ok {
			if known.Scheme(v) && isAside(s[end:r.lineEnd(end)]) {
				return nil, end
			}
			var fields []Field
			for _, v := range listIn(v) {
				fields = append(fields, Field{Value: v, Line: r.lines.line(i), Undone: Quotes})
			}
			return fields, end
		}
	case strings.HasPrefix(s[i:], "“"):
		if v, end, ok := strings.Cut(s[i+len("“"):min(r.lineEnd(i), i+maxValue)], "”"); ok && !strings.Contains(end, "”") {
			return []Field{{Value: v, Line: r.lines.line(i), Undone: Quotes}}, i + len("“") + len(v) + len("”")
		}
	case (c == '[' || c == '{' || c == '(') && !strings.HasPrefix(s[i:], "[]"):
		j := skipSpace(s, i+1)
		if j < len(s) && s[j] == '[' {
			j++
		}
		if j < len(s) && isQuote(s[j]) {
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
	case strings.HasPrefix(s[i:], `chr "`): // R's str
		return r.valuesAt(i+len("chr "), sep)
	case optional(s[i:min(len(s), i+16)]) > 0:
		return r.valuesAt(i+optional(s[i:min(len(s), i+16)]), sep)
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

// optional returns where in s the bracket is of a value that may be missing, as languages print one: Optional[x] of
// Java, Optional("x") of Swift, Some(x) of Scala and Rust; and Slice(["x"]) of OpenTelemetry's
// debug exporter.
func optional(s string) int {
	for _, word := range [...]string{"Optional", "Some", "Slice"} {
		if n := len(word); strings.HasPrefix(s, word) && n+1 < len(s) && (s[n] == '[' || s[n] == '(') {
			return n
		}
	}
	return 0
}

// listIn returns the values of a list that a program has printed into a string: slog's "[Negotiate NTLM]", the
// str of a list of Python. Any other string is one value.
func listIn(v string) []string {
	if len(v) < 2 || v[0] != '[' || v[len(v)-1] != ']' {
		return []string{v}
	}
	var list []string
	s := &source{text: v, line: 1, fixed: true}
	r := &reader{src: s, text: v, lines: lineCounter{src: s}}
	fields, end := r.valuesAt(0, 0)
	for _, f := range fields {
		if !looksLikeChallenge(f.Value) {
			return []string{v}
		}
		list = append(list, f.Value)
	}
	if len(list) == 0 || end < len(v) {
		return []string{v}
	}
	return list
}

// stringsAt reads the strings at s[i:], within the brackets and words that languages put around a list. A
// string after a comma or a blank is another value; one after a line end or a plus continues the value.
func (r *reader) stringsAt(i int, d dialect, one bool) (values []string, at []int, end int) {
	s := r.text
	depth := 0
	for {
		i = skipSpace(s, i)
		if i == len(s) {
			return nil, nil, i
		}
		if isQuote(s[i]) {
			break
		}
		if c := s[i]; c == '[' || c == '{' || c == '(' {
			depth++
			i++
			continue
		}
		if v, e, ok := countedString(s, i); ok { // PHP's var_dump
			values, at, end = append(values, v), append(at, i), e
			break
		}
		// Words before a string or a bracket: []string{, new String[] {, Array (, b'...', 0 => '...'.
		j := i
		for j < len(s) && (isAlnum(s[j]) || s[j] == '_' || s[j] == '.' || s[j] == ']' || s[j] == '>' || s[j] == '=' || s[j] == ')') {
			j++
		}
		if j == i || j-i > 24 || depth > 8 {
			return nil, nil, i
		}
		if k := skipBlanks(s, j); strings.Trim(s[i:j], "0123456789") == "" && strings.HasPrefix(s[k:], "=>") { // PHP: 0 => '...'
			i = k + len("=>")
			continue
		}
		if k := skipSpace(s, j); k == len(s) || !isQuote(s[k]) && s[k] != '[' && s[k] != '{' && s[k] != '(' && s[j-1] != '>' {
			return nil, nil, i
		}
		i = j
	}
	for depth > 0 && len(values) > 0 { // PHP: [1]=> string(5) "Basic"
		j := skipSpace(s, end)
		k := strings.Index(s[j:min(len(s), j+16)], "]=>")
		if k < 0 || s[j] != '[' {
			return values, at, end
		}
		i = skipSpace(s, j+k+len("]=>"))
		v, e, ok := countedString(s, i)
		if !ok {
			return values, at, end
		}
		values, at, end = append(values, v), append(at, i), e
	}
	for i < len(s) && isQuote(s[i]) {
		v, e, ok := readString(s, i, d)
		if !ok {
			break
		}
		values, at = append(values, v), append(at, i)
		end = e
		// What is after it.
		for {
			i = skipBlanks(s, end)
			goesOn := false
			if i < len(s) && s[i] == '+' {
				goesOn = true
				i = skipSpace(s, i+1)
			} else if i < len(s) && (s[i] == '\n' || s[i] == '\r') {
				j := skipSpace(s, i)
				switch {
				case j == len(s) || strings.Count(s[i:j], "\n") > 1: // after an empty line another text begins
				case isQuote(s[j]) && !isKeyString(s, j):
					goesOn, i = true, j
				case s[j] == '+':
					goesOn, i = true, skipSpace(s, j+1)
				}
			}
			if !goesOn {
				break
			}
			if i >= len(s) || !isQuote(s[i]) { // "Basic realm=" + realm: source code
				return nil, nil, end
			}
			more, e, ok := readString(s, i, d)
			if !ok {
				break
			}
			values[len(values)-1] += more
			end = e
		}
		if one && depth == 0 {
			break
		}
		i = skipSpace(s, end)
		if i < len(s) && s[i] == ',' {
			if depth == 0 {
				break
			}
			i = skipSpace(s, i+1)
			if j := i; j < len(s) && s[j] >= '0' && s[j] <= '9' { // PHP: 1 => '...'
				for j < len(s) && (isAlnum(s[j]) || isBlank(s[j]) || s[j] == '=' || s[j] == '>') {
					j++
				}
				i = j
			}
		} else if depth == 0 {
			break
		}
	}
	if depth > 0 && len(values) > 0 {
		i = skipSpace(s, end)
		for depth > 0 && i < len(s) && (s[i] == ']' || s[i] == '}' || s[i] == ')' || s[i] == ',') {
			if s[i] != ',' {
				depth--
				end = i + 1
			}
			i = skipSpace(s, i+1)
		}
	}
	return values, at, end
}

// countedString reads a string that has its length before it, as PHP's var_dump and serialize print one:
//
//	string(21) "Basic realm="x""        s:21:"Basic realm="x""
func countedString(s string, i int) (content string, end int, ok bool) {
	for _, form := range [...][2]string{{"string(", `) "`}, {"s:", `:"`}} {
		rest, ok := strings.CutPrefix(s[i:], form[0])
		if !ok {
			continue
		}
		count, _, ok := strings.Cut(rest[:min(len(rest), 16)], form[1])
		n, err := strconv.Atoi(count)
		begin := i + len(form[0]) + len(count) + len(form[1])
		if ok && err == nil && n >= 0 && n < len(s)-begin && s[begin+n] == '"' {
			return s[begin : begin+n], begin + n + 1, true
		}
	}
	return "", 0, false
}

// serialized reads the values at s[i] as PHP's serialize writes them: a string, or an array of strings.
//
//	a:2:{i:0;s:9:"Negotiate";i:1;s:15:"Basic realm="x"";}
func serialized(s string, i int) (values []string, at []int, end int) {
	n := 1
	if count, _, ok := strings.Cut(s[i:min(len(s), i+16)], ":{"); ok && strings.HasPrefix(count, "a:") {
		n, _ = strconv.Atoi(count[len("a:"):])
		i += len(count) + len(":{")
	}
	for ; n > 0; n-- {
		if key, _, ok := strings.Cut(s[i:min(len(s), i+16)], ";"); ok && strings.HasPrefix(key, "i:") {
			i += len(key) + 1
		}
		v, e, ok := countedString(s, i)
		if !ok {
			break
		}
		values, at, end = append(values, v), append(at, i), e
		i = next(s, e)
	}
	return values, at, end
}

// isKeyString reports whether the string at s[i] is a key: what follows it is a colon or an arrow.
func isKeyString(s string, i int) bool {
	j := i + 1
	for j < len(s) && j < i+100 && s[j] != s[i] && s[j] != '\n' {
		j++
	}
	if j >= len(s) || s[j] != s[i] {
		return false
	}
	j = skipBlanks(s, j+1)
	return j < len(s) && (s[j] == ':' || s[j] == '=')
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

// isListEnd reports whether what is at s[i] may follow the end of a list: the end of the line or of
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

// isAmbiguousList reports whether a list may hold several values that cannot be separated: a word comes
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

// splitList splits a list that a program printed without commas, such as Go's [Negotiate NTLM Basic realm="x"],
// before each known scheme outside quotes. Values with unknown schemes cannot be separated, and stay together.
func splitList(s string) []string {
	var parts []string
	begin, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' && (i == 0 || s[i-1] != '\\' || !quoted):
			quoted = !quoted
		case quoted && s[i] == '\\':
			i++
		case !quoted && i > begin && s[i-1] == ' ':
			end := tokenEnd(s, i)
			before := strings.TrimRight(s[begin:i], " ")
			if end > i && known.Scheme(s[i:end]) && !strings.HasSuffix(before, ",") && !strings.HasSuffix(before, "=") &&
				(end == len(s) || s[end] == ' ' && (isParamOrScheme(s, end+1) || beginsLikeChallenge(s[i:]))) {
				parts = append(parts, before)
				begin = i
			}
			if end > i {
				i = end - 1
			}
		}
	}
	return append(parts, s[begin:])
}

// printR reads what PHP's print_r shows: [0] => Basic realm="x", one per line.
func (r *reader) printR(n name, i int) (int, bool) {
	s := r.text
	var fields []Field
	for pos := next(s, r.lineEnd(i)); pos < len(s); {
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
