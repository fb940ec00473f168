// Challengevet finds HTTP authentication challenges that Go code builds by hand and gets wrong.
//
// Run it alone, or under go vet:
//
//	challengevet ./...
//	go vet -vettool=$(which challengevet) ./...
//
// Alone, -fix applies the suggested fixes and -diff prints them. Package challengevet has what it
// looks for.
package main

import (
	"golang.org/x/tools/go/analysis/singlechecker"

	"github.com/seed-903fb8fe/wwwauth/govet/challengevet"
)

func main() { singlechecker.Main(challengevet.Analyzer) }
