//go:build !page

package input

import (
	"bytes"
	"compress/gzip"
	"io"
)

// This file reads gzip files of any number of members, such as WARC files and rotated logs, and continues after
// broken members.

// A gzipReader reads the members of a gzip file. It returns errMember, once, where a member ends, and errBreak
// where something is missing from the text.
type gzipReader struct {
	in   *window
	lost *Lost

	z      *gzip.Reader
	open   bool  // in a member
	broken bool  // looking for a member after a broken one
	next   error // to return
}

func newGzipReader(in io.Reader, l *Lost) *gzipReader {
	return &gzipReader{in: &window{in: in, buf: make([]byte, 64<<10)}, lost: l}
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for {
		if err := g.next; err != nil {
			g.next = nil
			return 0, err
		}
		if !g.open {
			if err := g.begin(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := g.z.Read(p)
		if err == nil {
			return n, nil
		}
		g.open = false
		switch {
		case err == io.EOF:
			g.next = errMember
		case g.in.err != nil && g.in.err != io.EOF:
			return n, g.in.err
		default:
			g.damaged()
			g.in.back()
		}
		if n > 0 {
			return n, nil
		}
	}
}

// begin opens the next member. A broken member may have consumed the beginning of the next, so that is looked for
// from the beginning of the broken one.
func (g *gzipReader) begin() error {
	for !g.in.atHeader() {
		c, err := g.in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 { // zeros may fill a block of a tape
			g.damaged()
			g.in.skipTo(0x1f)
		}
	}
	g.in.mark()
	var err error
	if g.z == nil {
		g.z, err = gzip.NewReader(g.in)
	} else {
		err = g.z.Reset(g.in)
	}
	if err != nil {
		if g.in.err != nil && g.in.err != io.EOF {
			return g.in.err
		}
		g.damaged()
		g.in.back()
		return nil
	}
	g.z.Multistream(false)
	g.open = true
	if g.broken {
		g.broken, g.next = false, errBreak
	}
	return nil
}

// damaged notes that something is broken, once for each place.
func (g *gzipReader) damaged() {
	if !g.broken {
		g.broken = true
		g.lost.Members++
	}
}

// A window reads bytes, and keeps those since a mark; if they are many, the last of them.
type window struct {
	in       io.Reader
	err      error
	buf      []byte
	kept     int // index of the mark
	pos, end int
}

const maxKept = 4 << 20

func (w *window) mark() { w.kept = w.pos }

// back goes back to the byte after the mark.
func (w *window) back() { w.pos = min(w.kept+1, w.pos) }

// fill reads more. It reports whether there is more.
func (w *window) fill() bool {
	if w.err != nil {
		return false
	}
	if w.end == len(w.buf) {
		if w.end-w.kept >= maxKept {
			w.kept = min(w.pos, w.end-maxKept/2)
		}
		from, buf := w.kept, w.buf
		if w.end-from > len(buf)/2 {
			w.buf = make([]byte, 2*len(buf))
		}
		copy(w.buf, buf[from:w.end])
		w.kept, w.pos, w.end = 0, w.pos-from, w.end-from
	}
	for range 100 {
		var n int
		n, w.err = w.in.Read(w.buf[w.end:])
		w.end += n
		if w.err == errBreak || w.err == errMember {
			w.err = nil // of a file that was compressed twice: inflating tells where it is broken
		}
		if n > 0 || w.err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}

func (w *window) ReadByte() (byte, error) {
	if w.pos == w.end && !w.fill() {
		return 0, w.err
	}
	w.pos++
	return w.buf[w.pos-1], nil
}

func (w *window) Read(p []byte) (int, error) {
	if w.pos == w.end && !w.fill() {
		return 0, w.err
	}
	n := copy(p, w.buf[w.pos:w.end])
	w.pos += n
	return n, nil
}

// skipTo goes to the next c that has been read, or to the end of what has been read.
func (w *window) skipTo(c byte) {
	if i := bytes.IndexByte(w.buf[w.pos:w.end], c); i >= 0 {
		w.pos += i
	} else {
		w.pos = w.end
	}
}

// atHeader reports whether a member may begin here (RFC 1952 section 2.3). It checks the other bytes of the header
// too, since three bytes occur by chance.
func (w *window) atHeader() bool {
	for w.end-w.pos < 10 {
		if !w.fill() {
			return false
		}
	}
	h := w.buf[w.pos:w.end]
	return isGzip(h) && h[3]&0xe0 == 0 && (h[8] == 0 || h[8] == 2 || h[8] == 4) && (h[9] <= 13 || h[9] == 255)
}

func isGzip(head []byte) bool {
	return len(head) > 2 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8
}
