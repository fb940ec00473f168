package input

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// rows prints 16 bytes per row.
func rows(s string, row func(offset int, b []byte) string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += 16 {
		b.WriteString(row(i, []byte(s[i:min(i+16, len(s))])))
	}
	return b.String()
}

func printable(b []byte) string {
	c := bytes.Clone(b)
	for i := range c {
		if c[i] < 0x20 || c[i] > 0x7e {
			c[i] = '.'
		}
	}
	return string(c)
}

func spaced(b []byte) string { return strings.TrimSpace(fmt.Sprintf("% x", b)) }

// groups prints bytes in hex, two in a group.
func groups(b []byte) string {
	var parts []string
	for i := 0; i < len(b); i += 2 {
		parts = append(parts, hex.EncodeToString(b[i:min(i+2, len(b))]))
	}
	return strings.Join(parts, " ")
}

// packet returns an IP packet with a TCP segment.
func packet(payload string, sequence uint32, fromServer bool) []byte {
	p := make([]byte, 52)
	p[0] = 0x45
	binary.BigEndian.PutUint16(p[2:], uint16(52+len(payload)))
	p[8], p[9] = 64, 6
	copy(p[12:], []byte{10, 0, 0, 1, 10, 0, 0, 2})
	binary.BigEndian.PutUint16(p[20:], 40000)
	binary.BigEndian.PutUint16(p[22:], 80)
	if fromServer {
		copy(p[12:], []byte{10, 0, 0, 2, 10, 0, 0, 1})
		binary.BigEndian.PutUint16(p[20:], 80)
		binary.BigEndian.PutUint16(p[22:], 40000)
	}
	binary.BigEndian.PutUint32(p[24:], sequence)
	p[32] = 8 << 4
	return append(p, payload...)
}

const sentRequest = "GET /x HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\n\r\n"

// tcpdump prints packets as tcpdump -X does.
func tcpdump(h printedHead) string {
	var b strings.Builder
	show := func(p []byte) {
		b.WriteString("15:20:04.947118 IP 10.0.0.2.80 > 10.0.0.1.40000: Flags [P.], seq 1:490, ack 85, win 64, length 489: HTTP: HTTP/1.1 401 Unauthorized\n")
		b.WriteString(rows(string(p), func(offset int, row []byte) string {
			return fmt.Sprintf("\t0x%04x:  %-39s  %s\n", offset, groups(row), printable(row))
		}))
	}
	show(packet(sentRequest, 1, false))
	wire := h.wire("\r\n")
	half := len(wire) / 2
	show(packet(wire[:half], 1, true))
	show(packet("", 60, false))
	show(packet(wire[half:], uint32(1+half), true))
	return b.String()
}

// curlTrace prints what curl --trace does, and with ascii what --trace-ascii does.
func curlTrace(h printedHead, ascii bool) string {
	var b strings.Builder
	b.WriteString("== Info:   Trying 127.0.0.1:80...\n")
	block := func(marker, data string) {
		fmt.Fprintf(&b, "%s, %d bytes (0x%x)\n", marker, len(data), len(data))
		if !ascii {
			b.WriteString(rows(data, func(offset int, row []byte) string {
				return fmt.Sprintf("%04x: %-48s%s\n", offset, spaced(row)+" ", printable(row))
			}))
			return
		}
		for offset := 0; offset < len(data); {
			end := min(offset+64, len(data))
			size := end - offset
			if n := strings.Index(data[offset:end], "\r\n"); n >= 0 {
				end, size = offset+n, n+2
			} else if strings.HasPrefix(data[end:], "\r\n") {
				size += 2
			}
			fmt.Fprintf(&b, "%04x: %s\n", offset, printable([]byte(data[offset:end])))
			offset += size
		}
	}
	block("=> Send header", sentRequest)
	for line := range strings.Lines(h.wire("\r\n")) {
		block("<= Recv header", line)
	}
	block("<= Recv data", "WWW-Authenticate: Bearer realm=\"of a body\"\r\n")
	return b.String()
}

// collapsed prints rows with an offset in the format, as od and hexdump do: of equal rows only the first, and then an
// asterisk, and the length at the end.
func collapsed(s, format string, row func(b []byte) string) string {
	var b strings.Builder
	last, starred := "", false
	for i := 0; i < len(s); i += 16 {
		part := s[i:min(i+16, len(s))]
		if part == last && i+16 < len(s) {
			if !starred {
				b.WriteString("*\n")
			}
			starred = true
			continue
		}
		last, starred = part, false
		fmt.Fprintf(&b, format+"%s\n", i, row([]byte(part)))
	}
	fmt.Fprintf(&b, format+"\n", len(s))
	return b.String()
}

// characters prints each byte as od -c does.
func characters(b []byte) string {
	var text strings.Builder
	for _, c := range b {
		cell := string(rune(c))
		switch i := bytes.IndexByte([]byte("\x00\a\b\t\n\v\f\r"), c); {
		case i >= 0:
			cell = `\` + "0abtnvfr"[i:i+1]
		case c < 0x20 || c > 0x7e:
			cell = fmt.Sprintf("%03o", c)
		}
		fmt.Fprintf(&text, " %3s", cell)
	}
	return text.String()
}

// words prints two bytes per word, in little-endian order.
func words(b []byte, format string) string {
	var text strings.Builder
	for len(b) > 0 {
		pair := append(b[:min(2, len(b)):min(2, len(b))], 0)
		fmt.Fprintf(&text, format, binary.LittleEndian.Uint16(pair))
		b = b[min(2, len(b)):]
	}
	return text.String()
}

// wrapped prints the hex of n bytes per line.
func wrapped(s string, n int, line func(b []byte) string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += n {
		b.WriteString(line([]byte(s[i:min(i+n, len(s))])))
	}
	return b.String()
}

var dumpPrinters = []headPrinter{
	{"curl --trace", func(h printedHead) string { return curlTrace(h, false) }, nil},
	{"curl --trace-ascii", func(h printedHead) string { return curlTrace(h, true) }, isASCII},
	{"hexdump -C", func(h printedHead) string {
		wire := h.wire("\r\n")
		return rows(wire, func(offset int, b []byte) string {
			left, right := spaced(b[:min(8, len(b))]), ""
			if len(b) > 8 {
				right = spaced(b[8:])
			}
			return fmt.Sprintf("%08x  %-23s  %-23s  |%s|\n", offset, left, right, printable(b))
		}) + fmt.Sprintf("%08x\n", len(wire))
	}, nil},
	{"xxd", func(h printedHead) string {
		return rows(h.wire("\r\n"), func(offset int, b []byte) string {
			return fmt.Sprintf("%08x: %-39s  %s\n", offset, groups(b), printable(b))
		})
	}, nil},
	{"tshark -x", func(h printedHead) string {
		return rows(string(append([]byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00"), packet(h.wire("\r\n"), 1, true)...)), func(offset int, b []byte) string {
			return fmt.Sprintf("%04x  %-47s   %s\n", offset, spaced(b), printable(b))
		})
	}, nil},
	{"tcpdump -X", tcpdump, nil},
	{"od", func(h printedHead) string {
		return collapsed(h.wire("\r\n"), "%07o", func(b []byte) string { return words(b, " %06o") })
	}, nil},
	{"od -c", func(h printedHead) string { return collapsed(h.wire("\r\n"), "%07o", characters) }, nil},
	{"od -t x1", func(h printedHead) string {
		return collapsed(h.wire("\r\n"), "%07o", func(b []byte) string { return " " + spaced(b) })
	}, nil},
	{"hexdump", func(h printedHead) string {
		return collapsed(h.wire("\r\n"), "%07x", func(b []byte) string { return words(b, " %04x") })
	}, nil},
	{"hexdump -c", func(h printedHead) string { return collapsed(h.wire("\r\n"), "%07x", characters) }, nil},
	{"xxd -p", func(h printedHead) string {
		return wrapped(h.wire("\r\n"), 30, func(b []byte) string { return hex.EncodeToString(b) + "\n" })
	}, nil},
	{"Wireshark's hex stream", func(h printedHead) string { return hex.EncodeToString([]byte(h.wire("\r\n"))) + "\n" }, nil},
	{"xxd -i", func(h printedHead) string {
		return "unsigned char raw[] = {\n" + wrapped(h.wire("\r\n"), 12, func(b []byte) string {
			return "  0x" + strings.ReplaceAll(spaced(b), " ", ", 0x") + ",\n"
		}) + fmt.Sprintf("};\nunsigned int raw_len = %d;\n", len(h.wire("\r\n")))
	}, nil},
}

// TestPcap reads a file of tcpdump -w with a response in two packets, from machines of both byte orders.
func TestPcap(t *testing.T) {
	const head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		u32, u16 := order.AppendUint32, order.AppendUint16
		file := u32(u32(u32(u32(u16(u16(u32(nil, 0xa1b2c3d4), 2), 4), 0), 0), 65535), 101) // raw IP
		for _, p := range [][]byte{packet(sentRequest, 1, false), packet(head, 1, true), packet("\"x\"\r\n\r\n", 1+uint32(len(head)), true)} {
			file = u32(u32(u32(u32(file, 1700000000), 0), uint32(len(p))), uint32(len(p)))
			file = append(file, p...)
		}
		if got, want := canonical(Find(file)), []string{`Basic realm="x"`}; !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", order, got, want)
		}
	}
}

// TestLanguages reads what functions of PHP and R print, and the dump of a table in MySQL.
func TestLanguages(t *testing.T) {
	const basic, bearer = `Basic realm="it's \"x\"", charset="UTF-8"`, `Bearer realm="api"`
	counted := func(s string) string { return fmt.Sprintf(`s:%d:"%s";`, len(s), s) }
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"serialize": {"a:2:{" + counted("Server") + counted("nginx") + counted("WWW-Authenticate") + counted(basic) + "}\n", []string{basic}},
		"serialize, a list": {"a:2:{" + counted("www-authenticate") + "a:2:{i:0;" + counted(basic) + "i:1;" + counted(bearer) + "}" +
			counted("server") + "a:1:{i:0;" + counted("nginx") + "}}\n", []string{basic, bearer}},
		"serialize, a count that is wrong": {`a:1:{s:16:"WWW-Authenticate";s:99:"Basic realm="x"";}`, []string{}},
		"serialize, cut":                   {`s:16:"WWW-Authenticate";a:9:{i:0;s:5:"Basic"`, []string{"Basic"}},
		"serialize, a count below 0":       {`s:16:"WWW-Authenticate";a:-9:{i:0;s:-5:"Basic";`, []string{}},
		"R's print":                        {"$server\n[1] \"nginx\"\n\n$`www-authenticate`\n[1] \"" + quoted.Replace(basic) + "\"\n\n$`content-length`\n[1] \"179\"\n", []string{basic}},
		"R's str":                          {" $ server          : chr \"nginx\"\n $ www-authenticate: chr \"" + quoted.Replace(basic) + "\"\n $ content-length  : chr \"179\"\n", []string{basic}},
		"mysqldump": {"INSERT INTO `r` VALUES (1,401,'" + quoted.Replace(`{"server": "nginx", "www-authenticate": "`+quoted.Replace(bearer)+`"}`) +
			"'),(2,200,'{}');\n", []string{bearer}},
	} {
		if got := canonical(Find([]byte(tt.text))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q\n%s", name, got, tt.want, tt.text)
		}
	}
}
