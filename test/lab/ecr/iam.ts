/** Who calls: the one principal that the lab knows, and what it may not do. */
export class Principal {
  readonly arn: string;
  readonly #denied = new Set<string>();

  constructor(accountId: string) {
    this.arn = `arn:aws:iam::${accountId}:user/lab-agent`;
  }

  /** `action` as in a policy, for example `ecr:PutImage`. */
  deny(action: string): void {
    this.#denied.add(action);
  }

  allow(action: string): void {
    this.#denied.delete(action);
  }

  may(action: string): boolean {
    return !this.#denied.has(action);
  }

  /** IAM's sentence. */
  denialText(action: string, resource: string): string {
    return `User: ${this.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  }
}
