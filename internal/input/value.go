package input

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads values that have no field name, in a text that has no field name and no response at all.

// bareValues reads the lines, and the strings in quotes, that are challenges. To tell them from prose, a line must
// be a known scheme with a parameter, or any word with a known parameter in quotes; schemes alone count only if every
// line is a value.
func (r *reader) bareValues() {
	s := r.text
	all := true // every line is a value
	type value struct {
		fields []Field
		sure   bool
		status int
	}
	var values []value
	pos := 0
	for pos < len(s) {
		end := lineEnd(s, pos)
		line := trimLine(s[pos:end])
		at := pos
		pos = next(s, end)
		if line == "" {
			continue
		}
		if len(line) > maxValue {
			all = false
			if isBareValue(line[:200]) {
				r.tooLong(at)
			}
			continue
		}
		switch {
		case isBareValue(line):
			f, to, ok := r.restOfLine(at+strings.Index(s[at:end], line), ':')
			if ok {
				if strings.ContainsAny(f.Value, "=") {
					values = append(values, value{[]Field{f}, true, 0})
				} else {
					values = append(values, value{[]Field{f}, false, 0})
				}
				pos = max(pos, next(s, to))
				continue
			}
		case isListOfValues(line):
			fields := r.valueList(at+strings.Index(s[at:end], line), at)
			if len(fields) > 0 {
				values = append(values, value{fields, true, 0})
				continue
			}
		case known.Scheme(line):
			values = append(values, value{[]Field{{Value: line, Line: r.lines.line(at)}}, false, 0})
			continue
		}
		if v := valueInRow(line); v != "" {
			from := at + strings.LastIndex(s[at:end], v)
			status, _ := status3(line)
			f := Field{Value: v, Line: r.lines.line(at), Column: from - at}
			if isCombined(v) {
				f.Undone |= Combined
			}
			values = append(values, value{[]Field{f}, strings.Contains(v, "="), status})
			continue
		}
		all = false
		if fields := r.quotedValues(at, end); len(fields) > 0 {
			status, _ := statusIn(line)
			for _, f := range fields {
				values = append(values, value{[]Field{f}, true, status})
			}
		}
	}
	for _, v := range values {
		if !v.sure && !all {
			continue
		}
		for i := range v.fields {
			v.fields[i].Undone |= r.src.undone
		}
		resp := Response{Line: v.fields[0].Line, Bare: true, Fields: v.fields}
		resp.Status = v.status
		resp.note()
		r.emit(resp)
	}
}

// valueInRow returns the value of a challenge field in a line with something before it: a status, as from curl
// -w '%{http_code} %header{www-authenticate}', or columns separated by tabs, as from tshark -T fields, with a number.
func valueInRow(line string) string {
	_, isStatus := status3(line)
	from := 3
	if tab := strings.LastIndexByte(line, '\t'); tab >= 0 && (isStatus || hasNumber(line[:tab])) {
		from = tab
	} else if !isStatus || len(line) == 3 || line[3] != ' ' {
		return ""
	}
	v := trimBlanks(line[from:])
	if isBareValue(v) && (isStatus || strings.IndexByte(v, '=') >= 0) || isStatus && known.Scheme(v) {
		return v
	}
	return ""
}

// hasNumber reports whether one of the columns is a number, a time or an address.
func hasNumber(columns string) bool {
	for column := range strings.SplitSeq(columns, "\t") {
		if column != "" && strings.Trim(column, "0123456789.:") == "" {
			return true
		}
	}
	return false
}

// isBareValue reports whether a line is a challenge, though it has no field name.
func isBareValue(s string) bool {
	if !looksLikeChallenge(s) {
		return false
	}
	for {
		end := tokenEnd(s, 0)
		if end == 0 || end == len(s) || !beginsLikeChallenge(s) {
			return false
		}
		i := skipBlanks(s, end)
		list := i < len(s) && (s[i] == ',' || s[i] == ';')
		if list {
			i = skipBlanks(s, i+1)
		}
		if known.Scheme(s[i:tokenEnd(s, i)]) { // Negotiate, Basic realm="x"
			s = s[i:]
			continue
		}
		name, ok := paramAt(s, i)
		isKnown := known.Scheme(s[:end])
		if !ok {
			return isKnown && !list
		}
		value := skipBlanks(s, skipBlanks(s, i+len(name))+1)
		quoted := value < len(s) && (s[value] == '"' || s[value] == '\'' && !isKnown || strings.HasPrefix(s[value:], "“"))
		if !isKnown {
			return known.Param(name) && quoted
		}
		return quoted || known.Param(name) && value < len(s) && !isSpaceByte(s[value])
	}
}

// isListOfValues reports whether the line is a list in brackets, as Python, Go and Node print one.
func isListOfValues(s string) bool {
	return s[0] == '[' && s[len(s)-1] == ']' || s[0] == '(' && s[len(s)-1] == ')' || strings.HasPrefix(s, "[]string{") && s[len(s)-1] == '}'
}

// valueList reads the values of a list: ['Negotiate', 'Basic realm="x"'] or [Negotiate Basic realm="x"].
func (r *reader) valueList(i, begin int) []Field {
	fields, _ := r.valuesAt(i, 0)
	sure := false
	for _, f := range fields {
		switch {
		case isBareValue(f.Value):
			sure = true
		case !known.Scheme(f.Value):
			return nil
		}
	}
	if !sure {
		return nil
	}
	return fields
}

// quotedValues returns the strings in quotes, in a line of other text, that are challenges: a log with
// wa="Basic realm=\x22x\x22".
func (r *reader) quotedValues(begin, end int) []Field {
	s := r.text
	var fields []Field
	closed := begin // up to where there are closing brackets, in a log of requests
	if strings.Contains(s[begin:end], " HTTP/") {
		closed += strings.LastIndexByte(s[begin:end], '}')
	}
	for i := begin; i < end; i++ {
		if s[i] == '{' && i > begin && s[i-1] == ' ' && i < closed { // HAProxy's captured headers: {nginx|Basic realm="x"}
			if n := strings.IndexByte(s[i:end], '}'); n > 0 {
				for v := range strings.SplitSeq(s[i+1:i+n], "|") {
					if isBareValue(v) && strings.IndexByte(v, '=') >= 0 {
						fields = append(fields, Field{Value: v, Line: r.lines.line(i), Undone: Cut})
					}
				}
				i += n
			}
			continue
		}
		if !isQuote(s[i]) || i > begin && (isAlnum(s[i-1]) || s[i-1] == '\\') {
			continue
		}
		t := tokenEnd(s[:min(end, i+64)], i+1) // schemes are short
		if t == i+1 || t >= end || s[t] != ' ' && s[t] != ',' {
			continue
		}
		v, to, ok := readString(s[:end], i, anyDialect)
		if !ok {
			continue
		}
		if isBareValue(v) && !isInCode(s, begin, i) {
			fields = append(fields, Field{Value: v, Line: r.lines.line(i), Undone: Quotes})
			if isCombined(v) {
				fields[len(fields)-1].Undone |= Combined
			}
		}
		i = to - 1
	}
	return fields
}

// isInCode reports whether the string at s[i] is one of source code: realmPrefix = "Basic realm=".
func isInCode(s string, begin, i int) bool {
	before := strings.TrimRight(s[begin:i], " \t")
	return strings.HasSuffix(before, "(") || strings.HasSuffix(before, "+") || len(before) < i-begin && strings.HasSuffix(before, "=") || strings.HasSuffix(before, "return")
}

// Arguments reads the arguments of a command. One that holds a status line or a field line is read as a text; all
// others are values of one response, with or without a field name.
func Arguments(args []string) Found {
	var found Found
	var resp Response
	for i, arg := range args {
		if f, ok := argumentField(arg); ok {
			f.Line = i + 1
			if first, rest, ok := strings.Cut(f.Value, "\n"); ok && !strings.HasSuffix(first, "\r") {
				f.Value = strings.TrimRight(first, " \t")
				for line := range strings.SplitSeq(rest, "\n") {
					f.join(trimLine(line))
				}
			}
			resp.Fields = append(resp.Fields, f)
			continue
		}
		text := arg
		if !strings.Contains(text, "\n") && strings.Contains(text, `\n`) { // one line of a shell: 'HTTP/1.1 401\r\nWWW-...'
			text = undo(text, '"', anyDialect)
		}
		s := source{text: text, line: 1, values: true}
		s.prepare(true)
		s.read(&found)
	}
	if len(resp.Fields) > 0 {
		resp.Line, resp.Bare = 1, true
		resp.note()
		for _, f := range resp.Fields {
			resp.Bare = resp.Bare && f.Name == ""
		}
		found.Responses = append([]Response{resp}, found.Responses...)
	}
	return found
}

// argumentField reads an argument that is one field line, or one value. An argument is meant as a challenge, so
// anything that a server could send counts, if it begins with a known scheme or with a word and a parameter.
func argumentField(arg string) (Field, bool) {
	s := trimLine(arg)
	if n := tokenEnd(s, 0); n > 0 && isName(s[:n]) {
		if colon := skipBlanks(s, n); colon < len(s) && s[colon] == ':' && !strings.Contains(s, "\n") && !strings.Contains(s, `\n`) {
			v := trimBlanks(s[colon+1:])
			return Field{Name: s[:colon], Value: v, Column: strings.Index(arg, s) + len(s) - len(trimBlanks(s[colon+1:]))}, true
		}
		return Field{}, false
	}
	if strings.Contains(s, "\n") && !isFolded(s) {
		return Field{}, false
	}
	end := tokenEnd(s, 0)
	if end == 0 || strings.HasPrefix(s, "HTTP/") {
		return Field{}, false
	}
	i := skipBlanks(s, end)
	isKnown := known.Scheme(s[:end])
	_, isParam := paramAt(s, i)
	if isKnown && (i == len(s) || i > end || s[i] == ',' || s[i] == ';') || i > end && isParam && isWord(s[:end]) {
		return Field{Value: s, Column: strings.Index(arg, s)}, true
	}
	return Field{}, false
}

// isFolded reports whether each line of s except the first is indented or continues with a parameter.
func isFolded(s string) bool {
	_, rest, _ := strings.Cut(s, "\n")
	for line := range strings.SplitSeq(rest, "\n") {
		_, isParam := paramAt(line, 0)
		if line == "" || !isBlank(line[0]) && !isParam {
			return false
		}
	}
	return true
}
