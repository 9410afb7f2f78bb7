// The types of a file, written out: what they are, in place of how they are made. So the client's types name neither the
// server's schemas nor the packages that these are written with.

import ts from 'typescript';

/** Types that TypeScript writes without naming another one. */
const PLAIN =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.Null |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Unknown;

/** Every type that the file exports, with all that it is made of. Throws at a type that has no plain form. */
export function plainTypes(checker: ts.TypeChecker, file: ts.SourceFile): string {
  const module = checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${file.fileName} exports nothing.`);
  /** By its text, the name of an exported type: it stands for the text within the others. */
  const names = new Map<string, string>();
  const written = new Map<ts.Type, string>();

  /** Lines with two spaces a level, the first level at none. */
  function textOf(type: ts.Type): string {
    const text = written.get(type) ?? newText(type);
    written.set(type, text);
    return text;
  }

  function newText(type: ts.Type): string {
    if (type.flags & ts.TypeFlags.Any) throw new Error(`${file.fileName} has a type that is any.`);
    if (type.isStringLiteral()) return `'${type.value}'`;
    if (type.isUnion()) return unionText(type.types.map(partText));
    const [element] = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
    if (element) return /^\w+$/.test(partText(element)) ? `${partText(element)}[]` : `Array<${partText(element)}>`;
    if (type.flags & PLAIN) return checker.typeToString(type);
    if (type.isIntersection() || (type.flags & ts.TypeFlags.Object && type.getCallSignatures().length === 0)) {
      return objectText(type);
    }
    throw new Error(`${file.fileName} has a type without a plain form: ${checker.typeToString(type)}`);
  }

  function partText(type: ts.Type): string {
    const text = textOf(type);
    return names.get(text) ?? text;
  }

  function unionText(parts: string[]): string {
    const hasBoth = parts.includes('true') && parts.includes('false');
    const last = parts.filter((part) => /^(null|undefined)$/.test(part));
    const first = parts.filter((part) => !last.includes(part) && !(hasBoth && /^(true|false)$/.test(part)));
    if (hasBoth) first.push('boolean');
    const named = names.get(first.join(' | '));
    return [...(named ? [named] : first), ...last].join(' | ');
  }

  function objectText(type: ts.Type): string {
    const members = checker
      .getIndexInfosOfType(type)
      .map((info) => `[key: ${textOf(info.keyType)}]: ${partText(info.type)};`);
    for (const property of type.getProperties()) {
      const optional = property.flags & ts.SymbolFlags.Optional ? '?' : '';
      members.push(`${property.name}${optional}: ${partText(checker.getTypeOfSymbol(property))};`);
    }
    return ['{', ...members.map((member) => `  ${member.replaceAll('\n', '\n  ')}`), '}'].join('\n');
  }

  const types = checker.getExportsOfModule(module).map((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return { name: exported.name, type: checker.getDeclaredTypeOfSymbol(symbol) };
  });
  // Unions first: they are parts of the others, which then have the name.
  types.sort((one, other) => Number(other.type.isUnion()) - Number(one.type.isUnion()));
  const declarations = types.map(({ name, type }) => {
    const text = textOf(type);
    if (/[{|]/.test(text) && !names.has(text)) names.set(text, name);
    return `export type ${name} = ${text};\n`;
  });
  return declarations.join('\n');
}
