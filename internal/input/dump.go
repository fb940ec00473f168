package input

import (
	"slices"
	"strconv"
	"strings"
)

// This file turns dumps into the bytes that they show: hexdump -C, xxd, od -t x1z, tcpdump -X, tshark -x, curl's
// --trace and --trace-ascii, and pcap files. Only a dump with HTTP in it counts, and then the rest of the text is
// ignored: curl -i --trace - prints everything twice.

// A segment is what one side sent before the other side did.
type segment struct {
	flow   string
	chunks []chunk
}

// A chunk is the bytes of a row.
type chunk struct {
	bytes string
	line  int
}

// undump replaces the text by the bytes that dumps in it show, if any.
func (s *source) undump() {
	switch {
	case isPcap(s.text):
		s.take(pcap(s.text))
	case hasRows(s.text) && s.take(dumps(s.text, s.line)):
	case isHexText(s.text) && s.take(hexText(s.text, s.line)):
	case hasBytes(s.text):
		s.unbyte()
	}
}

// take replaces the text by the bytes of a dump. It returns false if there is no HTTP in them.
func (s *source) take(segments []segment) bool {
	var w rewriter
	for _, seg := range segments {
		if w.open {
			w.text.WriteByte('\n')
			w.open = false
		}
		for _, c := range seg.chunks {
			w.add(c.bytes, c.line, 0)
		}
	}
	text := w.text.String()
	if _, ok := findName(text, 0); !ok && !strings.Contains(text, "HTTP/") {
		return false
	}
	s.rewrite(&w, Dump)
	s.logged = false
	return true
}

// hasRows reports whether a row of a dump may be in the text: one whose offset is zero.
func hasRows(s string) bool {
	for i := 0; ; i += 4 {
		if i = index(s, "0000", i); i < 0 {
			return false
		}
		begin := i
		for begin > 0 && i-begin < 16 && s[begin-1] != '\n' {
			begin--
		}
		if before := strings.TrimLeft(s[begin:i], " \t"); before == "" || before == "0x" {
			if _, _, ok := row(s[begin:min(lineEnd(s, i), i+200)]); ok {
				return true
			}
		}
	}
}

// row splits a row of a dump: an offset in hex, a colon or blanks, and the rest.
func row(line string) (offset int, rest string, ok bool) {
	line = strings.TrimLeft(strings.TrimRight(line, "\r"), " \t")
	line = strings.TrimPrefix(line, "0x")
	i := 0
	for i < len(line) && isHex(line[i]) {
		i++
	}
	if i < 4 || i > 8 {
		return 0, "", false
	}
	n, err := strconv.ParseUint(line[:i], 16, 32)
	if err != nil {
		return 0, "", false
	}
	switch rest = line[i:]; {
	case rest == "":
		return int(n), "", true
	case rest[0] == ':':
		rest = rest[1:]
	case strings.HasPrefix(rest, " - "):
		rest = rest[2:]
	case !isBlank(rest[0]):
		return 0, "", false
	}
	return int(n), rest, true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// rowBytes reads the bytes of a row, 16 at most. A gap ends them, except for one in the middle.
func rowBytes(s string) string {
	var b []byte
	i := 0
	for len(b) < 16 {
		gap := i
		for i < len(s) && (s[i] == ' ' || s[i] == '-' && len(b) == 8) {
			i++
		}
		if i-gap > 1 && len(b) > 0 && len(b) != 8 {
			break
		}
		end := i
		for end < len(s) && isHex(s[end]) {
			end++
		}
		if n := end - i; n != 2 && n != 4 && n != 8 || end < len(s) && s[end] != ' ' && s[end] != '-' && !(len(b) == 7 && s[end] == '-') {
			break
		}
		if i == gap && len(b) > 0 {
			break
		}
		for ; i < end; i += 2 {
			n, _ := strconv.ParseUint(s[i:i+2], 16, 8)
			b = append(b, byte(n))
		}
	}
	return string(b[:min(len(b), 16)])
}

// dumps reads all dumps in a text.
func dumps(s string, line int) []segment {
	var d dumper
	number := line
	for pos := 0; pos < len(s); number++ {
		end := lineEnd(s, pos)
		d.line(strings.TrimRight(s[pos:end], "\r"), number)
		pos = next(s, end)
	}
	d.endRun()
	d.endOctal()
	return d.flows.segments
}

// A dumper reads the lines of a text with dumps.
type dumper struct {
	flows flows
	// The rows read so far of one dump.
	offsets []int
	rests   []string
	numbers []int
	// Of curl's trace: what the marker before says.
	marked, sent, skip bool
	total              int
	octal              octalDump
}

func (d *dumper) line(text string, number int) {
	if direction, what, total, ok := traceMarker(text); ok {
		d.endRun()
		d.marked, d.total = true, total
		d.sent = direction == "=>"
		d.skip = what != "header" && what != "data"
		return
	}
	if strings.Contains(text, "== Info: ") {
		return
	}
	if trimBlanks(text) == "" && !d.marked && len(d.offsets) > 0 {
		d.endRun() // a dump has no empty lines
	}
	if d.octal.add(text, number) {
		return
	}
	d.endOctal()
	if d.octal.add(text, number) {
		return
	}
	offset, rest, ok := row(text)
	if !ok {
		return
	}
	if len(d.offsets) > 0 {
		if last := d.offsets[len(d.offsets)-1]; offset == 0 || offset <= last || !d.marked && offset-last > 32 {
			if offset != 0 {
				return // not a row of this dump
			}
			marked, sent, skip, total := d.marked, d.sent, d.skip, d.total
			d.endRun()
			d.marked, d.sent, d.skip, d.total = marked, sent, skip, total
			if marked {
				d.marked = false
			}
		}
	} else if offset != 0 {
		return
	}
	d.offsets, d.rests, d.numbers = append(d.offsets, offset), append(d.rests, rest), append(d.numbers, number)
}

// traceMarker reads the line that curl's --trace puts before the bytes of a block:
//
//	16:49:05.122923 <= Recv header, 27 bytes (0x1b)
func traceMarker(s string) (direction, what string, total int, ok bool) {
	i := strings.Index(s, "= Recv ")
	if i < 0 {
		if i = strings.Index(s, "=> Send "); i < 0 {
			return
		}
		i++
	}
	if i == 0 || s[i-1] != '<' && s[i-1] != '=' {
		return
	}
	if direction = "<="; s[i-1] == '=' {
		direction = "=>"
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(s[i:], "= Recv "), "> Send ")
	what, rest, ok = strings.Cut(rest, ", ")
	if !ok {
		return
	}
	count, _, ok := strings.Cut(rest, " bytes")
	total, err := strconv.Atoi(count)
	return direction, what, total, ok && err == nil
}

// endOctal turns the rows of od and hexdump into bytes.
func (d *dumper) endOctal() {
	if chunks := d.octal.chunks(); len(chunks) > 0 && !d.flows.packet(chunks) {
		d.flows.add("received", chunks)
	}
	d.octal = octalDump{}
}

// endRun turns the rows into bytes.
func (d *dumper) endRun() {
	defer func() {
		d.offsets, d.rests, d.numbers = nil, nil, nil
		d.marked, d.sent, d.skip = false, false, false
	}()
	if len(d.offsets) == 0 || d.skip {
		return
	}
	var chunks []chunk
	isHexDump := true
	for k, rest := range d.rests {
		size := -1
		if k+1 < len(d.offsets) {
			size = d.offsets[k+1] - d.offsets[k]
		} else if d.marked {
			size = d.total - d.offsets[k]
		}
		b := rowBytes(rest)
		if b == "" && rest == "" && k > 0 { // the length after hexdump's last row
			break
		}
		if size >= 0 && len(b) < size || b == "" {
			isHexDump = false
			break
		}
		if size >= 0 {
			b = b[:size]
		}
		chunks = append(chunks, chunk{b, d.numbers[k]})
	}
	if !isHexDump {
		if !d.marked {
			return
		}
		chunks = d.ascii()
	}
	flow := "received"
	if d.sent {
		flow = "sent"
	}
	if !d.marked && len(chunks) > 0 {
		if d.flows.packet(chunks) {
			return
		}
	}
	d.flows.add(flow, chunks)
}

// ascii reads the rows of --trace-ascii, which shows text, without line ends. Where the next offset leaves room
// for two bytes there was one.
func (d *dumper) ascii() []chunk {
	var chunks []chunk
	for k, rest := range d.rests {
		text := strings.TrimPrefix(rest, " ")
		end := d.total
		if k+1 < len(d.offsets) {
			end = d.offsets[k+1]
		}
		if end-d.offsets[k] == len(text)+2 {
			text += "\r\n"
		}
		chunks = append(chunks, chunk{text, d.numbers[k]})
	}
	return chunks
}

// flows joins what belongs to one direction of a connection.
type flows struct {
	segments []segment
	seen     map[string]bool // packets, so that one sent twice is read once
}

func (f *flows) add(flow string, chunks []chunk) {
	for k := len(f.segments) - 1; k >= 0; k-- {
		other := f.segments[k].flow
		if other == flow {
			f.segments[k].chunks = append(f.segments[k].chunks, chunks...)
			return
		}
		if other == reverse(flow) || k < len(f.segments)-64 {
			break
		}
	}
	f.segments = append(f.segments, segment{flow, chunks})
}

// reverse returns the flow of the other direction.
func reverse(flow string) string {
	switch flow {
	case "received":
		return "sent"
	case "sent":
		return "received"
	}
	from, to, _ := strings.Cut(flow, ">")
	return to + ">" + from
}

// packet adds the payload of a TCP segment in an IP packet, with or without the header of a link. It returns
// false if the bytes are not such a packet.
func (f *flows) packet(chunks []chunk) bool {
	var b strings.Builder
	for _, c := range chunks {
		b.WriteString(c.bytes)
	}
	p := b.String()
	flow, sequence, begin, end, ok := tcp(p)
	if !ok {
		return false
	}
	key := flow + sequence
	if f.seen == nil {
		f.seen = make(map[string]bool)
	}
	if begin == end || f.seen[key] {
		return true
	}
	f.seen[key] = true
	// Cut the chunks to the payload.
	var payload []chunk
	at := 0
	for _, c := range chunks {
		from, to := max(begin-at, 0), min(end-at, len(c.bytes))
		if from < to {
			payload = append(payload, chunk{c.bytes[from:to], c.line})
		}
		at += len(c.bytes)
	}
	f.add(flow, payload)
	return true
}

// tcp finds the payload of a TCP segment in a packet: IP alone, or after a header of Ethernet, of Linux's
// cooked capture, or of a loopback device.
func tcp(p string) (flow, sequence string, begin, end int, ok bool) {
	for _, link := range [...]int{0, 14, 4, 16, 20, 18} {
		if len(p) < link+20 {
			continue
		}
		ip := p[link:]
		var header, total int
		var from, to string
		switch ip[0] >> 4 {
		case 4:
			header = int(ip[0]&15) * 4
			total = int(ip[2])<<8 | int(ip[3])
			if ip[9] != 6 || header < 20 || ip[6]&0x1f != 0 || ip[7] != 0 {
				continue
			}
			from, to = ip[12:16], ip[16:20]
		case 6:
			if len(ip) < 40 || ip[6] != 6 {
				continue
			}
			header = 40
			total = 40 + (int(ip[4])<<8 | int(ip[5]))
			from, to = ip[8:24], ip[24:40]
		default:
			continue
		}
		if total == 0 || total > len(ip) {
			total = len(ip) // cut by the snapshot length, or segmentation offload
		}
		if header+20 > total {
			continue
		}
		segment := ip[header:]
		offset := int(segment[12]>>4) * 4
		if offset < 20 || header+offset > total {
			continue
		}
		flow = from + segment[0:2] + ">" + to + segment[2:4]
		return flow, segment[4:8], link + header + offset, link + total, true
	}
	return
}

func isPcap(s string) bool {
	return len(s) > 24 && slices.Contains([]string{"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d"}, s[:4])
}

// pcap reads the packets of a pcap file. Everything is on line 1, since a binary file has no lines.
func pcap(s string) []segment {
	bigEndian := s[0] == 0xa1
	var f flows
	for pos := 24; pos+16 <= len(s); {
		size := 0
		for i := range 4 {
			if !bigEndian {
				i = 3 - i
			}
			size = size<<8 | int(s[pos+8+i])
		}
		pos += 16
		if size < 0 || size > len(s)-pos {
			break
		}
		f.packet([]chunk{{s[pos : pos+size], 1}})
		pos += size
	}
	return f.segments
}
