package input

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
)

// This file reads WARC files (ISO 28500), in which crawlers such as Common Crawl's keep what they sent and
// got. It reads the head of each response and skips the body. Line numbers are those of the decompressed file.
//
//	warc-record = "WARC/1.0" CRLF *( named-field CRLF ) CRLF block CRLF CRLF

// A record is a response in a WARC file.
type record struct {
	head    string // status line and fields
	line    int
	request string // the head of the request, if there is a record of that
	reqLine int
	target  string // WARC-Target-URI
}

const (
	maxRecordHead = 64 << 10 // the fields of the record
	maxHead       = 1 << 20  // the head of the response in it

	warcText    = 256 << 10 // of heads in a block
	warcRecords = 4096      // of all types that a block may hold
	warcBytes   = 64 << 20  // likewise
)

func isWARC(head []byte) bool { return bytes.HasPrefix(head, []byte("WARC/")) }

// find adds the response to found.
func (w *record) find(found *Found) {
	s := &source{text: w.head, line: w.line}
	var own Found
	s.readFrom(&own, form{}, false)
	var request *Request
	if w.request != "" {
		s := &source{text: w.request, line: w.reqLine}
		request = s.read(&Found{})
	}
	if request == nil && w.target != "" {
		request = &Request{Line: w.line}
	}
	for i := range own.Responses {
		if r := &own.Responses[i]; r.Request == nil && request != nil {
			r.Request = request
			if w.target != "" {
				request.Target = w.target
			}
		}
	}
	found.Responses = append(found.Responses, own.Responses...)
	found.Misses = append(found.Misses, own.Misses...)
}

// A warcReader reads the records of a WARC file.
type warcReader struct {
	in   *bufio.Reader
	lost *Lost
	line int   // line feeds so far
	size int64 // bytes so far
	err  error

	broken bool // looking for the next record after a broken one

	request       string // the last one
	requestLine   int
	requestTarget string
}

var errTooLong = errors.New("too long")

// block returns the next responses.
func (w *warcReader) block() (Block, error) {
	b := Block{warc: []record{}}
	text, from := 0, w.size
	for n := 0; n < warcRecords && text < warcText && w.size-from < warcBytes && w.err == nil; n++ {
		var r record
		r, w.err = w.next()
		if r.head != "" {
			b.warc = append(b.warc, r)
			text += len(r.head) + len(r.request)
		}
	}
	b.size = int(w.size - from)
	if b.size == 0 && w.err != nil {
		return Block{}, w.err
	}
	return b, nil
}

// next reads a record. The record has no head unless it is that of a response.
func (w *warcReader) next() (record, error) {
	if err := w.version(); err != nil {
		return record{}, err
	}
	fields, err := w.fields()
	switch err {
	case nil:
	case errBreak:
		w.lost.Cut++
		return record{}, nil
	case errTooLong:
		w.isBroken()
		return record{}, nil
	case io.EOF:
		w.lost.Cut++
		return record{}, io.EOF
	default:
		return record{}, err
	}
	length, err := strconv.ParseInt(fields.length, 10, 64)
	if err != nil || length < 0 {
		w.isBroken()
		return record{}, nil
	}
	var r record
	line := w.line + 1
	rest := length
	switch fields.kind {
	case "response", "revisit", "request":
		if !strings.HasPrefix(strings.ToLower(fields.content), "application/http") {
			break
		}
		var head string
		head, err = w.head(length)
		rest -= int64(len(head))
		if fields.kind == "request" {
			w.request, w.requestLine, w.requestTarget = head, line, fields.target
			if len(head) > maxRecordHead {
				w.request = ""
			}
			break
		}
		r = record{head: head, line: line, target: fields.target}
		if w.request != "" && w.requestTarget == fields.target {
			r.request, r.reqLine = w.request, w.requestLine
		}
		w.request = ""
		if head != "" && !strings.HasPrefix(head, "HTTP/") {
			w.isBroken()
			w.broken = false // it ends where it says
		}
	}
	if err == nil {
		err = w.skip(rest)
	}
	if err == errBreak || err == io.EOF {
		w.lost.Cut++
		if err == errBreak {
			err = nil
		}
	}
	return r, err
}

// readLine reads a line, or as much of it as fits into the buffer.
func (w *warcReader) readLine() (line []byte, err error) {
	for {
		part, err := w.in.ReadSlice('\n')
		w.size += int64(len(part))
		switch {
		case err == nil:
			w.line++
		case err == bufio.ErrBufferFull:
			err = nil
		case err == errMember:
			if line = append(line, part...); len(line) == 0 || len(line) < maxRecordHead && w.goesOn() == nil {
				continue
			}
			return line, errBreak
		}
		if line != nil {
			part = append(line, part...)
		}
		return part, err
	}
}

// isBroken notes that a record is broken, once for each record.
func (w *warcReader) isBroken() {
	if !w.broken {
		w.broken = true
		w.lost.Records++
	}
}

// version reads the line that a record begins with.
func (w *warcReader) version() error {
	for whole := true; ; {
		line, err := w.readLine()
		if whole && isWARC(line) {
			w.broken = false
			return nil
		}
		if len(bytes.TrimSpace(line)) > 0 {
			w.isBroken()
		}
		if err != nil && err != errBreak {
			return err
		}
		whole = err == errBreak || len(line) > 0 && line[len(line)-1] == '\n'
	}
}

// warcFields are the fields of a record that matter here.
type warcFields struct{ kind, content, length, target string }

func (w *warcReader) fields() (f warcFields, err error) {
	for size := 0; size <= maxRecordHead; {
		line, err := w.readLine()
		size += len(line)
		if err != nil {
			return f, err
		}
		text := string(bytes.TrimRight(line, "\r\n"))
		if text == "" {
			return f, nil
		}
		name, value, _ := strings.Cut(text, ":")
		value = trimBlanks(value)
		switch strings.ToLower(name) {
		case "warc-type":
			f.kind = strings.ToLower(value)
		case "content-type":
			f.content = value
		case "content-length":
			f.length = value
		case "warc-target-uri":
			f.target = strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">")
		}
	}
	return f, errTooLong
}

// head reads the head of a message in a block of n bytes: what is before the first empty line.
func (w *warcReader) head(n int64) (string, error) {
	var head []byte
	for begin := 0; int64(len(head)) < n && len(head) < maxHead; {
		c, err := w.in.ReadByte()
		if err == errMember {
			err = w.goesOn()
			if err == nil {
				continue
			}
		}
		if err != nil {
			return string(head), err
		}
		w.size++
		head = append(head, c)
		if c == '\n' {
			w.line++
			if line := head[begin:]; len(line) == 1 || len(line) == 2 && line[0] == '\r' {
				break
			}
			begin = len(head)
		}
	}
	return string(head), nil
}

// skip passes over n bytes.
func (w *warcReader) skip(n int64) error {
	for n > 0 {
		if w.in.Buffered() == 0 {
			_, err := w.in.ReadByte()
			if err == errMember {
				if err = w.goesOn(); err == nil {
					continue
				}
			}
			if err != nil {
				return err
			}
			_ = w.in.UnreadByte()
		}
		part, _ := w.in.Peek(int(min(n, int64(w.in.Buffered()))))
		w.line += bytes.Count(part, []byte("\n"))
		w.size += int64(len(part))
		n -= int64(len(part))
		_, _ = w.in.Discard(len(part))
	}
	return nil
}

// goesOn returns nil if the block of a record continues after the end of a gzip member: where each record is a
// member, a record that is longer than its member does not swallow the next one.
func (w *warcReader) goesOn() error {
	head, err := w.in.Peek(len("WARC/"))
	if err == errBreak || isWARC(head) {
		return errBreak
	}
	return nil
}
