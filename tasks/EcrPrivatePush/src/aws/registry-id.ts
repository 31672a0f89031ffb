import type { Parsed } from '../image-reference.js';

declare const brand: unique symbol;
/** The AWS account that a registry belongs to. */
export type RegistryId = string & { readonly [brand]: 'RegistryId' };

export function parseRegistryId(text: string): Parsed<RegistryId> {
  if (/^\d{12}$/.test(text)) return { ok: true, value: text as RegistryId };
  return { ok: false, rule: 'an AWS account id: 12 digits', example: '123456789012' };
}
