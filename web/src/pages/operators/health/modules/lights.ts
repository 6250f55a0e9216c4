/** The lights of the parts: each shows the worst of the findings that are about it. */
import type { Finding } from '@/api/operators-health'

type Severity = Finding['severity']

/** Light → the parts that the doctor names. A part that is in no light is not lost: the list of findings has it. */
const PARTS = {
  database: ['database', 'clock', 'mode'],
  temporal: ['temporal', 'search attributes', 'workflows', 'processes'],
  worker: ['workflow tasks', 'activity tasks'],
  customs: ['customs', 'customs clock', 'customs directory', 'customs sftp'],
  files: ['files'],
  schedules: ['schedules', 'upkeep'],
  lists: ['lists'],
  calendar: ['calendar', 'hours'],
  keys: ['keys', 'trust', 'envelope'],
  disk: ['disk', 'restore'],
  queues: ['receipts', 'deliveries', 'inbox'],
} as const

type LightName = keyof typeof PARTS

export interface Light {
  name: LightName
  severity: Severity
  /** The findings that made it so; the good ones while all is well. */
  findings: Finding[]
}

const RANK: Record<Severity, number> = { ok: 0, warning: 1, fault: 2 }

/** Returns the lights of which the doctor has found anything, in a fixed order. */
export function lightsOf(findings: readonly Finding[]): Light[] {
  return (Object.keys(PARTS) as LightName[]).flatMap((name) => {
    const own = findings.filter(({ part }) => (PARTS[name] as readonly string[]).includes(part))
    const severity = worst(own)
    return severity ? [{ name, severity, findings: own.filter((each) => each.severity === severity) }] : []
  })
}

/** The worst severity; undefined where nothing was found. */
function worst(findings: readonly Finding[]): Severity | undefined {
  return findings.map(({ severity }) => severity).sort((a, b) => RANK[b] - RANK[a])[0]
}
