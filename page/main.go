//go:build js

// Page is the program of the web page: it makes the report on a text, in a worker of the browser. README.md says how
// to build the page.
package main

import (
	"strconv"
	"syscall/js"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// main gives worker.js two functions, whose first argument is a text in a Uint8Array:
//
//	explain(text, damaged, view, columns) -> {html, text, headlines, messages}
//	share(text) -> string
//
// If damaged is true, the text comes from gzip data that is damaged. The view is "client", "server" or "" for
// both, and columns is the width of excerpts in the HTML. The text of a report is that of the command, 80
// columns wide.
func main() {
	js.Global().Set("explain", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return explain(bytes(args[0]), args[1].Bool(), args[2].String(), args[3].Int())
	}))
	js.Global().Set("share", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return share(bytes(args[0]))
	}))
	select {}
}

func bytes(array js.Value) []byte {
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

func explain(text []byte, damaged bool, view string, columns int) map[string]any {
	w := report.NewWhole(text, report.Options{Damaged: damaged, Now: time.Now()})
	var style report.Style
	switch view {
	case "client":
		style.Audience = report.ForClient
	case "server":
		style.Audience = report.ForServer
	}
	fitted := style
	fitted.Page = layout.Page{Width: columns}
	headlines, messages := []any{}, []any{}
	for _, r := range w.Reports {
		headlines = append(headlines, r.Headline)
	}
	for _, m := range w.Messages {
		messages = append(messages, m.String())
	}
	return map[string]any{
		"html":      string(w.AppendHTML(nil, fitted)),
		"text":      string(w.AppendText(nil, style)),
		"headlines": headlines,
		"messages":  messages,
	}
}

// share returns the part of a text that may be shown to others: only the challenge fields, with secrets hidden.
func share(text []byte) string {
	w := report.NewWhole(text, report.Options{Redact: true, Brief: true})
	var b []byte
	for i, r := range w.Reports {
		if i > 0 {
			b = append(b, '\n')
		}
		if r.Status != 0 {
			b = append(b, "HTTP/1.1 "+strconv.Itoa(r.Status)+"\n"...)
		}
		for _, line := range r.Lines {
			b = append(b, r.Field+": "+line+"\n"...)
		}
	}
	return string(b)
}
