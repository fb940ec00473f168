package challengevet

import (
	"go/ast"
	"go/types"
	"strings"
)

// A message is what one piece of code sends in a field: the writes that follow one another in a
// block, read for one way in which their function is called.
type message struct {
	field  string
	writes []*write
	frame  *frame
}

// A write puts one field line into a header.
type write struct {
	value  ast.Expr // of type string
	call   *ast.CallExpr
	inCall bool          // value is an argument of call
	stmt   *ast.ExprStmt // the statement of a block that is only the call; nil if there is none
	file   *ast.File
	add    bool // it is added to what is there; otherwise it replaces that
	header string
	block  ast.Node
}

// fields are the names of the fields that are looked at, in lower case.
var fields = map[string]string{
	"www-authenticate":          "WWW-Authenticate",
	"optional-www-authenticate": "Optional-WWW-Authenticate",
	"proxy-authenticate":        "Proxy-Authenticate",
	"authentication-info":       "Authentication-Info",
	"proxy-authentication-info": "Proxy-Authentication-Info",
}

// setters are the methods that take the name of a field and its value: of http.Header,
// textproto.MIMEHeader and fasthttp (Set, Add), gin (Header), echo and fiber (Set), and resty and
// others. True if the value is added.
var setters = map[string]bool{
	"Set": false, "Header": false, "SetHeader": false, "Add": true, "AddHeader": true, "Append": true,
}

// messages returns what the package sends, in source order.
func (p *program) messages() []message {
	var all []message
	for _, file := range p.files {
		for _, decl := range file.Decls {
			var function *types.Func
			if d, ok := decl.(*ast.FuncDecl); ok {
				function, _ = p.info.Defs[d.Name].(*types.Func)
			}
			all = append(all, p.messagesOf(file, decl, function)...)
		}
	}
	return all
}

// messagesOf returns what a declaration sends.
func (p *program) messagesOf(file *ast.File, decl ast.Decl, function *types.Func) []message {
	var frames []*frame // made when they are needed
	ways := func() []*frame {
		if frames == nil {
			frames = p.frames(function, 3)
		}
		return frames
	}
	var all []message
	record := func(name ast.Expr, w *write) {
		for _, f := range ways() {
			text, ok := p.eval(name, f).constant()
			field := fields[strings.ToLower(text)]
			if !ok || field == "" {
				continue
			}
			if last := len(all) - 1; w.add {
				for i := last; i >= 0; i-- {
					m := &all[i]
					before := m.writes[len(m.writes)-1]
					if m.field == field && m.frame == f && before.block == w.block && before.header == w.header && before.header != "" {
						m.writes = append(m.writes, w)
						w = nil
						break
					}
				}
				if w == nil {
					return
				}
			}
			all = append(all, message{field, []*write{w}, f})
		}
	}
	var stack []ast.Node
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.CallExpr:
			if name, values, add := p.setter(n); name != nil {
				for i, value := range values {
					w := &write{value: value, call: n, inCall: true, file: file, add: add || i > 0,
						header: types.ExprString(ast.Unparen(n.Fun).(*ast.SelectorExpr).X), block: block(stack)}
					if len(values) == 1 {
						w.stmt = statement(stack)
					}
					record(name, w)
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				index, ok := ast.Unparen(left).(*ast.IndexExpr)
				if !ok || len(n.Rhs) != len(n.Lhs) || !isHeader(p.info.TypeOf(index.X)) {
					continue
				}
				values, add := p.elements(n.Rhs[i])
				for j, value := range values {
					record(index.Index, &write{value: value, file: file, add: add || j > 0,
						header: types.ExprString(index.X), block: block(stack)})
				}
			}
		case *ast.CompositeLit:
			if !isHeader(p.info.TypeOf(n)) {
				break
			}
			for _, e := range n.Elts {
				if pair, ok := e.(*ast.KeyValueExpr); ok {
					values, _ := p.elements(pair.Value)
					for j, value := range values {
						record(pair.Key, &write{value: value, file: file, add: j > 0, header: "literal", block: pair})
					}
				}
			}
		}
		return true
	})
	return all
}

// statement returns the statement that is only the last node of the stack, if it is in a list of
// statements. One in the head of a for, if or switch has no room for another in its place.
func statement(stack []ast.Node) *ast.ExprStmt {
	if len(stack) < 3 {
		return nil
	}
	stmt, _ := stack[len(stack)-2].(*ast.ExprStmt)
	switch stack[len(stack)-3].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause, *ast.LabeledStmt:
		return stmt
	}
	return nil
}

// setter returns the name of the field and the values that a call puts into a header, if it may be
// such a call.
func (p *program) setter(call *ast.CallExpr) (name ast.Expr, values []ast.Expr, add bool) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) < 2 || call.Ellipsis.IsValid() {
		return nil, nil, false
	}
	add, ok = setters[sel.Sel.Name]
	if !ok || !isString(p.info.TypeOf(call.Args[0])) || p.info.Selections[sel] == nil {
		return nil, nil, false
	}
	for _, value := range call.Args[1:] {
		if !isString(p.info.TypeOf(value)) {
			return nil, nil, false
		}
	}
	if constant, ok := p.eval(call.Args[0], nil).constant(); ok && fields[strings.ToLower(constant)] == "" {
		return nil, nil, false
	}
	return call.Args[0], call.Args[1:], add
}

// elements returns the elements of a literal []string, or those that append adds to a list.
func (p *program) elements(e ast.Expr) (values []ast.Expr, added bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return e.Elts, false
	case *ast.CallExpr:
		if name, ok := ast.Unparen(e.Fun).(*ast.Ident); ok && name.Name == "append" && len(e.Args) > 1 && !e.Ellipsis.IsValid() {
			return e.Args[1:], true
		}
	}
	return nil, false
}

// frames returns the ways in which a function is called within its package, and one with nothing
// known of its arguments if it can be called otherwise.
func (p *program) frames(f *types.Func, depth int) []*frame {
	if f == nil {
		return []*frame{nil}
	}
	const most = 32
	var all []*frame
	if depth > 0 {
		for _, call := range p.calls[f] {
			caller := p.enclosing(call)
			if caller == f || caller == nil && len(p.calls[f]) > most {
				continue
			}
			for _, outer := range p.frames(caller, depth-1) {
				if len(all) < most {
					all = append(all, &frame{f, call, outer})
				}
			}
		}
	}
	if len(all) == 0 || f.Exported() || p.escapes[f] {
		all = append(all, &frame{function: f})
	}
	return all
}

// enclosing returns the function that contains a node.
func (p *program) enclosing(n ast.Node) *types.Func {
	for f, decl := range p.functions {
		if decl.Pos() <= n.Pos() && n.End() <= decl.End() {
			return f
		}
	}
	return nil
}

// block returns the innermost list of statements around the last node of the stack.
func block(stack []ast.Node) ast.Node {
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			return n
		}
	}
	return nil
}

// isHeader reports whether a type is http.Header or textproto.MIMEHeader, or another map of that
// shape with Header in its name.
func isHeader(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || !strings.Contains(named.Obj().Name(), "Header") {
		return false
	}
	m, ok := named.Underlying().(*types.Map)
	if !ok || !isString(m.Key()) {
		return false
	}
	list, ok := m.Elem().Underlying().(*types.Slice)
	return ok && isString(list.Elem())
}
