/** Walking a syntax tree (ESTree with TypeScript nodes, positions in UTF-16 units) without knowing every kind of node. */

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: any;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string" && typeof (value as Node).start === "number";
}

/** Nodes directly below, in the order of the text. */
export function below(node: Node): Node[] {
  const found: Node[] = [];
  for (const key of Object.keys(node)) {
    const value = node[key];
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) found.push(one);
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** TypeScript nodes that hold an expression which runs; every other one is gone once types are stripped. */
const running = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression", "TSInstantiationExpression"]);

/** Whether nothing of the node is there when the program runs. */
export function isType(node: Node): boolean {
  return node.type.startsWith("TS") && !running.has(node.type);
}

/** The expression inside parentheses and type assertions. */
export function bare(node: Node): Node {
  let inner = node;
  while (inner.type === "ParenthesizedExpression" || running.has(inner.type)) inner = inner.expression;
  return inner;
}
