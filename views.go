package wwwauth

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// What the typed views have in common: how they read a challenge, and a maker, with which they make one.
// Neither allocates anything but what it returns: that is three quarters of the time of both.

// fill gives the parameters of c with one of the names, which are in lower case and twelve at most, to set
// and returns the others in order. These include values that do not have the right form, for which set
// returns false, and those of a repeated parameter that differ from the first that does. Of scope, which
// Docker registries repeat, set is given every value.
//
// A token68 of the form name= is that parameter with an empty value: "Basic realm=" is a token68 by the
// grammar, but whoever sends it with a scheme that has parameters means a parameter.
func (c Challenge) fill(names []string, set func(name, value string) bool) (other []Param) {
	params := c.Params
	if name, ok := strings.CutSuffix(c.Token68, "="); ok && isToken(name) {
		params = []Param{{Name: name}}
	}
	var first [12]int32 // for each name the index of its first parameter, plus 1
	for i, p := range params {
		k := indexName(names, p.Name)
		switch {
		case k < 0:
			other = append(other, p)
		case first[k] > 0 && params[first[k]-1].Value == p.Value:
			// Said twice.
		case (first[k] == 0 || names[k] == "scope") && set(names[k], p.Value):
			first[k] = int32(i + 1)
		default:
			other = append(other, p)
		}
	}
	return other
}

// setUTF8 sets the parameter charset of Basic and Digest, whose only value is UTF-8 (RFC 7617 section 2.1,
// RFC 7616 section 3.3). Any other is to be ignored.
func setUTF8(utf8 *bool, value string) bool {
	*utf8 = equalFold(value, "UTF-8")
	return *utf8
}

// setFlag sets a parameter that is true or false.
func setFlag(flag *bool, value string) bool {
	*flag = equalFold(value, "true")
	return *flag || equalFold(value, "false")
}

// appendItems appends the items of a list, which bytes of a class separate.
func appendItems(list []string, s string, separators uint8) []string {
	n := 0
	for i := run(s, 0, separators); i < len(s); i = run(s, find(s, i, separators), separators) {
		n++
	}
	list = slices.Grow(list, n)
	for i := run(s, 0, separators); i < len(s); {
		end := find(s, i, separators)
		list = append(list, s[i:end])
		i = run(s, end, separators)
	}
	return list
}

// A maker makes a challenge from the fields of a view.
type maker struct {
	view      string
	challenge Challenge
	names     nameSet // those of Other
	err       *ViewError
	unfit     *ViewError // counts if err is nil
}

// refuse records that a field violates a rule of the scheme. Only the first call counts.
func (m *maker) refuse(field, section, why string) {
	if m.err == nil {
		m.err = &ViewError{m.view, field, section, why}
	}
}

// refuseUnfit records that a field cannot be sent with any scheme. Only the first call counts, and only if no
// rule of the scheme is violated.
func (m *maker) refuseUnfit(field, section, why string) {
	if m.unfit == nil {
		m.unfit = &ViewError{m.view, field, section, why}
	}
}

// add adds a parameter.
func (m *maker) add(field, name, value string) {
	if !isText(value) {
		m.refuseUnfit(field, "RFC 9110 section 5.5", "contains a control byte")
	}
	m.challenge.Params = append(m.challenge.Params, Param{name, value})
}

// addText adds a parameter if it is not empty, and checks the class of its bytes.
func (m *maker) addText(field, name, value string, of uint8, section string) {
	if value == "" {
		return
	}
	if !consistsOf(value, of) {
		m.refuse(field, section, "contains a character that is not allowed")
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
	case u.HasUser:
		m.refuseURL(field, section, weburl.ErrUserinfo)
	}
	m.add(field, name, value)
}

// addURL adds a parameter that is a URL to fetch, if it is not empty.
func (m *maker) addURL(field, name, value, section string) {
	if value == "" {
		return
	}
	if err := weburl.CheckHTTP(value); err != nil {
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

// addList adds a parameter that is a list with a separator, if it is not empty. The items consist of bytes of
// a class, but not of whitespace.
func (m *maker) addList(field, name string, list []string, separator string, of uint8, section string) {
	for _, item := range list {
		if item == "" {
			m.refuse(field, section, "contains an empty item")
		}
		if !consistsOf(item, of) || find(item, 0, space) < len(item) {
			m.refuse(field, section, "contains a character that is not allowed")
		}
	}
	if len(list) > 0 {
		m.add(field, name, strings.Join(list, separator))
	}
}

// addOther adds the parameters that have no field; names are those of the others.
func (m *maker) addOther(other []Param, names []string) {
	for _, p := range other {
		switch {
		case indexName(names, p.Name) >= 0:
			m.refuse("Other", "RFC 9110 section 11.2", "contains a parameter that has a field of its own")
		case !isToken(p.Name):
			m.refuseUnfit("Other", "RFC 9110 section 11.2", "has a name that is not a token")
		case m.names.add(m.challenge.Params, p.Name):
			m.refuseUnfit("Other", "RFC 9110 section 11.2", "has a name twice")
		}
		m.add("Other", p.Name, p.Value)
	}
}

// done returns the challenge, which can be sent, or the error.
func (m *maker) done() (Challenge, error) {
	switch {
	case m.err != nil:
		return Challenge{}, m.err
	case m.unfit != nil:
		return Challenge{}, m.unfit
	}
	return m.challenge, nil
}
