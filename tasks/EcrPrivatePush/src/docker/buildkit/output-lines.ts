import { StringDecoder } from 'node:string_decoder';

/** Characters of one line that are kept. */
const longest = 4096;
const cutMark = ' … (line cut)';

/**
 * The lines of one output stream, wherever it was cut into chunks, even inside a character. Of a line that was
 * written over with carriage returns, as a progress bar does, the last state is left.
 */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8');
  #unfinished = '';

  /** The lines that this chunk completes. */
  push(chunk: Uint8Array): readonly string[] {
    const lines = (this.#unfinished + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#unfinished = keepState(lines.pop() ?? '');
    return lines.map((line) => cut(lastState(line)));
  }

  /** What is left when the stream has ended. */
  end(): readonly string[] {
    const rest = lastState(this.#unfinished + this.#decoder.end());
    this.#unfinished = '';
    return rest === '' ? [] : [cut(rest)];
  }
}

function lastState(line: string): string {
  const written = line.replace(/\r+$/, '');
  return written.slice(written.lastIndexOf('\r') + 1);
}

/** Whether what stands before a carriage return is overwritten is known only from what follows it. */
function keepState(line: string): string {
  return lastState(line).slice(0, longest + 1) + (line.endsWith('\r') ? '\r' : '');
}

function cut(line: string): string {
  return line.length > longest ? line.slice(0, longest) + cutMark : line;
}
