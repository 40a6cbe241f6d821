import { parseSync, type Node, type StaticExportEntry } from 'oxc-parser';
import { docstrings, type Docstring } from './docstrings.ts';
import { lineCounter } from './lines.ts';
import { namedNodes } from './named-nodes.ts';

/** What a declaration is, for who asks what its docstring owes. */
export type DeclarationKind = 'function' | 'class' | 'type' | 'value';

/** A name that a file declares. */
export interface Declaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  readonly line: number;
  readonly docstring: Docstring | undefined;
}

/** What is asked of a TypeScript file here. */
export interface SourceFile {
  readonly declarations: readonly Declaration[];
  readonly docstrings: readonly Docstring[];
  readonly exports: readonly StaticExportEntry[];
}

const functionTypes: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'TSDeclareFunction',
  'ArrowFunctionExpression',
  'FunctionExpression',
  'TSFunctionType',
]);

const kindOf = (node: Node): DeclarationKind => {
  if (functionTypes.has(node.type)) return 'function';
  if (node.type === 'ClassDeclaration') return 'class';
  if (node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration') return 'type';
  if (node.type !== 'VariableDeclarator') return 'value';
  const declared = node.id.type === 'Identifier' ? node.id.typeAnnotation?.typeAnnotation : undefined;
  const isFunction = [declared, node.init].some((part) => part && functionTypes.has(part.type));
  return isFunction ? 'function' : 'value';
};

/**
 * Reads the declarations, docstrings and exports of one file.
 *
 * @throws {SyntaxError} when the file cannot be parsed
 */
export const readSourceFile = (file: string, text: string): SourceFile => {
  const { program, comments, module, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${file}: ${error.message}`);

  const nodes = namedNodes(text, program);
  const found = docstrings(text, comments, nodes);
  const lineOf = lineCounter(text);
  return {
    docstrings: found,
    declarations: nodes
      .filter(({ name }) => !name.includes('.'))
      .map(({ name, node, start }) => ({
        name,
        kind: kindOf(node),
        line: lineOf(start),
        docstring: found.findLast((docstring) => docstring.ownerStart === start && docstring.owner === name),
      })),
    exports: module.staticExports.flatMap(({ entries }) => entries),
  };
};
