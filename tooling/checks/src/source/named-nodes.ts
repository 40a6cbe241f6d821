import { visitorKeys, type Node } from 'oxc-parser';

/** A place in a program that has a name, and can have a docstring. */
export interface NamedNode {
  /** With what it is in: `Connection.recv`. */
  readonly name: string;
  /** Where it begins, `export` and modifiers included. */
  readonly start: number;
  readonly node: Node;
}

interface Walk {
  readonly text: string;
  readonly found: NamedNode[];
}

// They begin where the declaration inside them does, for who reads the docstring above.
const wrappers: ReadonlySet<string> = new Set(['ExportNamedDeclaration', 'VariableDeclaration']);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

const children = (node: Node): readonly Node[] =>
  (visitorKeys[node.type] ?? []).flatMap((key) => (node as unknown as Record<string, unknown>)[key]).filter(isNode);

const ownName = (text: string, node: Node): string | undefined => {
  if ('id' in node && isNode(node.id) && node.id.type === 'Identifier') return node.id.name;
  if ('key' in node && isNode(node.key)) return text.slice(node.key.start, node.key.end);
  return undefined;
};

const visit = (walk: Walk, node: Node, path: readonly string[], start: number): void => {
  const name = ownName(walk.text, node);
  const inside = name === undefined ? path : [...path, name];
  if (name !== undefined) walk.found.push({ name: inside.join('.'), start, node });
  for (const [i, child] of children(node).entries()) {
    visit(walk, child, inside, i === 0 && wrappers.has(node.type) ? start : child.start);
  }
};

/** Every named place of a program, in the order of the text, what encloses first. */
export const namedNodes = (text: string, program: Node): readonly NamedNode[] => {
  const walk: Walk = { text, found: [] };
  visit(walk, program, [], program.start);
  return walk.found;
};
