package input

import (
	"slices"
	"strings"
)

// This file reads JSON, which tells more than other forms: which string is a name and which a value, what
// belongs to which response, and its request. It is found where a line begins with a brace or a bracket. HAR, HTTP
// cassettes, tshark -T json, logs with one object per line, and scanners' output (httpx, nuclei, zgrab2) are
// read by the same rules, by the names of their members.

// A node is a JSON value.
type node struct {
	kind  byte     // '{', '[', '"', or 'a' for all others
	text  string   // of a string, unquoted; of others as written
	at    int      // where it begins
	names []string // of the members of an object
	kids  []node
}

const maxNesting = 100

// json reads the JSON value that text[i] is in, if it is in one. It returns the index after it. Lines before i
// that begin a value are tried in turn; the cost of all that fail is bounded.
func (r *reader) json(i int) (int, bool) {
	s := r.text
	pos := r.jsonFrom
	if pos > i || r.jsonTried == r.lineStart(i) {
		return 0, false
	}
	for pos <= i {
		begin := skipBlanks(s, pos)
		end := lineEnd(s, pos)
		if begin < len(s) && (s[begin] == '{' || s[begin] == '[') {
			// An object on one line before the name is not looked into.
			line := strings.TrimRight(s[begin:end], " \t\r")
			whole := end < i && len(line) > 1 && line[len(line)-1] == line[0]+2
			if !whole && r.jsonCost <= 2*len(s) {
				p := jsonParser{s: s, i: begin}
				n, ok := p.value(0)
				if rest := skipBlanks(s, p.i); ok && rest < len(s) && strings.IndexByte("\r\n,;", s[rest]) < 0 {
					ok = false // ["www-authenticate"]=> of PHP is not a JSON value
				}
				if ok && p.i > i {
					r.jsonFrom = p.i
					r.endGroup()
					sc := scope{first: len(r.found.Responses)}
					r.walk(&n, "", nil, &sc)
					return p.i, true
				}
				if ok {
					pos = p.i
					end = lineEnd(s, pos)
				} else {
					r.jsonCost += p.i - begin
				}
			}
		}
		if end == len(s) {
			break
		}
		pos = end + 1
	}
	r.jsonTried = r.lineStart(i)
	r.jsonFrom = max(r.jsonFrom, r.jsonTried)
	return 0, false
}

type jsonParser struct {
	s string
	i int
}

// value reads a value (RFC 8259).
func (p *jsonParser) value(depth int) (n node, ok bool) {
	p.i = skipSpace(p.s, p.i)
	if p.i == len(p.s) || depth > maxNesting {
		return n, false
	}
	n.at = p.i
	switch c := p.s[p.i]; c {
	case '"':
		n.kind = c
		n.text, ok = p.string()
		return n, ok
	case '{', '[':
		n.kind = c
		p.i++
		for first := true; ; first = false {
			p.i = skipSpace(p.s, p.i)
			if p.i == len(p.s) {
				return n, false
			}
			if p.s[p.i] == c+2 { // the closing one
				p.i++
				return n, true
			}
			if !first {
				if p.s[p.i] != ',' {
					return n, false
				}
				p.i = skipSpace(p.s, p.i+1)
				if p.i < len(p.s) && p.s[p.i] == c+2 { // a comma too many
					continue
				}
			}
			if c == '{' {
				if p.i == len(p.s) || p.s[p.i] != '"' {
					return n, false
				}
				name, ok := p.string()
				p.i = skipSpace(p.s, p.i)
				if !ok || p.i == len(p.s) || p.s[p.i] != ':' {
					return n, false
				}
				p.i++
				n.names = append(n.names, name)
			}
			kid, ok := p.value(depth + 1)
			if !ok {
				return n, false
			}
			n.kids = append(n.kids, kid)
		}
	}
	n.kind = 'a'
	begin := p.i
	for p.i < len(p.s) && (isAlnum(p.s[p.i]) || p.s[p.i] == '.' || p.s[p.i] == '-' || p.s[p.i] == '+') {
		p.i++
	}
	n.text = p.s[begin:p.i]
	switch c := p.s[begin]; {
	case p.i == begin:
		return n, false
	case c == '-' || c >= '0' && c <= '9':
		return n, true
	}
	return n, n.text == "true" || n.text == "false" || n.text == "null" || n.text == "NaN"
}

func (p *jsonParser) string() (string, bool) {
	begin := p.i + 1
	escaped := false
	for i := begin; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			escaped = true
			i++
		case '\n':
			p.i = i
			return "", false
		case '"':
			p.i = i + 1
			if text := p.s[begin:i]; !escaped {
				return text, true
			} else if isEscaped(text, '"') {
				return undo(text, '"', anyDialect), true
			}
			return "", false
		}
	}
	p.i = len(p.s)
	return "", false
}

// A scope gathers what belongs to one response.
type scope struct {
	resp    Response
	first   int  // how many responses were found before it
	keyed   bool // a challenge field was a member
	headers bool
	texts   []Field // challenge fields that were in strings
}

// walk reads what a value holds; name is that of the member it is, outer the scope around it.
func (r *reader) walk(n *node, name string, outer, sc *scope) {
	switch n.kind {
	case '{':
		if field, values, ok := pair(n); ok {
			if strings.EqualFold(name, "request") {
				return
			}
			r.jsonField(sc, field, values)
			return
		}
		own := outer == nil || name == "" || strings.EqualFold(name, "response")
		if own && outer != nil {
			inner := scope{first: len(r.found.Responses), resp: Response{Status: sc.resp.Status, Proto: sc.resp.Proto, Request: sc.resp.Request}}
			r.object(n, name, &inner)
			r.closeScope(&inner, n, strings.EqualFold(name, "response"))
			return
		}
		r.object(n, name, sc)
		if outer == nil {
			r.closeScope(sc, n, false)
		}
	case '[':
		r.array(n, name, sc)
		if outer == nil {
			r.closeScope(sc, n, false)
		}
	case '"':
		r.jsonText(n, name, sc)
		if outer == nil {
			r.closeScope(sc, n, false)
		}
	}
}

// closeScope emits the response of a scope.
func (r *reader) closeScope(sc *scope, n *node, isResponse bool) {
	for _, f := range sc.texts {
		if !slices.ContainsFunc(sc.resp.Fields, func(o Field) bool {
			return o.Value == f.Value && challengeField(o.Name) == challengeField(f.Name)
		}) {
			sc.resp.Fields = append(sc.resp.Fields, f)
			sc.keyed = true
		}
	}
	if !sc.keyed && !(sc.resp.Status != 0 && sc.headers && isResponse) {
		return
	}
	sc.resp.Line = r.lines.line(n.at)
	sc.resp.once()
	if r.isAgain(sc) {
		return
	}
	if sc.resp.Request == nil {
		sc.resp.Request, r.request = r.request, nil
	}
	sc.resp.note()
	r.emit(sc.resp)
}

// isAgain reports whether a response within the object of a scope has the same challenges: a logger has printed it as
// part of an error, and its fields beside that.
func (r *reader) isAgain(sc *scope) bool {
	if !sc.keyed {
		return false
	}
	return slices.ContainsFunc(r.found.Responses[sc.first:], func(o Response) bool {
		return (o.Status == sc.resp.Status || o.Status == 0 || sc.resp.Status == 0) && sameChallenges(&o, &sc.resp)
	})
}

// object reads the members of an object: first what is said about the response, then the rest.
func (r *reader) object(n *node, name string, sc *scope) {
	isHeaders := strings.Contains(strings.ToLower(name), "header")
	for k, member := range n.names {
		kid := &n.kids[k]
		switch strings.ToLower(member) {
		case "status", "statuscode", "status_code", "status-code", "code", "http.response.code", "st", "http_status", "status_line":
			if status, ok := status3(kid.text); ok && kid.kind != '{' && sc.resp.Status == 0 {
				sc.resp.Status = status
			}
		case "httpversion", "http_version", "proto", "protocol":
			if kid.kind == '"' {
				sc.resp.Proto = protoOf(kid.text)
			}
		case "request", "req":
			if req := r.jsonRequest(kid); req != nil {
				sc.resp.Request = req
			}
		}
		if challengeField(member) != "" {
			isHeaders = true
		}
	}
	for k, member := range n.names {
		kid := &n.kids[k]
		switch lower := strings.ToLower(member); {
		case challengeField(member) != "":
			r.jsonField(sc, member, kid)
		case lower == "request" || lower == "req":
		case isHeaders && kid.kind == '"' && !speaksOfHTTP(kid.text):
			sc.headers = true
			sc.resp.Fields = append(sc.resp.Fields, Field{Name: member, Value: kid.text, Line: r.lines.line(kid.at), Undone: Quotes | r.src.undone})
		case isHeaders && kid.kind == '[' && all(kid.kids, '"') && !slices.ContainsFunc(kid.kids, func(n node) bool { return speaksOfHTTP(n.text) }):
			sc.headers = true
			for i := range kid.kids {
				sc.resp.Fields = append(sc.resp.Fields, Field{Name: member, Value: kid.kids[i].text, Line: r.lines.line(kid.kids[i].at), Undone: Quotes | r.src.undone})
			}
		case isBodyKey(member):
			if kid.kind == '{' || kid.kind == '[' {
				r.walk(kid, member, sc, sc)
			}
		default:
			if m, ok := findName(member, 0); ok && (m.near || m.remapped) && m.end == len(member) {
				r.nearMiss(m, r.lines.line(kid.at), member)
			}
			r.walk(kid, member, sc, sc)
		}
	}
}

// speaksOfHTTP reports whether a string may hold a field line or a head.
func speaksOfHTTP(s string) bool {
	_, ok := findName(s, 0)
	return ok || strings.Contains(s, "HTTP/")
}

func protoOf(s string) string {
	switch strings.ToLower(s) {
	case "h2", "http/2", "http/2.0", "h2c":
		return "HTTP/2"
	case "h3", "http/3", "http/3.0":
		return "HTTP/3"
	}
	if strings.HasPrefix(s, "HTTP/") {
		return s
	}
	return ""
}

func all(nodes []node, kind byte) bool {
	return !slices.ContainsFunc(nodes, func(n node) bool { return n.kind != kind })
}

// array reads a list: of objects, of pairs, or of names and values in turn.
func (r *reader) array(n *node, name string, sc *scope) {
	if all(n.kids, '"') {
		if len(n.kids)%2 == 0 && slices.ContainsFunc(evens(n.kids), func(k node) bool { return challengeField(k.text) != "" }) && isFlat(n.kids) {
			for k := 0; k < len(n.kids); k += 2 {
				r.jsonField(sc, n.kids[k].text, &n.kids[k+1])
			}
			return
		}
		for k := range n.kids {
			r.jsonText(&n.kids[k], name, sc)
		}
		return
	}
	for k := range n.kids {
		kid := &n.kids[k]
		if kid.kind == '[' && len(kid.kids) == 2 && kid.kids[0].kind == '"' && strings.Trim(kid.kids[0].text, "0123456789") != "" { // not Loki's time and line
			r.jsonField(sc, kid.kids[0].text, &kid.kids[1])
			continue
		}
		r.walk(kid, "", sc, sc)
	}
}

func evens(nodes []node) []node {
	var list []node
	for k := 0; k < len(nodes); k += 2 {
		list = append(list, nodes[k])
	}
	return list
}

// isFlat reports whether each name of a challenge field is at an even place, and has a challenge after it.
func isFlat(nodes []node) bool {
	for k := range nodes {
		if challengeField(nodes[k].text) == "" {
			continue
		}
		if k%2 != 0 || !looksLikeChallenge(nodes[k+1].text) {
			return false
		}
		if v := nodes[k+1].text; len(nodes) == 2 && tokenEnd(v, 0) == len(v) && v == strings.ToLower(v) {
			return false // ["www-authenticate", "basic"]: two names
		}
	}
	return tokenEnd(nodes[0].text, 0) == len(nodes[0].text)
}

// pair reads an object {name, value}: of HAR, of browsers and Postman (key), of zgrab2.
func pair(n *node) (name string, value *node, ok bool) {
	for k, member := range n.names {
		switch strings.ToLower(member) {
		case "name", "key", "header", "field", "n":
			if n.kids[k].kind == '"' {
				name = n.kids[k].text
			}
		case "value", "values", "val", "v":
			value = &n.kids[k]
		}
	}
	return name, value, name != "" && value != nil && tokenEnd(name, 0) == len(name)
}

// jsonField adds a field with the values of a string, a list of strings, or an object that holds either.
func (r *reader) jsonField(sc *scope, name string, n *node) {
	switch n.kind {
	case '"':
		isChallenge := challengeField(name) != ""
		value := n.text
		var more string
		if isChallenge {
			value, more, _ = strings.Cut(strings.ReplaceAll(value, "\r\n", "\n"), "\n") // several field lines in one string
			if strings.HasPrefix(more, " ") {
				value, more = n.text, ""
			}
			value = trimBlanks(value)
			if list := listIn(value); len(list) > 1 || list[0] != value {
				for _, v := range list {
					r.jsonField(sc, name, &node{kind: '"', text: v, at: n.at})
				}
				return
			}
			if !looksLikeChallenge(value) {
				if value != "" {
					r.miss(Unread, n.at, name)
				}
				return
			}
			sc.keyed = true
			if len(value) > maxValue {
				sc.resp.Notes = append(sc.resp.Notes, Note{r.lines.line(n.at), NoteTooLong})
				return
			}
		} else if m, ok := findName(name, 0); ok && (m.near || m.remapped) && m.end == len(name) {
			r.nearMiss(m, r.lines.line(n.at), name)
		}
		sc.headers = true
		f := Field{Name: name, Value: value, Line: r.lines.line(n.at), Undone: Quotes | r.src.undone}
		if isChallenge && isCombined(value) {
			f.Undone |= Combined
		}
		sc.resp.Fields = append(sc.resp.Fields, f)
		if more != "" {
			r.jsonField(sc, name, &node{kind: '"', text: more, at: n.at})
		}
	case '[':
		for k := range n.kids {
			r.jsonField(sc, name, &n.kids[k])
		}
	case '{':
		for k, member := range n.names {
			switch strings.ToLower(member) {
			case "value", "values", "raw":
				r.jsonField(sc, name, &n.kids[k])
			}
		}
	}
}

// jsonText reads a string that may hold a head or a field line.
func (r *reader) jsonText(n *node, name string, sc *scope) {
	if isBodyKey(name) || r.src.depth >= maxDepth {
		return
	}
	if !speaksOfHTTP(n.text) {
		return
	}
	inner := &source{text: n.text, line: r.lines.line(n.at), fixed: true, undone: r.src.undone | Quotes, depth: r.src.depth + 1}
	var found Found
	ir := &reader{src: inner, text: inner.text, jsonTried: -1, lines: lineCounter{src: inner}, found: &found}
	ir.run()
	if ir.request != nil {
		r.request = ir.request
	}
	for _, m := range found.Misses {
		if len(r.found.Misses) < maxMisses {
			r.found.Misses = append(r.found.Misses, m)
		}
	}
	for _, resp := range found.Responses {
		if resp.Status != 0 && sc.resp.Status == 0 {
			sc.resp.Status = resp.Status
		}
		if resp.Proto != "" && sc.resp.Proto == "" {
			sc.resp.Proto = resp.Proto
		}
		if resp.Request != nil && sc.resp.Request == nil {
			sc.resp.Request = resp.Request
		}
		hasHead := resp.Proto != "" && !sc.keyed && len(sc.texts) == 0
		for _, f := range resp.Fields {
			if challengeField(f.Name) != "" {
				sc.texts = append(sc.texts, f)
			} else if hasHead {
				sc.resp.Fields = append(sc.resp.Fields, f)
			}
		}
	}
}

// jsonRequest reads a request: an object as in HAR, or the text of one.
func (r *reader) jsonRequest(n *node) *Request {
	if n.kind == '"' {
		inner := &source{text: n.text, line: r.lines.line(n.at), fixed: true, undone: r.src.undone | Quotes, depth: r.src.depth + 1}
		ir := &reader{src: inner, text: inner.text, jsonTried: -1, lines: lineCounter{src: inner}, found: &Found{}}
		ir.run()
		return ir.request
	}
	if n.kind != '{' {
		return nil
	}
	req := &Request{Line: r.lines.line(n.at)}
	var sc scope
	for k, member := range n.names {
		kid := &n.kids[k]
		switch strings.ToLower(member) {
		case "method":
			req.Method = kid.text
		case "url", "uri", "path", "target":
			if kid.kind == '"' {
				req.Target = kid.text
			} else if kid.kind == '{' { // Postman, zgrab2
				for j, part := range kid.names {
					if lower := strings.ToLower(part); lower == "raw" || lower == "path" && kid.kids[j].kind == '"' && req.Target == "" {
						req.Target = kid.kids[j].text
					}
				}
			}
		case "httpversion", "http_version", "proto":
			req.Proto = protoOf(kid.text)
		case "headers", "header":
			r.requestFields(&sc, kid)
		}
	}
	req.Fields = sc.resp.Fields
	if req.Method == "" && req.Target == "" && len(req.Fields) == 0 {
		return nil
	}
	return req
}

func (r *reader) requestFields(sc *scope, n *node) {
	switch n.kind {
	case '{':
		for k, name := range n.names {
			kid := &n.kids[k]
			if kid.kind == '[' {
				for i := range kid.kids {
					sc.resp.Fields = append(sc.resp.Fields, Field{Name: name, Value: kid.kids[i].text, Line: r.lines.line(kid.kids[i].at), Undone: Quotes})
				}
			} else {
				sc.resp.Fields = append(sc.resp.Fields, Field{Name: name, Value: kid.text, Line: r.lines.line(kid.at), Undone: Quotes})
			}
		}
	case '[':
		for k := range n.kids {
			kid := &n.kids[k]
			if name, value, ok := pair(kid); ok {
				sc.resp.Fields = append(sc.resp.Fields, Field{Name: name, Value: value.text, Line: r.lines.line(value.at), Undone: Quotes})
			} else if kid.kind == '[' && len(kid.kids) == 2 {
				sc.resp.Fields = append(sc.resp.Fields, Field{Name: kid.kids[0].text, Value: kid.kids[1].text, Line: r.lines.line(kid.at), Undone: Quotes})
			}
		}
	}
}
