package input

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads challenge fields that stand outside a head: wherever the name of one occurs, it looks
// for the value that a program has printed with it.

// A group is the field lines that belong to one response, though no head says so.
type group struct {
	resp  Response
	end   int // behind the last value
	begin int // of the first name
}

// named reads what belongs to the name n. It returns where to go on.
func (r *reader) named(n name) int {
	if pos, ok := r.json(n.start); ok {
		return pos
	}
	if n.start < r.jsonFrom { // within what was read as JSON
		return r.jsonFrom
	}
	s := r.text
	if n.near || n.remapped {
		r.near(n)
		return n.end
	}
	if r.src.depth == 0 && isCode(s[r.lineStart(n.start):n.start]) {
		r.unread(n)
		return n.end
	}
	if q, open, end, ok := quotedName(s, n); ok {
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

// isCode reports whether a line begins as a statement of source code or of a configuration does: what it has of
// a field is what a program is to send.
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

// near notes a field that has another name than it should.
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

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// quotedName reports whether the name is a whole quoted string, but for a prefix with dots (tshark's
// "http.www_authenticate").
func quotedName(s string, n name) (q byte, open, end int, ok bool) {
	if n.end >= len(s) || !isQuote(s[n.end]) {
		return
	}
	q = s[n.end]
	open = n.start - 1
	for open >= 0 && (isNameByte(s[open]) || s[open] == '.' || s[open] == ':') {
		open--
	}
	if open < 0 || s[open] != q || open > 0 && s[open-1] == '\\' {
		return
	}
	return q, open, n.end + 1, true
}

// quotedName reads the values behind a name in quotes:
//
//	'www-authenticate': 'Basic realm="x"'            Node, Python
//	"Www-Authenticate":[]string{"Basic", "NTLM"}     Go's %#v
//	('WWW-Authenticate', 'Basic realm="x"')          Python's getheaders
//	'www-authenticate' => [ 'Negotiate', 'NTLM' ]    Perl, Ruby, PHP
//	{ name: 'www-authenticate', value: 'Basic' }     browsers
func (r *reader) quotedName(n name, q byte, open, end int) (int, bool) {
	s := r.text
	i := skipSpace(s, end)
	sep := byte(0)
	switch {
	case strings.HasPrefix(s[i:], "]=>"):
		i, sep = i+3, '='
	case strings.HasPrefix(s[i:], "] =>"):
		i, sep = i+4, '='
	case strings.HasPrefix(s[i:], "]="): // bash: declare -A h=(["www-authenticate"]="Basic")
		if open >= 2 && s[open-1] == '[' && (isAlnum(s[open-2]) || s[open-2] == ']') {
			return 0, false // headers["WWW-Authenticate"]= is code
		}
		i, sep = i+2, '='
	case strings.HasPrefix(s[i:], "=>"):
		i, sep = i+2, '='
	case i < len(s) && (s[i] == ':' || s[i] == '='):
		sep = s[i]
		i++
	case i < len(s) && s[i] == ',':
		sep = ','
		i++
	case i < len(s) && s[i] == '}':
		sep = '}'
	}
	if sep == ',' || sep == '}' {
		if isNameMember(s[:open]) {
			return r.pairObject(n, q, open, i)
		}
		if sep == '}' || !r.isKeyInList(open) {
			return 0, false
		}
	}
	if sep == 0 {
		switch {
		case i < len(s) && s[i] == '"' && i > end && q == '"' && isInMap(s[:open]): // Clojure
		case strings.HasPrefix(s[i:], ">>,<<\"") || strings.HasPrefix(s[i:], ">>, <<\""): // Erlang
			i += strings.IndexByte(s[i:], '"')
		case i > end && isNameMember(s[:open]): // XML: name="www-authenticate" value="..."
			return r.pairObject(n, q, open, i)
		default:
			return 0, false
		}
	}
	d := anyDialect
	if q == '`' {
		d = rawDialect // Markdown: `WWW-Authenticate`: `Basic realm="x"`
	}
	values, at, pos := r.stringsAt(i, d, sep == ',')
	if len(values) == 0 {
		if j := skipBlanks(s, i); j < len(s) && sep != ',' && s[j] != '\n' && s[j] != '\r' {
			// "www-authenticate": Basic realm="x"
			if f, pos, ok := r.restOfLine(j, 0); ok && looksLikeChallenge(f.Value) && isQuoteBefore(s, open) {
				r.add(n, []Field{f}, pos)
				return pos, true
			}
		}
		return 0, false
	}
	var fields []Field
	for k, v := range values {
		if !looksLikeChallenge(v) {
			if v != "" || len(values) > 1 {
				break
			}
		}
		if v == "" {
			break
		}
		fields = append(fields, Field{Value: v, Line: r.lines.line(at[k]), Undone: Quotes})
	}
	if len(fields) == 0 {
		return 0, false
	}
	r.add(n, fields, pos)
	return pos, true
}

// isInMap reports whether s ends where a key of a map stands: behind its opening brace, or a comma.
func isInMap(s string) bool {
	s = strings.TrimRight(s, " \t\r\n")
	return s != "" && (s[len(s)-1] == '{' || s[len(s)-1] == ',')
}

func isQuoteBefore(s string, open int) bool {
	return open == 0 || strings.IndexByte(" \t\n{[(,", s[open-1]) >= 0
}

// isKeyInList reports whether the quoted name that begins at open has an even number of strings before it in
// its list: ['www-authenticate', 'basic'] may be a list of names. A call in source code is no list.
func (r *reader) isKeyInList(open int) bool {
	s := r.text
	count, depth, pairs := 0, 0, 0
	low := max(0, open-(1<<14))
	for i := open - 1; i >= low && count < 512; i-- {
		switch c := s[i]; {
		case isQuote(c):
			j := i - 1
			for j >= low && (s[j] != c || j > low && s[j-1] == '\\') {
				j--
			}
			if j < low {
				return false
			}
			if depth == 0 {
				count++
			}
			i = j
		case c == ']' || c == ')' || c == '}':
			depth++
			pairs++
		case c == '[' || c == '(' || c == '{':
			if depth > 0 {
				depth--
				continue
			}
			if c == '(' {
				j := i - 1
				for j >= 0 && isBlank(s[j]) {
					j--
				}
				if j >= 0 && (isNameByte(s[j]) || s[j] == '.') { // res.setHeader(
					return strings.HasSuffix(s[:j+1], "VALUES") || strings.HasSuffix(s[:j+1], "values")
				}
			}
			if count == 0 {
				// The first of a pair, or of a flat list, in which more follow.
				return true
			}
			return count%2 == 0 && r.isFlatList(i)
		case c == '\n' && depth == 0 && count == 0 && i+1 < open && trimLine(s[i+1:open]) == "" && i > 0 && s[i-1] == '\n':
			return true
		}
	}
	return count == 0 || count%2 == 0
}

// isFlatList reports whether the list that begins at s[i] has the names of fields at even places.
func (r *reader) isFlatList(i int) bool {
	j := skipSpace(r.text, i+1)
	if j == len(r.text) || !isQuote(r.text[j]) {
		return false
	}
	first, end, ok := readString(r.text, j, anyDialect)
	if !ok || tokenEnd(first, 0) != len(first) || first == "" {
		return false
	}
	// The value of the first field is hardly the name of a field too.
	j = skipSpace(r.text, end)
	if j == len(r.text) || r.text[j] != ',' {
		return false
	}
	j = skipSpace(r.text, j+1)
	if j == len(r.text) || !isQuote(r.text[j]) {
		return false
	}
	second, _, ok := readString(r.text, j, anyDialect)
	return ok && !(strings.EqualFold(first, "access-control-expose-headers") && challengeField(second) != "" && false)
}

// isNameMember reports whether s ends with the key name: of an object {name, value}.
func isNameMember(s string) bool {
	s = strings.TrimRight(s, " \t\r\n")
	if s == "" {
		return false
	}
	switch {
	case strings.HasSuffix(s, "=>"):
		s = s[:len(s)-2]
	case s[len(s)-1] == ':' || s[len(s)-1] == '=':
		s = s[:len(s)-1]
	default:
		return false
	}
	s = strings.Trim(s, " \t\"'`:")
	for _, key := range [...]string{"name", "key", "header", "field", "n", "k"} {
		if len(s) >= len(key) && strings.EqualFold(s[len(s)-len(key):], key) && (len(s) == len(key) || !isAlnum(s[len(s)-len(key)-1])) {
			return true
		}
	}
	return false
}

// pairObject reads the value of an object {name, value} or {value, name}.
func (r *reader) pairObject(n name, q byte, open, i int) (int, bool) {
	s := r.text
	take := func(at int) (int, bool) {
		values, begins, pos := r.stringsAt(at, anyDialect, false)
		var fields []Field
		for k, v := range values {
			f := Field{Value: v, Line: r.lines.line(begins[k]), Undone: Quotes}
			if n.end+1 < len(s) && isBlank(s[n.end+1]) { // an attribute of XML
				if f.Value = undoEntities(v); f.Value != v {
					f.Undone |= Entities
				}
			}
			if looksLikeChallenge(f.Value) {
				fields = append(fields, f)
			}
		}
		if len(fields) == 0 {
			return 0, false
		}
		pos = max(pos, n.end)
		r.add(n, fields, pos)
		return pos, true
	}
	high := min(len(s), i+(1<<10))
	for j := i; j < high && s[j] != '}'; j++ {
		if k, ok := valueKeyAt(s, j); ok {
			return take(k)
		}
		if isQuote(s[j]) {
			_, end, ok := readString(s[:high], j, anyDialect)
			if !ok {
				break
			}
			j = end - 1
		}
	}
	low := max(0, open-(1<<14))
	if begin := strings.LastIndexByte(s[low:open], '{'); begin >= 0 {
		for j := low + begin; j < open; j++ {
			if k, ok := valueKeyAt(s, j); ok {
				return take(k)
			}
		}
	}
	return 0, false
}

// valueKeyAt reports whether the key value: begins at s[j], and returns the index behind its separator.
func valueKeyAt(s string, j int) (int, bool) {
	if j > 0 && isAlnum(s[j-1]) {
		return 0, false
	}
	if j < len(s) && isQuote(s[j]) {
		j++
	}
	for _, key := range [...]string{"values", "value", "val", "v"} {
		if len(s)-j > len(key) && strings.EqualFold(s[j:j+len(key)], key) && !isNameByte(s[j+len(key)]) {
			j += len(key)
			if isQuote(s[j]) {
				j++
			}
			j = skipBlanks(s, j)
			if strings.HasPrefix(s[j:], "=>") {
				return j + 2, true
			}
			if j < len(s) && (s[j] == ':' || s[j] == '=') {
				return j + 1, true
			}
			return 0, false
		}
	}
	return 0, false
}

// stringsAt reads the strings at s[i:], within the brackets and words that languages put around a list. A
// string behind a comma or a blank is another value; one behind a line end or a plus goes on.
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
		// What is behind it.
		for {
			i = skipBlanks(s, end)
			goesOn := false
			if i < len(s) && s[i] == '+' {
				goesOn = true
				i = skipSpace(s, i+1)
			} else if i < len(s) && (s[i] == '\n' || s[i] == '\r') {
				if j := skipSpace(s, i); j < len(s) && isQuote(s[j]) && depth == 0 && !isKeyString(s, j) {
					goesOn, i = true, j
				} else if j < len(s) && isQuote(s[j]) && depth > 0 && !isKeyString(s, j) {
					goesOn, i = true, j
				} else if j < len(s) && s[j] == '+' {
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

// countedString reads a string that has its length before it: string(21) "Basic realm="x"".
func countedString(s string, i int) (content string, end int, ok bool) {
	rest, ok := strings.CutPrefix(s[i:], "string(")
	if !ok {
		return "", 0, false
	}
	count, _, ok := strings.Cut(rest[:min(len(rest), 16)], `) "`)
	n, err := strconv.Atoi(count)
	begin := i + len("string(") + len(count) + len(`) "`)
	if !ok || err != nil || n < 0 || n >= len(s)-begin || s[begin+n] != '"' {
		return "", 0, false
	}
	return s[begin : begin+n], begin + n + 1, true
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

// A quote is what is known of the quote before a place in the text.
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
	// A quote that has a delimiter behind it hardly opens a string, nor one that has a letter before it.
	opens := at == begin || strings.IndexByte(" \t:=,([{>&|b*_-", s[at-1]) >= 0
	closes := strings.IndexByte(" ,;)]}", s[at+1]) >= 0 && at+1 < i
	if !opens || closes {
		r.quote.bad = true
		return 0, false
	}
	return at, true
}

// quotedText reads the content of the string at q as a text. It returns the index behind the string.
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
	if s[q] == '`' && isMention(content, s[end:min(len(s), end+100)]) {
		return end, true
	}
	r.nested(content, q, end)
	return end, true
}

// isMention reports whether the field line in backticks is only spoken of: The `WWW-Authenticate: Bearer` header
// is sent.
func isMention(line, rest string) bool {
	rest = rest[:lineEnd(rest, 0)]
	_, value, ok := strings.Cut(line, ":")
	return ok && known.Scheme(trimBlanks(value)) && strings.ContainsAny(rest, "abcdefghijklmnopqrstuvwxyz")
}

// nested reads a text that stood in a string.
func (r *reader) nested(content string, begin, end int) {
	inner := &source{
		text: content, line: r.lines.line(begin), fixed: true,
		undone: r.src.undone | Quotes, depth: r.src.depth + 1,
	}
	var found Found
	if req := inner.read(&found); req != nil {
		r.request = req // http.client of Python: send: b'GET /x HTTP/1.1\r\n...'
	}
	for _, m := range found.Misses {
		r.missOn(m.Line, m.Kind, m.Name)
	}
	for _, resp := range found.Responses {
		if resp.Status != 0 || resp.Proto != "" {
			r.endGroup()
			if len(resp.Fields) == 0 {
				continue // a status line alone belongs to what is printed behind it
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

// add adds the fields with the name n, which stand before end.
func (r *reader) add(n name, fields []Field, end int) {
	for _, f := range fields {
		f.Name = r.text[n.start:n.end]
		f.Undone |= r.src.undone
		if isCombined(f.Value) {
			f.Undone |= Combined
		}
		r.addField(f, n.start, end)
	}
}

// maxGroup is how many fields a response may have of which no head tells where it ends.
const maxGroup = 128

// addField adds a field to the group, or begins a new one.
func (r *reader) addField(f Field, begin, end int) {
	if g := r.group; g != nil && (len(g.resp.Fields) >= maxGroup || !r.belongs(begin)) {
		r.endGroup()
	}
	if r.group == nil {
		r.group = &group{begin: begin, end: begin}
		r.group.resp.Line = f.Line
	}
	g := r.group
	// The same value twice is one, if a program shows the field twice: as a member and in a string.
	if slices.ContainsFunc(g.resp.Fields, func(o Field) bool {
		return o.Value == f.Value && strings.EqualFold(o.Name, f.Name) && (o.Undone != f.Undone || o.Name != f.Name || o.Line == f.Line)
	}) && begin != g.begin {
		g.end = max(g.end, end)
		return
	}
	g.resp.Fields = append(g.resp.Fields, f)
	g.end = max(g.end, end)
}

// belongs reports whether a name at i belongs to the response of the group.
func (r *reader) belongs(i int) bool {
	if i <= r.group.end {
		return true
	}
	between := r.text[r.group.end:i]
	if len(between) > 1<<12 || strings.Contains(between, "\n\n") || strings.Contains(between, "\n\r\n") {
		return false
	}
	if _, ok := statusIn(between); ok {
		return false
	}
	// A line that begins an object, or a line of another kind.
	for {
		n := strings.IndexByte(between, '\n')
		if n < 0 {
			return true
		}
		between = between[n+1:]
		if between == "" {
			return true
		}
		if c := between[0]; c == '{' || c == '[' || c == '(' || c == '&' {
			return false
		}
		if end := strings.IndexByte(between, '\n'); end > 0 && !strings.ContainsAny(between[:end], ":=,'\"`[]{}()|") {
			return false
		}
	}
}

// endGroup hands over the response whose fields were found.
func (r *reader) endGroup() {
	g := r.group
	if g == nil {
		return
	}
	r.group = nil
	if len(g.resp.Fields) == 0 {
		return
	}
	low := min(max(r.groupEnd, g.begin-maxBeside), g.begin)
	r.groupEnd = g.end
	if g.resp.Status == 0 {
		g.resp.Status = r.statusNear(g, low)
	}
	r.besides(g, low)
	g.resp.Request, r.request = r.request, nil
	g.resp.note()
	r.emit(g.resp)
}

// statusNear returns the status that stands before the group, in the lines without a blank line between,
// or in the line of its end.
func (r *reader) statusNear(g *group, low int) int {
	s := r.text
	before := s[low:g.begin]
	for _, gap := range [...]string{"\n\n", "\n\r\n"} {
		if i := strings.LastIndex(before, gap); i >= 0 {
			before = before[i+len(gap):]
		}
	}
	if n, ok := statusIn(before); ok {
		return n
	}
	if after := s[g.end:r.lineEnd(g.end)]; len(after) < 1<<12 {
		if n, ok := statusIn(after); ok {
			return n
		}
	}
	return 0
}

// statusIn returns the last status that s speaks of: behind the word status, code or HTTP, or before a
// reason phrase.
func statusIn(s string) (int, bool) {
	for i := len(s) - 3; i >= 0; i-- {
		if s[i] < '1' || s[i] > '5' || i > 0 && (isAlnum(s[i-1]) || s[i-1] == '.' || s[i-1] == '-') {
			continue
		}
		n, ok := status3(s[i:])
		if !ok {
			continue
		}
		rest := s[i+3:]
		if strings.HasPrefix(rest, " Unauthorized") && n == 401 || strings.HasPrefix(rest, " Forbidden") && n == 403 || strings.HasPrefix(rest, " Proxy Auth") && n == 407 {
			return n, true
		}
		before := strings.ToLower(strings.TrimRight(s[max(0, i-24):i], " \t:=>\"'([,"))
		for _, word := range [...]string{"status", "code", "statuscode", "http", "error", "st"} {
			if strings.HasSuffix(before, word) && (len(word) > 2 || len(before) == 2 || !isAlnum(before[len(before)-3])) {
				return n, true
			}
		}
		if j := strings.LastIndex(before, "http/"); j >= 0 && strings.Trim(before[j+5:], "0123456789.") == "" {
			return n, true
		}
	}
	return 0, false
}
