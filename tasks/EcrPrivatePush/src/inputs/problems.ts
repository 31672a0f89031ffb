import { TaskFailure } from '../failure.js';
import type { Parsed } from '../image-reference.js';
import type { Assignments } from './assignments.js';

interface Rule {
  readonly rule: string;
  readonly example: string;
}

/** Gathers what is wrong with the inputs, so that the user reads of every bad one at once. */
export class InputProblems {
  readonly #lines: string[] = [];

  /** The parsed value, or nothing and one problem more. */
  take<T>(input: string, text: string, parsed: Parsed<T>): T | undefined {
    if (parsed.ok) return parsed.value;
    this.add(input, text, parsed);
    return undefined;
  }

  /** The assignments that can be read, and a problem for each of the others. */
  takeAll(input: string, assignments: Assignments): ReadonlyMap<string, string> {
    for (const { shown, ...rule } of assignments.problems) this.add(input, shown, rule);
    return assignments.values;
  }

  add(input: string, text: string, { rule, example }: Rule): void {
    const shown = text === '' ? 'is empty' : `is '${text.length > 200 ? `${text.slice(0, 200)}…` : text}'`;
    this.#lines.push(`${input} ${shown}; it must be ${rule}. Example: ${example}.${undefinedVariable(text)}`);
  }

  /** @throws TaskFailure EPP101 when there is any problem. */
  throwIfAny(): void {
    const count = this.#lines.length;
    if (count === 0) return;
    throw new TaskFailure('EPP101', {
      what: count === 1 ? 'One input is not valid.' : `${String(count)} inputs are not valid.`,
      why:
        this.#lines.length === 1
          ? this.#lines.join('')
          : `\n${this.#lines.map((line) => `  - ${line}`).join('\n')}`,
      fix: 'Correct the inputs named above. Nothing has been contacted or built.',
    });
  }
}

function undefinedVariable(text: string): string {
  const name = /\$\(([^)]+)\)/.exec(text)?.[1];
  return name === undefined ? '' : ` The variable ${name} is not defined in this run.`;
}
