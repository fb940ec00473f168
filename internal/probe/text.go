package probe

import (
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// A printer appends the text of a probe to b.
type printer struct {
	*Probe
	report.Style
	b []byte
}

func (p *printer) line(parts ...string) {
	for _, s := range parts {
		p.b = append(p.b, s...)
	}
	p.b = append(p.b, '\n')
}

func (p *printer) title(s string) {
	p.line()
	p.b = p.Heading(p.b, s)
}

// AppendText appends the result as text, which is safe to print.
func (pr *Probe) AppendText(b []byte, s report.Style) []byte {
	p := printer{pr, s, b}
	p.line(pr.method, " ", layout.Safe(pr.link(pr.URL)))
	if pr.other != "" {
		p.b = p.Wrap(p.b, "", pr.other)
	}
	switch pr.World {
	case Password, Negotiate:
		s.Audience = report.ForClient
		p.b = pr.report.AppendText(p.b, s)
	default:
		p.b = pr.report.AppendReading(p.b, s)
	}
	if len(pr.steps()) > 0 {
		p.title("What a client finds")
		for i, step := range pr.steps() {
			p.step(i, step)
		}
	}
	if len(pr.cors) > 0 {
		p.title("What a client in a browser sees")
		p.line()
		if unseen(pr.cors) {
			p.b = p.Wrap(p.b, "  ", "A page from another origin sees none of the responses: all of them lack Access-Control-Allow-Origin. This matters only to clients that run in a browser.")
		} else {
			for _, c := range pr.cors {
				p.browser(c)
			}
		}
	}
	if list := pr.advice(); len(list) > 0 {
		p.title("What the server should do")
		p.line()
		for _, f := range list {
			p.b = p.Wrap(p.b, "  - ", f.text+" ["+f.rule+"]")
		}
	}
	p.title("Verdict")
	p.line()
	p.b = p.Wrap(p.b, "  ", pr.conclusion())
	m := pr.signIn()
	if m == nil {
		return p.b
	}
	p.line()
	for _, row := range [][2]string{
		{"issuer", m.Issuer}, {"authorize", m.AuthorizationEndpoint}, {"token", m.TokenEndpoint}, {"register", m.RegistrationEndpoint},
		{"resource", pr.result.Resource}, {"scope", strings.Join(pr.result.Scopes, " ")},
	} {
		if row[1] != "" {
			p.line("  ", row[0], strings.Repeat(" ", len("authorize")-len(row[0])), "  ", layout.QuoteIfUnclear(layout.Cut(pr.link(row[1]), maxText)))
		}
	}
	return p.b
}

// step prints one step.
func (p *printer) step(i int, s discovery.Step) {
	p.line()
	title := documents[s.Document]
	if s.Document == discovery.ProtectedResource || s.Document == discovery.AuthorizationServer {
		title = "metadata of the " + title
	}
	p.line("  ", p.Bold(strconv.Itoa(i+1)+". "+title))
	if s.URL != "" {
		p.line("     ", layout.Safe(layout.Cut(s.URL, maxText)))
	}
	text := string(s.Outcome)
	if s.Status != 0 {
		text = strconv.Itoa(s.Status) + ", " + text
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	p.b = p.Wrap(p.b, "     ", text)
	if s.Got != "" {
		word := "got "
		if s.Outcome == discovery.Redirect {
			word = "to  "
		}
		p.line("       ", word, "  ", layout.QuoteIfUnclear(layout.Cut(s.Got, maxText)))
	}
	if s.Want != "" {
		p.line("       want  ", layout.QuoteIfUnclear(layout.Cut(s.Want, maxText)))
	}
}

// browser prints what a client in a browser sees of one response.
func (p *printer) browser(c CORS) {
	name := map[string]string{"preflight": "preflight", "request": "request", "protected-resource": "metadata of the resource", "authorization-server": "metadata of the authorization server"}[c.Request]
	text := "can be seen"
	if len(c.Lacks) > 0 {
		text = "cannot be seen. " + strings.Join(c.Lacks, " ")
	}
	if c.Status != 0 {
		text = strconv.Itoa(c.Status) + ", " + text
	}
	p.b = p.Wrap(p.b, "  - ", name+": "+text)
}

// conclusion returns the verdict as a sentence.
func (pr *Probe) conclusion() string {
	switch pr.Verdict.Name {
	case "can":
		if pr.Verdict.how != "" {
			return "A client " + pr.Verdict.how + "."
		}
		return "A client can sign in here."
	case "not-needed":
		return "A client need not sign in here, because " + pr.Verdict.Reason + "."
	case "lenient":
		return "A client that follows the RFCs cannot sign in here, because " + pr.Verdict.Reason + ". Clients that compare less strictly can."
	}
	return "A client cannot sign in here, because " + pr.Verdict.Reason + "."
}
