package input

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// A printed head is what the printers print.
type printedHead struct {
	proto, reason string
	status        int
	fields        [][2]string
}

func (h printedHead) statusLine() string {
	return fmt.Sprintf("%s %d %s", h.proto, h.status, h.reason)
}

// wire returns the head as it was sent.
func (h printedHead) wire(eol string) string {
	var b strings.Builder
	b.WriteString(h.statusLine() + eol)
	for _, f := range h.fields {
		b.WriteString(f[0] + ": " + f[1] + eol)
	}
	b.WriteString(eol)
	return b.String()
}

// lines returns each field line in a format with two verbs.
func (h printedHead) lines(format string) string {
	var b strings.Builder
	for _, f := range h.fields {
		fmt.Fprintf(&b, format, f[0], f[1])
	}
	return b.String()
}

// quotedLines returns each field line in a format, with name and value quoted.
func (h printedHead) quotedLines(format string, quote func(string) string) string {
	var b strings.Builder
	for _, f := range h.fields {
		fmt.Fprintf(&b, format, quote(f[0]), quote(f[1]))
	}
	return b.String()
}

// joined returns the fields with the values of one name joined, as Node, Python and Java have them.
func (h printedHead) joined() printedHead {
	var fields [][2]string
	for _, f := range h.fields {
		i := slices.IndexFunc(fields, func(g [2]string) bool { return strings.EqualFold(f[0], g[0]) })
		if i < 0 {
			fields = append(fields, f)
		} else {
			fields[i][1] += ", " + f[1]
		}
	}
	h.fields = fields
	return h
}

// header returns the fields as Go has them.
func (h printedHead) header() map[string][]string {
	m := make(map[string][]string)
	for _, f := range h.fields {
		name := strings.ToLower(f[0])
		parts := strings.Split(name, "-")
		for i, p := range parts {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
		name = strings.Join(parts, "-")
		m[name] = append(m[name], f[1])
	}
	return m
}

// sorted calls f for each name in order.
func (h printedHead) sorted(f func(name string, values []string)) {
	m := h.header()
	var names []string
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		f(name, m[name])
	}
}

// challenges returns the values of the challenge fields.
func (h printedHead) challenges() []string {
	var values []string
	for _, f := range h.fields {
		if isName(f[0]) {
			values = append(values, f[1])
		}
	}
	return values
}

// pythonRepr quotes as Python's repr does.
func pythonRepr(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	s = strings.ReplaceAll(s, `\`, `\\`)
	s = strings.ReplaceAll(s, "\t", `\t`)
	return q + strings.ReplaceAll(s, q, `\`+q) + q
}

// nodeInspect quotes as Node's util.inspect does.
func nodeInspect(s string) string {
	q := "'"
	if strings.Contains(s, "'") {
		if !strings.Contains(s, `"`) {
			q = `"`
		} else if !strings.Contains(s, "`") && !strings.Contains(s, "${") {
			q = "`"
		}
	}
	s = strings.ReplaceAll(s, `\`, `\\`)
	s = strings.ReplaceAll(s, "\t", `\t`)
	return q + strings.ReplaceAll(s, q, `\`+q) + q
}

// perlString quotes as Data::Dumper does.
func perlString(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", `\'`) + "'"
}

func doubleQuotes(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
func doubleSingle(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// backslashed quotes as most languages do.
func backslashed(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(s) + `"`
}

// numbered returns the lines of the head, each as the function makes it.
func numbered(h printedHead, line func(n int, line string) string) string {
	var b strings.Builder
	n := 0
	for text := range strings.Lines(h.wire("\n")) {
		n++
		b.WriteString(line(n, text))
	}
	return b.String()
}

func jsonString(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// plainJSON does not escape <, > and &, as most languages do not.
func plainJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return strings.TrimSpace(b.String())
}

// pprint prints a string as Python's pprint does: in parts that fit into the width.
func pprint(s string, indent int) string {
	var parts []string
	part := ""
	for _, word := range strings.SplitAfter(s, " ") {
		if part != "" && len(pythonRepr(part+word)) > 80-indent {
			parts = append(parts, part)
			part = ""
		}
		part += word
	}
	parts = append(parts, part)
	for i := range parts {
		parts[i] = pythonRepr(parts[i])
	}
	return strings.Join(parts, "\n"+strings.Repeat(" ", indent))
}

// isASCII reports whether a printer that shows dots for other bytes shows all.
func isASCII(h printedHead) bool {
	return printable([]byte(strings.Join(h.challenges(), ""))) == strings.Join(h.challenges(), "")
}

// hasParams reports whether each value has a parameter, so that it can be told from words without its name.
func hasParams(h printedHead) bool {
	return !slices.ContainsFunc(h.challenges(), func(s string) bool { return !isBareValue(s) })
}

// A printer prints a head as a program does. ok is nil, or reports whether the program shows all of it.
type headPrinter struct {
	name  string
	print func(h printedHead) string
	ok    func(h printedHead) bool
}

// printers are all printers.
var printers = slices.Concat(textPrinters, dumpPrinters)

var textPrinters = []headPrinter{
	{"curl -i", func(h printedHead) string { return h.wire("\r\n") + "<p>body\n" }, nil},
	{"curl -i, line ends of a paste", func(h printedHead) string { return h.wire("\n") }, nil},
	{"curl -v", func(h printedHead) string {
		return "*   Trying 127.0.0.1:80...\n> GET /x HTTP/1.1\n> Host: h\n> \n< " + h.statusLine() + "\n" + h.lines("< %s: %s\n") + "< \n{ [5 bytes data]\n* left intact\nWWW-Authenticate: Bearer realm=\"of a body\"\n"
	}, nil},
	{"curl -v --trace-time", func(h printedHead) string {
		return "16:49:05.158043 *   Trying 127.0.0.1:80...\n16:49:05.158043 > GET /x HTTP/1.1\n16:49:05.158043 > \n16:49:05.158043 < " + h.statusLine() + "\n" + h.lines("16:49:05.159715 < %s: %s\n") + "16:49:05.159750 < \n"
	}, nil},
	{"curl -v -i", func(h printedHead) string {
		return "> GET /x HTTP/1.1\n> \n< " + h.statusLine() + "\n" + h.statusLine() + "\n" + h.lines("< %[1]s: %[2]s\n%[1]s: %[2]s\n") + "< \n\n"
	}, nil},
	{"git trace", func(h printedHead) string {
		const p = "12:34:56.789012 http.c:756              <= Recv header: "
		return "12:34:56.789012 http.c:756              => Send header: GET /x HTTP/1.1\n" + p + h.statusLine() + "\n" + h.lines(p+"%s: %s\n") + p + "\n"
	}, nil},
	{"wget -S", func(h printedHead) string {
		return "--2026-11-21 15:18:33--  http://127.0.0.1/x\nHTTP request sent, awaiting response... \n  " + h.statusLine() + "\n" + h.lines("  %s: %s\n") + "\nUsername/Password Authentication Failed.\n"
	}, nil},
	{"HTTPie -v", func(h printedHead) string {
		return "GET /x HTTP/1.1\nHost: h\nUser-Agent: HTTPie/3.2.1\n\n\n\n" + h.wire("\n") + "<p>\n"
	}, nil},
	{"Python dict", func(h printedHead) string {
		return "{" + strings.TrimSuffix(h.joined().quotedLines("%s: %s, ", pythonRepr), ", ") + "}\n"
	}, nil},
	{"Python requests.structures", func(h printedHead) string {
		return "DEBUG:app:401 CaseInsensitiveDict({" + strings.TrimSuffix(h.joined().quotedLines("%s: %s, ", pythonRepr), ", ") + "})\n"
	}, nil},
	{"Python list of tuples", func(h printedHead) string {
		return "[" + strings.TrimSuffix(h.quotedLines("(%s, %s), ", pythonRepr), ", ") + "]\n"
	}, nil},
	{"Python pprint", func(h printedHead) string {
		var parts []string
		for _, f := range h.joined().fields {
			parts = append(parts, pythonRepr(f[0])+": "+pprint(f[1], len(pythonRepr(f[0]))+3))
		}
		return "{" + strings.Join(parts, ",\n ") + "}\n"
	}, nil},
	{"Python repr of the value", func(h printedHead) string {
		return pythonRepr(strings.Join(h.challenges(), ", ")) + "\n"
	}, hasParams},
	{"Python repr of the values", func(h printedHead) string {
		var parts []string
		for _, v := range h.challenges() {
			parts = append(parts, pythonRepr(v))
		}
		return "[" + strings.Join(parts, ", ") + "]\n"
	}, hasParams},
	{"Python http.client debug", func(h printedHead) string {
		return "send: b'GET /x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n'\nreply: " + pythonRepr(h.statusLine()) + "\n" + h.lines("header: %s: %s\n")
	}, nil},
	{"Python str of a message", func(h printedHead) string { return h.lines("%s: %s\n") + "\n" }, nil},
	{"Python bytes", func(h printedHead) string {
		return "b" + strings.ReplaceAll(strings.ReplaceAll(pythonRepr(h.wire("\x01")), "\x01", `\r\n`), "\n", "") + "\n"
	}, isASCII},
	{"Node inspect", func(h printedHead) string {
		return "Headers {\n" + h.joined().quotedLines("  %s: %s,\n", nodeInspect) + "}\n"
	}, nil},
	{"Node inspect, lists", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("[Object: null prototype] {\n")
		h.sorted(func(name string, values []string) {
			var parts []string
			for _, v := range values {
				parts = append(parts, nodeInspect(v))
			}
			fmt.Fprintf(&b, "  %s: [ %s ],\n", nodeInspect(strings.ToLower(name)), strings.Join(parts, ", "))
		})
		return b.String() + "}\n"
	}, nil},
	{"Node rawHeaders", func(h printedHead) string {
		return "[\n" + strings.TrimSuffix(h.quotedLines("  %s,\n  %s,\n", nodeInspect), ",\n") + "\n]\n"
	}, nil},
	{"Node entries", func(h printedHead) string {
		return "[\n" + strings.TrimSuffix(h.quotedLines("  [ %s, %s ],\n", nodeInspect), ",\n") + "\n]\n"
	}, nil},
	{"Node map", func(h printedHead) string {
		return "Map(9) {\n" + strings.TrimSuffix(h.joined().quotedLines("  %s => %s,\n", nodeInspect), ",\n") + "\n}\n"
	}, nil},
	{"Go %v", func(h printedHead) string { return fmt.Sprintf("headers: %v\n", h.header()) }, nil},
	{"Go %+v of a response", func(h printedHead) string {
		return fmt.Sprintf("&{Status:401 Unauthorized StatusCode:401 Proto:HTTP/1.1 ProtoMajor:1 ProtoMinor:1 Header:%v Body:0xc000 ContentLength:0}\n", h.header())
	}, nil},
	{"Go %q", func(h printedHead) string { return fmt.Sprintf("%q\n", h.header()) }, nil},
	{"Go %#v", func(h printedHead) string { return fmt.Sprintf("%#v\n", h.header()) }, nil},
	{"Go %v of the values", func(h printedHead) string { return fmt.Sprintf("%v\n", h.challenges()) }, hasParams},
	{"Go %q of the values", func(h printedHead) string { return fmt.Sprintf("%q\n", h.challenges()) }, hasParams},
	{"Go DumpResponse %q", func(h printedHead) string { return fmt.Sprintf("%q\n", h.wire("\r\n")+"<p>\r\n") }, nil},
	{"slog text", func(h printedHead) string {
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Error("refused", "status", 401, "headers", h.header())
		return b.String()
	}, nil},
	{"slog JSON", func(h printedHead) string {
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Error("refused", "status", 401, "headers", h.header())
		return b.String()
	}, nil},
	{"Java", func(h printedHead) string {
		var parts []string
		h.sorted(func(name string, values []string) {
			parts = append(parts, name+"=["+strings.Join(values, ", ")+"]")
		})
		return "{null=[" + h.statusLine() + "], " + strings.Join(parts, ", ") + "}\n"
	}, nil},
	{"java.net.http", func(h printedHead) string {
		var parts []string
		h.sorted(func(name string, values []string) {
			parts = append(parts, strings.ToLower(name)+"=["+strings.Join(values, ", ")+"]")
		})
		return "java.net.http.HttpHeaders@7c1e3a8f { {" + strings.Join(parts, ", ") + "} }\n"
	}, nil},
	{"Spring", func(h printedHead) string {
		var parts []string
		for _, f := range h.fields {
			parts = append(parts, f[0]+`:"`+f[1]+`"`)
		}
		return "401 Unauthorized: [no body]\n[" + strings.Join(parts, ", ") + "]\n"
	}, nil},
	{"PowerShell table", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("\nKey                 Value\n---                 -----\n")
		h.sorted(func(name string, values []string) {
			fmt.Fprintf(&b, "%-19s {%s}\n", name, strings.Join(values, ", "))
		})
		return b.String()
	}, nil},
	{"PowerShell RawContent", func(h printedHead) string {
		const indent = "                    "
		return "StatusCode        : 401\nRawContent        : " + h.statusLine() + "\n" + h.lines(indent+"%s: %s\n") + "\n" + indent + "<p>\n"
	}, nil},
	{".NET", func(h printedHead) string {
		return "StatusCode: 401, ReasonPhrase: 'Unauthorized', Version: 1.1, Content: System.Net.Http.HttpConnectionResponseContent, Headers:\n{\n" + h.lines("  %s: %s\n") + "}\n"
	}, nil},
	{"YAML", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("response:\n  headers:\n")
		h.sorted(func(name string, values []string) {
			fmt.Fprintf(&b, "    %s:\n", name)
			for _, v := range values {
				fmt.Fprintf(&b, "    - %s\n", v)
			}
		})
		return b.String()
	}, nil},
	{"YAML in single quotes", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("response:\n  headers:\n")
		h.sorted(func(name string, values []string) {
			fmt.Fprintf(&b, "    %s:\n", name)
			for _, v := range values {
				fmt.Fprintf(&b, "    - %s\n", doubleSingle(v))
			}
		})
		return b.String()
	}, nil},
	{"YAML in double quotes", func(h printedHead) string {
		return "headers:\n" + h.joined().quotedLines("  %s: %s\n", jsonString)
	}, nil},
	{"CSV with a head", func(h printedHead) string {
		return "url,status,www_authenticate,bytes\nhttp://h/," + strconv.Itoa(h.status) + "," + doubleQuotes(strings.Join(h.challenges(), ", ")) + ",12\n"
	}, nil},
	{"CSV of names and values", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("name,value\n")
		for _, f := range h.fields {
			v := f[1]
			if strings.ContainsAny(v, `,"`) {
				v = doubleQuotes(v)
			}
			b.WriteString(f[0] + "," + v + "\n")
		}
		return b.String()
	}, func(h printedHead) bool { return hasParams(h) }},
	{"SQL", func(h printedHead) string {
		return "INSERT INTO headers (name, value) VALUES\n" + strings.TrimSuffix(h.quotedLines("(%s, %s),\n", doubleSingle), ",\n") + ";\n"
	}, nil},
	{"tab separated", func(h printedHead) string { return "Name\tValue\n" + h.lines("%s\t%s\n") }, nil},
	{"Markdown table", func(h printedHead) string { return "| Name | Value |\n|---|---|\n" + h.lines("| %s | `%s` |\n") }, nil},
	{"HAR", func(h printedHead) string {
		type nv struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		}
		var list []nv
		for _, f := range h.fields {
			list = append(list, nv{f[0], f[1]})
		}
		return plainJSON(map[string]any{"log": map[string]any{"entries": []any{map[string]any{
			"request":  map[string]any{"method": "GET", "url": "http://h/x", "headers": []nv{{"Authorization", "Bearer abc"}}},
			"response": map[string]any{"status": h.status, "httpVersion": "HTTP/1.1", "headers": list, "content": map[string]any{"text": "WWW-Authenticate: Basic realm=\"of a body\""}},
		}}}})
	}, nil},
	{"JSON object of lists", func(h printedHead) string { return plainJSON(h.header()) }, nil},
	{"JSON object", func(h printedHead) string {
		m := map[string]string{}
		for _, f := range h.joined().fields {
			m[strings.ToLower(f[0])] = f[1]
		}
		b, _ := json.MarshalIndent(m, "", "  ")
		return string(b) + "\n"
	}, nil},
	{"JSON of pairs", func(h printedHead) string { return plainJSON(h.fields) }, nil},
	{"JSON flat", func(h printedHead) string {
		var list []string
		for _, f := range h.fields {
			list = append(list, f[0], f[1])
		}
		return plainJSON(list)
	}, nil},
	{"JSON {value, name} after a log prefix", func(h printedHead) string {
		return "2026-11-21 INFO headers=[" + strings.TrimSuffix(h.quotedLines(`{"value":%[2]s,"name":%[1]s},`, jsonString), ",") + "]\n"
	}, nil},
	{"JSON in JSON", func(h printedHead) string {
		return plainJSON(map[string]string{"log": plainJSON(h.fields) + "\n", "stream": "stderr"})
	}, nil},
	{"Node {name, value}", func(h printedHead) string {
		return "[\n" + strings.TrimSuffix(h.quotedLines("  { name: %s, value: %s },\n", nodeInspect), ",\n") + "\n]\n"
	}, nil},
	{"Perl", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("$VAR1 = {\n          'headers' => {\n")
		h.sorted(func(name string, values []string) {
			var parts []string
			for _, v := range values {
				parts = append(parts, perlString(v))
			}
			fmt.Fprintf(&b, "                         '%s' => [\n                           %s\n                         ],\n", strings.ToLower(name), strings.Join(parts, ",\n                           "))
		})
		return b.String() + "                       }\n        };\n"
	}, nil},
	{"Ruby inspect", func(h printedHead) string {
		var parts []string
		h.sorted(func(name string, values []string) {
			var list []string
			for _, v := range values {
				list = append(list, jsonString(v))
			}
			parts = append(parts, fmt.Sprintf("%q=>[%s]", strings.ToLower(name), strings.Join(list, ", ")))
		})
		return "{" + strings.Join(parts, ", ") + "}\n"
	}, func(h printedHead) bool { return !strings.Contains(strings.Join(h.challenges(), ""), "&") }},
	{"PHP print_r", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("Array\n(\n")
		h.sorted(func(name string, values []string) {
			fmt.Fprintf(&b, "    [%s] => Array\n        (\n", name)
			for i, v := range values {
				fmt.Fprintf(&b, "            [%d] => %s\n", i, v)
			}
			b.WriteString("        )\n\n")
		})
		return b.String() + ")\n"
	}, nil},
	{"PHP var_dump", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("array(3) {\n")
		h.sorted(func(name string, values []string) {
			fmt.Fprintf(&b, "  [\"%s\"]=>\n  array(%d) {\n", name, len(values))
			for i, v := range values {
				fmt.Fprintf(&b, "    [%d]=>\n    string(%d) \"%s\"\n", i, len(v), v)
			}
			b.WriteString("  }\n")
		})
		return b.String() + "}\n"
	}, nil},
	{"nginx log", func(h printedHead) string {
		v := strings.NewReplacer(`"`, `\x22`, `\`, `\x5C`, "\t", `\x09`).Replace(strings.Join(h.challenges(), ", "))
		return `10.0.0.1 req="GET /x HTTP/1.1" st=401 wa="` + v + "\"\n"
	}, hasParams},
	{"nginx JSON log", func(h printedHead) string {
		return `{"status":"401","sent_http_www_authenticate":` + jsonString(strings.Join(h.challenges(), ", ")) + "}\n"
	}, func(h printedHead) bool { return h.status == 401 }},
	{"journald", func(h printedHead) string { return h.lines("Nov 21 15:00:00 host app[123]: %s: %s\n") }, nil},
	{"log with times", func(h printedHead) string { return h.lines("2026-11-21 15:00:00,000 DEBUG [main] client - %s: %s\n") }, nil},
	{"kubectl -v9", func(h printedHead) string {
		const p = "I1121 15:00:00.100001   12345 round_trippers.go:"
		return p + "553] GET https://h/api 401 Unauthorized in 5 milliseconds\n" + p + "577] Response Headers:\n" + h.lines(p+"580]     %s: %s\n")
	}, nil},
	{"Chrome's net log", func(h printedHead) string {
		const indent = "                      "
		sent := "t=1 [st=1]    HTTP_TRANSACTION_SEND_REQUEST_HEADERS\n" + indent[4:] + "--> GET / HTTP/1.1\n" + indent + "Host: a.example\n"
		return sent + "t=2 [st=2]    HTTP_TRANSACTION_READ_RESPONSE_HEADERS\n" + indent[4:] + "--> " + h.statusLine() + "\n" + h.lines(indent+"%s: %s\n") + "t=3 [st=3]    -URL_REQUEST\n"
	}, nil},
	{"mitmdump", func(h printedHead) string {
		return "127.0.0.1:49806: GET http://127.0.0.1:28080/mixed\n    Host: h\n << 401 Unauthorized 179b\n" + h.lines("    %s: %s\n")
	}, nil},
	{"Markdown bullets", func(h printedHead) string { return "The headers:\n\n" + h.lines("- `%s: %s`\n") }, nil},
	{"Markdown bold", func(h printedHead) string { return h.lines("* **%s:** %s\n") }, nil},
	{"Markdown bold with code", func(h printedHead) string { return h.lines("- **%s**: `%s`\n") }, nil},
	{"Markdown code block", func(h printedHead) string { return "I get this:\n\n```http\n" + h.wire("\n") + "```\n" }, nil},
	{"quoted mail", func(h printedHead) string {
		return "Joe wrote:\n> " + h.statusLine() + "\n" + h.lines("> %s: %s\n") + ">\n> Why?\n"
	}, nil},
	{"in quotes", func(h printedHead) string { return h.lines("\"%s: %s\"\n") }, nil},
	{"browser panel", func(h printedHead) string { return h.lines("%s:\n%s\n") }, nil},
	{"browser panel without colons", func(h printedHead) string { return h.lines("%s\n%s\n") }, nil},
	{"browser panel, one line", func(h printedHead) string {
		return "Request URL: https://api.example.com/x\nStatus Code: 401 Unauthorized\n" + h.lines("%s: %s\n")
	}, nil},
	{"tshark -V", func(h printedHead) string {
		return "Hypertext Transfer Protocol\n    " + h.statusLine() + `\r\n` + "\n        [Expert Info (Chat/Sequence): " + h.statusLine() + `\r\n]` + "\n        Response Version: HTTP/1.1\n" + h.lines("    %s: %s\\r\\n\n") + "    \\r\\n\n    [HTTP response 1/1]\n"
	}, nil},
	{"tshark -T json", func(h printedHead) string {
		m := map[string]any{"http.response.code": strconv.Itoa(h.status)}
		var line []string
		for _, f := range h.fields {
			line = append(line, f[0]+": "+f[1]+"\r\n")
			if isName(f[0]) {
				name := "http." + strings.ReplaceAll(strings.ToLower(f[0]), "-", "_")
				if m[name] == nil {
					m[name] = f[1]
				}
			}
		}
		m["http.response.line"] = line
		b, _ := json.MarshalIndent([]any{map[string]any{"_source": map[string]any{"layers": map[string]any{"http": m}}}}, "", "  ")
		return string(b) + "\n"
	}, nil},
	{"cat -A", func(h printedHead) string {
		return strings.NewReplacer("\r\n", "^M$\n", "\t", "^I").Replace(h.wire("\r\n"))
	}, isASCII},
	{"grep -n", func(h printedHead) string {
		return numbered(h, func(n int, line string) string { return fmt.Sprintf("%d:%s", n, line) })
	}, nil},
	{"nl", func(h printedHead) string {
		return numbered(h, func(n int, line string) string { return fmt.Sprintf("%6d\t%s", n, line) })
	}, nil},
	{"diff", func(h printedHead) string { return numbered(h, func(_ int, line string) string { return "+" + line }) }, nil},
	{"wget -S, other bytes", func(h printedHead) string {
		return "HTTP request sent, awaiting response... \n  " + h.statusLine() + "\n" + h.quotedLines("  %s: %s\n", func(s string) string {
			var b strings.Builder
			for _, c := range []byte(s) {
				switch {
				case c == '\\':
					b.WriteString(`\\`)
				case c < 0x20 || c > 0x7e:
					fmt.Fprintf(&b, `\%03o`, c)
				default:
					b.WriteByte(c)
				}
			}
			return b.String()
		}) + "\n"
	}, func(h printedHead) bool { // without such a byte nothing shows that wget has doubled backslashes
		return strings.Contains(strings.Join(h.challenges(), ""), `\"`) && len(h.challenges()) == 1 || !isASCII(h) && !strings.Contains(strings.Join(h.challenges(), ""), "\t")
	}},
	{"mail, quoted-printable", func(h printedHead) string {
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte("Hello,\r\n\r\n" + h.wire("\r\n")))
		_ = w.Close()
		return b.String()
	}, func(h printedHead) bool { return strings.Contains(strings.Join(h.challenges(), ""), `="`) }},
	{"Clojure", func(h printedHead) string {
		return "{:status 401, :headers {" + strings.TrimSuffix(h.joined().quotedLines("%s %s, ", backslashed), ", ") + "}}\n"
	}, nil},
	{"Erlang", func(h printedHead) string {
		return "[" + strings.TrimSuffix(h.quotedLines("{<<%s>>,<<%s>>},", backslashed), ",") + "]\n"
	}, nil},
	{"Elixir", func(h printedHead) string {
		return "[" + strings.TrimSuffix(h.quotedLines("{%s, %s}, ", backslashed), ", ") + "]\n"
	}, nil},
	{"Haskell", func(h printedHead) string {
		return "Response {responseStatus = Status {statusCode = 401}, responseHeaders = [" + strings.TrimSuffix(h.quotedLines("(%s,%s),", backslashed), ",") + "]}\n"
	}, nil},
	{"Rust", func(h printedHead) string {
		return "Response { url: \"https://h/x\", status: 401, headers: {" + strings.TrimSuffix(h.quotedLines("%s: %s, ", backslashed), ", ") + "} }\n"
	}, nil},
	{"TOML", func(h printedHead) string {
		var b strings.Builder
		b.WriteString("[headers]\n")
		for _, f := range h.joined().fields {
			b.WriteString(f[0] + " = " + backslashed(f[1]) + "\n")
		}
		return b.String()
	}, nil},
	{"XML", func(h printedHead) string {
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
		return "<headers>\n" + h.quotedLines("  <header name=\"%s\" value=\"%s\"/>\n", escape.Replace) + "</headers>\n"
	}, nil},
	{"HTML", func(h printedHead) string {
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
		var b strings.Builder
		b.WriteString("<table>\n")
		for _, f := range h.fields {
			fmt.Fprintf(&b, "<tr><td>%s</td><td>%s</td></tr>\n", f[0], escape.Replace(f[1]))
		}
		return b.String() + "</table>\n"
	}, nil},
	{"UTF-16 with a mark", func(h printedHead) string { return "\xff\xfe" + asUTF16(h.wire("\r\n"), false) }, nil},
	{"UTF-16", func(h printedHead) string { return asUTF16(h.wire("\r\n"), true) }, nil},
	{"gzip", func(h printedHead) string { return gzipped(h.wire("\r\n")) }, nil},
	{"lone CR", func(h printedHead) string { return h.wire("\r") }, nil},
}

func asUTF16(s string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = binary.BigEndian.AppendUint16(b, u)
		} else {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
	}
	return string(b)
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

// unread lists what cannot be read, and why.
var unread = map[string]string{
	"lighttpd-bb: SQL":                    "DOM\\\\user may be what Python makes of DOM\\user: ('name', 'value') is a tuple of Python too",
	"lighttpd-bb: XML":                    "the two backslashes of DOM\\\\user may be those of a string of C",
	"nginx-trailbs: Spring":               `"Basic realm="foo\"": the backslash may escape the quote`,
	"nginx-trailbs: in quotes":            "as before",
	"nginx-trailbs: wget -S, other bytes": "as before",
	"nginx-var-raw: Spring":               `"Basic realm=""x""": CSV doubles quotes so`,
	"nginx-var-raw: in quotes":            "as before",
}

// TestPrinters prints the head of each capture as programs print it. What is read must be what is read of
// the capture.
func TestPrinters(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/captures/*.http")
	if err != nil || len(paths) == 0 {
		t.Fatal("no captures", err)
	}
	read, failed := 0, 0
	for _, path := range paths {
		capture, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := Find(capture)
		if len(found.Responses) != 1 {
			t.Fatalf("%s: %d responses", path, len(found.Responses))
		}
		resp := found.Responses[0]
		h := printedHead{proto: resp.Proto, status: resp.Status, reason: "Unauthorized"}
		if h.status == 407 {
			h.reason = "Proxy Authentication Required"
		}
		for _, f := range resp.Fields {
			h.fields = append(h.fields, [2]string{f.Name, f.Value})
		}
		want := canonical(found)
		for _, p := range printers {
			if p.ok != nil && !p.ok(h) {
				continue
			}
			text := p.print(h)
			if !utf8.Valid(capture) && (strings.Contains(text, "\ufffd") || strings.Contains(text, `\ufffd`) || strings.HasPrefix(p.name, "UTF-16")) {
				continue // the program does not show these bytes
			}
			name := strings.TrimSuffix(filepath.Base(path), ".http") + ": " + p.name
			got := canonical(Find([]byte(text)))
			if slices.Equal(got, want) {
				read++
				continue
			}
			failed++
			if unread[name] == "" && unread[p.name] == "" {
				t.Errorf("%s:\n%s\n(-want +got):\n%s", name, text, cmp.Diff(want, got))
			}
		}
	}
	t.Logf("%d printers, %d texts read, %d not: %.2f %%", len(printers), read, failed, 100*float64(read)/float64(read+failed))
	if failed*100 > 3*(read+failed) {
		t.Error("fewer than 97 % are read")
	}
}
