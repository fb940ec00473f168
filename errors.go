package wwwauth

import (
	"errors"
	"fmt"
	"slices"
)

// A SyntaxError tells of one place where the lines given to [Parse], [ParseCredentials] or
// [ParseAuthenticationInfo] depart from RFC 9110.
type SyntaxError struct {
	Line      int  // index of the argument
	Offset    int  // byte offset in that line, from 0 to its length
	Code      Code // what is wrong
	Kept      bool // what stands there is represented in the result
	Challenge int  // index in the result of the challenge it belongs to; -1 if it belongs to none
	Param     int  // index in the Params of that challenge of the parameter it is about; -1 if it is about none
}

// Error says where and what. It quotes nothing of the input, which may hold nonces and tokens. Its
// wording may change; Code does not.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("wwwauth: line %d, offset %d: %s", e.Line, e.Offset, e.Code.text())
}

// An ErrorList holds all departures that [Parse] found, by line and then by offset. It is never
// empty when Parse returns it.
type ErrorList []*SyntaxError

// Error gives the text of the first departure and the number of the others.
func (l ErrorList) Error() string {
	switch len(l) {
	case 0:
		return "wwwauth: no errors"
	case 1:
		return l[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", l[0], len(l)-1)
}

// Unwrap returns the departures, for errors.Is and errors.As.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Has reports whether a departure in l has one of the codes.
func (l ErrorList) Has(codes ...Code) bool {
	return slices.ContainsFunc(l, func(e *SyntaxError) bool { return slices.Contains(codes, e.Code) })
}

// Tolerate returns what remains of err, an error of [Parse], without the departures that have one of
// the codes: an [ErrorList] of the others, nil if there are none.
//
//	challenges, err := wwwauth.Parse(lines...)
//	if err := wwwauth.Tolerate(err, wwwauth.MissingComma, wwwauth.UnquotedValue); err != nil {
//
// It does the same for a [*SyntaxError], and returns any other error as it is, also one that wraps an
// ErrorList or a SyntaxError.
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

// A FormatError tells why [Format], [Lines], [Append] or a method that writes text refuses a
// challenge, and [FormatCredentials] and [FormatAuthenticationInfo] what they are given.
type FormatError struct {
	Challenge int // index of the argument; 0 for a method, and where there is only one
	Param     int // index in its Params; -1 if the fault is not in a parameter

	// Code is MissingScheme for a scheme that is no token, Token68AndParams for a challenge that
	// has both, UnexpectedByte for a malformed token68 (Param is -1) or a name that is no token,
	// ControlByte for a value that holds a control byte other than HTAB, DuplicateParam for a name
	// that an earlier parameter has, and UnquotedValue for a value of credentials that must stand
	// without quotes and is no token.
	Code Code

	of string // what is formatted, if it is not a challenge
}

// Error says which challenge, which parameter and why. It quotes nothing of them. Its wording may
// change; Code does not.
func (e *FormatError) Error() string {
	if e.Param >= 0 {
		why := "name is used twice"
		switch e.Code {
		case UnexpectedByte:
			why = "name is not a token"
		case ControlByte:
			why = "value holds a control byte"
		case UnquotedValue:
			why = "value must stand without quotes and is not a token"
		}
		if e.of == ofInfo {
			return fmt.Sprintf("wwwauth: cannot format parameter %d: %s", e.Param, why)
		}
		return fmt.Sprintf("wwwauth: cannot format %s, parameter %d: %s", e.subject(), e.Param, why)
	}
	why := "token68 is malformed"
	switch e.Code {
	case MissingScheme:
		why = "scheme is not a token"
	case Token68AndParams:
		why = "has both a token68 and parameters"
	}
	return fmt.Sprintf("wwwauth: cannot format %s: %s", e.subject(), why)
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
	return fmt.Sprintf("challenge %d", e.Challenge)
}

// A ViewError tells why a typed view, such as a [Bearer], cannot be made into what is sent: which of
// its fields breaks which rule.
type ViewError struct {
	View    string // the type, such as "Bearer", or the function, such as "BasicCredentials"
	Field   string // of that type, or parameter of that function; "" if it is about the whole
	Section string // where the rule stands, such as "RFC 6750 section 3"
	why     string
}

// Error says which field breaks which rule. It quotes nothing of the value. Its wording may change;
// the fields do not.
func (e *ViewError) Error() string {
	name := e.View
	if e.Field != "" {
		name += "." + e.Field
	}
	return fmt.Sprintf("wwwauth: %s %s (%s)", name, e.why, e.Section)
}

// A Code names a kind of departure. The table in the package documentation tells what each stands
// for and who sends it; a later version may add some. The zero Code is none of them.
type Code uint8

// The kinds of departure.
const (
	MissingComma      Code = iota + 1 // no comma between two parameters or two challenges
	Semicolon                         // a semicolon where a comma belongs
	UnquotedValue                     // a value with bytes that need quotes, and no quotes
	SingleQuote                       // a value in single quotes
	SmartQuote                        // a value in typographic quotes, U+201C and U+201D
	InnerQuote                        // a quote within a quoted string that is not escaped
	UnterminatedQuote                 // a quoted string without its closing quote
	CommaAfterScheme                  // a comma between scheme and parameter, with no space before it
	MissingValue                      // a parameter name without a value
	BadWhitespace                     // a tab after the scheme, where only spaces may stand
	LineFold                          // a folded line (obs-fold)
	ControlByte                       // a control byte other than HTAB
	DuplicateParam                    // a parameter name that the challenge has already
	MissingScheme                     // a parameter that no challenge can take
	Token68AndParams                  // a parameter after a token68
	UnexpectedByte                    // anything else
	TooLarge                          // a limit of the Parser is reached
)

var codes = [...]struct{ name, text string }{
	MissingComma:      {"missing-comma", "comma is missing"},
	Semicolon:         {"semicolon", "semicolon in place of a comma"},
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

// String returns the stable name of c, such as "missing-comma".
func (c Code) String() string {
	if c == 0 || int(c) >= len(codes) {
		return fmt.Sprintf("Code(%d)", uint8(c))
	}
	return codes[c].name
}

// AppendText implements [encoding.TextAppender] with the name of c (see [Code.String]), which is also
// its text in JSON. It returns an error if c is not a kind of departure.
func (c Code) AppendText(b []byte) ([]byte, error) {
	if c == 0 || int(c) >= len(codes) {
		return b, fmt.Errorf("wwwauth: unknown code %d", uint8(c))
	}
	return append(b, codes[c].name...), nil
}

// MarshalText implements [encoding.TextMarshaler]; see [Code.AppendText].
func (c Code) MarshalText() ([]byte, error) {
	return c.AppendText(nil)
}

// UnmarshalText implements [encoding.TextUnmarshaler]. The text must be the name of a code. On error c
// does not change.
func (c *Code) UnmarshalText(text []byte) error {
	for i := 1; i < len(codes); i++ {
		if codes[i].name == string(text) {
			*c = Code(i)
			return nil
		}
	}
	return errUnknownCode
}

var errUnknownCode = errors.New("wwwauth: unknown name of a code")

func (c Code) text() string {
	if c == 0 || int(c) >= len(codes) {
		return c.String()
	}
	return codes[c].text
}
