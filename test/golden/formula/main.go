// Writes ../data/formula.json: what expr-lang itself makes of formulas, wrapped as KEDA wraps them.
//
// Run with `go run .` in this folder. The formulas are a fixed list and random well-typed ones from a seed.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"strings"

	"github.com/expr-lang/expr"
)

const version = "v1.17.5"

type vector struct {
	Formula string              `json:"formula"`
	Values  map[string]*float64 `json:"values"`
	Result  *float64            `json:"result"`
	Fails   bool                `json:"fails"`
}

var listed = []string{
	"a + b", "a - b - c", "a * b + c", "a + b * c", "(a + b) * c", "a / b", "7 / 2", "7 % 4", "-7 % 4", "7 % -4", "int(a) % 2",
	"2 ** 3 ** 2", "2 ^ 3", "-2 ** 2", "(-2) ** 2", "2 ** -1", "a ** 0.5", "+a", "- -a", "-a - -b",
	"a > b ? a : b", "a > b ? 1 : 2", "a < b ? 1 : a == b ? 2 : 3", "a >= 12.5 and b <= 3 ? 1 : 0", "a > b && b > c || c > 0 ? 5 : 6",
	"not (a > b) ? 1 : 2", "!(a > b) ? 1 : 2", "1 < b < 4 ? 10 : 20", "1 < b < 2 ? 10 : 20", "a == 12.5 ? 1 : 0", "1 == 1.0 ? 1 : 0", "a != b ? 1 : 0",
	"true or a > 0 ? 3 : 4", "false and a > 0 ? 3 : 4", "a > 0 or b > 0 and c < 0 ? 1 : 2",
	"min(a, b)", "max(a, b, c)", "max([a, b, c])", "min([a, b], c)", "max(1, 2.5, 2)", "mean([a, b, c])", "mean(a, b)", "median([a, b, c])", "median([a, b])",
	"mean([])", "median([])", "sum([])", "sum([a, b, c])", "sum([1, 2, 3])", "sum([1, 2.5])", "sum([a, b], # * 2)", "sum([a, b], {# + 1})",
	"count([a, b, c], # > 2)", "count([a, b, c], {# > 2}) > 1 ? 5 : 0", "count([a > b, b > c])", "sum(filter([a, b, c], # > 2))", "max(map([a, b, c], # * 2))",
	"any([a, b], # > 10) ? 1 : 0", "all([a, b], # > 10) ? 1 : 0", "none([a, b], # > 100) ? 1 : 0", "one([a, b], # > 10) ? 1 : 0", "len([a, b, c])", "len(filter([a], # < 0))",
	"abs(-a)", "abs(-3)", "ceil(a)", "floor(-a)", "ceil(2)", "round(2.5)", "round(-2.5)", "round(0.5)", "round(1.4)", "round(-0.4)", "int(2.9)", "int(-2.9)", "int(3)", "float(3)", "float(a) + 1", "float(2) / 3",
	"0x1F + 0b101 + 0o17", "1_000 + 1", "1e3", "1.5e-2", ".5 + 1", "5. + 1", "007 + 1", "9223372036854775807 + 1", "9223372036854775807", "3000000000 * 4000000000",
	"a + b // the rest is a comment", "a /* in between */ + b", "a\n+\nb", "[a, b,] | 1", "max(a, b,)", "max([a, b,],)", "count([a, b], # > 1,)",
	"a ?? b", "x ?? b", "a ?? x", "x ?? y ?? c", "x ?? nil", "1 + x ?? b", "(x ?? a) + 1", "x ?? b + 1", "x ?? b > 1 ? 1 : 2", "x == nil ? a : b", "a == nil ? b : c", "x ?? -1", "-x ?? 2", "x ? 1 : 2 ?? 3",
	"a ?: b", "a > b ?: c", "max(x ?? 1, 2)", "[a, b] ?? 1",
	"x + 1", "max([x, a])", "max(x, a)", "a and b", "a ? 1 : 2", "not a", "not a > b ? 1 : 2", "a % 2", "2.5 % 2", "1 % 0", "1 / 0", "-1 / 0", "0 / 0", "a > 1", "[a, b]", "nil", "true", "'a'", "\"a\"",
	"a +", "+", "", "(a", "a)", "[a", "a b", "1 2", "a ? b", "a : b", "max()", "max", "foo(a)", "foo", "# > 1", "count([a], #)", "count(a, # > 1)", "filter([a])", "a & b", "a = b", "a <> b", "1..3", "1a", "0x", "0b2", "09", "1e", "1__0", "a not b", "abs(a, b)", "abs()", "ceil(true)", "sum(a)", "len(a)", "9223372036854775808", "1e400", "true + 1", "true == 1 ? 1 : 2", "[1] == 1 ? 1 : 2", "int(a) / 0 * 0", "a ?? b ?? c", "count([a, b], count([a, b], # > 1) > #)",
}

func number(value float64) *float64 { return &value }

func wrapped(formula string) string {
	if strings.HasPrefix(formula, "float(") {
		return formula
	}
	if strings.Contains(formula, "??") {
		return fmt.Sprintf("let result = (%s); result == nil ? nil : float(result)", formula)
	}
	return fmt.Sprintf("float(%s)", formula)
}

func evaluate(formula string, values map[string]*float64) vector {
	env := map[string]any{}
	for name, value := range values {
		if value == nil {
			env[name] = nil
		} else {
			env[name] = *value
		}
	}
	failed := vector{Formula: formula, Values: values, Fails: true}
	program, err := expr.Compile(wrapped(formula), expr.Env(env))
	if err != nil {
		return failed
	}
	out, err := expr.Run(program, env)
	if err != nil {
		return failed
	}
	if out == nil {
		return vector{Formula: formula, Values: values}
	}
	result, isFloat := out.(float64)
	// Not a number that could be served.
	if !isFloat || math.IsNaN(result) || math.IsInf(result, 0) {
		return failed
	}
	return vector{Formula: formula, Values: values, Result: number(result)}
}

func pick(random *rand.Rand, options ...string) string { return options[random.Intn(len(options))] }

func float(random *rand.Rand, depth int) string {
	if depth == 0 {
		return pick(random, "a", "b", "c", "0.5", "3.25", "10.0")
	}
	deeper := func() string { return float(random, depth-1) }
	switch random.Intn(12) {
	case 0, 1, 2:
		return deeper() + " " + pick(random, "+", "-", "*") + " " + deeper()
	case 3:
		return "(" + deeper() + " " + pick(random, "+", "-", "/") + " " + deeper() + ")"
	case 4:
		return pick(random, "min", "max", "mean", "median") + "([" + deeper() + ", " + deeper() + "])"
	case 5:
		return pick(random, "abs", "ceil", "floor", "round", "float") + "(" + deeper() + ")"
	case 6:
		return "(" + condition(random, depth-1) + " ? " + deeper() + " : " + deeper() + ")"
	case 7:
		return "-" + deeper()
	case 8:
		return "sum([" + deeper() + ", " + deeper() + "], # " + pick(random, "+", "*") + " 2)"
	case 9:
		return "(x ?? " + pick(random, "a", "b", "1.5") + ")"
	case 10:
		return "count([" + deeper() + ", " + deeper() + "], " + pick(random, "# > 1", "# <= 3.25 || # > 10", "not (# < 2)") + ")"
	default:
		return deeper() + " - int(" + deeper() + ") % 7"
	}
}

func condition(random *rand.Rand, depth int) string {
	simple := float(random, depth) + " " + pick(random, ">", "<", ">=", "<=", "==", "!=") + " " + float(random, depth)
	if random.Intn(3) > 0 {
		return simple
	}
	return "(" + simple + ") " + pick(random, "and", "or", "&&", "||") + " not (" + float(random, depth) + " > 1)"
}

func main() {
	cases := []vector{}
	for _, formula := range listed {
		values := map[string]*float64{"a": number(12.5), "b": number(3), "c": number(0.25), "x": nil, "y": nil}
		cases = append(cases, evaluate(formula, values))
	}
	random := rand.New(rand.NewSource(7))
	for i := 0; i < 250; i++ {
		value := func() *float64 { return number(math.Round(random.Float64()*4000) / 100) }
		values := map[string]*float64{"a": value(), "b": value(), "c": value(), "x": nil}
		cases = append(cases, evaluate(float(random, 1+i%4), values))
	}
	document := map[string]any{"source": "github.com/expr-lang/expr " + version + ", wrapped as KEDA does", "cases": cases}
	file, err := os.Create("../data/formula.json")
	if err != nil {
		panic(err)
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		panic(err)
	}
}
