package report

import (
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

// AppendGitHub appends the findings as commands of a workflow of GitHub, which shows them beside the lines of
// the file; without a file name they belong to none.
//
//	::error file=response.txt,line=2,col=19,title=realm-unquoted::The realm is not in quotes.
func (r *Report) AppendGitHub(b []byte, file string) []byte {
	for _, f := range r.byPlace() {
		at := f.at
		b = append(b, "::"+f.Severity.String()+" "...)
		if file != "" {
			line, column := r.Position(at)
			if line == 0 {
				line = max(r.Line, 1)
			}
			b = append(b, "file="+property(file)+",line="+strconv.Itoa(line)+","...)
			if column > 0 {
				b = append(b, "col="+strconv.Itoa(column)+","...)
			}
		}
		text := f.Wrong + " " + f.Instead + "."
		if f.Section != "" {
			text += " (" + f.Section + ")"
		}
		if f.Clients != "" {
			text += " Breaks: " + f.Clients + "."
		}
		b = append(b, "title="+property(f.Rule)+"::"+annotationData.Replace(text)+"\n"...)
	}
	return b
}

// annotationData escapes the text of an annotation, and property a value before it.
var annotationData = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(annotationData.Replace(layout.Safe(s)))
}
