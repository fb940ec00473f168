// Gitcredential is a credential helper for git 2.41 or later that keeps the logins of several realms of one
// host apart, and those of Basic from those of Bearer (for which git must be 2.46 or later).
//
//	git config credential.helper '/path/to/gitcredential FILE'
//
// Each line of the file is a login, with a tab between its parts: the scheme, the realm, and user:password
// or a token.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gitcredential: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: gitcredential FILE get")
	}
	if os.Args[2] != "get" {
		return // it stores nothing
	}
	logins, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := get(os.Stdout, os.Stdin, string(logins)); err != nil {
		log.Fatal(err)
	}
}

// get answers git with a login for the first challenge that has one. If none has, it prints nothing, and git asks the
// next helper, or the user.
func get(w io.Writer, r io.Reader, logins string) error {
	var fields []string // one for each field line of the response
	tokens := false     // git can take a token
	input := bufio.NewScanner(r)
	input.Buffer(nil, 1<<20)
	for input.Scan() {
		name, value, _ := strings.Cut(input.Text(), "=")
		switch {
		case name == "wwwauth[]" && value == "":
			fields = nil // what came before does not count
		case name == "wwwauth[]":
			fields = append(fields, value)
		case name == "capability[]" && value == "authtype":
			tokens = true
		}
	}
	if err := input.Err(); err != nil {
		return err
	}
	challenges, err := wwwauth.Parse(fields...)
	if err != nil {
		// Servers forget to escape the quotes in a realm, and more. What can be read is good enough.
		log.Print(err)
	}
	for _, c := range challenges {
		login, ok := find(logins, c)
		user, password, isBasic := strings.Cut(login, ":")
		switch {
		case !ok:
		case c.Is("Basic") && !isBasic:
			return errors.New("a login for Basic has no colon")
		case c.Is("Basic"):
			_, err := fmt.Fprintf(w, "username=%s\npassword=%s\n", user, password)
			return err
		case tokens:
			_, err := fmt.Fprintf(w, "capability[]=authtype\nauthtype=%s\ncredential=%s\n", c.Scheme, login)
			return err
		}
	}
	return nil
}

// find returns the login for the realm and the scheme of the challenge.
func find(logins string, c wwwauth.Challenge) (login string, ok bool) {
	for line := range strings.Lines(logins) {
		scheme, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		// A realm may contain a tab, but a login cannot.
		if i := strings.LastIndexByte(rest, '\t'); i >= 0 && c.Is(scheme) && c.Get("realm") == rest[:i] {
			return rest[i+1:], true
		}
	}
	return "", false
}
