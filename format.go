package wwwauth

import (
	"errors"
	"strings"
)

// Format returns the canonical text of the challenges as one field value, joined by ", ", or "" if
// there are none. It is for interfaces that take a single value. Many clients read only the first
// challenge of a line, so servers should send what [Lines] returns.
//
// The canonical text of a challenge is its scheme, one space, and either its token68 or its
// parameters, joined by ", ". All values are quoted, and only quotes and backslashes in them are
// escaped. The parameters algorithm, stale, userhash and charset of Digest are exceptions: if they
// are tokens, they are not quoted (RFC 7616 section 3.3 forbids quoting the first two).
//
// Format never alters a challenge to make it valid. If one cannot be sent, it returns "" and a
// [*FormatError]. Values may contain bytes from 0x80 up (obs-text), although many clients cannot
// read them.
func Format(cs ...Challenge) (string, error) {
	var short [512]byte // no memory for most: a twentieth of the time
	b := short[:0]
	if n := room(cs); n > len(short) {
		b = make([]byte, 0, n)
	}
	b, err := Append(b, cs...)
	return string(b), err
}

// room returns the length of the text of the challenges if nothing in it is escaped. Beyond 64 KiB it
// does not pay to make room for all at once.
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

// Lines returns the canonical text of each challenge (see [Format]), one field line each. This is
// what servers should send, since many clients cannot read several challenges on one line.
//
//	for _, line := range lines {
//		w.Header().Add("WWW-Authenticate", line)
//	}
//
// If one of the challenges cannot be sent, Lines returns a [*FormatError] and no lines: without
// that challenge, only weaker schemes may be left. For a challenge that was read with a repeated
// parameter, send [Challenge.Distinct].
func Lines(cs ...Challenge) ([]string, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	lines := make([]string, len(cs))
	var short [512]byte // as in Format
	b := short[:0]
	if n := room(cs[:1]); n > len(short) {
		b = make([]byte, 0, n)
	}
	for i, c := range cs {
		var err error
		if b, err = appendChallenge(b[:0], c, i); err != nil {
			return nil, err
		}
		lines[i] = string(b)
	}
	return lines, nil
}

// Append appends the text that [Format] returns to dst and returns the extended slice. On error it
// returns dst unchanged, but may have written to the memory beyond len(dst).
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

// String returns the canonical text of c (see [Format]), or "" if c cannot be sent. It is meant for
// field lines and not for logs: it is empty for a challenge that cannot be sent, and shows tokens
// and nonces.
func (c Challenge) String() string {
	s, _ := Format(c)
	return s
}

// AppendText implements [encoding.TextAppender]. It appends the canonical text of c (see [Format]), which
// is empty for the zero Challenge. On error it returns b unchanged, but may have written to the memory
// beyond len(b).
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

// UnmarshalText implements [encoding.TextUnmarshaler]. The text must be exactly one challenge that
// conforms to RFC 9110, or empty, which gives the zero Challenge. If it does not conform, the error
// is an [ErrorList]. On error c is unchanged. There is no limit on the number of parameters, so
// anything that [Challenge.MarshalText] returns can be read.
func (c *Challenge) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Challenge{}
		return nil
	}
	p := Parser{MaxParams: -1}
	cs, err := p.Parse(string(text))
	if err != nil {
		return err
	}
	if len(cs) != 1 {
		return errNotOne
	}
	*c = cs[0]
	return nil
}

var errNotOne = errors.New("wwwauth: text is not exactly one challenge")

// appendChallenge appends the canonical text of c, whose index is n. On error the slice it returns is of no
// use.
func appendChallenge(b []byte, c Challenge, n int) ([]byte, error) {
	var isBare func(name string) bool
	if c.Is("Digest") {
		isBare = isBareInDigest
	}
	return appendElement(b, c, n, isBare)
}

// isBareInDigest reports whether a parameter of Digest is sent without quotes. RFC 7616 section 3.3 says
// that stale and algorithm MUST NOT be quoted, and prints the other two without quotes.
func isBareInDigest(name string) bool {
	return equalFold(name, "algorithm") || equalFold(name, "stale") ||
		equalFold(name, "userhash") || equalFold(name, "charset")
}

// appendElement appends a challenge or credentials, which have the same form. The function reports which
// parameters are sent without quotes; nil means none.
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
		case !isText(p.Value):
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
	if isQDText(s) && strings.IndexByte(s, '"') < 0 {
		return append(append(b, s...), '"') // nearly always: this saves a third of the time
	}
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			return append(append(b, s...), '"')
		}
		b = append(append(append(b, s[:i]...), '\\'), s[i])
		s = s[i+1:]
	}
}
