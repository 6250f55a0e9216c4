/** 暂存: a first save makes the draft, later ones replace its content, unless somebody else has saved meanwhile. */
import { ref, shallowRef } from 'vue'
import { read, type Appointment } from '@/api/appointments'
import { retryUnknown, Intent, newKey } from '@/api/commands'
import { create, save } from '@/api/drafts'
import { Problem, type Fault } from '@/api/problems'
import { showProblem } from '@/ui/messages'
import type { Draft } from './draft'
import { bodyOf, clone, formOf, same, type Form } from './form'

/** `refuse` shows faults that have fields. */
export function useSaving(draft: Draft, refuse: (faults: readonly Fault[]) => void) {
  const busy = ref(false)
  /** The version on the server that conflicts with the form. */
  const conflict = shallowRef<Appointment>()
  const write = useWriting(draft)

  /** True if everything typed is saved now; if not, a message has told why. */
  async function put(): Promise<boolean> {
    busy.value = true
    try {
      if (draft.number.value === undefined) await write.first()
      if (draft.isDirty.value) await write.again()
      return !draft.isDirty.value
    } catch (problem) {
      await answer(problem)
      return false
    } finally {
      busy.value = false
    }
  }

  async function answer(problem: unknown): Promise<void> {
    if (problem instanceof Problem && problem.code === 'version.stale') await compare()
    else if (problem instanceof Problem && problem.faults.some((fault) => fault.field)) refuse(problem.faults)
    else showProblem(problem)
  }

  async function compare(): Promise<void> {
    try {
      const theirs = await read(draft.number.value ?? '')
      if (theirs.permitted_actions.includes('save')) conflict.value = theirs
      else draft.take(theirs)
    } catch (problem) {
      showProblem(problem)
    }
  }

  /** The comparison's outcome is on top of their version, and is saved as such. */
  async function settle(form: Form): Promise<boolean> {
    if (!conflict.value) return false
    draft.agree(conflict.value)
    draft.form.value = form
    conflict.value = undefined
    return put()
  }

  return { busy, conflict, put, compare, settle }
}

/** The two calls; what is typed while one is on its way stays, and is unsaved. */
function useWriting(draft: Draft) {
  const replacing = new Intent()

  /** A creation whose outcome is unknown is settled before anything typed since, also after a reload. */
  async function first(): Promise<void> {
    const { key, body } = draft.creation.value ??= { key: newKey(), body: bodyOf(draft.form.value) }
    const sent = clone(draft.form.value)
    try {
      arrived(await retryUnknown(() => create(body, key)), sent)
    } catch (problem) {
      if (!(problem instanceof Problem && problem.isUnknown)) draft.creation.value = undefined
      throw problem
    }
  }

  async function again(): Promise<void> {
    const sent = clone(draft.form.value)
    const { number, version } = draft
    const body = bodyOf(sent)
    const content = { body, version: version.value }
    arrived(await replacing.run(content, (key) => save(number.value ?? '', version.value, body, key)), sent)
  }

  /** The server writes texts a little tidier than they were typed; what was typed since stays. */
  function arrived(view: Appointment, sent: Form): void {
    const isStill = same(draft.form.value, sent)
    draft.agree(view)
    if (isStill && sameContent(view, sent)) draft.form.value = formOf(view.content)
  }

  return { first, again }
}

/** Whether the view holds what was sent; a creation that was settled late holds what was sent before. */
function sameContent(view: Appointment, sent: Form): boolean {
  const trimmed = (form: Form) => JSON.stringify(bodyOf(form), (_, value: unknown) =>
    typeof value === 'string' ? value.trim() : value)
  return trimmed(formOf(view.content)) === trimmed(sent)
}
