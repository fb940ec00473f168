package probe

import "github.com/seed-903fb8fe/wwwauth/internal/report"

// AppendJSON appends the result as one line of JSON, which docs/wwwauth-probe.schema.json describes.
func (pr *Probe) AppendJSON(b []byte) []byte {
	w := report.JSON{B: b}
	// text appends a member, unless it is empty.
	text := func(name, value string) {
		if value != "" {
			w.Name(name).String(value)
		}
	}
	w.Open('{')
	w.Name("schema").Number(report.SchemaVersion)
	w.Name("url").String(pr.link(pr.URL))
	w.Name("method").String(pr.method)
	w.Name("world").String(string(pr.World))
	w.Name("response").Report(pr.report)
	w.Name("steps").Open('[')
	for _, s := range pr.steps() {
		w.Open('{')
		w.Name("document").String(string(s.Document))
		text("url", s.URL)
		if s.Status != 0 {
			w.Name("status").Number(s.Status)
		}
		w.Name("outcome").String(string(s.Outcome))
		text("reason", s.Reason)
		text("got", s.Got)
		text("want", s.Want)
		w.Close('}')
	}
	w.Close(']')
	w.Name("findings").Open('[')
	for _, f := range pr.advice() {
		w.Open('{')
		w.Name("rule").String(f.rule)
		w.Name("message").String(f.text)
		w.Close('}')
	}
	w.Close(']')
	if len(pr.cors) > 0 {
		w.Name("browser").Open('[')
		for _, c := range pr.cors {
			w.Open('{')
			w.Name("request").String(c.Request)
			w.Name("url").String(pr.link(c.URL))
			if c.Status != 0 {
				w.Name("status").Number(c.Status)
			}
			w.Name("lacks").Strings(c.Lacks)
			w.Close('}')
		}
		w.Close(']')
	}
	w.Name("verdict").String(pr.Verdict.Name)
	text("reason", pr.Verdict.Reason)
	w.Name("conclusion").String(pr.conclusion())
	if ts := pr.TokenServer; ts != nil {
		w.Name("tokenServer").Open('{')
		w.Name("realm").String(pr.link(ts.Realm))
		text("service", ts.Service)
		text("scope", ts.Scope)
		w.Name("anonymous").Bool(ts.Anonymous)
		w.Name("accepted").Bool(ts.Accepted)
		w.Close('}')
	}
	if m := pr.signIn(); m != nil {
		w.Name("signIn").Open('{')
		w.Name("issuer").String(pr.link(m.Issuer))
		text("authorizationEndpoint", pr.link(m.AuthorizationEndpoint))
		w.Name("tokenEndpoint").String(pr.link(m.TokenEndpoint))
		text("registrationEndpoint", pr.link(m.RegistrationEndpoint))
		w.Name("resource").String(pr.link(pr.result.Resource))
		w.Name("scopes").Strings(pr.result.Scopes)
		w.Close('}')
	}
	w.Close('}')
	return append(w.B, '\n')
}
