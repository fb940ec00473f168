// Journal is an API guarded with Bearer tokens. The valid tokens are reader and writer:
//
//	go run ./examples/journal &
//	curl -i http://127.0.0.1:8080/entries
//	curl -i -H 'Authorization: Bearer reader' http://127.0.0.1:8080/entries
//	curl -i -H 'Authorization: Bearer writer' -d 'Rain.' http://127.0.0.1:8080/entries
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "the `address` to listen on")
	flag.Parse()
	api, err := newAPI()
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/entries\n", listener.Addr())
	server := &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// verify is where a server asks its database, or checks the signature of a JWT.
func verify(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
	expires := time.Now().Add(time.Hour)
	switch token {
	case "reader":
		return &httpauth.Identity{Subject: "Rita", Scope: wwwauth.Scope{"journal:read"}, Expires: expires}, nil
	case "writer":
		return &httpauth.Identity{Subject: "Walt", Scope: wwwauth.Scope{"journal:read", "journal:write"}, Expires: expires}, nil
	case "old":
		return &httpauth.Identity{Subject: "Olga", Expires: time.Now().Add(-time.Hour)}, nil
	}
	return nil, &httpauth.TokenError{}
}

// guard returns a Gate for clients that have the scope.
func guard(scope string) (*httpauth.Gate, error) {
	return httpauth.NewGate(verify, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{scope}},
		Body:   httpauth.ProblemBody, // errors are JSON, as RFC 9457 has it
	})
}

func newAPI() (http.Handler, error) {
	readers, err := guard("journal:read")
	if err != nil {
		return nil, err
	}
	writers, err := guard("journal:write")
	if err != nil {
		return nil, err
	}
	type entry struct{ By, Text string }
	var mutex sync.Mutex
	entries := []entry{{"Rita", "The first day."}}

	mux := http.NewServeMux()
	mux.Handle("GET /entries", readers.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(entries)
	})))
	mux.Handle("POST /entries", writers.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<10))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mutex.Lock()
		defer mutex.Unlock()
		entries = append(entries, entry{httpauth.IdentityFrom(r.Context()).Subject, string(text)})
		w.WriteHeader(http.StatusCreated)
	})))
	return mux, nil
}
