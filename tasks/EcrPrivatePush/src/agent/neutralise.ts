/* eslint-disable no-control-regex -- control characters are what this file is about */
/**
 * The agent looks for `##vso[` anywhere in a line and obeys what follows; `##[` changes how a line is shown. What
 * comes from outside (build output, registry text, AWS errors) must therefore never reach it with either in it.
 */

const loggingCommand = /#+vso\[/gi;
const formattingCommand = /#{2,}\[/g;
/** Control characters but tab and the escape that starts a colour; and the marks that turn reading order around. */
const invisible =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** An escape that is not one of SGR, `ESC [ … m`, which the log viewer shows as colour. */
const otherEscape = /\u001b(?!\[[\d;]{0,20}m)/g;

/** The lines of a text that are safe to print: nothing in them is an instruction to the agent or the terminal. */
export function neutralLines(text: string): readonly string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map(neutralLine);
}

/** One line that is safe to print; line breaks become spaces. */
export function neutralLine(text: string): string {
  return text
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(invisible, '')
    .replace(otherEscape, '')
    .replace(loggingCommand, '#vso[')
    .replace(formattingCommand, '#[');
}
