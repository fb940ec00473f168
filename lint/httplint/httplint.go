// Package httplint checks the challenges of an *http.Response by the rules of package lint. It is made
// for the tests of servers:
//
//	resp, err := http.Get(server.URL + "/private")
//	if err != nil {
//		t.Fatal(err)
//	}
//	for _, f := range httplint.Response(resp) {
//		t.Error(f)
//	}
package httplint

import (
	"net/http"

	"github.com/seed-903fb8fe/wwwauth/lint"
)

// Response returns the findings in a response, by the rules for all servers and those of the
// profiles, as [lint.Check] does. It does not touch the body.
//
// It learns from resp.Request what the request was and whether it had credentials. A client of
// net/http sets that field. For the response of a [net/http/httptest.ResponseRecorder] the caller
// should set it; otherwise the rules about the request are not checked.
func Response(resp *http.Response, profiles ...lint.Profile) []lint.Finding {
	return lint.Check(Message(resp), profiles...)
}

// Message returns the response, and the request that it answers, as a message for a [lint.Linter].
func Message(resp *http.Response) lint.Message {
	m := lint.Message{Status: resp.StatusCode, Proto: resp.Proto, Header: resp.Header, Complete: true}
	if r := resp.Request; r != nil {
		m.Request = lint.Request{Method: r.Method, Header: r.Header}
		if m.Request.Method == "" {
			m.Request.Method = http.MethodGet
		}
		if m.Request.Header == nil {
			m.Request.Header = http.Header{} // known to be empty
		}
		if r.URL != nil {
			u := *r.URL
			if u.User != nil && r.Header.Get("Authorization") == "" {
				m.Request.Scheme = "Basic" // which a client makes of it, in a copy of the request
			}
			u.User = nil
			if r.Host != "" && u.Host != "" {
				u.Host = r.Host
			}
			m.Request.URL = u.String()
		}
	}
	return m
}
