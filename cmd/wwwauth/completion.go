package main

import (
	"flag"
	"fmt"
	"strings"
)

// completion is the command of that name.
func (e env) completion() (*flag.FlagSet, runner) {
	return newFlags(), func(operands []string) int {
		script := map[string]func() string{"bash": bash, "zsh": zsh, "fish": fish}
		if len(operands) != 1 || script[operands[0]] == nil {
			return e.wrongUsage("completion needs the name of a shell: bash, zsh or fish")
		}
		return e.print([]byte(script[operands[0]]()))
	}
}

// choices returns the values that an option or an operand can have, if they are fixed.
func choices(value string) []string {
	if value == "" || value == strings.ToUpper(value) || strings.ContainsAny(value, "[ ") {
		return nil
	}
	return strings.Split(value, "|")
}

// operandChoices returns the words that may follow the command.
func (c command) operandChoices() []string {
	if c.name == "help" {
		return names()
	}
	return choices(c.operands)
}

// takesFiles reports whether operands, or the value of an option, may be the names of files.
func takesFiles(placeholder string) bool {
	return strings.Contains(placeholder, "FILE") || placeholder == "BODY"
}

// quoted returns s in single quotes, for a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// bash returns the script for bash. It needs only bash itself.
func bash() string {
	var b strings.Builder
	b.WriteString("# bash completion for wwwauth; made by wwwauth completion bash\n\n_wwwauth() {\n")
	b.WriteString("\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words= files=\n")
	b.WriteString("\tcase $command in\n")
	fmt.Fprintf(&b, "\t%s) ;;\n\t*) command=%s ;;\n\tesac\n", strings.Join(names(), "|"), names()[0])
	b.WriteString("\tcase $command,$prev in\n")
	for _, c := range commands() {
		for _, o := range c.options() {
			if o.value == "" {
				continue
			}
			var patterns []string
			for _, name := range o.names {
				patterns = append(patterns, c.name+",-"+name, c.name+",--"+name)
			}
			fmt.Fprintf(&b, "\t%s) words=%s files=%s ;;\n", strings.Join(patterns, "|"), quoted(strings.Join(choices(o.value), " ")), yes(takesFiles(o.value)))
		}
	}
	b.WriteString("\t*)\n\t\tcase $command in\n")
	for _, c := range commands() {
		var flags []string
		for _, o := range c.options() {
			for _, name := range o.names {
				flags = append(flags, "-"+name)
			}
		}
		words := append(append(flags, "-h"), c.operandChoices()...)
		fmt.Fprintf(&b, "\t\t%s) words=%s files=%s ;;\n", c.name, quoted(strings.Join(words, " ")), yes(takesFiles(c.operands)))
	}
	b.WriteString("\t\tesac\n")
	fmt.Fprintf(&b, "\t\t[[ $COMP_CWORD -eq 1 ]] && words+=%s\n\t\t;;\n\tesac\n", quoted(" "+strings.Join(names(), " ")))
	b.WriteString("\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n")
	b.WriteString("\tif [[ $files ]]; then\n\t\tlocal at=\n\t\t[[ $cur == @* ]] && at=@\n\t\tlocal IFS=$'\\n'\n\t\tCOMPREPLY+=($(compgen -f -P \"$at\" -- \"${cur#@}\"))\n\t\tcompopt -o filenames 2>/dev/null\n\tfi\n}\n\n")
	b.WriteString("complete -F _wwwauth wwwauth\n")
	return b.String()
}

func yes(ok bool) string {
	if ok {
		return "yes"
	}
	return ""
}

// zsh returns the script for zsh.
func zsh() string {
	var b strings.Builder
	b.WriteString("#compdef wwwauth\n# zsh completion for wwwauth; made by wwwauth completion zsh\n\n_wwwauth() {\n\tlocal command=${words[2]}\n")
	b.WriteString("\tif (( CURRENT == 2 )); then\n\t\tlocal -a commands=(\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\t\t\t%s\n", quoted(c.name+":"+c.summary))
	}
	b.WriteString("\t\t)\n\t\t_describe command commands\n\tfi\n\tcase $command in\n")
	for i, c := range commands() {
		pattern := c.name
		if i == 0 {
			continue // the default is last
		}
		zshCase(&b, pattern, c)
	}
	zshCase(&b, "*", commands()[0])
	b.WriteString("\tesac\n}\n\nif [[ $funcstack[1] == _wwwauth ]]; then _wwwauth \"$@\"; else compdef _wwwauth wwwauth; fi\n")
	return b.String()
}

func zshCase(b *strings.Builder, pattern string, c command) {
	fmt.Fprintf(b, "\t%s)\n\t\t_arguments", pattern)
	escape := strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`).Replace
	for _, o := range c.options() {
		for _, name := range o.names {
			s := "*-" + name + "[" + escape(o.help) + "]"
			if o.value != "" {
				s += ":" + escape(o.value) + ":"
				if list := choices(o.value); list != nil {
					s += "(" + strings.Join(list, " ") + ")"
				} else if takesFiles(o.value) {
					s += "_files"
				}
			}
			b.WriteString(" \\\n\t\t\t" + quoted(s))
		}
	}
	b.WriteString(" \\\n\t\t\t" + quoted("-h[print help]"))
	switch list := c.operandChoices(); {
	case list != nil:
		b.WriteString(" \\\n\t\t\t" + quoted("*:argument:("+strings.Join(list, " ")+")"))
	case takesFiles(c.operands):
		b.WriteString(" \\\n\t\t\t" + quoted("*:file:_files"))
	}
	b.WriteString("\n\t\t;;\n")
}

// fish returns the script for fish.
func fish() string {
	var b strings.Builder
	b.WriteString("# fish completion for wwwauth; made by wwwauth completion fish\n\ncomplete -c wwwauth -f\n")
	for i, c := range commands() {
		fmt.Fprintf(&b, "complete -c wwwauth -n __fish_use_subcommand -a %s -d %s\n", c.name, quoted(c.summary))
		when := "__fish_seen_subcommand_from " + c.name
		if i == 0 {
			when = "__fish_use_subcommand; or " + when
		}
		for _, o := range c.options() {
			fmt.Fprintf(&b, "complete -c wwwauth -n %s", quoted(when))
			for _, name := range o.names {
				// As short options of fish, those with a value would swallow the others: -markdown begins with -m.
				b.WriteString(" -o " + name)
				if len(name) > 1 {
					b.WriteString(" -l " + name)
				}
			}
			switch list := choices(o.value); {
			case list != nil:
				b.WriteString(" -x -a " + quoted(strings.Join(list, " ")))
			case takesFiles(o.value):
				b.WriteString(" -r -F")
			case o.value != "":
				b.WriteString(" -x")
			}
			fmt.Fprintf(&b, " -d %s\n", quoted(o.help))
		}
		switch list := c.operandChoices(); {
		case list != nil:
			fmt.Fprintf(&b, "complete -c wwwauth -n %s -a %s\n", quoted(when), quoted(strings.Join(list, " ")))
		case takesFiles(c.operands):
			fmt.Fprintf(&b, "complete -c wwwauth -n %s -F\n", quoted(when))
		}
	}
	return b.String()
}
