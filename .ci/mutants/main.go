// Mutants compares a report of gremlins with the list of mutants that are known to survive, and fails if there are
// others, or if a line of the list is out of date.
//
//	go run ./.ci/mutants report.json .ci/equivalent-mutants
//
// A line of the list is a mutation, its column, and the source line that it is in, separated by blanks. Lines with #
// before it give the reason why no test can tell it from the code.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: mutants report.json list")
	}
	b, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var report struct {
		Files []struct {
			Name      string `json:"file_name"`
			Mutations []struct {
				Type, Status string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal(b, &report); err != nil {
		log.Fatal(err)
	}
	explained := map[string]bool{} // whether it was seen
	f, err := os.Open(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
			explained[line] = false
		}
	}

	killed, lived, untried, unexplained := 0, 0, 0, 0
	for _, file := range report.Files {
		source, err := os.ReadFile(file.Name)
		if err != nil {
			log.Fatal(err)
		}
		lines := strings.Split(string(source), "\n")
		for _, m := range file.Mutations {
			switch m.Status {
			case "KILLED", "TIMED OUT":
				killed++
				continue
			case "NOT COVERED":
				// The tool takes the conditions of a case for not covered, which go test -cover does not.
				untried++
				continue
			}
			lived++
			text := lines[m.Line-1]
			indent := len(text) - len(strings.TrimLeft(text, "\t"))
			key := fmt.Sprintf("%s %d %s", m.Type, m.Column-indent, text[indent:])
			if _, ok := explained[key]; ok {
				explained[key] = true
				continue
			}
			unexplained++
			fmt.Printf("%s:%d: lives: %s\n", file.Name, m.Line, key)
		}
	}
	for line, seen := range explained {
		if !seen {
			unexplained++
			fmt.Printf("does not live any more: %s\n", line)
		}
	}
	fmt.Printf("%d mutants killed, %d alive (%.1f %% killed), of which %d are not explained; %d not tried\n",
		killed, lived, 100*float64(killed)/float64(killed+lived), unexplained, untried)
	if unexplained > 0 {
		os.Exit(1)
	}
}
