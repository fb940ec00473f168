package main

import (
	"flag"
	"strings"
)

// man is the command of that name.
func (e env) man() (*flag.FlagSet, runner) {
	return newFlags(), func([]string) int { return e.print([]byte(manPage())) }
}

// manPage returns the manual page, for man(7).
func manPage() string {
	var b strings.Builder
	text := strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace
	line := func(s string) { // a line of text must not start with a request
		if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
			b.WriteString(`\&`)
		}
		b.WriteString(text(s) + "\n")
	}
	paragraphs := func(s string) {
		for i, part := range strings.Split(s, "\n\n") {
			if i > 0 {
				b.WriteString(".PP\n")
			}
			line(part)
		}
	}
	b.WriteString(".TH WWWAUTH 1 \"\" \"" + text(buildVersion()) + "\"\n.SH NAME\nwwwauth \\- explain HTTP authentication challenges\n.SH SYNOPSIS\n")
	for i, c := range commands() {
		if i > 0 {
			b.WriteString(".br\n")
		}
		line(c.usageLine())
	}
	b.WriteString(".SH DESCRIPTION\n")
	line("Explains the authentication challenges of an HTTP response: the contents of its WWW-Authenticate and Proxy-Authenticate fields.")
	b.WriteString(".PP\n")
	paragraphs(inputText)
	for _, c := range commands() {
		b.WriteString(".SH " + strings.ToUpper(c.name) + "\n")
		line(upperFirst(c.summary) + ".")
		if c.text != "" && c.text != inputText {
			b.WriteString(".PP\n")
			paragraphs(strings.TrimSuffix(c.text, "\n\n"+inputText))
		}
		for _, o := range c.options() {
			b.WriteString(".TP\n.B " + text(o.head()) + "\n")
			line(o.help)
		}
		if c.status != "" {
			b.WriteString(".PP\n")
			line("Exit status: " + c.status)
		}
		if len(c.examples) > 0 {
			b.WriteString(".PP\n.nf\n")
			for _, s := range c.examples {
				line("    " + s)
			}
			b.WriteString(".fi\n")
		}
	}
	return b.String()
}
