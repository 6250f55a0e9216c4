import { sentences } from '@/i18n'
import type { components } from './schema'

/** One fault: where, what, and what to do about it, in the language asked for. */
export type Fault = components['schemas']['Error']

type Document = components['schemas']['Problem']

/** The call reached nobody, or its answer got lost: it may have taken effect. */
const UNREACHABLE = 'network.unreachable'

/** Nobody knows whether the act took effect: it is asked again under the same key. */
const UNKNOWN = new Set(['outcome.unknown', UNREACHABLE])

/** A refusal, as RFC 9457 tells it. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly faults: readonly Fault[]
  readonly facts: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds: number

  constructor(document: Pick<Document, 'status' | 'code' | 'detail' | 'errors'> & Partial<Document>, retryAfter = 2) {
    super(document.detail)
    this.status = document.status
    this.code = document.code
    this.faults = document.errors
    this.facts = document.facts ?? {}
    this.retryAfterSeconds = retryAfter
  }

  get isUnknown(): boolean {
    return UNKNOWN.has(this.code)
  }

  /** What to do about it: the remedies of all its faults. */
  get remedy(): string {
    return sentences(...new Set(this.faults.map((fault) => fault.remedy)))
  }
}

/** Returns the problem in an answer; one made of the status when the answer has none, as that of a proxy. */
export function problemOf(answer: Response, body: unknown): Problem {
  const retryAfter = Number(answer.headers.get('retry-after') ?? 2)
  if (answer.headers.get('content-type')?.startsWith('application/problem+json')) {
    return new Problem(body as Document, retryAfter)
  }
  const code = answer.status >= 500 ? 'outcome.unknown' : 'internal.error'
  return new Problem({ status: answer.status, code, detail: `HTTP ${answer.status}`, errors: [] }, retryAfter)
}

export function unreachable(detail: string): Problem {
  return new Problem({ status: 0, code: UNREACHABLE, detail, errors: [] })
}

/** Faults by field: `goods[0].hs_code`, `window_start`, and `''` for those of no field. */
export function byField(faults: readonly Fault[]): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>()
  for (const fault of faults) {
    const field = fault.field ?? ''
    found.set(field, [...(found.get(field) ?? []), fault])
  }
  return found
}
