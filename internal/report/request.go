package report

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/date"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Request is the request of the response, as far as the input shows it.
type Request struct {
	Line   int
	Method string
	Target string // the path or the URL, as the input has it
	Sent   []Sent // the credentials for the server or proxy that sent the challenges
}

// Sent are credentials of a request. They hold no secret.
type Sent struct {
	Scheme string   // "" if it is not a known one, since it may be a token
	Text   string   // what was sent, and whether it was refused; safe to print
	Wrong  []string // what is wrong with them, each a sentence; safe to print
}

// sent is what the steps need to know about credentials.
type sent struct {
	scheme string
	wrong  []string
	broken bool // they were sent in a way in which any others would fail too
}

// sentAs returns the credentials of the request with one of the schemes, or nil if none.
func (rd *reading) sentAs(schemes ...string) *sent {
	for i, s := range rd.sent {
		if slices.ContainsFunc(schemes, func(scheme string) bool { return equalFold(scheme, s.scheme) }) {
			return &rd.sent[i]
		}
	}
	return nil
}

// readRequest looks at the request, if the input has it.
func (rd *reading) readRequest() {
	rd.url = "URL"
	q := rd.in.Request
	if q == nil {
		return
	}
	url := q.URL()
	target := secret.Request(q.Target) // text is pasted, so a token in a query is never shown
	if rd.options.Redact {
		url, target = secret.URL(url), secret.URL(target)
		if given := rd.options.Given; given != nil {
			url, target = given.Hide(url), given.Hide(target)
		}
	}
	if url != "" && weburl.Fetchable(url) == nil && secret.Request(url) == url {
		rd.url = inURL(url)
	}
	rd.Request = &Request{Line: q.Line, Method: q.Method, Target: target}
	for _, f := range q.Fields {
		if !rd.isAnswer(f) {
			continue
		}
		s, broken := rd.newSent(strings.Trim(f.Value, " \t"), q)
		rd.Request.Sent = append(rd.Request.Sent, s)
		rd.sent = append(rd.sent, sent{s.Scheme, s.Wrong, broken})
	}
	if n := len(rd.Request.Sent); n > 1 {
		last := &rd.Request.Sent[n-1]
		last.Wrong = append(last.Wrong, "The request has "+strconv.Itoa(n)+" "+rd.answer()+" fields; only one is allowed (RFC 9110 section 11.6.2).")
	}
}

// isAnswer reports whether a field of the request holds credentials for the server or proxy that sent the challenges.
func (rd *reading) isAnswer(f input.Field) bool { return equalFold(f.Name, rd.answer()) }

// A judge looks at credentials and says what is wrong with them.
type judge struct {
	*reading
	request *input.Request
	wrong   []string
	broken  bool
}

func (j *judge) say(text string) { j.wrong = append(j.wrong, text) }

// sayBroken says what is wrong with how the credentials were sent.
func (j *judge) sayBroken(text string) {
	j.say(text)
	j.broken = true
}

// newSent reads credentials. It tolerates departures from the grammar, since the server did not.
func (rd *reading) newSent(value string, q *input.Request) (s Sent, broken bool) {
	scheme, rest, _ := strings.Cut(value, " ")
	rest = strings.TrimLeft(rest, " \t")
	outcome := "was sent"
	if rd.Status == 401 || rd.Status == 407 || rd.Status == 403 {
		outcome = "was sent, and refused"
	}
	if !known.Scheme(scheme) {
		s := Sent{Text: "A value without a known scheme " + outcome + "."}
		if near := known.NearScheme(scheme); near != "" && rest != "" {
			s.Wrong = []string{"The scheme may be misspelt: it is nearly " + near + "."}
		} else if rest == "" && value != "" {
			s.Wrong = []string{rd.answer() + " must begin with a scheme, such as Bearer, and a space; this may be a token alone."}
		}
		return s, len(s.Wrong) > 0
	}
	j := judge{reading: rd, request: q}
	name := scheme
	switch {
	case rest == "":
		j.sayBroken("There is nothing after the scheme: the token is missing, or a variable was empty.")
	case equalFold(strings.TrimSuffix(firstWord(rest), ":"), scheme):
		j.sayBroken("The scheme is repeated: " + rd.answer() + ": " + scheme + " " + scheme + " ...")
		rest = strings.TrimLeft(rest[len(firstWord(rest)):], " \t")
	}
	switch {
	case rest == "" || isMasked(rest):
	case equalFold(scheme, "Basic"):
		if user := j.basic(rest); user != "" && !rd.options.Redact {
			name += " as " + inProse(user)
		}
	case equalFold(scheme, "Digest"):
		if user := j.digest(value); user != "" && !rd.options.Redact {
			name += " as " + inProse(user)
		}
	case equalFold(scheme, "Bearer"), equalFold(scheme, "DPoP"):
		name = "A token with " + scheme
		j.token(rest)
	}
	if cs := rd.challenges; len(cs) > 0 && len(j.wrong) == 0 && !slices.ContainsFunc(cs, func(c wwwauth.Challenge) bool { return c.Is(scheme) }) {
		j.say("None of the challenges asks for " + scheme + ".")
	}
	return Sent{Scheme: scheme, Text: name + " " + outcome + ".", Wrong: j.wrong}, j.broken
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// isMasked reports whether credentials were hidden before they came here.
func isMasked(s string) bool {
	lower := strings.ToLower(s)
	return strings.Trim(s, "*xX.•…") == "" || strings.Contains(lower, "redacted") || strings.Contains(lower, "hidden") || strings.Contains(lower, "masked") || strings.Contains(lower, "***")
}

// basic judges the credentials of Basic, and returns the user.
func (j *judge) basic(data string) (user string) {
	text, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(data, "="))
	switch {
	case err != nil && strings.Contains(data, ":"):
		j.say("What follows Basic is not base64; it may be plain user:password, which must be encoded (RFC 7617 section 2).")
		return ""
	case err != nil && strings.ContainsAny(data, "-_"):
		j.say("What follows Basic is base64url; it must be plain base64, with + and / (RFC 7617 section 2).")
		return ""
	case err != nil:
		j.say("What follows Basic is not base64 (RFC 7617 section 2).")
		return ""
	case len(data)%4 != 0:
		j.say("The base64 has no padding (= at its end), and some servers refuse that (RFC 7617 section 2).")
	}
	user, password, ok := strings.Cut(string(text), ":")
	switch {
	case !ok:
		j.say("What was sent has no colon, so it is not user:password (RFC 7617 section 2).")
		return ""
	case strings.HasSuffix(password, "\n"), strings.HasSuffix(password, "\r"):
		j.say("The password ends in a line break. Usually echo added it: use printf %s or echo -n before base64.")
	case strings.ContainsAny(user+password, "\r\n"):
		j.say("There is a line break in the user name or the password.")
	case password != strings.TrimSpace(password), user != strings.TrimSpace(user):
		j.say("The user name or the password begins or ends with a space.")
	case len(password) > 1 && (password[0] == '"' || password[0] == '\'') && password[len(password)-1] == password[0]:
		j.say("The password is in quotes, which were sent as part of it.")
	case password == "":
		j.say("The password is empty.")
	case user == "":
		j.say("The user name is empty.")
	}
	return user
}

// digest judges the credentials of Digest, and returns the user.
func (j *judge) digest(value string) (user string) {
	cs, _ := wwwauth.Parse(value)
	if len(cs) == 0 {
		return ""
	}
	c := cs[0]
	if uri := c.Get("uri"); uri != "" && j.request.Target != "" && uri != j.request.Target && !strings.HasSuffix(j.request.Target, uri) {
		j.say("The uri in the Digest credentials is not that of the request, so the hash cannot be right (RFC 7616 section 3.4).")
	}
	realm, ok := c.Lookup("realm")
	same := slices.ContainsFunc(j.challenges, func(d wwwauth.Challenge) bool { return d.Is("Digest") && d.Get("realm") == realm })
	if offers := slices.ContainsFunc(j.challenges, func(d wwwauth.Challenge) bool { return d.Is("Digest") }); ok && offers && !same {
		j.say("The realm in the Digest credentials is not that of the challenge, so the hash cannot be right (RFC 7616 section 3.4).")
	}
	return c.Get("username")
}

// token judges the token of Bearer or DPoP.
func (j *judge) token(token string) {
	switch strings.Trim(token, `"'<>{}$[]`) {
	case "undefined", "null", "None", "nil", "true", "false", "[object Object]", "object Object", "token", "TOKEN", "ACCESS_TOKEN", "access_token", "YOUR_TOKEN":
		j.sayBroken("Instead of a token, " + inProse(token) + " was sent: a variable was not set, or not replaced.")
		return
	}
	if token[0] == '"' || token[0] == '\'' {
		j.sayBroken("The token is in quotes, which are not part of it.")
		token = strings.Trim(token, `"'`)
	}
	if strings.ContainsAny(token, " \t\r\n") {
		j.sayBroken("There is a space in the token, so it is two values, or broken.")
		return
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !strings.HasPrefix(token, "eyJ") {
		return
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		j.sayBroken("The token looks like a JWT, but its second part is not base64url: it was cut or changed.")
		return
	}
	claims, ok := readClaims(string(payload))
	if !ok {
		j.sayBroken("The token looks like a JWT, but its claims are not a JSON object: it was cut or changed.")
		return
	}
	now, when := j.options.Now, "now"
	if sent, ok := date.HTTP(j.header("Date")); ok {
		now, when = sent, "the response"
	}
	if !now.IsZero() {
		before := " before " + when
		if when == "now" {
			before = " ago"
		}
		switch {
		case claims.exp != 0 && now.Unix() >= claims.exp:
			j.say("The token is a JWT that expired " + roughly(now.Unix()-claims.exp) + before + " (its claim exp).")
		case claims.nbf != 0 && now.Unix() < claims.nbf:
			j.say("The token is a JWT that is not valid yet: its claim nbf is " + roughly(claims.nbf-now.Unix()) + " after " + when + ".")
		}
	}
	j.audience(claims.aud)
}

// audience says if a token is for another server, as far as URLs show.
func (j *judge) audience(aud []string) {
	target := j.request.URL()
	host := weburl.Host(target)
	if host == "" {
		for _, f := range j.request.Fields {
			if equalFold(f.Name, "Host") {
				host, _, _ = strings.Cut(strings.ToLower(f.Value), ":")
			}
		}
	}
	if host == "" || len(aud) == 0 {
		return
	}
	for _, a := range aud {
		if h := weburl.Host(a); h == "" || h == host {
			return
		}
	}
	text := "The token is a JWT for another server: its claim aud "
	if j.options.Redact {
		text += "names another host."
	} else {
		text += "is " + inProse(strings.Join(aud, " ")) + ", and the request went to " + layout.Safe(host) + "."
	}
	j.say(text)
}

// roughly returns a number of seconds in the largest unit that gives at least two.
func roughly(seconds int64) string {
	switch {
	case seconds >= 2*86400:
		return count(int(seconds/86400), "day")
	case seconds >= 2*3600:
		return count(int(seconds/3600), "hour")
	case seconds >= 2*60:
		return count(int(seconds/60), "minute")
	}
	return count(int(seconds), "second")
}
