package httpauth

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// A Body makes the content of a response that refuses the request r, and its media type. The fields
// Status and Message of f are never empty: where there is no message it is the usual text of the status, and
// "Status 419" for one that has none. There are [TextBody], [ProblemBody] and [JSONRPCBody].
type Body func(r *http.Request, f Refusal) (contentType string, content []byte)

// TextBody makes plain text of the message, as [http.Error] does.
func TextBody(r *http.Request, f Refusal) (contentType string, content []byte) {
	return "text/plain; charset=utf-8", []byte(f.Message + "\n")
}

// ProblemBody makes a problem details object (RFC 9457), with the message as its detail:
//
//	{"title":"Unauthorized","status":401,"detail":"An access token is needed"}
func ProblemBody(r *http.Request, f Refusal) (contentType string, content []byte) {
	var problem struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail,omitempty"`
	}
	problem.Title = statusText(f.Status)
	problem.Status = f.Status
	if f.Message != problem.Title {
		problem.Detail = validUTF8(f.Message)
	}
	return "application/problem+json", encode(problem)
}

// JSONRPCBody makes the error of a JSON-RPC 2.0 response (section 5), as clients of MCP servers read it. Its
// id is null, since the request has not been read:
//
//	{"error":{"code":-32000,"message":"An access token is needed"},"id":null,"jsonrpc":"2.0"}
func JSONRPCBody(r *http.Request, f Refusal) (contentType string, content []byte) {
	var response struct {
		Error struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
		ID      *int   `json:"id"`
		JSONRPC string `json:"jsonrpc"`
	}
	response.Error.Code = -32000 // the first of those that are left to servers
	response.Error.Message = validUTF8(f.Message)
	response.JSONRPC = "2.0"
	return "application/json", encode(response)
}

// statusText returns the usual text of a status, and a text for one that is in no registry, such as 419.
func statusText(status int) string {
	return cmp.Or(http.StatusText(status), "Status "+strconv.Itoa(status))
}

// validUTF8 returns s with U+FFFD for what is not UTF-8. encoding/json would write that, but each release of
// Go in another way.
func validUTF8(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// encode returns v as JSON. It cannot fail, since v holds nothing but numbers and strings.
func encode(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}
