package wwwauth

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// What the typed views have in common: slots, with which a view reads a challenge, and a maker, with which it
// makes one.

// A slot is where a view keeps a parameter. The function set stores a value, and returns false if the value
// does not have the right form.
type slot struct {
	name string
	set  func(value string) bool
	many bool // set is called for every value of a repeated parameter
}

// fill puts the parameters of c into their slots and returns the others in order. These include values
// that do not have the right form, and those of a repeated parameter that differ from the first that does.
//
// A token68 of the form name= is that parameter with an empty value: "Basic realm=" is a token68 by the
// grammar, but whoever sends it with a scheme that has parameters means a parameter.
func (c Challenge) fill(slots []slot) (other []Param) {
	params := c.Params
	if name, ok := strings.CutSuffix(c.Token68, "="); ok && isToken(name) {
		params = []Param{{Name: name}}
	}
	firsts := make([]*string, len(slots))
	for i, p := range params {
		k := slices.IndexFunc(slots, func(s slot) bool { return equalFold(s.name, p.Name) })
		switch {
		case k < 0:
			other = append(other, p)
		case firsts[k] != nil && *firsts[k] == p.Value:
			// Said twice.
		case (firsts[k] == nil || slots[k].many) && slots[k].set(p.Value):
			firsts[k] = &params[i].Value
		default:
			other = append(other, p)
		}
	}
	return other
}

// toString returns a set function for a slot that takes any text.
func toString(s *string) func(string) bool {
	return func(value string) bool { *s = value; return true }
}

// toList returns a set function for a slot with a list separated by spaces.
func toList(list *[]string) func(string) bool {
	return func(value string) bool { *list = fields(value, " \t"); return true }
}

// toUTF8 returns a set function for the parameter charset of Basic and Digest, whose only value is UTF-8
// (RFC 7617 section 2.1, RFC 7616 section 3.3). Any other is to be ignored.
func toUTF8(utf8 *bool) func(string) bool {
	return func(value string) bool { *utf8 = equalFold(value, "UTF-8"); return *utf8 }
}

// toFlag returns a set function for a parameter that is true or false.
func toFlag(flag *bool) func(string) bool {
	return func(value string) bool {
		*flag = equalFold(value, "true")
		return *flag || equalFold(value, "false")
	}
}

// fields returns the items of a list, or nil if there are none.
func fields(s, separators string) []string {
	items := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(separators, c) })
	if len(items) == 0 {
		return nil
	}
	return items
}

// A maker makes a challenge from the fields of a view.
type maker struct {
	view      string
	challenge Challenge
	fields    []string // the field of each parameter
	err       *ViewError
}

// refuse records that a field violates a rule. Only the first call counts.
func (m *maker) refuse(field, section, why string) {
	if m.err == nil {
		m.err = &ViewError{m.view, field, section, why}
	}
}

// add adds a parameter.
func (m *maker) add(field, name, value string) {
	m.challenge.Params = append(m.challenge.Params, Param{name, value})
	m.fields = append(m.fields, field)
}

// addText adds a parameter if it is not empty, and checks its bytes.
func (m *maker) addText(field, name, value string, allowed func(c byte) bool, section string) {
	if value == "" {
		return
	}
	if !consistsOf(value, allowed) {
		m.refuse(field, section, "holds a character that may not stand there")
	}
	m.add(field, name, value)
}

// addURI adds a parameter that is an absolute URI, if it is not empty.
func (m *maker) addURI(field, name, value, section string) {
	if value == "" {
		return
	}
	switch u, err := weburl.Parse(value); {
	case err != nil:
		m.refuse(field, section, err.Error())
	case !u.IsAbs():
		m.refuse(field, section, "is not an absolute URI")
	case u.User != nil:
		m.refuseURL(field, section, weburl.ErrUserinfo)
	}
	m.add(field, name, value)
}

// addURL adds a parameter that is a URL to fetch, if it is not empty.
func (m *maker) addURL(field, name, value, section string) {
	if value == "" {
		return
	}
	if _, err := weburl.ParseHTTP(value); err != nil {
		m.refuseURL(field, section, err)
	}
	m.add(field, name, value)
}

// refuseURL notes what is wrong with a URL.
func (m *maker) refuseURL(field, section string, err error) {
	if err == weburl.ErrUserinfo {
		section = "RFC 9110 section 4.2.4"
	}
	m.refuse(field, section, err.Error())
}

// addList adds a parameter that is a list with a separator, if it is not empty.
func (m *maker) addList(field, name string, list []string, separator string, allowed func(c byte) bool, section string) {
	for _, item := range list {
		if item == "" {
			m.refuse(field, section, "holds an empty item")
		}
		if !consistsOf(item, allowed) {
			m.refuse(field, section, "holds a character that may not stand there")
		}
	}
	if len(list) > 0 {
		m.add(field, name, strings.Join(list, separator))
	}
}

// addOther adds the parameters that have no slot.
func (m *maker) addOther(other []Param, slots func() []slot) {
	if len(other) == 0 {
		return
	}
	own := slots()
	for _, p := range other {
		if slices.ContainsFunc(own, func(s slot) bool { return equalFold(s.name, p.Name) }) {
			m.refuse("Other", "RFC 9110 section 11.2", "holds a parameter that has a field of its own")
		}
		m.add("Other", p.Name, p.Value)
	}
}

// done returns the challenge, which can be sent, or the error.
func (m *maker) done() (Challenge, error) {
	var text [512]byte // room for most, which then need no memory
	if _, err := appendChallenge(text[:0], m.challenge, 0); err != nil {
		fault := err.(*FormatError)
		field := m.fields[fault.Param]
		switch fault.Code {
		case ControlByte:
			m.refuse(field, "RFC 9110 section 5.5", "holds a control byte")
		case DuplicateParam:
			m.refuse(field, "RFC 9110 section 11.2", "has a name twice")
		default:
			m.refuse(field, "RFC 9110 section 11.2", "has a name that is not a token")
		}
	}
	if m.err != nil {
		return Challenge{}, m.err
	}
	return m.challenge, nil
}

func consistsOf(s string, allowed func(c byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

// isTChar reports whether c may occur in a token.
func isTChar(c byte) bool { return class[c]&tchar != 0 }

// isItemChar reports whether c may occur in an item of a list separated by spaces.
func isItemChar(c byte) bool { return class[c]&text != 0 && class[c]&space == 0 }
