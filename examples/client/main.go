// Client prints the challenges of a server:
//
//	go run ./examples/client http://127.0.0.1:8080/
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

func main() {
	resp, err := http.Get(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	challenges, err := httpauth.Challenges(resp)
	fmt.Println(challenges, err) // every challenge that can be read, and everything that is wrong
	c, _ := wwwauth.Select(challenges, "Bearer")
	if bearer, ok := c.Bearer(); ok {
		fmt.Println("needs a token with the scope", bearer.Scope)
	}
}
