package challengevet

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A text is what is known of an expression of type string: constant pieces, and holes where a value
// goes that is known only at run time.
type text []piece

type piece struct {
	constant  string
	goEscapes bool  // the constant was quoted by Go, with escapes that HTTP does not know
	hole      *hole // nil in a constant piece
}

// A hole is a dynamic value.
type hole struct {
	expr   ast.Expr // what is there, as a string or as an operand of Sprintf
	kind   kind
	format string // how Sprintf prints it, such as "%x"; "" if as %v does
	origin string // where the value comes from, such as "the request"; "" if that is not plain
	undone undone
}

// A kind says what a dynamic value may hold.
type kind uint8

const (
	raw      kind = iota // any byte
	safe                 // neither a quote nor a backslash, or those are undone
	number               // digits, true or false
	goQuoted             // a quoted string with the escapes of Go
	unknown              // made elsewhere: it may hold whole parameters
)

// undone says which of the two special bytes of a quoted string have been taken care of.
type undone uint8

const (
	quotes undone = 1 << iota
	backslashes
)

func constantText(s string) text { return text{{constant: s}} }

func (h hole) text() text { return text{{hole: &h}} }

// constant returns the text if no part of it is dynamic.
func (t text) constant() (string, bool) {
	var b strings.Builder
	for _, p := range t {
		if p.hole != nil {
			return "", false
		}
		b.WriteString(p.constant)
	}
	return b.String(), true
}

// A frame is a call of a function of the package: the values of its parameters.
type frame struct {
	function *types.Func
	call     *ast.CallExpr // nil if the arguments are not known
	caller   *frame
}

// How far a value is followed: no challenge that a person wrote needs more, and a chain of variables
// each of which occurs twice in the next would take for ever.
const (
	maxDepth = 32   // expressions within one another
	maxCalls = 8    // the depth up to which functions of the package are looked into
	maxSteps = 4096 // expressions in all
)

type evaluator struct {
	*program
	depth, steps int
	busy         map[types.Object]bool // variables whose assignments are being read
}

func (p *program) eval(e ast.Expr, f *frame) text {
	v := evaluator{program: p, busy: map[types.Object]bool{}}
	return v.eval(e, f)
}

func (v *evaluator) eval(e ast.Expr, f *frame) text {
	if v.steps++; v.steps > maxSteps || v.depth == maxDepth {
		return hole{expr: e, kind: unknown}.text()
	}
	v.depth++
	defer func() { v.depth-- }()
	e = ast.Unparen(e)
	if tv := v.info.Types[e]; tv.Value != nil {
		if tv.Value.Kind() == constant.String {
			return constantText(constant.StringVal(tv.Value))
		}
		return constantText(tv.Value.ExactString())
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return append(append(text{}, v.eval(e.X, f)...), v.eval(e.Y, f)...)
		}
	case *ast.StarExpr:
		return v.eval(e.X, f)
	case *ast.Ident, *ast.SelectorExpr:
		if object := v.object(e); object != nil {
			return v.variable(e, object, f)
		}
	case *ast.IndexExpr:
		return hole{expr: e, origin: v.origin(e)}.text()
	case *ast.CallExpr:
		return v.callText(e, f)
	}
	return hole{expr: e, kind: unknown}.text()
}

// variable reads everything that is assigned to a variable.
func (v *evaluator) variable(e ast.Expr, object types.Object, f *frame) text {
	values := v.assigned[object]
	isParameter := false
	if f != nil {
		if i := parameter(f.function, object); i >= 0 {
			isParameter = true
			if f.call != nil && len(values) == 0 {
				if a := argument(f.function, f.call, i); a != nil {
					return v.eval(a, f.caller)
				}
			}
		}
	}
	here := hole{expr: e, origin: v.origin(e)}
	if v.busy[object] {
		here.kind = safe // it is set to what it was: that brings nothing new
		return here.text()
	}
	v.busy[object] = true
	defer delete(v.busy, object)

	isField := object.(*types.Var).IsField()
	local := !isField && object.Parent() != object.Pkg().Scope()
	if local && !isParameter && len(values) == 1 && values[0] != nil {
		t := v.eval(values[0], f)
		if len(t) == 1 && t[0].hole != nil && t[0].hole.kind != goQuoted && t[0].hole.undone == 0 {
			t[0].hole.expr, t[0].hole.format = e, "" // the value has a name here, which a fix can use
		}
		return t
	}
	if !local && !isField && !object.Exported() && len(values) == 1 && values[0] != nil {
		return v.eval(values[0], nil)
	}
	if len(values) == 0 && !isField && local && !isParameter && !v.isParameterOfLiteral(object) {
		here.kind = unknown // declared here, and set in a way that is not seen
	}
	// Of several values the worst counts, as long as none brings structure of its own.
	worst := here
	if len(values) > 0 && local && !isParameter {
		worst.kind = safe
	}
	for _, value := range values {
		if value == nil {
			here.kind = unknown
			return here.text()
		}
		inner := f
		if !local {
			inner = nil
		}
		t := v.eval(value, inner)
		if s, ok := t.constant(); ok {
			if strings.ContainsAny(s, `"\`) {
				here.kind = unknown
				return here.text()
			}
			continue
		}
		if len(t) != 1 || t[0].hole.kind == unknown || t[0].hole.kind == goQuoted {
			here.kind = unknown
			return here.text()
		}
		if h := t[0].hole; h.kind == raw {
			worst.kind = raw
			if h.origin != "" && worst.origin == "" {
				worst.origin = h.origin
			}
		}
	}
	return worst.text()
}

// isParameterOfLiteral reports whether a variable is a parameter of some function literal.
func (v *evaluator) isParameterOfLiteral(object types.Object) bool {
	variable, ok := object.(*types.Var)
	return ok && variable.Kind() == types.ParamVar
}

// callText reads the result of a call.
func (v *evaluator) callText(call *ast.CallExpr, f *frame) text {
	if tv := v.info.Types[call.Fun]; tv.IsType() {
		if isString(v.info.TypeOf(call.Args[0])) {
			return v.eval(call.Args[0], f)
		}
		return hole{expr: call, origin: v.origin(call.Args[0])}.text()
	}
	callee := v.callee(call)
	if callee == nil {
		return hole{expr: call, kind: unknown}.text()
	}
	switch callee.FullName() {
	case "fmt.Sprintf":
		return v.sprintf(call, f)
	case "fmt.Sprint":
		if len(call.Args) == 1 {
			return v.operand(call.Args[0], 'v', "", f)
		}
	case "strings.Join":
		return v.join(call, f)
	case "strings.TrimSpace", "strings.ToLower", "strings.ToUpper", "strings.Trim", "strings.TrimPrefix",
		"strings.TrimSuffix", "strings.TrimLeft", "strings.TrimRight", "strings.Clone":
		return v.through(call, call.Args[0], 0, f)
	case "strings.Replace", "strings.ReplaceAll":
		return v.through(call, call.Args[0], v.undoes(call.Args[1]), f)
	case "(*strings.Replacer).Replace":
		return v.through(call, call.Args[0], v.replacer(call), f)
	case "strconv.Quote", "strconv.QuoteToASCII", "strconv.QuoteToGraphic":
		if s, ok := v.eval(call.Args[0], f).constant(); ok {
			return goQuote(callee.Name(), s)
		}
		return hole{expr: call.Args[0], kind: goQuoted, origin: v.origin(call.Args[0])}.text()
	case "strconv.Itoa", "strconv.FormatInt", "strconv.FormatUint", "strconv.FormatBool":
		return hole{expr: call, kind: number}.text()
	case "net/url.QueryEscape", "net/url.PathEscape", "encoding/hex.EncodeToString",
		"(*encoding/base64.Encoding).EncodeToString", "(*encoding/base32.Encoding).EncodeToString":
		return hole{expr: call, kind: safe}.text()
	case "(error).Error":
		return hole{expr: call, origin: "the text of an error"}.text()
	case "os.Getenv":
		return hole{expr: call, origin: "the environment"}.text()
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if sel.Sel.Name == "Error" && len(call.Args) == 0 && isError(v.info.TypeOf(sel.X)) {
			return hole{expr: call, origin: "the text of an error"}.text()
		}
		if isString(v.info.TypeOf(call)) && readsRequest[sel.Sel.Name] && v.origin(sel.X) == fromRequest {
			return hole{expr: call, origin: fromRequest}.text()
		}
	}
	if body := v.functions[callee]; body != nil && v.depth < maxCalls {
		if result := onlyResult(body); result != nil {
			return v.eval(result, &frame{callee, call, f})
		}
	}
	return hole{expr: call, kind: unknown}.text()
}

// onlyResult returns the expression that a function returns if it does nothing else.
func onlyResult(f *ast.FuncDecl) ast.Expr {
	if len(f.Body.List) == 1 {
		if r, ok := f.Body.List[0].(*ast.ReturnStmt); ok && len(r.Results) == 1 {
			return r.Results[0]
		}
	}
	return nil
}

// through reads a function that returns its argument with something taken away or replaced.
func (v *evaluator) through(call *ast.CallExpr, argument ast.Expr, undoes undone, f *frame) text {
	t := v.eval(argument, f)
	out := hole{expr: call, kind: safe, undone: undoes}
	for _, p := range t {
		switch {
		case p.hole == nil:
			if strings.ContainsAny(p.constant, `"\`) && undoes == 0 {
				return hole{expr: call, kind: unknown}.text()
			}
		case p.hole.kind == unknown && undoes == quotes|backslashes:
		case p.hole.kind == unknown || p.hole.kind == goQuoted:
			return hole{expr: call, kind: unknown}.text()
		case p.hole.kind == raw:
			out.kind = raw
			out.origin = p.hole.origin
			out.undone |= p.hole.undone
		}
	}
	if out.undone == quotes|backslashes {
		out.kind = safe
	}
	return out.text()
}

// undoes returns which special byte a function replaces, given the expression of what it looks for.
func (v *evaluator) undoes(old ast.Expr) undone {
	switch s, _ := v.eval(old, nil).constant(); s {
	case `"`:
		return quotes
	case `\`:
		return backslashes
	}
	return 0
}

// replacer returns which special bytes a strings.Replacer replaces; both if it is not seen how it is
// made.
func (v *evaluator) replacer(call *ast.CallExpr) undone {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return quotes | backslashes
	}
	made := ast.Unparen(sel.X)
	if object := v.object(made); object != nil {
		values := v.assigned[object]
		if len(values) != 1 || values[0] == nil {
			return quotes | backslashes
		}
		made = ast.Unparen(values[0])
	}
	constructor, ok := made.(*ast.CallExpr)
	if !ok || constructor.Ellipsis.IsValid() || v.callee(constructor) == nil || v.callee(constructor).FullName() != "strings.NewReplacer" {
		return quotes | backslashes
	}
	var u undone
	for i := 0; i < len(constructor.Args); i += 2 {
		u |= v.undoes(constructor.Args[i])
	}
	return u
}

// join reads strings.Join of a literal; of anything else the parts are not known.
func (v *evaluator) join(call *ast.CallExpr, f *frame) text {
	separator, ok := v.eval(call.Args[1], f).constant()
	list := ast.Unparen(call.Args[0])
	if object := v.object(list); object != nil {
		if values := v.assigned[object]; len(values) == 1 && values[0] != nil {
			list = ast.Unparen(values[0])
		}
	}
	if literal, isLiteral := list.(*ast.CompositeLit); ok && isLiteral {
		var t text
		for i, e := range literal.Elts {
			if _, keyed := e.(*ast.KeyValueExpr); keyed {
				return hole{expr: call, kind: unknown}.text()
			}
			if i > 0 {
				t = append(t, piece{constant: separator})
			}
			t = append(t, v.eval(e, f)...)
		}
		return t
	}
	if object := v.object(call.Args[0]); object != nil && len(v.assigned[object]) == 0 {
		return hole{expr: call, origin: v.origin(call.Args[0])}.text() // a parameter or a field
	}
	return hole{expr: call, kind: unknown}.text()
}

// sprintf reads a format verb by verb.
func (v *evaluator) sprintf(call *ast.CallExpr, f *frame) text {
	dynamic := hole{expr: call, kind: unknown}.text()
	if len(call.Args) == 0 || call.Ellipsis.IsValid() {
		return dynamic
	}
	format, ok := v.eval(call.Args[0], f).constant()
	if !ok {
		return dynamic
	}
	args := call.Args[1:]
	var t text
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			t = append(t, piece{constant: format})
			break
		}
		if i > 0 {
			t = append(t, piece{constant: format[:i]})
		}
		format = format[i+1:]
		end := 0
		for end < len(format) && strings.IndexByte("+-# 0123456789.", format[end]) >= 0 {
			end++
		}
		if end == len(format) {
			return dynamic
		}
		flags, verb := format[:end], format[end]
		format = format[end+1:]
		if verb == '%' {
			t = append(t, piece{constant: "%"})
			continue
		}
		if len(args) == 0 || verb == '*' || verb == '[' {
			return dynamic
		}
		t = append(t, v.operand(args[0], verb, flags, f)...)
		args = args[1:]
	}
	return t
}

// operand reads what a verb of Sprintf makes of its operand.
func (v *evaluator) operand(e ast.Expr, verb byte, flags string, f *frame) text {
	t := v.info.TypeOf(e)
	basic, _ := t.Underlying().(*types.Basic)
	hasMethods := types.NewMethodSet(t).Len() > 0
	format := "%" + flags + string(verb)
	switch verb {
	case 's', 'v':
		if flags == "" {
			format = ""
		}
		switch {
		case strings.Trim(flags, "+-0123456789.") != "":
		case isError(t):
			return hole{expr: e, format: format, origin: "the text of an error"}.text()
		case isString(t) && !hasMethods:
			return v.formatted(e, format, f)
		case basic != nil && basic.Info()&(types.IsNumeric|types.IsBoolean) != 0 && !hasMethods:
			return hole{expr: e, format: format, kind: number}.text()
		}
	case 'd', 'x', 'X', 'b', 'o', 't':
		if basic != nil && basic.Info()&(types.IsNumeric|types.IsBoolean) != 0 || verb == 'x' {
			if (verb == 'd' || verb == 't') && flags == "" && !hasMethods {
				format = ""
			}
			return hole{expr: e, format: format, kind: number}.text()
		}
	case 'q':
		if flags != "" && flags != "+" {
			break
		}
		if isString(t) && !hasMethods {
			if s, ok := v.eval(e, f).constant(); ok {
				function := "Quote"
				if flags == "+" {
					function = "QuoteToASCII"
				}
				return goQuote(function, s)
			}
		}
		return hole{expr: e, kind: goQuoted, origin: v.origin(e)}.text()
	}
	return hole{expr: e, kind: unknown}.text()
}

// formatted reads a string that Sprintf prints with a width or a precision, if the format is not "".
func (v *evaluator) formatted(e ast.Expr, format string, f *frame) text {
	t := v.eval(e, f)
	if format == "" {
		return t
	}
	const longest = len("%-99.99s") // wider than that is not a challenge, and takes memory
	if s, ok := t.constant(); ok && len(format) <= longest {
		return constantText(fmt.Sprintf(format, s))
	}
	if len(t) != 1 || t[0].hole == nil {
		return hole{expr: e, kind: unknown}.text()
	}
	h := *t[0].hole
	h.expr, h.format = e, format
	return h.text()
}

// goQuote returns a constant as a function of strconv quotes it.
func goQuote(function, s string) text {
	quoted := strconv.Quote(s)
	if function == "QuoteToASCII" {
		quoted = strconv.QuoteToASCII(s)
	}
	undone := strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(quoted)
	return text{{constant: quoted, goEscapes: undone != `"`+s+`"`}}
}

const fromRequest = "the request"

// readsRequest are the methods that return a text of the request, where they are called on something
// that belongs to one.
var readsRequest = map[string]bool{
	"Get": true, "FormValue": true, "PostFormValue": true, "PathValue": true, "UserAgent": true, "Referer": true,
	"Param": true, "Query": true, "QueryParam": true, "GetHeader": true, "Params": true, "Path": true, "Host": true,
	"Hostname": true, "EscapedPath": false, "OriginalURL": true, "BaseURL": true, "FullPath": true, "ClientIP": true,
}

// origin says where a value comes from, if that is plain.
func (v *evaluator) origin(e ast.Expr) string {
	if isError(v.info.TypeOf(e)) {
		return "the text of an error"
	}
	for inner := e; ; {
		if isRequest(v.info.TypeOf(inner)) {
			return fromRequest
		}
		switch x := ast.Unparen(inner).(type) {
		case *ast.SelectorExpr:
			inner = x.X
			continue
		case *ast.IndexExpr:
			inner = x.X
			continue
		case *ast.StarExpr:
			inner = x.X
			continue
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok {
				inner = sel.X
				continue
			}
		}
		break
	}
	switch object := v.object(e).(type) {
	case *types.Var:
		switch object.Kind() {
		case types.FieldVar:
			return "the field " + object.Name()
		case types.ParamVar:
			return "the parameter " + object.Name()
		case types.PackageVar:
			return "the variable " + object.Name()
		}
	}
	return ""
}

// isRequest reports whether a type is a request of net/http, or what a framework puts around one.
func isRequest(t types.Type) bool {
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	switch named.Obj().Pkg().Path() + "." + named.Obj().Name() {
	case "net/http.Request", "github.com/gin-gonic/gin.Context", "github.com/labstack/echo/v4.Context",
		"github.com/gofiber/fiber/v2.Ctx", "github.com/gofiber/fiber/v3.Ctx", "github.com/valyala/fasthttp.RequestCtx":
		return true
	}
	return false
}

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

func isError(t types.Type) bool { return t != nil && types.Implements(t, errorType) }
