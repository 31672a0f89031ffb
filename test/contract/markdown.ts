import { lexer, walkTokens, type Token, type Tokens } from 'marked';

interface Heading {
  readonly depth: number;
  readonly text: string;
  /** What follows `#` in a link to it. */
  readonly anchor: string;
}

export function headings(markdown: string): readonly Heading[] {
  return tokensOf(markdown).flatMap((token) =>
    token.type === 'heading'
      ? [{ depth: (token as Tokens.Heading).depth, text: textOf(token), anchor: anchorOf(textOf(token)) }]
      : [],
  );
}

/** Where links and images point, in order. */
export function targets(markdown: string): readonly string[] {
  return tokensOf(markdown).flatMap((token) =>
    token.type === 'link' || token.type === 'image' ? [(token as Tokens.Link | Tokens.Image).href] : [],
  );
}

/** The content of each fenced block of that language. */
export function codeBlocks(markdown: string, language: string): readonly string[] {
  return tokensOf(markdown).flatMap((token) =>
    token.type === 'code' && (token as Tokens.Code).lang === language ? [(token as Tokens.Code).text] : [],
  );
}

/** As GitHub and Azure Repos make it, for headings without a twin. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function textOf(token: Token): string {
  return 'text' in token && typeof token.text === 'string' ? token.text : '';
}

function tokensOf(markdown: string): readonly Token[] {
  const tokens: Token[] = [];
  void walkTokens(lexer(markdown), (token) => {
    tokens.push(token);
  });
  return tokens;
}
