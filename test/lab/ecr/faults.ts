import type { ControlPlaneStep } from './control-plane/operation-names.js';

export type DataPlaneStep =
  | 'ping'
  | 'blob-head'
  | 'blob-get'
  | 'layer-download'
  | 'upload-start'
  | 'upload-data'
  | 'upload-finish'
  | 'upload-status'
  | 'upload-cancel'
  | 'manifest-head'
  | 'manifest-get'
  | 'manifest-put'
  | 'manifest-delete'
  | 'tags-list';

export type Step = ControlPlaneStep | DataPlaneStep;

/** Faults that are an answer; the two planes word them in their own way. */
export type AnsweredFault = '429' | '500' | '503' | 'denied-with-text' | 'denied-empty';

/**
 * - `429`, `500`, `503`, `denied-with-text`, `denied-empty`: the request is read to its end, then answered so.
 * - `reset`: the connection is reset at once.
 * - `eof`: an answer that has a body (manifest, blob, list, AWS API) stops in the middle of it; any other request
 *   is read for one chunk, then the connection is closed without an answer.
 * - `stall`: nothing is read or answered until the client goes away or the lab closes.
 * - `token-expired`: registry: the request's token is expired from here on. AWS API: ExpiredTokenException.
 */
export type FaultKind = AnsweredFault | 'reset' | 'eof' | 'stall' | 'token-expired';

export interface Fault {
  readonly on: Step;
  readonly kind: FaultKind;
  readonly times: number | 'always';
  /** Lets this many matching requests through first. */
  readonly after?: number;
  /** Only requests whose path and query match. */
  readonly path?: RegExp;
}

interface FaultHandle {
  /** How often it struck. */
  readonly used: number;
  remove(): void;
}

interface UsedFault {
  readonly on: Step;
  readonly kind: FaultKind;
  readonly path: string;
}

interface Armed {
  readonly fault: Fault;
  seen: number;
  used: number;
}

/**
 * What goes wrong, where and how often. Only requests that carry credentials count, because clients that try
 * without them first would use a fault up unseen; `ping` and `layer-download` need none and always count.
 */
export class FaultSwitchboard {
  readonly #armed: Armed[] = [];
  readonly #used: UsedFault[] = [];

  get used(): readonly UsedFault[] {
    return this.#used;
  }

  add(fault: Fault): FaultHandle {
    const armed: Armed = { fault, seen: 0, used: 0 };
    this.#armed.push(armed);
    const remove = (): void => {
      const index = this.#armed.indexOf(armed);
      if (index >= 0) this.#armed.splice(index, 1);
    };
    return {
      get used() {
        return armed.used;
      },
      remove,
    };
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** The fault that this request meets, which it uses up; the one added first wins. */
  take(on: Step, path: string): FaultKind | undefined {
    for (const armed of this.#armed) {
      if (!strikes(armed, on, path)) continue;
      armed.used += 1;
      this.#used.push({ on, kind: armed.fault.kind, path });
      return armed.fault.kind;
    }
    return undefined;
  }
}

function strikes(armed: Armed, on: Step, path: string): boolean {
  const { fault } = armed;
  if (fault.on !== on || (fault.path !== undefined && path.search(fault.path) < 0)) return false;
  armed.seen += 1;
  if (armed.seen <= (fault.after ?? 0)) return false;
  return fault.times === 'always' || armed.used < fault.times;
}
