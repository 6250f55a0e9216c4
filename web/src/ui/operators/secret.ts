import { t } from '@/i18n/operators/frame'

/** Returns the words around a secret that is shown once. */
export const handedOver = () => ({ about: t('secret.once'), copy: t('secret.copy'), copied: t('secret.copied') })
