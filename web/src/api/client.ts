/**
 * The one way to the API: typed by its own document, in the page's language, with the session's token.
 *
 * `call` answers with the data or throws a `Problem`. An ended session is renewed in place, and the call goes on.
 */
import createClient, { type Client } from 'openapi-fetch'
import { ref } from 'vue'
import { Problem, problemOf, unreachable } from './problems'
import type { paths } from './schema'
import { sendWithRetry } from './waiting'
import { language, t } from '@/i18n'

/** What every call of openapi-fetch answers with. */
interface Fetched {
  data?: unknown
  error?: unknown
  response: Response
}

const SAFE = new Set(['GET', 'HEAD'])

/** What the session adds to calls; `useSession` is the one that does. */
export interface SessionAccess {
  token: () => string | undefined
  /** Settles when the user has logged in again as the same enterprise; rejects when not. */
  renew: () => Promise<void>
  /** Asks for the session's newest token. */
  refresh: () => Promise<void>
}

/** True if the last call got an answer; the page shows a notice while it did not. */
export const isReachable = ref(true)

let pass: SessionAccess = {
  token: () => undefined, renew: () => Promise.reject(new Error()), refresh: () => Promise.resolve(),
}

export function setSessionAccess(by: SessionAccess): void {
  pass = by
}

export const api = madeClient()

/** No call of ours has another signal; AbortSignal.any is younger than the oldest browser we build for. */
function asked(request: Request): Promise<Response> {
  return sendWithRetry((cancelled) => fetch(request.clone(), { signal: cancelled }))
}

function madeClient(): Client<paths> {
  const client = createClient<paths>({ baseUrl: window.location.origin, fetch: asked })
  client.use({
    onRequest({ request }) {
      if (!request.headers.has('Accept-Language')) {
        request.headers.set('Accept-Language', language.value === 'zh' ? 'zh-CN' : 'en')
      }
      const token = pass.token()
      if (token && !SAFE.has(request.method)) request.headers.set('X-CSRF-Token', token)
      return request
    },
  })
  return client
}

/** Returns the data of an answer. `send` is called again after a renewed session, so it must build a new request. */
export async function call<F extends Fetched>(send: () => Promise<F>): Promise<NonNullable<F['data']>> {
  return (await answer(send)).data as NonNullable<F['data']>
}

/** The whole answer, for those who need its headers. */
export async function answer<F extends Fetched>(send: () => Promise<F>): Promise<F> {
  try {
    return await callOnce(send)
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    if (problem.code === 'auth.required') await pass.renew()
    else if (problem.code === 'csrf.missing') await pass.refresh()
    else throw problem
    return callOnce(send)
  }
}

/** As `call`, but an ended session is an answer like any other. */
export async function callOnce<F extends Fetched>(send: () => Promise<F>): Promise<F> {
  const fetched = await send().catch((lost: unknown) => {
    isReachable.value = !(lost instanceof TypeError)
    // openapi-fetch lets fetch's own TypeError through when there was no answer at all.
    throw lost instanceof TypeError ? unreachable(t('problem.unreachable')) : lost
  })
  isReachable.value = true
  if (!fetched.response.ok) throw problemOf(fetched.response, fetched.error)
  return fetched
}
