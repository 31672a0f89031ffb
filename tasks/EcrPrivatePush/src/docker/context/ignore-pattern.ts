/** One line of a .dockerignore file. */
export interface IgnorePattern {
  /** `!`: takes back what an earlier line ignores. */
  readonly exception: boolean;
  /** Whether the line speaks of this very path; below a folder that it speaks of it holds too. */
  matches(path: string): boolean;
  /** False when it can speak of nothing below this folder. */
  mayMatchBelow(folder: string): boolean;
}

/** Go's filepath.Match: a class has at least one character, and `-` in it stands only between two. */
const classPattern = /\[\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\]/su;
const tokenPattern = new RegExp(`${classPattern.source}|\\*\\*/?|\\\\.|[^\\\\[]`, 'suy');

/**
 * Compiles a pattern as moby's patternmatcher does, which both the docker CLI and BuildKit use: `*`, `?` and classes
 * stay within a path segment, `**` goes over any number of them, all else is literal.
 *
 * @param pattern cleaned: no leading or trailing slash, no `.` or `..` inside.
 * @returns undefined for a pattern with a syntax error.
 */
export function compilePattern(pattern: string, exception: boolean): IgnorePattern | undefined {
  const expression = toRegExp(pattern);
  if (expression === undefined) return undefined;
  const segments = pattern.split('/').map((segment) => (segment.includes('**') ? 'any' : toRegExp(segment)));
  return {
    exception,
    matches: (path) => expression.test(path),
    mayMatchBelow: (folder) => {
      const folders = folder.split('/');
      for (const [index, segment] of segments.entries()) {
        const name = folders[index];
        // A class may hold a slash and so cross segments: then nothing can be ruled out.
        if (name === undefined || segment === 'any' || segment === undefined) return true;
        if (!segment.test(name)) return false;
      }
      return false;
    },
  };
}

function toRegExp(pattern: string): RegExp | undefined {
  // `**` before plain text is a suffix: `**.log` is also `build.log`.
  if (/^\*\*[^/*?[\]\\][^*?[\]\\]*$/.test(pattern)) return new RegExp(`${literal(pattern.slice(2))}$`, 'su');
  const tokens = tokenize(pattern);
  if (tokens === undefined) return undefined;
  const last = tokens.length - 1;
  const parts = tokens.map((token, index) => toSource(token, index === last));
  return new RegExp(`^${parts.join('')}$`, 'su');
}

function tokenize(pattern: string): readonly string[] | undefined {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < pattern.length) {
    const token = tokenPattern.exec(pattern)?.[0];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function toSource(token: string, isLast: boolean): string {
  if (token.startsWith('**')) return isLast ? '.*' : '(?:.*/)?';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.startsWith('\\')) return literal(token.slice(1));
  if (token.startsWith('[') && token.length > 1) return classSource(token);
  return literal(token);
}

function classSource(token: string): string {
  const negated = token.startsWith('[^');
  const members = token.slice(negated ? 2 : 1, -1).matchAll(/(\\?.)(-\\?.)?/gsu);
  const sources = Array.from(members, ([, from = '', to = '']) => {
    const end = to === '' ? '' : `-${codePoint(to.slice(1))}`;
    return codePoint(from) + end;
  });
  return `[${negated ? '^' : ''}${sources.join('')}]`;
}

function codePoint(character: string): string {
  const plain = character.length > 1 && character.startsWith('\\') ? character.slice(1) : character;
  return `\\u{${(plain.codePointAt(0) ?? 0).toString(16)}}`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
