package lint

// Passed returns the names of the rules that are not run on the message, and would find something in it.
func Passed(m Message, profiles ...Profile) []string {
	var names []string
	for _, field := range (Linter{Profiles: profiles}).Review(m).fields {
		run, wanted := field.apply(), byProfile.rules(uint64(field.profiles))
		for i := range table {
			field.hits = nil
			if wanted.has(i) && !run.has(i) {
				field.run(&table[i])
			}
			if field.hits != nil {
				names = append(names, table[i].Name)
			}
		}
	}
	return names
}
