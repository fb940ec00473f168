package wwwauth

import (
	"errors"
	"slices"
	"strconv"
)

// A SyntaxError describes one departure from RFC 9110 in the lines passed to [Parse],
// [ParseCredentials] or [ParseAuthenticationInfo].
type SyntaxError struct {
	Line      int  // index of the line in the arguments
	Offset    int  // byte offset in that line, from 0 to its length
	Code      Code // what is wrong
	Kept      bool // whether the result has the text in question, repaired if need be
	Challenge int  // index in the result of the challenge that it belongs to; -1 if none

	// Param is the index, in the Params of that challenge, of the parameter that is affected; -1 if
	// none. A missing comma or a semicolon affects the parameter after it, a lost quote the parameter
	// that lost it, and a control byte the parameter whose value it is in.
	Param int
}

// Error returns the place and the kind of the departure. It does not quote the input, which may
// contain nonces and tokens. The wording may change; the Code does not.
func (e *SyntaxError) Error() string {
	return "wwwauth: line " + strconv.Itoa(e.Line) + ", offset " + strconv.Itoa(e.Offset) + ": " + e.Code.text()
}

// An ErrorList is the list of all departures that [Parse] found, ordered by line and offset. Parse
// never returns an empty one.
type ErrorList []*SyntaxError

// Error describes the first departure and says how many more there are.
func (l ErrorList) Error() string {
	switch len(l) {
	case 0:
		return "wwwauth: no errors"
	case 1:
		return l[0].Error()
	}
	return l[0].Error() + " (and " + strconv.Itoa(len(l)-1) + " more)"
}

// Unwrap returns the departures, for [errors.Is] and [errors.As].
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Has reports whether any departure in l has one of the codes.
func (l ErrorList) Has(codes ...Code) bool {
	return slices.ContainsFunc(l, func(e *SyntaxError) bool { return slices.Contains(codes, e.Code) })
}

// Tolerate returns err, an error of [Parse], without the departures that have one of the codes. It
// is for callers that accept some repairs and not others. The result is a new [ErrorList], or nil
// if no departure is left:
//
//	challenges, err := wwwauth.Parse(lines...)
//	err = wwwauth.Tolerate(err, wwwauth.MissingComma, wwwauth.UnquotedValue)
//
// A [*SyntaxError] is treated as a list of one. Any other error is returned unchanged, even if it
// wraps one of these.
func Tolerate(err error, codes ...Code) error {
	var all ErrorList
	switch err := err.(type) {
	case ErrorList:
		all = err
	case *SyntaxError:
		all = ErrorList{err}
	default:
		return err
	}
	var others ErrorList
	for _, e := range all {
		if !slices.Contains(codes, e.Code) {
			others = append(others, e)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return others
}

// A FormatError describes why a challenge, credentials or the parameters of an Authentication-Info
// field cannot be sent.
type FormatError struct {
	Challenge int // index of the challenge in the arguments; 0 for credentials and Authentication-Info
	Param     int // index of the parameter; -1 if the fault is not in a parameter

	// Code says what is wrong:
	//
	//   - MissingScheme: the scheme is not a token
	//   - Token68AndParams: there are both
	//   - UnexpectedByte: the token68 is malformed (Param is -1), or the name is not a token
	//   - ControlByte: the value contains a control byte other than HTAB
	//   - DuplicateParam: an earlier parameter has the same name
	//   - UnquotedValue: the value, in credentials, must not be quoted but is not a token
	Code Code

	of string // what was to be formatted, "" for a challenge
}

// Error says which challenge and which parameter cannot be sent, and why. It does not quote them.
// The wording may change; the Code does not.
func (e *FormatError) Error() string {
	if e.Param >= 0 {
		why := "name is used twice"
		switch e.Code {
		case UnexpectedByte:
			why = "name is not a token"
		case ControlByte:
			why = "value contains a control byte"
		case UnquotedValue:
			why = "value must not be quoted and is not a token"
		}
		if e.of == ofInfo {
			return "wwwauth: cannot format parameter " + strconv.Itoa(e.Param) + ": " + why
		}
		return "wwwauth: cannot format " + e.subject() + ", parameter " + strconv.Itoa(e.Param) + ": " + why
	}
	why := "token68 is malformed"
	switch e.Code {
	case MissingScheme:
		why = "scheme is not a token"
	case Token68AndParams:
		why = "has both a token68 and parameters"
	}
	return "wwwauth: cannot format " + e.subject() + ": " + why
}

// What a FormatError is about, if not a challenge.
const (
	ofCredentials = "credentials"
	ofInfo        = "parameters"
)

func (e *FormatError) subject() string {
	if e.of != "" {
		return e.of
	}
	return "challenge " + strconv.Itoa(e.Challenge)
}

// A ViewError describes which field of a typed view, such as [Bearer], or which argument of
// [BasicCredentials] breaks a rule, so that it cannot be sent.
type ViewError struct {
	View    string // the type, such as "Bearer", or "BasicCredentials"
	Field   string // the field of the type or the parameter of the function; "" if the fault is not in one
	Section string // the section with the rule, such as "RFC 6750 section 3"
	why     string
}

// Error says which field breaks which rule. It does not quote the value. The wording may change;
// the fields do not.
func (e *ViewError) Error() string {
	name := e.View
	if e.Field != "" {
		name += "." + e.Field
	}
	return "wwwauth: " + name + " " + e.why + " (" + e.Section + ")"
}

// A Code is a kind of departure from RFC 9110. A table in the package documentation shows how each
// is read and who sends it. Later versions may add codes. The zero Code is not valid.
type Code uint8

// The kinds of departure.
const (
	MissingComma      Code = iota + 1 // no comma between two parameters or two challenges
	Semicolon                         // a semicolon instead of a comma, or at the end
	UnquotedValue                     // an unquoted value that is not a token
	SingleQuote                       // a value in single quotes
	SmartQuote                        // a value in typographic quotes, U+201C and U+201D
	InnerQuote                        // an unescaped quote within a quoted string
	UnterminatedQuote                 // a quoted string without a closing quote
	CommaAfterScheme                  // a comma between a scheme and its first parameter
	MissingValue                      // a parameter without a value
	BadWhitespace                     // a tab after the scheme, where only spaces are allowed
	LineFold                          // a folded line (obs-fold)
	ControlByte                       // a control byte other than HTAB
	DuplicateParam                    // a parameter with the name of an earlier one
	MissingScheme                     // a parameter that belongs to no challenge
	Token68AndParams                  // a parameter after a token68
	UnexpectedByte                    // anything else
	TooLarge                          // a limit of the Parser is exceeded
)

var codes = [...]struct{ name, text string }{
	MissingComma:      {"missing-comma", "comma is missing"},
	Semicolon:         {"semicolon", "unexpected semicolon"},
	UnquotedValue:     {"unquoted-value", "value must be quoted"},
	SingleQuote:       {"single-quote", "value is in single quotes"},
	SmartQuote:        {"smart-quote", "value is in typographic quotes"},
	InnerQuote:        {"inner-quote", "quote within a quoted string is not escaped"},
	UnterminatedQuote: {"unterminated-quote", "quoted string has no closing quote"},
	CommaAfterScheme:  {"comma-after-scheme", "comma between scheme and parameter"},
	MissingValue:      {"missing-value", "parameter has no value"},
	BadWhitespace:     {"bad-whitespace", "tab after the scheme"},
	LineFold:          {"line-fold", "line is folded"},
	ControlByte:       {"control-byte", "control byte"},
	DuplicateParam:    {"duplicate-param", "parameter is repeated"},
	MissingScheme:     {"missing-scheme", "parameter without a scheme"},
	Token68AndParams:  {"token68-and-params", "parameter after a token68"},
	UnexpectedByte:    {"unexpected-byte", "unexpected byte"},
	TooLarge:          {"too-large", "limit reached, the rest was not read"},
}

// String returns the name of c, such as "missing-comma". Names do not change.
func (c Code) String() string {
	if c == 0 || int(c) >= len(codes) {
		return "Code(" + strconv.Itoa(int(c)) + ")"
	}
	return codes[c].name
}

// AppendText implements [encoding.TextAppender]. It appends the name of c (see [Code.String]), or
// returns an error if c is not one of the constants.
func (c Code) AppendText(b []byte) ([]byte, error) {
	if c == 0 || int(c) >= len(codes) {
		return b, errors.New("wwwauth: unknown code " + strconv.Itoa(int(c)))
	}
	return append(b, codes[c].name...), nil
}

// MarshalText implements [encoding.TextMarshaler]; see [Code.AppendText].
func (c Code) MarshalText() ([]byte, error) {
	return c.AppendText(nil)
}

// UnmarshalText implements [encoding.TextUnmarshaler]. The text must be the name of one of the
// constants. On error c is unchanged.
func (c *Code) UnmarshalText(text []byte) error {
	for i := 1; i < len(codes); i++ {
		if codes[i].name == string(text) {
			*c = Code(i)
			return nil
		}
	}
	return errUnknownCode
}

var errUnknownCode = errors.New("wwwauth: unknown code")

func (c Code) text() string {
	if c == 0 || int(c) >= len(codes) {
		return c.String()
	}
	return codes[c].text
}
