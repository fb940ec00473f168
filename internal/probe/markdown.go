package probe

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// AppendMarkdown appends a report to paste into an issue: with the version of the command, what was tried, and what
// is wrong. The caller has set Redact. What a server sent is in a code block, and cannot break out of it.
func (pr *Probe) AppendMarkdown(b []byte, version string) []byte {
	text := string(pr.AppendText(nil, report.Style{}))
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	var m strings.Builder
	m.WriteString("### wwwauth probe: " + map[string]string{"can": "a client can sign in", "lenient": "only a lenient client can sign in", "cannot": "a client cannot sign in", "not-needed": "no sign-in is needed"}[pr.Verdict.Name] + "\n\n")
	m.WriteString("- Version: " + version + "\n- Tried: " + code("wwwauth probe "+layout.Safe(pr.link(pr.URL))) + "\n")
	m.WriteString("- Verdict: " + escapeMarkdown(layout.Safe(pr.conclusion())) + "\n")
	if list := pr.advice(); len(list) > 0 {
		m.WriteString("\nWhat the server should do:\n\n")
		for _, f := range list {
			m.WriteString("- " + escapeMarkdown(f.text) + " (" + code(f.rule) + ")\n")
		}
	}
	m.WriteString("\n<details><summary>The whole report</summary>\n\n" + fence + "text\n" + text + fence + "\n\n</details>\n")
	return append(b, m.String()...)
}

// code returns s as code in a line.
func code(s string) string {
	mark := "`"
	for strings.Contains(s, mark) {
		mark += "`"
	}
	if len(mark) > 1 {
		return mark + " " + s + " " + mark
	}
	return mark + s + mark
}

// escapeMarkdown escapes what has a meaning in Markdown and HTML, and what would notify somebody.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune("\\`*_{}[]<>#+!|~&@$", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return strings.ReplaceAll(b.String(), "://", `:\//`) // no link
}
