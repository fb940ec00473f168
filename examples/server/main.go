// Server greets Rita, and asks everybody else to log in:
//
//	go run ./examples/server &
//	curl -i http://127.0.0.1:8080/
//	curl -i -u 'rita:open sesame' http://127.0.0.1:8080/
package main

import (
	"fmt"
	"log"
	"net/http"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

func hello(w http.ResponseWriter, r *http.Request) {
	want, err := wwwauth.BasicCredentials("rita", "open sesame")
	if got, _ := httpauth.Credentials(r); err != nil || !got.Equal(want) {
		challenge := wwwauth.NewChallenge("Basic", "realm", "journal", "charset", "UTF-8")
		httpauth.Refusal{Challenges: []wwwauth.Challenge{challenge}}.Send(w, r) // 401
		return
	}
	fmt.Fprintln(w, "Hello Rita")
}

func main() { log.Fatal(http.ListenAndServe("127.0.0.1:8080", http.HandlerFunc(hello))) }
