import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { marked } from 'marked';

/**
 * Writes the page as HTML, for a browser.
 * @returns the page for a terminal, and where the HTML is.
 */
export async function showSummary(markdown: string, htmlFile: string): Promise<string> {
  await mkdir(dirname(htmlFile), { recursive: true });
  await writeFile(htmlFile, page(await marked(markdown)));
  return `${readable(markdown)}\n\nAs the run's Extensions tab shows it: ${resolve(htmlFile)}`;
}

/** Markdown with the columns of its tables lined up and its escapes taken out. */
function readable(markdown: string): string {
  const lines = markdown
    .trim()
    .split('\n')
    .filter((line) => !isEmptyRow(line));
  return lines
    .map((line, index) => (isRow(line) ? alignedRow(line, columnWidths(lines, index)) : line))
    .map((line) => line.replace(/\\([\\`*_{}[\]<>()#+\-.!|~])/g, '$1'))
    .join('\n');
}

function isRow(line: string): boolean {
  return line.startsWith('|');
}

function isEmptyRow(line: string): boolean {
  return /^\|[| ]*$/.test(line);
}

function cells(row: string): readonly string[] {
  return row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function columnWidths(lines: readonly string[], index: number): readonly number[] {
  let first = index;
  while (isRow(lines[first - 1] ?? '')) first--;
  const widths: number[] = [];
  for (const row of lines.slice(first)) {
    if (!isRow(row)) break;
    if (!isRule(row))
      cells(row).forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  return widths;
}

function alignedRow(row: string, widths: readonly number[]): string {
  const filled = isRule(row)
    ? widths.map((width) => '-'.repeat(width))
    : widths.map((width, column) => (cells(row)[column] ?? '').padEnd(width));
  return `  ${filled.join('  ')}`.trimEnd();
}

function isRule(row: string): boolean {
  return /^[|:\- ]+$/.test(row) && row.includes('-');
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>EcrPrivatePush: summary of a run</title>
<style>
  body { font: 15px/1.5 "Segoe UI", Helvetica, Arial, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; margin: 1rem 0; }
  th, td { border: 1px solid #d0d7de; padding: 0.3rem 0.7rem; text-align: left; }
  code, pre { font-family: Consolas, Menlo, monospace; background: #f3f5f7; }
  pre { padding: 0.7rem; overflow-x: auto; }
</style>
<body>
${body}</body>
</html>
`;
}
