/** Assembles the page: styles, keyboard, session, router. Nothing else in src/ has an effect when it is imported. */
import { createApp } from 'vue'
import { watchHands } from './accidental-input'
import App from './App.vue'
import { installCard } from './composables/card'
import { installSession } from './composables/session'
import { installTheme } from './composables/theme'
import { installUnsaved } from './composables/unsaved'
import { install } from './keys'
import { makeRouter } from './router'
import './styles/tokens.css'
import './styles/page.css'
import './styles/form.css'

watchHands(document)
install(document)
installTheme()
installSession()
installCard()
installUnsaved()
createApp(App).use(makeRouter()).mount('#app')
