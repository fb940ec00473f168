// Package rawtest has a server for tests whose answers are any bytes.
package rawtest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
)

// Serve starts a server on loopback that answers each request with the same bytes, and returns its URL. The connection
// is closed after the answer or, if hold, by the client. The server stops at the end of the test.
func Serve(t testing.TB, answer string, hold bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn.(*net.TCPConn), answer, hold)
		}
	}()
	return "http://" + l.Addr().String() + "/"
}

func serve(conn *net.TCPConn, answer string, hold bool) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	if _, err := http.ReadRequest(in); err != nil {
		return
	}
	if _, err := io.WriteString(conn, answer); err != nil {
		return
	}
	if !hold {
		_ = conn.CloseWrite()
	}
	// Closing a connection before reading all that the client sent resets it, and may lose part of the answer.
	_, _ = io.Copy(io.Discard, in)
}
