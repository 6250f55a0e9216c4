/** The lines of a tile about single things: what ends, and which list is how old. */
import type { Tile } from '@/api/operators-today'
import { dateOf } from '@/dates'
import { t } from '@/i18n/operators/today'

type What = 'certificate' | 'revocation_list' | 'api_key'
type List = 'ports' | 'hs_codes' | 'enterprises'

/** As many as a tile has room for; its page shows all. */
const MOST = 3

/** Returns the lines of a tile; none for one that only counts. */
export function linesOf(tile: Tile): string[] {
  const ends = tile.expiring.map(({ what, name, at }) =>
    line(t(`what.${what as What}`, { name }), at, 'ends.unreadable'))
  const lists = tile.lists.map(({ name, changed_at: at }) => line(t(`list.${name as List}`), at, 'list.never'))
  return [...ends.slice(0, MOST), ...lists]
}

function line(name: string, at: string | null, otherwise: 'ends.unreadable' | 'list.never'): string {
  return at ? t('ends', { name, at: dateOf(Date.parse(at)) }) : t(otherwise, { name })
}
