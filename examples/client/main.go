// Client prints what a server asks for:
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
	defer resp.Body.Close()
	challenges, err := httpauth.Challenges(resp)          // what can be read, and what is wrong
	c, _ := wwwauth.Select(challenges, "Bearer", "Basic") // in order of preference
	fmt.Println(c.Scheme, c.Get("realm"), c.Get("scope"), err)
}
