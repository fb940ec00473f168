package input

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// This file splits a text of any length into blocks, so that a log of a scan is read by all cores in
// constant memory. What a block must know of the text before it is in the block: whether it begins in a
// body, and in which form heads are.
//
// If the text comes slowly, from a pipe, a block ends early: after a head that is complete.

const (
	firstRead = 96 << 10  // of a text; more than a pipe holds, so that a read that fills it comes from a file
	blockSize = 1 << 20   // of most blocks of a long text
	headBlock = 128 << 10 // of those of a text of heads, whose reports may be many times as long
	maxBlock  = 8 << 20   // of one without a place to split it
	density   = 128       // bytes for each response, if no more are in a block of another text
)

// A Block is a part of a text that can be read without the rest.
type Block struct {
	text   string
	line   int
	form   form // of the heads before it
	inBody bool // or, of objects of a scanner, within one
	values bool
	scan   bool     // objects of a scanner, one per line
	warc   []record // of a WARC file; there is no text then
	size   int      // of the records
}

// Find returns what the block holds. Blocks may be read at the same time.
func (b Block) Find() Found {
	var found Found
	switch {
	case b.warc != nil:
		for i := range b.warc {
			b.warc[i].find(&found)
		}
		return found
	case b.scan:
		b.findScanned(&found)
		return found
	}
	s := &source{text: b.text, line: b.line, values: b.values}
	s.prepare(b.form.kind == noForm)
	s.readFrom(&found, b.form, b.inBody)
	s.uncut(&found)
	return found
}

// Len returns the length of the block in bytes.
func (b Block) Len() int { return len(b.text) + b.size }

// A Splitter splits a text of any length into blocks of bounded length.
type Splitter struct {
	// Batch means that nobody waits for the responses that can be read so far. Then the ends of the blocks depend only
	// on the text, and not on how it arrives.
	Batch bool

	in      io.Reader
	warc    *warcReader // in place of in, if the text is a WARC file
	scan    bool
	lost    Lost
	raw     bool  // the text is the bytes of the file
	pos     int64 // of the buffer in it
	err     error
	started bool
	buf     []byte
	line    int
	form    form
	inBody  bool
	values  bool
	short   bool        // blocks are short
	heads   headScanner // of what is in buf
}

// NewSplitter returns a Splitter that reads from r: a text, in UTF-8 or UTF-16, or a WARC file. Each may be
// compressed with gzip.
func NewSplitter(r io.Reader) *Splitter { return &Splitter{in: r, line: 1} }

// Next returns the next block. After the last one, the error is io.EOF, or a *LostError if parts of the text could
// not be read, or the error of r; then everything that could be read before it has been returned.
func (s *Splitter) Next() (Block, error) {
	if !s.started {
		s.started = true
		s.start()
	}
	if s.warc != nil {
		b, err := s.warc.block()
		if err != nil {
			return Block{}, s.ended(err)
		}
		return b, nil
	}
	size := blockSize
	if s.short {
		size = headBlock
	}
	if at := s.fillOrHead(size); at > 0 {
		return s.early(at), nil
	}
	if len(s.buf) == 0 {
		return Block{}, s.ended(s.err)
	}
	b := Block{line: s.line, form: s.form, inBody: s.inBody, scan: s.scan}
	text := string(s.buf[:min(size, len(s.buf))])
	if s.form.kind == noForm && !s.scan {
		var begin int
		s.form, begin = firstForm(text)
		if showsDots(text[begin:lineEnd(text, begin)]) && hasPackets(text) { // the lines of ngrep are no heads
			s.form = form{}
		}
		switch {
		case s.Batch || s.short:
		case s.form.kind == noForm:
			s.short = isDense(text)
		default:
			s.short = begin < headBlock/2 && !isDump(text)
		}
		if s.short {
			text = text[:min(headBlock, len(text))]
		}
	}
	if s.err != nil && len(text) == len(s.buf) { // all of the rest
		b.text = text
		s.buf = nil
		b.values = s.line == 1 || s.values
		return b, nil
	}
	at, inBody := s.cut(text)
	for at == 0 && len(text) < maxBlock && (s.err == nil || len(text) < len(s.buf)) {
		size = 2 * len(text)
		s.fill(size)
		text = string(s.buf[:min(size, len(s.buf))])
		if at, inBody = s.cut(text); s.err != nil && len(text) == len(s.buf) {
			at = len(text)
		}
	}
	switch {
	case at > 0:
	case s.scan:
		at, inBody = len(text), true // within an object
	default:
		at, inBody = cutAnywhere(text, s.form)
	}
	if s.short && !s.scan {
		// A complete head after that would be a block of its own.
		var h headScanner
		if n := h.scan([]byte(text[at:]), s.form, false); n > 0 {
			at, inBody = at+n, s.form.kind == plain
		}
	}
	if s.line == 1 {
		_, named := findName(text[:at], 0)
		s.values = !named && s.form.kind == noForm
		b.values = true
	} else {
		b.values = s.values
	}
	b.text = text[:at]
	s.line += strings.Count(b.text, "\n")
	s.inBody = inBody
	s.drop(at)
	return b, nil
}

// early returns the block that ends at at, after a head.
func (s *Splitter) early(at int) Block {
	b := Block{text: string(s.buf[:at]), line: s.line, form: s.form, inBody: s.inBody, scan: s.scan, values: s.line == 1}
	if f := s.heads.form; f.kind != noForm {
		s.form, s.inBody, s.short = f, f.kind == plain, true
	}
	s.values = false
	s.line += strings.Count(b.text, "\n")
	s.drop(at)
	return b
}

// object looks at a line of a text that may be a log with one JSON object per line.
func (h *headScanner) object(line string) {
	switch {
	case line == "":
	case line[0] != '{' || line[len(line)-1] != '}' || strings.IndexByte(`"}`, strings.TrimLeft(line[1:], " ")[0]) < 0:
		h.other = true // also a map of Python or Java, of which the next line may be another view
	case !h.named:
		_, h.named = findName(line, 0)
	}
}

// drop removes a block from the buffer.
func (s *Splitter) drop(at int) {
	s.pos += int64(at)
	s.buf = append(s.buf[:0], s.buf[at:]...)
	s.heads = headScanner{off: s.heads.off, other: s.heads.other, named: s.heads.named}
}

// A Mark is a place in a file at which a Splitter can continue. It has only plain values, so that it can be sent to
// another machine.
type Mark struct {
	Offset int64 // in the file
	Line   int
	Form   uint8 // the rest is what a Splitter must know
	Prefix string
	Scan, WARC, Values,
	InBody bool
}

// Mark returns the place after the last block. It reports false if no reader can begin there. In a file where
// none ever can, as in a compressed one, the mark is zero.
func (s *Splitter) Mark() (Mark, bool) {
	if !s.raw {
		return Mark{}, false
	}
	if w := s.warc; w != nil {
		return Mark{Offset: w.size, Line: w.line, WARC: true}, w.request == "" && !w.broken
	}
	m := Mark{Offset: s.pos, Line: s.line, Form: uint8(s.form.kind), Prefix: s.form.prefix, Scan: s.scan, Values: s.values, InBody: s.inBody}
	return m, true
}

// NewSplitterAt returns a Splitter, with Batch set, that continues at a mark, with r at that place.
func NewSplitterAt(r io.Reader, m Mark) *Splitter {
	s := &Splitter{Batch: true, in: r, started: true, raw: true}
	if m.WARC {
		s.warc = &warcReader{in: bufio.NewReaderSize(r, 64<<10), lost: &s.lost, line: m.Line, size: m.Offset}
		return s
	}
	s.pos, s.line, s.form = m.Offset, m.Line, form{formKind(m.Form), m.Prefix}
	s.scan, s.values, s.inBody = m.Scan, m.Values, m.InBody
	return s
}

// start finds out what kind of text it is.
func (s *Splitter) start() {
	text := decode(s.in, &s.lost)
	_, z := text.in.(*gzipReader)
	s.raw = !z
	if isWARC(text.head) {
		s.warc = &warcReader{in: bufio.NewReaderSize(text, 64<<10), lost: &s.lost}
		return
	}
	size := len(text.head)
	s.in = unmark(text)
	_, is8 := s.in.(joiner)
	s.raw = s.raw && is8 && len(text.head) == size
	for looked := 0; s.err == nil && len(s.buf) < blockSize && bytes.IndexByte(s.buf[looked:], '\n') < 0; {
		looked = len(s.buf)
		s.read(blockSize)
	}
	s.scan = isScan(string(s.buf))
	s.short = s.scan && !s.Batch
}

// ended returns the error with which the text ends.
func (s *Splitter) ended(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.EOF
		if s.lost != (Lost{}) {
			err = &LostError{s.lost}
		}
	}
	return err
}

// fill reads until the buffer holds n bytes.
func (s *Splitter) fill(n int) {
	for len(s.buf) < n && s.err == nil {
		s.read(n)
	}
}

// fillOrHead is like fill, but ends early if no more can be read for now and a complete head is in the buffer. It
// returns where that ends.
func (s *Splitter) fillOrHead(n int) int {
	if s.Batch {
		s.fill(n)
		return 0
	}
	if s.err == nil && len(s.buf) < n {
		if at := s.heads.scan(s.buf, s.form, s.line == 1); at > 0 {
			return at
		}
	}
	for len(s.buf) < n && s.err == nil {
		if s.read(n) == 0 || s.err != nil {
			continue
		}
		if at := s.heads.scan(s.buf, s.form, s.line == 1); at > 0 {
			return at
		}
	}
	return 0
}

// read reads once, and returns how much room was left.
func (s *Splitter) read(n int) int {
	if len(s.buf) == cap(s.buf) {
		s.buf = slices.Grow(s.buf, max(firstRead, min(n-len(s.buf), 3*len(s.buf))))
	}
	to := min(n, cap(s.buf))
	var k int
	k, s.err = s.in.Read(s.buf[len(s.buf):to])
	s.buf = s.buf[:len(s.buf)+k]
	return to - len(s.buf)
}

// A headScanner finds the ends of heads in a text that comes piece by piece. It knows the forms in which each line
// shows what it is, and looks at each line once.
type headScanner struct {
	seen   int  // where the line begins that is not complete
	looked int  // up to where there is no end of it
	form   form // of the head
	begin  int  // of the head
	inHead bool
	off    bool // the text has a dump, which must be read as a whole
	other  bool // there is a line that is not a JSON object
	named  bool // there is the name of a challenge field in an object
}

// scan returns where the last complete head in the text ends, and 0 if there is none. The text is as it was
// in the last call, with more after it; f is the form of heads before it.
func (h *headScanner) scan(text []byte, f form, isFirst bool) (at int) {
	if h.off {
		return 0
	}
	for {
		n := bytes.IndexByte(text[h.looked:], '\n')
		if n < 0 {
			h.looked = len(text)
			break
		}
		begin, end := h.seen, h.looked+n
		line := bytes.TrimPrefix(text[begin:end], []byte(bom))
		h.seen, h.looked = end+1, end+1
		if f.kind == noForm && !h.inHead && !h.other {
			if h.object(string(bytes.TrimSpace(line))); h.named && !h.other {
				at = h.seen
				continue
			}
		}
		if h.inHead {
			if rest, ok := h.form.cut(string(bytes.TrimRight(line, "\r"))); ok && trimBlanks(rest) == "" {
				h.inHead, at = false, h.seen
			}
		} else if i := bytes.Index(line, []byte("HTTP/")); i >= 0 && i < maxPrefix && !bytes.HasSuffix(bytes.TrimRight(line, "\r"), []byte(`\r\n`)) && !bytes.HasSuffix(line, []byte(`\x0D`)) {
			if _, _, ok := statusLine(string(line[i:min(len(line), i+64)])); ok && !showsDots(string(line[i:])) {
				r := &reader{src: &source{}, text: string(line), form: f, inBody: f.kind == plain}
				if g, ok := r.formOf(0, i); ok && g.kind != noForm {
					h.form, h.inHead, h.begin = g, true, begin
					f = g
				}
			}
		}
	}
	if at > 0 && isFirst && h.form.kind != noForm {
		if isDump(string(text[:at])) {
			h.off = true
			return 0
		}
	}
	return at
}

// isDense reports whether a text has so many status lines and names of challenge fields that the responses of a block
// would take much memory.
func isDense(text string) bool {
	most := blockSize / density
	for i := nextStatusLine(text, 0); i < len(text) && most >= 0; i = nextStatusLine(text, i+1) {
		most--
	}
	for n, ok := findName(text, 0); ok && most >= 0; n, ok = findName(text, n.end) {
		most--
	}
	return most < 0
}

// isDump reports whether the text is a dump, or has one.
func isDump(text string) bool {
	return hasRows(text) || isPcap(text) || isHexText(text) || hasPackets(text)
}

// firstForm returns the form of the first head in the text, and where that is.
func firstForm(text string) (f form, at int) {
	r := &reader{src: &source{text: text}, text: text}
	for i := 0; ; i += 5 {
		if i = index(text, "HTTP/", i); i < 0 {
			return form{}, len(text)
		}
		if _, _, ok := statusLine(text[i:min(len(text), i+64)]); ok {
			if f, ok := r.formOf(r.lineStart(i), i); ok && f.kind != noForm {
				return f, i
			}
		}
	}
}

// cut returns where a block of the text may end, and whether the next one begins within a body; 0 if
// there is no good place.
func (s *Splitter) cut(text string) (at int, inBody bool) {
	if s.scan {
		return strings.LastIndexByte(text, '\n') + 1, false
	}
	switch s.form.kind {
	case plain:
		// Before a status line, or the request before it.
		for end := len(text); ; {
			begin, i := lastHead(text[:end])
			if begin <= 0 {
				break
			}
			if _, _, ok := statusLine(text[i:min(len(text), i+64)]); ok && i+64 < len(text) {
				if j := requestBefore(text, begin); j > 0 {
					return j, false
				}
			}
			end = begin
		}
		// Within a body longer than the block, but not within the head before it.
		last, _ := lastHead(text)
		if begin, ok := openHead(text, max(last, 0), s.form); ok {
			return requestBefore(text, begin), false
		}
		return strings.LastIndexByte(text, '\n') + 1, true
	case prefixed, curl, git:
		// Before a request, or a status line.
		r := &reader{src: &source{text: text}, text: text}
		for end := len(text); end > 0; {
			i := strings.LastIndex(text[:end], " HTTP/")
			if i < 0 {
				break
			}
			if begin := r.lineStart(i); begin > 0 && i-begin < maxPrefix && r.requestLine(begin, i+1) {
				return begin, false
			}
			end = i
		}
		// Before a head that goes on.
		if begin, ok := openHead(text, 0, s.form); ok {
			return begin, false
		}
	case noForm:
		// In a log, as in what is logged. The last line may end within its prefix.
		low := lineStart(text, max(0, len(text)-headBlock/2))
		if tail := (source{text: text[low : strings.LastIndexByte(text, '\n')+1]}); low > 0 && tail.unlog() {
			at, inBody := (&Splitter{form: form{kind: plain}}).cut(tail.text)
			if inBody || at == 0 {
				at = beforeLine(tail.text)
			}
			if at > 0 {
				for range strings.Count(tail.text[:at], "\n") {
					low = next(text, lineEnd(text, low))
				}
				return low, false
			}
		}
	}
	return beforeLine(text), false
}

// bom is a byte order mark. It begins a line where a file that begins with one was put behind another.
const bom = "\ufeff"

// lastHead returns where the last line begins that has "HTTP/" at its start, and where that is; -1 if there is none.
func lastHead(text string) (begin, i int) {
	for end := len(text); ; end = i {
		if i = strings.LastIndex(text[:end], "HTTP/"); i < 0 {
			return -1, -1
		}
		if begin = len(strings.TrimSuffix(text[:i], bom)); begin == 0 || text[begin-1] == '\n' {
			return begin, i
		}
	}
}

// beforeLine returns the start of the last line of the text that begins something: not indented, not a closing bracket,
// and not a continuation. It returns 0 if the second half has none.
func beforeLine(text string) int {
	for end := len(text) - 1; end > len(text)/2; {
		i := strings.LastIndexByte(text[:end], '\n')
		if i <= 0 {
			break
		}
		if c := text[i+1]; strings.IndexByte(" \t\r\n)]}-<", c) < 0 && strings.IndexByte(",:=([{", text[i-1]) < 0 {
			return i + 1
		}
		end = i
	}
	return 0
}

// cutAnywhere returns where a block that is too long must end, and whether the next one begins within a body.
func cutAnywhere(text string, f form) (at int, inBody bool) {
	if f.kind != noForm {
		if begin, ok := openHead(text, 0, f); ok {
			if begin == 0 { // a field longer than the block
				return len(text), f.kind == plain
			}
			return begin, false
		}
	}
	if at = strings.LastIndex(text, "},{") + 2; at < len(text)/2 {
		if at = strings.LastIndexByte(text, '\n') + 1; at < len(text)/2 {
			at = len(text)
		}
	}
	return at, f.kind == plain
}

// openHead returns where the head begins that is incomplete at the end of text[from:], if there is one.
func openHead(text string, from int, f form) (begin int, ok bool) {
	var h headScanner
	h.scan([]byte(text[from:]), f, false)
	return from + h.begin, h.inHead
}

// requestBefore returns where the request begins that the response at i answers, or i.
func requestBefore(text string, i int) int {
	if i == 0 {
		return 0
	}
	low := max(0, i-(1<<14))
	if j := strings.LastIndex(text[low:i-1], "\nHTTP/"); j >= 0 {
		low += j + 6
	}
	r := &reader{src: &source{text: text}, text: text}
	for end := i; end > low; {
		j := strings.LastIndex(text[low:end], " HTTP/")
		if j < 0 {
			break
		}
		j += low
		if begin := r.lineStart(j); r.requestLine(begin, j+1) {
			return begin
		}
		end = j
	}
	return i
}

// Find returns what a whole text holds.
func Find(text []byte) Found {
	var found Found
	s := NewSplitter(strings.NewReader(string(text)))
	for {
		b, err := s.Next()
		if err != nil {
			return found
		}
		f := b.Find()
		found.Responses = append(found.Responses, f.Responses...)
		found.Misses = append(found.Misses, f.Misses...)
		found.Broken += f.Broken
	}
}
