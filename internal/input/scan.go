package input

import (
	"slices"
	"strings"
)

// This file reads what scanners write, an object of JSON on each line: zgrab2, httpx (of ProjectDiscovery) and
// nuclei. Each says where the response is, so responses without a challenge are read too, and nothing else in the
// object is taken for one.

// isScan reports whether the text is what a scanner writes, by its first line.
func isScan(text string) bool {
	begin := skipSpace(text, 0)
	if begin == len(text) || text[begin] != '{' {
		return false
	}
	p := jsonParser{s: text[:lineEnd(text, begin)], i: begin}
	n, ok := p.value(0)
	return ok && scannerOf(&n) != nil
}

// scannerOf returns the function that reads the output of the scanner that wrote the object, or nil if none did.
func scannerOf(n *node) func(r *reader, n *node) {
	switch {
	case n.member("data").kind == '{' && (n.member("ip").kind == '"' || n.member("domain").kind == '"'):
		return (*reader).zgrab2
	case n.member("template-id").kind == '"' || n.member("template").kind == '"' && n.member("matched-at").kind == '"':
		return (*reader).nuclei
	case n.member("url").kind == '"' && n.member("input").kind == '"' && n.member("timestamp").kind == '"':
		return (*reader).httpx
	}
	return nil
}

// findScanned adds what the lines of the block hold.
func (b Block) findScanned(found *Found) {
	line, rest := b.line, b.text
	if b.inBody {
		// The rest of an object that is too long for a block: its beginning has been read.
		end := lineEnd(rest, 0)
		rest = rest[next(rest, end):]
		line++
	}
	for text := range strings.Lines(rest) {
		if content := trimLine(text); content != "" {
			s := &source{text: content, line: line, fixed: true}
			r := &reader{src: s, text: content, lines: lineCounter{src: s}, found: found}
			n, ok := object(content)
			if !ok {
				found.Broken++
				n, ok = cutObject(content)
			}
			var read func(*reader, *node)
			if ok {
				read = scannerOf(&n)
			}
			if read != nil {
				read(r, &n)
			} else {
				s.read(found)
			}
		}
		line++
	}
}

// object reads a text that is a single value.
func object(text string) (node, bool) {
	p := jsonParser{s: text}
	n, ok := p.value(0)
	return n, ok && p.i == len(text)
}

// cutObject reads an object whose end is missing. It keeps the beginning of the string that was cut.
func cutObject(text string) (node, bool) {
	whole, comma := closed(text)
	n, ok := object(whole)
	if !ok && comma > 0 { // it was cut in a name
		whole, _ = closed(text[:comma])
		n, ok = object(whole)
	}
	return n, ok
}

// closed returns the text completed with what is missing at its end, and the index of its last comma.
func closed(text string) (whole string, comma int) {
	var open []byte
	quoted := false
	escape := -1 // where the last one in the string begins
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			escape = i
			i++
		case c == '"':
			quoted = !quoted
			escape = -1
		case quoted:
		case c == ',':
			comma = i
		case c == '{' || c == '[':
			open = append(open, c+2)
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		}
		if len(open) > maxNesting {
			return text, 0
		}
	}
	if quoted {
		if escape >= 0 && len(text)-escape < len(`\u0000`) {
			text = text[:escape]
		}
		text += `"`
	}
	slices.Reverse(open)
	return text + string(open), comma
}

// member returns the member with the name; one without a kind if there is none.
func (n *node) member(name string) *node {
	for i := range n.names {
		if n.names[i] == name {
			return &n.kids[i]
		}
	}
	return &node{}
}

// zgrab2 reads {"ip": "...", "data": {"http": {"protocol": "http", "result": {"response": {...}}}}}.
func (r *reader) zgrab2(n *node) {
	data := n.member("data")
	for i := range data.kids {
		result := data.kids[i].member("result")
		chain := result.member("redirect_response_chain")
		for j := range chain.kids {
			r.zgrab2Response(&chain.kids[j])
		}
		r.zgrab2Response(result.member("response"))
	}
}

func (r *reader) zgrab2Response(n *node) {
	status, ok := status3(n.member("status_code").text)
	if !ok {
		return
	}
	sc := scope{resp: Response{Line: r.src.line, Status: status, Proto: protoOf(n.member("protocol").member("name").text)}}
	headers := n.member("headers")
	sc.resp.Fields = []Field{} // known, even if there are none
	for i, name := range headers.names {
		if name != "unknown" {
			r.jsonField(&sc, dashes(name), &headers.kids[i])
			continue
		}
		for j := range headers.kids[i].kids {
			if name, value, ok := pair(&headers.kids[i].kids[j]); ok {
				r.jsonField(&sc, dashes(name), value)
			}
		}
	}
	sc.resp.Request = r.jsonRequest(n.member("request"))
	if req := sc.resp.Request; req != nil {
		for i := range req.Fields {
			req.Fields[i].Name = dashes(req.Fields[i].Name)
		}
	}
	sc.resp.note()
	r.emit(sc.resp)
}

// httpx reads {"url": "...", "status_code": 401, "header": {...}, "raw_header": "...", "request": "..."}. The
// header is there if it was asked for.
func (r *reader) httpx(n *node) {
	chain := n.member("chain")
	for i := range chain.kids {
		r.messages(&chain.kids[i], "response", "request")
	}
	if r.messages(n, "raw_header", "request") || r.messages(n, "response", "request") {
		return
	}
	status, ok := status3(n.member("status_code").text)
	if !ok {
		return
	}
	sc := scope{resp: Response{Line: r.src.line, Status: status}}
	headers := n.member("header")
	if headers.kind == '{' {
		sc.resp.Fields = []Field{}
	}
	for i, name := range headers.names {
		r.jsonField(&sc, dashes(name), &headers.kids[i])
	}
	if method := n.member("method").text; method != "" {
		sc.resp.Request = &Request{Line: r.src.line, Method: method, Target: n.member("url").text}
	}
	sc.resp.note()
	r.emit(sc.resp)
}

// nuclei reads {"template-id": "...", "request": "GET / HTTP/1.1\r\n...", "response": "HTTP/1.1 401 ..."}.
func (r *reader) nuclei(n *node) {
	r.messages(n, "response", "request")
}

// messages reads a response and its request that are in strings. It reports whether there is a response.
func (r *reader) messages(n *node, response, request string) bool {
	text := n.member(response).text
	if !strings.HasPrefix(text, "HTTP/") {
		return false
	}
	s := &source{text: headOf(text), line: r.src.line, fixed: true, undone: Quotes, depth: 1}
	var own Found
	s.readFrom(&own, form{}, false)
	var req *Request
	if n := n.member(request); n.kind == '"' {
		req = r.jsonRequest(&node{kind: '"', text: headOf(n.text), at: n.at})
	}
	for i := range own.Responses {
		if own.Responses[i].Request == nil {
			own.Responses[i].Request = req
		}
		own.Responses[i].note()
		r.emit(own.Responses[i])
	}
	return len(own.Responses) > 0
}

// headOf returns the head of a message.
func headOf(s string) string {
	for i := 0; i < len(s); {
		end := lineEnd(s, i)
		if i > 0 && trimLine(s[i:end]) == "" {
			return s[:i]
		}
		i = next(s, end)
	}
	return s
}

// dashes returns the name of a field that was written with underscores. Those of challenge fields stay as they
// are printed.
func dashes(name string) string {
	if challengeField(name) != "" {
		return name
	}
	return strings.ReplaceAll(name, "_", "-")
}
