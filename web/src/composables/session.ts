/** The session of this page: one for all of it. When it ends, the user logs in again in place and goes on. */
import { readonly, ref, shallowRef } from 'vue'
import { setSessionAccess } from '@/api/client'
import { Problem } from '@/api/problems'
import * as wire from '@/api/session'
import { dropAllInput } from './unsaved-input'
import { dropUnsaved } from './unsaved'

const principal = shallowRef<wire.Principal>()
const expired = ref(false)

let waiting: { done: () => void, failed: (why: unknown) => void }[] = []

export function useSession() {
  return { principal: readonly(principal), expired: readonly(expired), load, logIn, enter, logOut, discard }
}

/** Who is logged in, if anybody. */
async function load(): Promise<wire.Principal | undefined> {
  try {
    principal.value = await wire.whoAmI()
  } catch (problem) {
    if (!(problem instanceof Problem && problem.code === 'auth.required')) throw problem
    principal.value = undefined
  }
  return principal.value
}

/** Logs in. Raises the `Problem` of a refused login. Another user than before starts with an empty page. */
function logIn(given: wire.Credentials): Promise<wire.Principal> {
  return enter(wire.logIn(given))
}

/** However it was done; rejects with the `Problem` of a refused login. */
async function enter(login: Promise<wire.Principal>): Promise<wire.Principal> {
  const before = principal.value
  const found = await login
  if (before && isOther(before, found)) return discard()
  principal.value = found
  expired.value = false
  settle((each) => each.done())
  return found
}

async function logOut(): Promise<void> {
  try {
    await wire.logOut()
  } catch (problem) {
    if (!(problem instanceof Problem && problem.status === 401)) throw problem
  }
  discard()
}

/** Removes everything of this user from the page, by a reload. */
function discard(): never {
  dropUnsaved()
  dropAllInput()
  window.location.assign('/login')
  throw new Problem({ status: 401, code: 'auth.required', detail: '', errors: [] })
}

function isOther(before: wire.Principal, now: wire.Principal): boolean {
  return before.name !== now.name || before.customs_code !== now.customs_code
}

function settle(how: (each: typeof waiting[number]) => void): void {
  const settled = waiting
  waiting = []
  settled.forEach(how)
}

/** Gives the session to the calls of the API. Called once, from main.ts. */
export function installSession(): void {
  setSessionAccess({
    token: () => principal.value?.csrf_token ?? undefined,
    renew: () => new Promise((done, failed) => {
      expired.value = true
      waiting.push({ done, failed })
    }),
    refresh: async () => { await load() },
  })
}
