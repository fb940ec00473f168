package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/probe"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// The limits on what a client can make the server read and a model read from it, in bytes.
const (
	maxText    = 1 << 20          // of a text to explain
	maxMessage = 8 * maxText      // of a message, in which a byte of the text may take six
	maxAnswer  = 256 << 10        // of an answer
	timeout    = 10 * time.Second // of each request of probe
)

// A server has the tools, and what it was started with.
type server struct {
	private bool // probe connects to addresses that are not public
}

const instructions = `Explains HTTP authentication challenges: why a server answered 401 or 407, what its WWW-Authenticate or
Proxy-Authenticate field means, and what to do next. Give explain the response just as curl -si or a log shows it. If there
is only a URL, probe makes the requests. Use vet and fmt when you write or fix a server that sends challenges.`

// newServer returns the MCP server.
func (s *server) newServer() *mcp.Server {
	m := mcp.NewServer(&mcp.Implementation{Name: "wwwauth", Title: "HTTP authentication challenges", Version: version()},
		&mcp.ServerOptions{Instructions: instructions})
	no, yes := false, true
	local := &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &no}
	mcp.AddTool(m, &mcp.Tool{
		Name: "explain", Title: "Explain a 401 or 407", Annotations: local,
		Description: "Explains why an HTTP server asks for authentication. Finds WWW-Authenticate and Proxy-Authenticate in any text " +
			"(curl -si or -sv output, logs, HAR, JSON, a field value alone), and says what each challenge means, where it breaks RFC 9110, " +
			"what was wrong with the credentials that were sent, what the client should do next (with a command), and what the server " +
			"should send. Use it whenever a request fails with 401 or 407, or 403 with a challenge. Makes no request.",
		InputSchema: schema[explainInput](),
	}, explain)
	mcp.AddTool(m, &mcp.Tool{
		Name: "vet", Title: "Check what a server sends", Annotations: local,
		Description: "Lists only what a server should change in the challenges it sends: errors break a standard, warnings are what " +
			"known clients do not understand, each with the name of its rule, its place, the reason and what to send instead; with format " +
			"json, the corrected field lines too. Use it when writing or reviewing a server, a gateway or a test. Makes no request.",
		InputSchema: schema[vetInput](),
	}, vet)
	mcp.AddTool(m, &mcp.Tool{
		Name: "fmt", Title: "Rewrite challenges in canonical form", Annotations: local,
		Description: "Rewrites challenges in canonical, valid form, one field line for each, ready to be sent by a server or pasted into a " +
			"test. Use it to repair quoting and commas; use explain to learn what a challenge means. Makes no request.",
		InputSchema: schema[fmtInput](),
	}, format)
	reach := "Connects to public addresses only."
	if s.private {
		reach = "Connects to private addresses and to this machine too."
	}
	mcp.AddTool(m, &mcp.Tool{
		Name: "probe", Title: "Ask a server how to sign in",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &yes},
		Description: "Makes a request without credentials to a URL, explains the challenge, follows OAuth metadata (RFC 9728, RFC 8414) as " +
			"an MCP client does, and says whether a client can sign in, and if not, why. Use it when sign-in to an MCP server or another " +
			"OAuth-protected resource fails and there is no response to paste. Sends no credentials. " + reach,
		InputSchema: schema[probeInput](),
	}, s.probe)
	return m
}

// version returns the version of the module, if it was built at one.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// A text is the input of the tools that make no request.
type text struct {
	Text        string `json:"text" jsonschema:"the response, the log or the field value, as it is; up to 1 MiB"`
	Encoding    string `json:"encoding,omitempty" jsonschema:"base64 if text is the base64 of bytes that are not UTF-8, such as gzip or a packet capture (utf-8)"`
	ShowSecrets bool   `json:"show_secrets,omitempty" jsonschema:"show tokens, nonces and other values that may be secrets; by default their letters and digits are replaced by x and 0 (false)"`
}

type explainInput struct {
	text
	For    string `json:"for,omitempty" jsonschema:"whose view to take: client leaves out what only the server can change, server leaves out what clients do (both)"`
	Short  bool   `json:"short,omitempty" jsonschema:"a few lines; with json only what was read (false)"`
	Format string `json:"format,omitempty" jsonschema:"text to read, or json with one object on a line for each response (text)"`
}

type vetInput struct {
	text
	Status      int      `json:"status,omitempty" jsonschema:"the status of the response, if the text does not have it"`
	Credentials string   `json:"credentials,omitempty" jsonschema:"the auth-scheme of the credentials in the request, or none, if the text does not have the request"`
	Profile     []string `json:"profile,omitempty" jsonschema:"the kinds of server that this is, which have rules of their own"`
	Only        []string `json:"only,omitempty" jsonschema:"check only the rules with these names; findings name theirs (all)"`
	Disable     []string `json:"disable,omitempty" jsonschema:"do not check the rules with these names (none)"`
	Format      string   `json:"format,omitempty" jsonschema:"text to read, or json with one object on a line for each response (text)"`
}

type fmtInput struct{ text }

type probeInput struct {
	URL         string `json:"url" jsonschema:"the http or https URL of the resource, such as that of an MCP server"`
	ShowSecrets bool   `json:"show_secrets,omitempty" jsonschema:"show queries of URLs and other values that may be secrets (false)"`
	Format      string `json:"format,omitempty" jsonschema:"text to read, or json with one object (text)"`
}

// schema returns the schema of a tool's input: that of the struct, with the values that a string may have.
func schema[T any]() *jsonschema.Schema {
	s, err := jsonschema.For[T](nil)
	if err != nil {
		panic(err)
	}
	for name, values := range map[string][]any{"format": {"text", "json"}, "for": {"client", "server"}, "encoding": {"utf-8", "base64"}} {
		if p := s.Properties[name]; p != nil {
			p.Enum = values
		}
	}
	if p := s.Properties["profile"]; p != nil {
		p.Type, p.Types = "array", nil
		p.Items.Enum = []any{string(lint.MCP), string(lint.Registry)}
	}
	for _, name := range []string{"only", "disable"} {
		if p := s.Properties[name]; p != nil {
			p.Type, p.Types = "array", nil
		}
	}
	if p := s.Properties["status"]; p != nil {
		low, high := 100.0, 999.0
		p.Minimum, p.Maximum = &low, &high
	}
	if p := s.Properties["credentials"]; p != nil {
		p.Pattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" // a token (RFC 9110 section 5.6.2)
	}
	return s
}

// read reports on the text.
func (t text) read(o report.Options) (report.Whole, error) {
	b := []byte(t.Text)
	if t.Encoding == "base64" {
		var err error
		if b, err = base64.StdEncoding.DecodeString(t.Text); err != nil {
			return report.Whole{}, errors.New("text is not base64")
		}
	}
	if len(b) > maxText {
		return report.Whole{}, fmt.Errorf("text has %d bytes, and the limit is %d: give the part with the response", len(b), maxText)
	}
	o.Redact = !t.ShowSecrets
	o.Now = time.Now()
	return report.NewWhole(b, o), nil
}

func explain(_ context.Context, _ *mcp.CallToolRequest, in explainInput) (*mcp.CallToolResult, any, error) {
	json := in.Format == "json"
	w, err := in.read(report.Options{Brief: json && in.Short})
	if err != nil {
		return nil, nil, err
	}
	if json {
		return answer(w.AppendJSON(nil), w.Messages)
	}
	style := report.Style{Short: in.Short}
	switch in.For {
	case "client":
		style.Audience = report.ForClient
	case "server":
		style.Audience = report.ForServer
	}
	return answer(w.AppendText(nil, style), w.Messages)
}

func vet(_ context.Context, _ *mcp.CallToolRequest, in vetInput) (*mcp.CallToolResult, any, error) {
	o := report.Options{Status: in.Status, Credentials: in.Credentials}
	o.Lint.Only, o.Lint.Disable = in.Only, in.Disable
	for _, p := range in.Profile {
		o.Lint.Profiles = append(o.Lint.Profiles, lint.Profile(p))
	}
	if err := o.Lint.Validate(); err != nil {
		return nil, nil, errors.New(strings.TrimPrefix(err.Error(), "lint: "))
	}
	w, err := in.read(o)
	if err != nil {
		return nil, nil, err
	}
	if in.Format == "json" {
		return answer(w.AppendJSON(nil), w.Messages)
	}
	return answer(w.AppendVet(nil, report.Style{}), w.Messages)
}

func format(_ context.Context, _ *mcp.CallToolRequest, in fmtInput) (*mcp.CallToolResult, any, error) {
	w, err := in.read(report.Options{Brief: true, Canonical: true})
	if err != nil {
		return nil, nil, err
	}
	var b []byte
	var messages []report.Message
	for _, r := range w.Reports {
		for _, line := range r.Canonical() {
			b = append(append(b, line...), '\n')
		}
		for _, m := range r.NotCanonical() {
			messages = append(messages, report.Message{Line: r.Line, Text: layout.Safe(m)})
		}
	}
	return answer(b, append(messages, w.Messages...))
}

func (s *server) probe(ctx context.Context, _ *mcp.CallToolRequest, in probeInput) (*mcp.CallToolResult, any, error) {
	if err := probe.CheckResource(in.URL); err != nil {
		return nil, nil, err
	}
	p := probe.Probe{Request: probe.Request{URL: in.URL, Timeout: timeout, Public: !s.private}, Private: s.private, Redact: !in.ShowSecrets}
	if err := p.Run(ctx); err != nil {
		message := layout.Safe(probe.Explain(err, p.Redact))
		if !s.private && probe.IsNotPublic(err) {
			message += "; this server was started without -private, which allows it"
		}
		return nil, nil, errors.New(message)
	}
	if in.Format == "json" {
		return answer(p.AppendJSON(nil), nil)
	}
	return answer(p.AppendText(nil, report.Style{}), nil)
}

// answer returns what the command would print as one content, and its messages as another.
func answer(b []byte, messages []report.Message) (*mcp.CallToolResult, any, error) {
	if len(b) > maxAnswer {
		return nil, nil, fmt.Errorf("the answer has %d bytes, and the limit is %d: give fewer responses, or ask for less with short", len(b), maxAnswer)
	}
	result := &mcp.CallToolResult{}
	if len(b) > 0 {
		result.Content = append(result.Content, &mcp.TextContent{Text: string(b)})
	}
	if len(messages) > 0 {
		var lines []string
		for _, m := range messages {
			lines = append(lines, m.String())
		}
		result.Content = append(result.Content, &mcp.TextContent{Text: strings.Join(lines, "\n")})
	}
	if len(result.Content) == 0 {
		result.Content = []mcp.Content{&mcp.TextContent{Text: "nothing to report"}}
	}
	return result, nil, nil
}
