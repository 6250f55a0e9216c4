/**
 * 电子签名: what an act declares is offered by the server and signed by the card, if the session was opened with one.
 *
 * `useCard` is the one that signs. A signature belongs to its Idempotency-Key: a request that is repeated under the key
 * says the same, signature and all.
 */
import { api, call } from './client'
import type { components } from './schema'

type Body = components['schemas']
export type Signature = Body['SignatureBody']
export type Offer = Body['StatementView']
export type Request
  = | Body['SubmissionToSign'] | Body['CancellationToSign'] | Body['FeedbackToSign'] | Body['ExplanationToSign']

/** The card of this session. Both reject when the user does not want to, or may not now. */
export interface Signer {
  /** The card is there, and the server knows. */
  ready: () => Promise<void>
  /** The CMS over the offer's statement, in Base64. */
  sign: (offer: Offer) => Promise<string>
}

const MOST_KEPT = 16

let signer: (() => Signer | undefined) = () => undefined
const made = new Map<string, Signature>()

export function setSigner(by: () => Signer | undefined): void {
  signer = by
}

/** The signature to send along, or undefined in a session that no card has opened. */
export async function sign(number: string, request: Request, key: string): Promise<Signature | undefined> {
  const by = signer()
  if (!by) return undefined
  const known = made.get(key)
  if (known) return known
  await by.ready()
  const offer = await call(() => api.POST('/api/v1/appointments/{pre_entry_no}/signing-request', {
    params: { path: { pre_entry_no: number } }, body: request,
  }))
  const signature = { nonce: offer.nonce, cms: await by.sign(offer) }
  made.set(key, signature)
  for (const oldest of [...made.keys()].slice(0, -MOST_KEPT)) made.delete(oldest)
  return signature
}
