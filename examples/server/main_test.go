package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHello(t *testing.T) {
	for _, tt := range []struct {
		name, authorization string
		status              int
		challenge, body     string
	}{
		{"no credentials", "", 401, `Basic realm="journal", charset="UTF-8"`, "Unauthorized\n"},
		{"wrong password", "Basic cml0YTpndWVzcw==", 401, `Basic realm="journal", charset="UTF-8"`, "Unauthorized\n"},
		{"another scheme", "Bearer cml0YTpvcGVuIHNlc2FtZQ==", 401, `Basic realm="journal", charset="UTF-8"`, "Unauthorized\n"},
		{"Rita", "Basic cml0YTpvcGVuIHNlc2FtZQ==", 200, "", "Hello Rita\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			if tt.authorization != "" {
				r.Header.Set("Authorization", tt.authorization)
			}
			w := httptest.NewRecorder()
			http.HandlerFunc(hello).ServeHTTP(w, r)
			if w.Code != tt.status || w.Header().Get("WWW-Authenticate") != tt.challenge || w.Body.String() != tt.body {
				t.Errorf("%d %q %q, want %d %q %q", w.Code, w.Header().Get("WWW-Authenticate"), w.Body, tt.status, tt.challenge, tt.body)
			}
		})
	}
}
