package input

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file turns bytes into text: gzip, byte order marks, UTF-16, and lone carriage returns.

var (
	errBreak  = errors.New("the text does not go on with what follows")
	errMember = errors.New("a member of a gzip file ends")
)

// decode returns a reader of what is in r, without compression.
func decode(r io.Reader, l *Lost) *sniffed {
	text := sniff(r)
	for range 2 { // a file that was compressed twice
		if isGzip(text.head) {
			text = sniff(newGzipReader(text, l))
		}
	}
	return text
}

// unmark returns a reader of the text as UTF-8 without a byte order mark.
func unmark(text *sniffed) io.Reader {
	joined := joiner{text}
	switch head := text.head; {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		text.head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		text.head = head[2:]
		return &utf16Reader{in: bufio.NewReader(joined)}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		text.head = head[2:]
		return &utf16Reader{in: bufio.NewReader(joined), big: true}
	default:
		if is, big := isUTF16(head); is {
			return &utf16Reader{in: bufio.NewReader(joined), big: big}
		}
	}
	return joined
}

// A sniffed reader has read the beginning of its text ahead.
type sniffed struct {
	head []byte
	err  error // what came after the head
	in   io.Reader
}

// sniff reads the beginning of r ahead. It does not wait for more, since the text may come slowly, unless there is
// a NUL in it.
func sniff(r io.Reader) *sniffed {
	s := &sniffed{in: r, head: make([]byte, 4096)}
	n := 0
	for n < len(s.head) && (s.err == nil || s.err == errMember && n < 16) && (n < 16 || bytes.IndexByte(s.head[:n], 0) >= 0) {
		var k int
		k, s.err = r.Read(s.head[n:])
		n += k
	}
	s.head = s.head[:n]
	return s
}

func (s *sniffed) Read(p []byte) (n int, err error) {
	if len(s.head) > 0 {
		n = copy(p, s.head)
		s.head = s.head[n:]
		return n, nil
	}
	if err = s.err; err != nil {
		if err != io.EOF {
			s.err = nil
		}
		return 0, err
	}
	return s.in.Read(p)
}

// A joiner reads the members of a gzip file as one text. Where something is missing it ends the line.
type joiner struct{ in io.Reader }

func (j joiner) Read(p []byte) (int, error) {
	n, err := j.in.Read(p)
	switch {
	case err == errMember:
		err = nil
	case err == errBreak && n == 0 && len(p) > 0:
		p[0] = '\n'
		return 1, nil
	}
	return n, err
}

// isUTF16 reports whether the text is UTF-16 without a mark: nearly all bytes on one side of the pairs are NUL, and
// none on the other, as in western text. A binary file has NULs on both.
func isUTF16(b []byte) (is, big bool) {
	if len(b) < 4 {
		return false, false
	}
	var nul [2]int
	for i, c := range b {
		if c == 0 {
			nul[i%2]++
		}
	}
	pairs := len(b) / 2
	switch {
	case nul[1]*10 > pairs*7 && nul[0]*50 < pairs:
		return true, false
	case nul[0]*10 > pairs*7 && nul[1]*50 < pairs:
		return true, true
	}
	return false, false
}

// A utf16Reader reads UTF-16 as UTF-8.
type utf16Reader struct {
	in   *bufio.Reader
	big  bool
	rest []byte // decoded, and not read yet
	high rune   // a surrogate that waits for the other one
	buf  []byte
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.rest) == 0 {
		u.buf = u.buf[:0]
		var err error
		for len(u.buf) < 32<<10 && (len(u.buf) == 0 || u.in.Buffered() > 1) {
			var pair [2]byte
			if _, err = io.ReadFull(u.in, pair[:]); err != nil {
				break
			}
			if u.big {
				pair[0], pair[1] = pair[1], pair[0]
			}
			c := rune(pair[0]) | rune(pair[1])<<8
			switch {
			case u.high != 0:
				u.buf = utf8.AppendRune(u.buf, utf16.DecodeRune(u.high, c))
				u.high = 0
			case c >= 0xd800 && c < 0xdc00:
				u.high = c
			default:
				u.buf = utf8.AppendRune(u.buf, c)
			}
		}
		u.rest = u.buf
		if len(u.rest) == 0 && err != nil {
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			return 0, err
		}
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// prepare undoes what affects a block as a whole: lone carriage returns, colours, the prefixes
// of a log, quoted mails, and dumps.
func (s *source) prepare(dumps bool) {
	if strings.IndexByte(s.text, '\n') < 0 && strings.IndexByte(s.text, '\r') >= 0 && !isPcap(s.text) {
		s.text = strings.ReplaceAll(s.text, "\r", "\n") // old Macs
	}
	if strings.Contains(s.text, "\x1b[") {
		s.text = uncolourLines(s.text)
	}
	if strings.Contains(s.text, "│ ") {
		s.text = bars.Replace(s.text)
	}
	if dumps {
		if f, _ := firstForm(s.text); f.kind == noForm {
			if strings.Contains(s.text, wireEnd) {
				s.unwire()
			} else {
				s.unlog()
			}
		}
	}
	if isMarked(s.text) {
		s.unprint()
	}
	if dumps {
		if hasPackets(s.text) && strings.Contains(s.text, "..") && !s.opensPlainly() { // not with -W byline
			s.unngrep()
		}
		s.unquoteMail()
		s.undump()
	}
}

// opensPlainly reports whether the first head is not one that ngrep shows. If the text comes slowly, that head has been
// read before the packets after it are seen.
func (s *source) opensPlainly() bool {
	f, i := firstForm(s.text)
	return f.kind != noForm && !showsDots(s.text[i:lineEnd(s.text, i)])
}

// bars replaces the box-drawing bars of a table, as console.table of Node, DuckDB and tmux draw them, by ASCII.
var bars = strings.NewReplacer("│", "|", "┃", "|", "║", "|")

// uncolourLines removes the escape sequences for colours in lines that are coloured from their start, as by HTTPie and
// curl, or from before the name of the field, as by Node, jq and loggers. Those within a value came from the server.
func uncolourLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if i := strings.Index(line, "\x1b["); i >= 0 {
			n, named := findName(line, 0)
			if trimBlanks(line[:i]) == "" || named && i < n.end+2 {
				line = uncolour(line)
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// unquoteMail removes the ">" from the lines of a quoted mail. If other lines mention HTTP too, ">" marks a request,
// as curl -v prints it.
func (s *source) unquoteMail() {
	const most = 8 // mails in mails
	for range most {
		if s.text == "" || s.text[0] != '>' && !strings.Contains(s.text, "\n>") {
			return
		}
		var all, others strings.Builder
		for line := range strings.Lines(s.text) {
			if line[0] == '>' {
				line = strings.TrimPrefix(line[1:], " ")
			} else {
				others.WriteString(line)
			}
			all.WriteString(line)
		}
		if _, named := findName(others.String(), 0); named || strings.Contains(others.String(), "HTTP/") {
			return
		}
		s.text = all.String()
	}
}

// unprint undoes quoted-printable (RFC 2045 section 6.7), as a mail has it whose source was copied. It does so in
// consecutive lines in which each equals sign is encoded, one of them before a quote.
func (s *source) unprint() {
	var w rewriter
	number := s.line
	for rest := s.text; rest != ""; {
		var lines []string // a run of them
		marked, size := false, 0
		for line := range strings.Lines(rest) {
			if !isPrintable(line) {
				break
			}
			marked = marked || isMarked(line)
			lines = append(lines, line)
			size += len(line)
		}
		if len(lines) == 0 {
			size = next(rest, lineEnd(rest, 0))
			lines = append(lines, rest[:size])
		}
		for _, line := range lines {
			if marked {
				line = unprintLine(line)
			}
			w.add(line, number, 0)
			number++
		}
		rest = rest[size:]
	}
	s.rewrite(&w, Quotes)
}

// isMarked reports whether quotes that follow an encoded equals sign show that s is in quoted-printable.
func isMarked(s string) bool {
	return strings.Contains(s, `=3D"`) || strings.Contains(s, "=3D&quot;")
}

// isPrintable reports whether the line may be in quoted-printable: an equals sign begins the code of a byte, or breaks
// a line that would be too long.
func isPrintable(line string) bool {
	const shortest, longest = 48, 80 // 76 and the mark of a quoted mail
	line = strings.TrimRight(line, "\r\n")
	for i := 0; i < len(line); i++ {
		if line[i] != '=' {
			continue
		}
		if i+1 == len(line) {
			return len(line) >= shortest && len(line) <= longest
		}
		if _, ok := hexDigits(line, i+1, 2); !ok {
			return false
		}
	}
	return true
}

// unprintLine decodes a line. One that was broken has no line end then.
func unprintLine(line string) string {
	text := strings.TrimRight(line, "\r\n")
	var b []byte
	for i := 0; i < len(text); i++ {
		switch n, ok := hexDigits(text, i+1, 2); {
		case text[i] == '=' && ok:
			b = append(b, byte(n))
			i += 2
		case text[i] == '=' && i+1 == len(text):
		default:
			b = append(b, text[i])
		}
	}
	if !strings.HasSuffix(text, "=") {
		b = append(b, line[len(text):]...)
	}
	return string(b)
}
