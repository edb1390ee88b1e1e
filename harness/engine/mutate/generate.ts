/**
 * Faults made from the source by rule: each is one small change that a check of any worth should notice.
 *
 * Left out, since nothing could notice or everything would: types, imports and exports, directives, calls of `super`; a `throw` with all that is in it and the
 * condition of an `if` that does nothing but throw (assertions against programmers' errors, never met in a right run); `??` and `?.` (defaults).
 */
import { parseSync } from "oxc-parser";
import { bare, below, isType, type Node } from "./syntax.ts";

export const mutantKinds = ["negated condition", "relation off by one", "negated comparison", "dropped one", "deleted statement", "deleted stage"] as const;
export type MutantKind = (typeof mutantKinds)[number];

/** `replacement` stands where the text from `start` to `end` (UTF-16 units) stood. */
export interface GeneratedMutant {
  /** `file:line:column kind`, both counted from 1; unique in its file. */
  readonly id: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly kind: MutantKind;
  /** The piece of source concerned, and what it becomes, on one line each. */
  readonly before: string;
  readonly after: string;
}

const bounds: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const comparisons: Readonly<Record<string, string>> = { "===": "!==", "!==": "===", "==": "!=", "!=": "==" };

/** All mutants of a source text, in the order of the text. Throws if the text does not parse. */
export function generateMutants(file: string, text: string): GeneratedMutant[] {
  const { program, errors } = parseSync(file, text, { preserveParens: true });
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0].message}`);
  const generator = new Generator(file, text);
  generator.visit(program as unknown as Node);
  return generator.found.sort((a, b) => a.start - b.start || b.end - a.end || mutantKinds.indexOf(a.kind) - mutantKinds.indexOf(b.kind));
}

/** The whole text with the mutant in place. */
export function applyMutant(text: string, { start, end, replacement }: GeneratedMutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

class Generator {
  readonly found: GeneratedMutant[] = [];
  readonly #file: string;
  readonly #text: string;
  /** First position of each line. */
  readonly #lines: number[] = [0];
  /** Conditions and operands that were negated already, so that a comparison in one is not negated again. */
  readonly #negated = new Set<Node>();
  readonly #ids = new Set<string>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#lines.push(at + 1);
  }

  visit(node: Node): void {
    if (isType(node) || node.type === "ThrowStatement") return;
    if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") return;
    if (node.type === "IfStatement" && onlyThrows(node)) return;
    this.#mutate(node);
    for (const one of below(node)) this.visit(one);
  }

  #mutate(node: Node): void {
    switch (node.type) {
      case "IfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForStatement":
      case "ConditionalExpression":
        if (node.test) this.#negate(node.test);
        return;
      case "LogicalExpression":
        if (node.operator !== "??") for (const operand of [node.left, node.right]) if (bare(operand).type !== "LogicalExpression") this.#negate(operand);
        return;
      case "BinaryExpression":
        return this.#binary(node);
      case "ExpressionStatement":
        return this.#statement(node);
      case "ReturnStatement":
        if (node.argument === null) this.#delete(node, "deleted statement");
        return;
      case "BreakStatement":
      case "ContinueStatement":
        return this.#delete(node, "deleted statement");
      case "ArrayExpression":
        return this.#row(node);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#returnsOfVoid(node);
    }
  }

  /** A condition of several parts is negated as a whole and part by part. */
  #negate(node: Node): void {
    const inner = bare(node);
    if (this.#negated.has(inner)) return;
    this.#negated.add(inner);
    const written = this.#text.slice(node.start, node.end);
    if (inner.type === "UnaryExpression" && inner.operator === "!") this.#add(node, this.#text.slice(inner.argument.start, inner.argument.end), "negated condition");
    else if (inner.type === "BinaryExpression" && inner.operator in comparisons) this.#add(node, this.#withOperator(inner, comparisons[inner.operator]), "negated condition");
    else this.#add(node, `!(${written})`, "negated condition");
  }

  #binary(node: Node): void {
    const { operator, right } = node;
    if (operator in bounds) this.#add(node, this.#withOperator(node, bounds[operator]), "relation off by one");
    else if (operator in comparisons && !this.#negated.has(node)) this.#add(node, this.#withOperator(node, comparisons[operator]), "negated comparison");
    else if ((operator === "+" || operator === "-") && right.type === "Literal" && right.value === 1) this.#add(node, this.#text.slice(node.left.start, node.left.end), "dropped one");
  }

  /** The comparison with another operator; what stands between operands beside the operator stays. */
  #withOperator({ start, end, left, right, operator }: Node, other: string): string {
    const between = this.#text.slice(left.end, right.start);
    const at = between.indexOf(operator);
    return this.#text.slice(start, left.end) + between.slice(0, at) + other + between.slice(at + operator.length) + this.#text.slice(right.start, end);
  }

  #statement(node: Node): void {
    const { expression } = node;
    if (typeof node.directive === "string") return;
    if (expression.type === "CallExpression" && expression.callee.type === "Super") return;
    this.#delete(node, setsStage(this.#text.slice(node.start, node.end)) ? "deleted stage" : "deleted statement");
  }

  /** In a function declared `void`, `return f();` is a call and a way out. */
  #returnsOfVoid(node: Node): void {
    if (node.returnType?.typeAnnotation?.type !== "TSVoidKeyword" || node.body?.type !== "BlockStatement") return;
    this.#eachReturn(node.body, (found) => {
      if (found.argument !== null) this.#delete(found, "deleted statement");
    });
  }

  #eachReturn(node: Node, then: (found: Node) => void): void {
    if (node.type.includes("Function") || node.type === "ThrowStatement") return;
    if (node.type === "ReturnStatement") return then(node);
    for (const one of below(node)) this.#eachReturn(one, then);
  }

  /** A row of functions by name: each entry left out. */
  #row(node: Node): void {
    const entries: (Node | null)[] = node.elements;
    if (entries.length < 2 || !entries.every((entry) => entry !== null && namesFunction(entry))) return;
    const rest = (left: Node): string => entries.filter((entry) => entry !== left).map((entry) => this.#text.slice(entry!.start, entry!.end)).join(", ");
    for (const entry of entries) this.#add(node, `[${rest(entry!)}]`, "deleted stage", entry!);
  }

  #delete(node: Node, kind: MutantKind): void {
    this.#add(node, ";", kind);
  }

  #add(node: Node, replacement: string, kind: MutantKind, at: Node = node): void {
    const line = this.#lineOf(at.start);
    const place = `${this.#file}:${line + 1}:${at.start - this.#lines[line] + 1}`;
    let id = `${place} ${kind}`;
    for (let n = 2; this.#ids.has(id); n++) id = `${place} ${kind} ${n}`;
    this.#ids.add(id);
    const before = this.#text.slice(node.start, node.end);
    this.found.push({ id, file: this.#file, start: node.start, end: node.end, replacement, kind, before: oneLine(before), after: oneLine(replacement) });
  }

  #lineOf(at: number): number {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#lines[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function onlyThrows({ consequent, alternate }: Node): boolean {
  const only = consequent.type === "BlockStatement" && consequent.body.length === 1 ? consequent.body[0] : consequent;
  return only.type === "ThrowStatement" && alternate === null;
}

/** A row of stages holds functions by name, and nothing but. */
function namesFunction(node: Node): boolean {
  return node.type === "Identifier" || (node.type === "MemberExpression" && !node.computed);
}

/** In the words of the contract a stage is reported by `stages.push` and the way on is set by `next`. */
function setsStage(statement: string): boolean {
  return /\bstages\.push\(|\bnext = |\bstep\]? = /.test(statement);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
