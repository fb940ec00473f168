// Package input finds HTTP responses, and the requests they answer, in whatever text people have: what curl,
// wget, HTTPie, git and browsers show, what Python, Node, Go, Java, Perl, PHP and PowerShell print, logs, JSON,
// YAML, CSV, dumps, and what is copied out of all of them.
//
// It looks for the places that mention HTTP: a status line, or the name of a challenge field. The text
// around them shows which program printed it, and so how it is quoted. A value without a field name counts
// only in a text that has neither. Prose, source code and configuration do not hold challenges: outside a
// head a value must look like one.
//
// # The flow of data
//
// Data flows down this list. First bytes become blocks of text, each of which is read by itself:
//
//	gzip.go       gzip of any number of members, broken ones too; gzip_page.go for the page, which has it from the browser
//	decode.go     gzip, byte order marks, UTF-16, lone carriage returns, colours, quoted-printable
//	warc.go       WARC files, which hold responses as they were sent
//	prefix.go     what a logger puts before each line
//	split.go      the blocks, and the place in the text where another run continues
//	lost.go       what of all this could not be read
//
// A block becomes what it shows:
//
//	dump.go       tcpdump -X, curl --trace, xxd, hexdump -C, pcap: the bytes in a dump
//	hex.go        od, hexdump, xxd -p, arrays of C: dumps without text beside the bytes
//	bytes.go      messages in base64, or as numbers
//	ngrep.go      what ngrep shows: dots for line ends, and lines broken at the width of the terminal
//	scan.go       what scanners write: zgrab2, httpx, nuclei
//	source.go     from one place that mentions HTTP to the next
//
// A status line leads to head.go, the name of a challenge field to one of the others:
//
//	head.go       a status line or request line, and the field lines after it
//	json.go       JSON: HAR, logs, cassettes
//	field.go      a name anywhere else: which of these files reads its value
//	keyed.go      a name in quotes, as in maps of Python, Node, Go and Perl
//	nested.go     a text within a string, which is read as a block is
//	line.go       a name without quotes: logs, Markdown, YAML, the panels of browsers
//	headless.go   field lines without a status line
//	pair.go       a name and a value in a list or an object of their own
//	table.go      CSV and other tables
//	list.go       the values after a name: strings, brackets, items on lines of their own
//	group.go      fields that make one response, though no head says so, and its status
//	twice.go      one response that a program has printed in two shapes
//	beside.go     what is near those: other fields, the credentials that were sent
//	value.go      values without a name, and the arguments of a command
//
// All of them use name.go (the names of the fields), challenge.go (what looks like a challenge, and where it ends),
// quote.go (strings as programs print them) and join.go (lines broken by copying).
//
// Undone and the notes say what was undone, so that nobody blames the server for what a program or a copy
// did. Time is linear in the length of the text and memory is bounded, for any bytes.
package input

import "strings"

// A Response is one response, as far as the text shows it.
type Response struct {
	Line    int      // where it begins in the text, from 1
	Proto   string   // "HTTP/1.1", "HTTP/2"; "" if the text does not say
	Status  int      // 0 if the text does not say
	Fields  []Field  // all header fields that were read, in order, challenge fields among them
	Request *Request // the request it answers; nil if the text has none
	Notes   []Note   // what was done to the text to read it, by line
	Bare    bool     // a value without a field name; the field in Fields has no name
}

// A Field is a header field line.
type Field struct {
	Name   string // as printed
	Value  string // without whitespace around it, and with all quoting of the program that printed it undone
	Line   int    // of the value in the text, from 1
	Column int    // of the value in that line, in bytes from 0; valid only if Undone is 0
	Undone Undone // what was undone to get the value
}

// Undone is a set of things that programs and people do to a field value before it is read here,
// and that say nothing about the server.
type Undone uint16

const (
	Quotes   Undone = 1 << iota // the value was in quotes, or had backslashes or quotes doubled
	Joined                      // a line broken by copying was joined
	URLCut                      // the break was inside a URL, which must not be sent
	List                        // the program printed several field lines as one list; they were taken apart
	Combined                    // the program joins field lines with commas before it prints them
	Dump                        // the bytes come from a hex or ASCII dump
	Entities                    // HTML character references, such as &quot;
	Cut                         // more text follows the value, which was cut where the challenges end
)

// A Request is the request that a response answers.
type Request struct {
	Line   int
	Method string
	Target string // the path, or the whole URL if the text has that
	Proto  string
	Fields []Field
	Head   bool // it was read from a head in the form of HTTP, which has all fields
}

// URL returns the URL of the request; "" if the text does not say whether it is https.
func (q *Request) URL() string {
	if strings.HasPrefix(q.Target, "http://") || strings.HasPrefix(q.Target, "https://") {
		return q.Target
	}
	if !strings.HasPrefix(q.Target, "/") || q.Proto != "HTTP/2" && q.Proto != "HTTP/3" {
		return ""
	}
	for _, f := range q.Fields {
		if strings.EqualFold(f.Name, "Host") || strings.EqualFold(f.Name, ":authority") {
			return "https://" + f.Value + q.Target
		}
	}
	return ""
}

// A Note says what was done to the text to read it.
type Note struct {
	Line int
	Kind NoteKind
}

// A NoteKind is a kind of note.
type NoteKind uint8

const (
	NoteJoined   NoteKind = iota + 1 // a line broken by copying was joined to the one before
	NoteURLCut                       // the break was inside a URL, which must not be sent
	NoteQuotes                       // quoting was undone: quotes and backslashes of a program are not the server's
	NoteList                         // a printed list was taken apart: a comma that is missing is not the server's fault
	NoteCombined                     // the program that printed them joins field lines: one line is not the server's choice
	NoteDump                         // a dump was turned into bytes
	NoteEntities                     // character references of HTML were undone
	NoteCut                          // text after a value was left out
	NoteTooLong                      // a field was too long, and was left out
)

// String returns a few words for people.
func (k NoteKind) String() string {
	switch k {
	case NoteJoined:
		return "joined a line broken by copying"
	case NoteURLCut:
		return "the break was inside a URL"
	case NoteQuotes:
		return "undid quoting"
	case NoteList:
		return "took a printed list apart"
	case NoteCombined:
		return "the program that printed this may have joined field lines"
	case NoteDump:
		return "read a dump"
	case NoteEntities:
		return "undid HTML character references"
	case NoteCut:
		return "left out the text after the challenges"
	case NoteTooLong:
		return "left out a field longer than 1 MiB"
	}
	return ""
}

// A Miss is a place that mentions a challenge field and was not read.
type Miss struct {
	Line int
	Kind MissKind
	Name string // the name as written
}

// A MissKind is a kind of miss.
type MissKind uint8

const (
	Unread   MissKind = iota + 1 // a challenge field in a form that is not read, or without a challenge
	NearName                     // a field whose name is one or two letters off, such as WWW-Authentication
	Remapped                     // a challenge field under a name that a gateway made, such as x-amzn-Remapped-WWW-Authenticate
)

// Found is what a block holds.
type Found struct {
	Responses []Response
	Misses    []Miss // the first few
	Broken    int    // objects of a scanner's output that are broken
}
