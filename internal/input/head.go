package input

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads heads of messages: a status line or a request line, and the field lines after it, in
// the forms in which tools print them.

// A form is what comes before each line of a head.
type form struct {
	kind   formKind
	prefix string
}

type formKind uint8

const (
	noForm   formKind = iota
	plain             // curl -i, HTTPie, xh, Go's DumpResponse; wget -S with an indent
	prefixed          // curl -v with "< ", a comment, a quoted mail, nmap with "| "
	curl              // curl -v with times, connection numbers or the progress meter before "< "
	git               // GIT_TRACE_CURL and GIT_CURL_VERBOSE: "<= Recv header: "
)

// cut returns the line without the prefix of the form. It returns false if the line is not of the form.
func (f form) cut(line string) (string, bool) {
	switch f.kind {
	case plain:
		return strings.TrimPrefix(line, f.prefix), true
	case prefixed:
		if text, ok := strings.CutPrefix(line, f.prefix); ok {
			return text, true
		}
		if n := len(f.prefix); f.isArrow() && len(line) > n && trimBlanks(line[:n]) == "" && !isBlank(line[n]) {
			return line[n:], true
		}
		mark := strings.TrimRight(f.prefix, " \t")
		return "", trimLine(line) == trimBlanks(mark)
	case curl:
		return cutCurl(line)
	case git:
		return cutGit(line, "<= Recv header")
	}
	return line, false
}

// isArrow reports whether the form is that of Chrome's net log, which shows the fields right below the status line:
//
//	t=12 [st=3]    HTTP_TRANSACTION_READ_RESPONSE_HEADERS
//	               --> HTTP/1.1 401 Unauthorized
//	                   WWW-Authenticate: Negotiate
func (f form) isArrow() bool { return f.kind == prefixed && strings.TrimLeft(f.prefix, " ") == "--> " }

// cutCurl cuts the mark of a received line. Before it there may be the progress meter, or the time and
// the number of the connection (--trace-time, --trace-ids).
func cutCurl(s string) (string, bool) {
	s = strings.TrimLeft(s, " \r[]0123456789:.-kMGTP")
	if trimLine(s) == "<" {
		return "", true
	}
	return strings.CutPrefix(s, "< ")
}

// cutGit cuts the beginning of a line like
//
//	12:34:56.789012 http.c:756              <= Recv header: HTTP/1.1 401 Unauthorized
//
// which with GIT_TRACE_BARE=1 has nothing before the arrow.
func cutGit(s, arrow string) (string, bool) {
	before, text, ok := strings.Cut(s, arrow)
	if !ok || before != "" && !strings.Contains(before, "http.c:") || strings.HasPrefix(text, ",") {
		return "", false
	}
	return strings.TrimPrefix(strings.TrimPrefix(text, ":"), " "), true
}

// http reads what begins with "HTTP/" at i, if it is a status line or the end of a request line. It returns
// where to continue.
func (r *reader) http(i int) int {
	begin := r.lineStart(i)
	proto, status, ok := statusLine(r.text[i:min(len(r.text), i+64)])
	if i-begin > maxPrefix && !ok {
		return i + 5
	}
	if !ok {
		if r.requestLine(begin, i) {
			return r.requestHead(begin, i)
		}
		if r.form.kind == noForm && len(r.text)-i > 12 && r.text[i+8] == '\\' {
			// A request in a string: send: b'GET /x HTTP/1.1\r\nHost: h\r\n\r\n'
			if pos, ok := r.json(i); ok {
				return pos
			}
			if q, ok := r.enclosingQuote(i); ok {
				if pos, ok := r.quotedText(q); ok && pos > i {
					return pos
				}
				r.quote.bad = true
			}
		}
		return i + 5
	}
	f, ok := r.formOf(begin, i)
	if !ok {
		if end, ok := r.nmapXML(i, Response{Line: r.lines.line(begin), Proto: proto, Status: status}); ok {
			return end
		}
		if r.form.kind == noForm && i > begin && isQuote(r.text[i-1]) && r.text[max(0, i-2)] != '\\' {
			if pos, ok := r.json(i); ok {
				return pos
			}
			if end, ok := r.quotedText(i - 1); ok {
				return end
			}
		}
		return i + 5
	}
	r.endGroup()
	r.form = f
	return r.responseHead(begin, i, Response{Proto: proto, Status: status})
}

// statusLine reads a status line.
//
//	status-line = HTTP-version SP 3DIGIT SP [ reason-phrase ]
//
// HTTP/2 and HTTP/3 have none; tools show them with such a version, and often with no reason-phrase.
func statusLine(s string) (proto string, status int, ok bool) {
	i := len("HTTP/")
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	if i == len("HTTP/") || i > len("HTTP/")+3 || i+4 > len(s) || s[i] != ' ' {
		return "", 0, false
	}
	status, ok = status3(s[i+1:])
	return s[:i], status, ok
}

// status3 reads a status: three digits, and no letter or digit after them.
func status3(s string) (int, bool) {
	if len(s) < 3 || len(s) > 3 && (isAlnum(s[3]) || s[3] == '.' || s[3] == '-') {
		return 0, false
	}
	n := 0
	for i := range 3 {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, n >= 100
}

// formOf returns the form of the status line at i, in the line that begins at begin. It returns false if it is not a
// status line, or of a form other than those before: a copy in another form is what curl -v -i prints between the
// lines, or a body.
func (r *reader) formOf(begin, i int) (form, bool) {
	prefix := r.text[begin:i]
	if len(prefix) > maxPrefix {
		prefix = prefix[len(prefix)-maxPrefix:] // of a body, or of nothing
	}
	f := form{prefix: prefix}
	switch {
	case strings.Trim(prefix, " \t") == "" && len(prefix) < maxPrefix:
		f.kind = plain
	case strings.Trim(prefix, " ") == "<<":
		// mitmdump: " << HTTP/2.0 401 Unauthorized 12b", and the fields below with an indent.
		line := r.text[next(r.text, r.lineEnd(i)):]
		f.kind, f.prefix = plain, line[:skipBlanks(line, 0)]
	case isWindowsLabel(prefix):
		// PowerShell's Format-List: "RawContent        : HTTP/1.1 401 Unauthorized".
		f.kind, f.prefix = plain, strings.Repeat(" ", len(prefix))
	case strings.Trim(prefix, " \t<>|#*/;-") == "" && (len(prefix) > 2 || prefix[0] != '-'):
		f.kind = prefixed
	case strings.HasSuffix(prefix, "< ") && strings.Trim(prefix, " \r[]0123456789:.-kMGTP<") == "":
		f.kind = curl
	default:
		if _, ok := cutGit(prefix, "<= Recv header"); ok {
			f.kind = git
			break
		}
		if r.form.kind == noForm && isQuote(r.text[i-1]) && r.opensHead(i) {
			return form{kind: plain}, true
		}
		// A body without a line end, as JSON often is, has the next response right after it; and so do
		// the headers of a packet in tcpdump -A and in a pcap file. In text that only speaks of a status line a
		// space or a quote comes before it.
		if isBlank(r.text[i-1]) || isQuote(r.text[i-1]) || strings.IndexByte("(<[{=|", r.text[i-1]) >= 0 || !r.fieldLineFollows(i) {
			return f, false
		}
		if r.form.kind != noForm && r.form.kind != plain {
			return f, false
		}
		if prefix[len(prefix)-1] == ':' && isNumbered(prefix, r.text[next(r.text, r.lineEnd(i)):]) {
			return f, false // grep -n, or grep of several files
		}
		return form{kind: plain}, true
	}
	if r.form.kind == noForm {
		return f, true
	}
	if r.form.kind != f.kind || f.kind == prefixed && f.prefix != r.form.prefix {
		return f, false
	}
	if f.kind == plain && r.inBody && f.prefix != r.form.prefix && !r.fieldLineFollows(i) {
		return f, false
	}
	return f, true
}

// isNumbered reports whether the next line begins with the prefix too, or with a number as it does.
func isNumbered(prefix, line string) bool {
	const digits = "0123456789"
	n := len(line) - len(strings.TrimLeft(line, digits))
	return strings.HasPrefix(line, prefix) || strings.Trim(prefix, digits) == ":" && n > 0 && n < len(line) && line[n] == ':'
}

// maxPrefix is the length of the longest text before a status line, and of the longest request line.
const maxPrefix = 8 << 10

// isWindowsLabel reports whether s is the label of a property in PowerShell's Format-List.
func isWindowsLabel(s string) bool {
	word := tokenEnd(s, 0)
	rest := strings.TrimLeft(s[word:], " ")
	return word > 0 && rest == ": " && s[word] == ' '
}

// fieldLineFollows reports whether the line after that of text[i] is a field line.
func (r *reader) fieldLineFollows(i int) bool {
	end := r.lineEnd(i)
	if strings.ContainsAny(r.text[i:min(end, i+200)], "\"'`<>(){},;") {
		return false
	}
	s := strings.TrimLeft(r.text[next(r.text, end):], " \t")
	n := tokenEnd(s, 0)
	return n > 0 && n < len(s) && s[n] == ':' && !isDigit(s[0]) // not 2026-11-21T15:18:33
}

// opensHead reports whether the quote before the status line at i opens a string over several lines, as PHP's
// var_dump, YAML and JavaScript's backticks have one.
func (r *reader) opensHead(i int) bool {
	end := r.lineEnd(i)
	line := strings.TrimRight(r.text[i:end], "\r")
	return !strings.ContainsAny(line, "\"'`<>(){},;\\") && r.fieldLineFollows(i)
}

// requestLine reports whether a request line of a known form ends with what begins at i.
func (r *reader) requestLine(begin, i int) bool {
	_, _, _, ok := r.cutRequest(begin, i)
	return ok
}

// cutRequest splits a request line.
//
//	request-line = method SP request-target SP HTTP-version
func (r *reader) cutRequest(begin, i int) (f form, method, target string, ok bool) {
	line := strings.TrimRight(r.text[begin:i], " ")
	if len(line) == i-begin {
		return
	}
	f.kind = plain
	text := strings.TrimLeft(line, " \t")
	f.prefix = line[:len(line)-len(text)]
	if rest, isGit := cutGit(line, "=> Send header"); isGit {
		f.kind, text = git, rest
	} else if rest, isCurl := cutSent(line); isCurl {
		f.kind, text = curl, rest
	}
	method, target, ok = strings.Cut(text, " ")
	ok = ok && method != "" && target != "" && !strings.ContainsAny(target, " \t\"'")
	for j := 0; ok && j < len(method); j++ {
		ok = method[j] >= 'A' && method[j] <= 'Z' || method[j] == '-'
	}
	return f, method, target, ok
}

// cutSent cuts the mark of a line that curl -v shows as sent.
func cutSent(s string) (string, bool) {
	s = strings.TrimLeft(s, " \r[]0123456789:.-kMGTP")
	if trimLine(s) == ">" {
		return "", true
	}
	return strings.CutPrefix(s, "> ")
}

// cutSent cuts what comes before a line of a request.
func (f form) cutSent(line string) (string, bool) {
	switch f.kind {
	case curl:
		return cutSent(line)
	case git:
		return cutGit(line, "=> Send header")
	}
	return strings.TrimPrefix(line, f.prefix), true
}

// requestHead reads the head of a request. It is kept for the next response.
func (r *reader) requestHead(begin, i int) int {
	f, method, target, _ := r.cutRequest(begin, i)
	if f.kind == plain && r.form.kind != noForm && r.form.kind != plain || f.kind == plain && r.inBody && f.prefix != r.form.prefix {
		return i + 5
	}
	end := lineEnd(r.text, i)
	req := &Request{Line: r.lines.line(begin), Method: method, Target: target, Proto: trimLine(r.text[i:end]), Head: true}
	if n := strings.IndexAny(req.Proto, " \\"); n >= 0 {
		req.Proto = req.Proto[:n]
	}
	pos := next(r.text, end)
	for pos < len(r.text) {
		end := lineEnd(r.text, pos)
		line := strings.TrimRight(r.text[pos:end], "\r")
		text, ok := f.cutSent(line)
		if ok && (trimBlanks(text) == "" || strings.HasPrefix(text, "HTTP/") || strings.HasPrefix(trimBlanks(text), "< HTTP/")) || f.kind == curl && (strings.Contains(line, "< HTTP/") || strings.HasPrefix(line, "HTTP/")) || f.kind == git && strings.Contains(line, "<= ") {
			break
		}
		if n := tokenEnd(line, 0); !ok && n > 0 && n < len(line) && line[n] == ':' {
			req.Head = false // a field without the mark of the others: old versions of curl leave it out
		}
		if ok {
			if n := tokenEnd(text, 0); n > 0 && n < len(text) && text[n] == ':' {
				req.Fields = append(req.Fields, Field{
					Name: text[:n], Value: trimBlanks(text[n+1:]), Line: r.lines.line(pos),
					Column: len(line) - len(text) + skipBlanks(text, n+1), Undone: r.src.undone,
				})
			}
		}
		pos = next(r.text, end)
	}
	r.sent(req, begin)
	return pos
}

// sent keeps a request, which was found at i, for the next response. One in the structure that the fields before it are
// in is theirs: Node prints the object of a response with its request in it.
func (r *reader) sent(req *Request, i int) {
	const most = 4 * maxBeside
	if g := r.group; g != nil && i > g.end && (i-g.end > most || !isWithin(r.text[g.end:i])) {
		r.endGroup()
	}
	r.request = req
}

// responseHead reads the fields of the head whose status line is at i.
func (r *reader) responseHead(begin, i int, resp Response) int {
	f, first := r.form, begin
	resp.Line = r.lines.line(begin)
	resp.Request, r.request = r.request, nil
	if resp.Request == nil && f.kind == plain && len(r.found.Responses) == 0 && begin > 0 {
		low := max(0, begin-maxBeside)
		if req := r.requestBeside(low, begin); req != nil && strings.Contains(r.text[low:begin], "curl ") {
			resp.Request = req // $ curl -H 'Authorization: ...' -i URL
		}
	}
	end := lineEnd(r.text, i)
	statusText := strings.TrimRight(r.text[i:end], "\r")
	// tshark -V shows the line ends, and lines of its own between the field lines.
	shown := strings.HasSuffix(statusText, `\r\n`)
	// So do cat -A and editors.
	mark := ""
	for _, m := range [...]string{"^M$", "^M", `\r`} {
		if mark == "" && strings.HasSuffix(statusText, m) {
			mark = m
		}
	}
	if mark == "" && strings.HasSuffix(statusText, ".") && strings.HasSuffix(strings.TrimRight(r.text[next(r.text, end):lineEnd(r.text, next(r.text, end))], "\r"), ".") {
		mark = "." // ngrep -W byline
	}
	if strings.HasSuffix(statusText, `\x0D`) {
		return r.nmap(next(r.text, end), resp)
	}
	fields := r.newFields()
	line := resp.Line
	pos := next(r.text, end)
	crlf := end > i && r.text[end-1] == '\r'
	challenge := -1 // the challenge field that the line before belongs to
	open := true
	for open && pos < len(r.text) {
		begin = pos
		end = lineEnd(r.text, pos)
		pos = next(r.text, end)
		line++
		text := r.text[begin:end]
		wire := end > begin && r.text[end-1] == '\r'
		if wire {
			text = strings.TrimRight(text, "\r")
		}
		length := len(text)
		text, ok := f.cut(text)
		if !ok {
			if f.isArrow() || r.isNextRequest(begin, end) { // Insomnia shows no empty line after the head either
				pos = begin
				break
			}
			continue
		}
		base := length - len(text) // where text begins in its line
		if shown {
			if text, ok = strings.CutSuffix(text, `\r\n`); !ok {
				continue
			}
		}
		text = strings.TrimSuffix(text, mark)
		if text == "" || trimBlanks(text) == "" {
			open = false
			break
		}
		number := line
		if r.src.lines != nil || r.src.fixed {
			number = r.lines.line(begin)
		}
		if isBlank(text[0]) {
			// obs-fold (RFC 9112 section 5.2). With the line ends of the wire it is what the server sent; in a
			// paste it is a line that was too long.
			if challenge >= 0 {
				v := &fields[challenge]
				if (crlf && wire) || f.kind == prefixed || f.kind == curl || f.kind == git {
					v.Value += "\r\n" + strings.TrimRight(text, " \t")
				} else {
					v.join(trimBlanks(text))
				}
			}
			continue
		}
		n := tokenEnd(text, 0)
		colon := skipBlanks(text, n)
		if tab := n > 0 && n < len(text) && text[n] == '\t' && f.kind == plain && !wire; tab && (colon == len(text) || text[colon] != ':') {
			colon = n // Charles shows a table
		} else if n == 0 || colon == len(text) || text[colon] != ':' {
			if strings.HasPrefix(text, "HTTP/") {
				if _, _, ok := statusLine(text); ok {
					pos = begin
					break
				}
			}
			if challenge >= 0 && (f.kind == plain) && goesOn(fields[challenge].Value, text, r.text[pos:]) {
				fields[challenge].join(trimBlanks(text))
				continue
			}
			if r.src.logged && f.kind == plain { // what is logged next
				pos = begin
				break
			}
			challenge = -1
			continue
		}
		if challenge >= 0 && f.kind == plain && isURLCut(fields[challenge].Value) && colon+1 < len(text) && !isBlank(text[colon+1]) && strings.IndexByte(text, '"') >= 0 {
			fields[challenge].join(trimBlanks(text))
			continue
		}
		field := Field{Name: text[:n], Value: trimBlanks(text[colon+1:]), Line: number, Undone: r.src.undone}
		if colon > n {
			field.Name = text[:colon] // with the blank, which RFC 9112 section 5.1 forbids
		}
		field.Column = base + skipBlanks(text, colon+1)
		challenge = -1
		if c := text[0] | 0x20; c == 'w' || c == 'p' || c == 'x' {
			if isName(text[:n]) {
				challenge = len(fields)
				if r.src.undone&Quotes == 0 && !wire {
					if v := undoEntities(field.Value); v != field.Value && strings.Contains(field.Value, "&quot;") {
						field.Value = v
						field.Undone |= Entities
					}
				}
			} else {
				r.nearField(text[:n], number)
			}
		}
		if challenge >= 0 && f.kind == plain && (f.prefix == "  " || mark == `\r`) && !wire {
			if value, ok := undoWget(field.Value); ok {
				field.Value = value
				field.Undone |= Quotes
			}
		}
		if len(field.Value) > maxValue {
			resp.Notes = append(resp.Notes, Note{number, NoteTooLong})
			challenge = -1
			continue
		}
		fields = append(fields, field)
	}
	resp.Fields = r.keep(fields)
	r.inBody = f.kind == plain
	isCopy := f.kind == plain && f.prefix != "" && trimLine(r.text[r.headEnd:min(first, r.headEnd+64)]) == "---response end---"
	if r.headEnd = pos; isCopy { // wget -d -S prints it twice
		return pos
	}
	if r.src.logged {
		r.bodyEnd = pos + contentLength(resp.Fields)
	}
	resp.note()
	r.emit(resp)
	return pos
}

// isNextRequest reports whether the line, which is not one of the head before it, is a request line with a mark.
func (r *reader) isNextRequest(begin, end int) bool {
	i := strings.LastIndex(r.text[begin:min(end, begin+maxPrefix)], " HTTP/")
	if i < 0 {
		return false
	}
	f, _, _, ok := r.cutRequest(begin, begin+i+1)
	return ok && f.kind != plain
}

// contentLength returns the length of the body; 0 if the fields do not say.
func contentLength(fields []Field) int {
	for _, f := range fields {
		if strings.EqualFold(f.Name, "Content-Length") {
			if n, err := strconv.Atoi(f.Value); err == nil && n > 0 {
				return min(n, maxBlock)
			}
		}
	}
	return 0
}

// undoWget undoes the escapes of wget -S: a backslash is doubled, and a byte that cannot be shown is \t or octal. It
// reports whether s has them beyond doubt: an escaped quote that is escaped again, or a byte that is not ASCII.
func undoWget(s string) (string, bool) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, false
	}
	sure := strings.Contains(s, `\\"`)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		switch rest := s[i+1:]; {
		case rest != "" && rest[0] == '\\':
			b.WriteByte('\\')
			i++
		case rest != "" && rest[0] == 't':
			b.WriteByte('\t')
			i++
		case len(rest) >= 3 && rest[0] >= '0' && rest[0] <= '3' && strings.Trim(rest[:3], "01234567") == "":
			b.WriteByte(octal(rest[:3]))
			sure = sure || rest[0] >= '2'
			i += 3
		default:
			return s, false
		}
	}
	return b.String(), sure && !inQuotes(b.String())
}

// isName reports whether a name is one of a challenge field, as it is on the wire.
func isName(s string) bool {
	return len(s) == len(wwwAuthenticate) && strings.EqualFold(s, wwwAuthenticate) ||
		len(s) == len(proxyAuthenticate) && strings.EqualFold(s, proxyAuthenticate)
}

// nearField notes a field whose name was meant to be that of a challenge field.
func (r *reader) nearField(name string, line int) {
	if m, ok := findName(name, 0); ok && (m.near || m.remapped) {
		r.nearMiss(m, line, name)
	} else if len(name) > len(wwwAuthenticate)-3 && len(name) < len(proxyAuthenticate)+3 && (name[0]|0x20 == 'w' || strings.EqualFold(name[:5], "proxy")) && known.Near(name, fieldNames) != "" {
		r.missOn(line, NearName, name)
	}
}

var fieldNames = []string{wwwAuthenticate, proxyAuthenticate}

func (r *reader) nearMiss(m name, line int, text string) {
	kind := NearName
	if m.remapped && !m.near {
		kind = Remapped
	}
	r.missOn(line, kind, text)
}

// nmap reads the values that nmap's script http-auth shows after the status line. It shows no
// quotes.
func (r *reader) nmap(pos int, resp Response) int {
	for pos < len(r.text) && r.text[pos] == '|' {
		end := lineEnd(r.text, pos)
		text, ok := strings.CutPrefix(strings.TrimLeft(r.text[pos:end], "|_"), "  ")
		if !ok {
			break
		}
		text = trimLine(text)
		if looksLikeChallenge(text) {
			resp.Fields = append(resp.Fields, Field{Name: wwwAuthenticate, Value: requote(text), Line: r.lines.line(pos), Undone: Quotes | r.src.undone})
		}
		last := strings.HasPrefix(r.text[pos:end], "|_")
		pos = next(r.text, end)
		if last {
			break
		}
	}
	r.form = form{}
	resp.note()
	r.emit(resp)
	return pos
}

// nmapXML reads the same in the attribute of nmap -oX: output="&#xa;HTTP/1.1 401 x&#xd;&#xa;  Basic realm=y&#xa;".
func (r *reader) nmapXML(i int, resp Response) (end int, ok bool) {
	const eol = "&#xa;"
	if i < len(eol) || r.text[i-len(eol):i] != eol {
		return 0, false
	}
	end = r.lineEnd(i)
	if n := strings.IndexByte(r.text[i:end], '"'); n >= 0 {
		end = i + n
	}
	for part := range strings.SplitSeq(r.text[i:end], eol) {
		if text := undoEntities(trimBlanks(part)); looksLikeChallenge(text) {
			resp.Fields = append(resp.Fields, Field{Name: wwwAuthenticate, Value: requote(text), Line: resp.Line, Undone: Quotes | r.src.undone})
		}
	}
	r.endGroup()
	resp.note()
	r.emit(resp)
	return end, true
}

// requote puts quotes around the values that a program has taken them from.
func requote(s string) string {
	scheme, rest, ok := strings.Cut(s, " ")
	if !ok || !strings.Contains(rest, "=") {
		return s
	}
	var b strings.Builder
	b.WriteString(scheme)
	sep := " "
	for rest != "" {
		part := rest
		for i := 0; ; i++ {
			n := strings.Index(rest[i:], ", ")
			if n < 0 {
				rest = ""
				break
			}
			i += n
			if _, ok := paramAt(rest, i+2); ok {
				part, rest = rest[:i], rest[i+2:]
				break
			}
		}
		b.WriteString(sep)
		sep = ", "
		name, value, ok := strings.Cut(part, "=")
		if !ok || strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) && len(value) > 1 {
			b.WriteString(part)
			continue
		}
		b.WriteString(name + `="` + strings.ReplaceAll(strings.ReplaceAll(value, `\`, `\\`), `"`, `\"`) + `"`)
	}
	return b.String()
}

// uncolour removes the escape sequences that set colours in a terminal.
func uncolour(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0x1b && i+1 < len(s) && s[i+1] == '[' {
			j := i + 2
			for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] == ';') {
				j++
			}
			if j < len(s) && s[j] == 'm' {
				i = j
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// note adds notes about what was undone in the challenge fields.
func (resp *Response) note() {
	for _, f := range resp.Fields {
		if f.Undone == 0 || !IsChallengeField(f.Name) && f.Name != "" {
			continue
		}
		for bit, kind := range noteKinds {
			if f.Undone&(1<<bit) != 0 && !slices.ContainsFunc(resp.Notes, func(n Note) bool { return n.Kind == kind }) {
				resp.Notes = append(resp.Notes, Note{f.Line, kind})
			}
		}
	}
}

var noteKinds = [...]NoteKind{NoteQuotes, NoteJoined, NoteURLCut, NoteList, NoteCombined, NoteDump, NoteEntities, NoteCut}
