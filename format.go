package wwwauth

import (
	"errors"
	"strings"
)

// Format returns one field value with all the challenges, joined by ", ", in their canonical text.
// It is for interfaces that take a single value; many clients read only the first challenge of a
// line, so servers should send what [Lines] returns.
//
// The canonical text of a challenge is its scheme, one space, and its token68 or its parameters,
// joined by ", ", with each value quoted and only the quotes and backslashes in it escaped. The
// parameters algorithm, stale, userhash and charset of Digest are exceptions: they stand without
// quotes if they are tokens (RFC 7616 section 3.3 forbids to quote the first two).
//
// Format changes nothing in order to send it: a challenge that would not be read back as it is gets
// a [*FormatError], and the value is "". Bytes from 0x80 on may stand in a value (obs-text), though
// many clients cannot read them. No challenge at all gives "".
func Format(cs ...Challenge) (string, error) {
	b, err := Append(make([]byte, 0, room(cs)), cs...)
	return string(b), err
}

// room returns how long the text of the challenges is if nothing in it is escaped. From
// 64 KiB on it does not pay to make room for all at once.
func room(cs []Challenge) int {
	const most = 64 << 10
	n := 0
	for _, c := range cs {
		n += len(c.Scheme) + len(" ") + len(c.Token68) + len(", ")
		for _, p := range c.Params {
			n = min(n, most) + len(p.Name) + len(p.Value) + len(`="", `)
		}
		n = min(n, most)
	}
	return n
}

// Lines returns a field line for each challenge, in its canonical text (see [Format]): what servers
// should send, since many clients cannot read more than one challenge on a line.
//
//	for _, line := range lines {
//		w.Header().Add("WWW-Authenticate", line)
//	}
//
// If one of the challenges cannot be sent it returns a [*FormatError] and no line.
func Lines(cs ...Challenge) ([]string, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	lines := make([]string, len(cs))
	b := make([]byte, 0, room(cs[:1]))
	for i, c := range cs {
		var err error
		if b, err = appendChallenge(b[:0], c, i); err != nil {
			return nil, err
		}
		lines[i] = string(b)
	}
	return lines, nil
}

// Append appends to dst what [Format] returns. On error it returns dst as it was, but may have
// written to the memory behind len(dst).
func Append(dst []byte, cs ...Challenge) ([]byte, error) {
	b := dst
	for i, c := range cs {
		if i > 0 {
			b = append(b, ", "...)
		}
		var err error
		if b, err = appendChallenge(b, c, i); err != nil {
			return dst, err
		}
	}
	return b, nil
}

// String returns the canonical text of c (see [Format]), and "" if c cannot be sent. It is meant for
// field lines. For a log it is no good: it hides what cannot be sent, and shows tokens and nonces.
func (c Challenge) String() string {
	s, _ := Format(c)
	return s
}

// AppendText implements [encoding.TextAppender] with the canonical text of c (see [Format]). The
// zero Challenge has the empty text. On error it returns b as it was, but may have written to the memory
// behind len(b).
func (c Challenge) AppendText(b []byte) ([]byte, error) {
	if c.Scheme == "" && c.Token68 == "" && len(c.Params) == 0 {
		return b, nil
	}
	return Append(b, c)
}

// MarshalText implements [encoding.TextMarshaler]; see [Challenge.AppendText].
func (c Challenge) MarshalText() ([]byte, error) {
	return c.AppendText(nil)
}

// UnmarshalText implements [encoding.TextUnmarshaler]. The text must hold exactly one challenge and
// not depart from RFC 9110; only the empty text, which gives the zero Challenge, holds none. On
// error, which is an [ErrorList] if the text departs from the RFC, c stays as it was. There is no limit on
// parameters, so that what MarshalText gives can be read.
func (c *Challenge) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Challenge{}
		return nil
	}
	p := Parser{MaxParams: -1}
	cs, err := p.Parse(string(b))
	if err != nil {
		return err
	}
	if len(cs) != 1 {
		return errNotOne
	}
	*c = cs[0]
	return nil
}

var errNotOne = errors.New("wwwauth: text does not hold exactly one challenge")

// appendChallenge appends the canonical text of the challenge with the index n. What it returns with
// an error is of no use.
func appendChallenge(b []byte, c Challenge, n int) ([]byte, error) {
	var isBare func(name string) bool
	if c.Is("Digest") {
		isBare = isBareInDigest
	}
	return appendElement(b, c, n, isBare)
}

// isBareInDigest tells whether a parameter of Digest is sent without quotes. RFC 7616 section 3.3
// says of stale and algorithm that they MUST NOT be quoted, and prints the other two so.
func isBareInDigest(name string) bool {
	return equalFold(name, "algorithm") || equalFold(name, "stale") ||
		equalFold(name, "userhash") || equalFold(name, "charset")
}

// appendElement appends a challenge or credentials, which have the same form. The function tells of
// which parameters the values stand without quotes; nil if of none.
//
//	challenge = auth-scheme [ 1*SP ( token68 / [ auth-param *( OWS "," OWS auth-param ) ] ) ]
func appendElement(b []byte, c Challenge, n int, isBare func(name string) bool) ([]byte, error) {
	fail := func(code Code) ([]byte, error) {
		return b, &FormatError{Challenge: n, Param: -1, Code: code}
	}
	switch {
	case !isToken(c.Scheme):
		return fail(MissingScheme)
	case c.Token68 != "" && len(c.Params) > 0:
		return fail(Token68AndParams)
	case c.Token68 != "" && !isToken68(c.Token68):
		return fail(UnexpectedByte)
	}
	b = append(b, c.Scheme...)
	if c.Token68 != "" {
		return append(append(b, ' '), c.Token68...), nil
	}
	if len(c.Params) > 0 {
		b = append(b, ' ')
	}
	return appendParams(b, c.Params, n, isBare)
}

// appendParams appends parameters.
//
//	auth-param = token "=" ( token / quoted-string )
func appendParams(b []byte, params []Param, n int, isBare func(name string) bool) ([]byte, error) {
	fail := func(param int, code Code) ([]byte, error) {
		return b, &FormatError{Challenge: n, Param: param, Code: code}
	}
	var names nameSet
	for i, p := range params {
		switch {
		case !isToken(p.Name):
			return fail(i, UnexpectedByte)
		case run(p.Value, 0, text) < len(p.Value):
			return fail(i, ControlByte)
		case names.add(params[:i], p.Name):
			return fail(i, DuplicateParam)
		}
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, p.Name...), '=')
		if isBare != nil && isBare(p.Name) && isToken(p.Value) {
			b = append(b, p.Value...)
		} else {
			b = appendQuoted(b, p.Value)
		}
	}
	return b, nil
}

// appendQuoted appends the quoted-string that means s. A sender should escape only the quote and the
// backslash (RFC 9110 section 5.6.4).
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			return append(append(b, s...), '"')
		}
		b = append(append(append(b, s[:i]...), '\\'), s[i])
		s = s[i+1:]
	}
}
