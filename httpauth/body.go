package httpauth

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// A Body returns the content of the response that refuses the request r, and its media type. The
// Status and Message of f have their defaults filled in. [TextBody], [ProblemBody] and
// [JSONRPCBody] are of this type. A Body must be safe for concurrent use.
type Body func(r *http.Request, f Refusal) (contentType string, content []byte)

const textType = "text/plain; charset=utf-8"

// TextBody returns the message as plain text, as [http.Error] does.
func TextBody(r *http.Request, f Refusal) (contentType string, content []byte) {
	return textType, []byte(f.Message + "\n")
}

// ProblemBody returns a problem details object (RFC 9457) with the message as its detail:
//
//	{"title":"Unauthorized","status":401,"detail":"An access token is needed"}
func ProblemBody(r *http.Request, f Refusal) (contentType string, content []byte) {
	title := statusText(f.Status)
	b := make([]byte, 0, 96+len(f.Message))
	b = append(b, `{"title":`...)
	b = appendJSON(b, title)
	b = append(b, `,"status":`...)
	b = strconv.AppendInt(b, int64(f.Status), 10)
	if f.Message != title && f.Message != "" {
		b = append(b, `,"detail":`...)
		b = appendJSON(b, f.Message)
	}
	return "application/problem+json", append(b, '}')
}

// JSONRPCBody returns an error response of JSON-RPC 2.0 (section 5), which MCP clients can read.
// Its id is null, because the request has not been read:
//
//	{"error":{"code":-32000,"message":"An access token is needed"},"id":null,"jsonrpc":"2.0"}
func JSONRPCBody(r *http.Request, f Refusal) (contentType string, content []byte) {
	b := make([]byte, 0, 96+len(f.Message))
	b = append(b, `{"error":{"code":-32000,"message":`...) // the first of the codes that are left to servers
	b = appendJSON(b, f.Message)
	return "application/json", append(b, `},"id":null,"jsonrpc":"2.0"}`...)
}

// appendJSON appends s as a JSON string. What is not UTF-8 becomes U+FFFD, in every release of Go
// alike.
func appendJSON(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			quoted, _ := json.Marshal(strings.ToValidUTF8(s, "\uFFFD")) // a string is always marshaled
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// statusText returns the name of a status, and "Status 419" for one that is not registered, such as
// 419.
func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return text
	}
	return "Status " + strconv.Itoa(status)
}
