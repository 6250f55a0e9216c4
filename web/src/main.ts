/** Assembles the page: styles, keyboard, router. */
import { createApp } from 'vue'
import { watchHands } from './accidents'
import './composables/theme'
import App from './App.vue'
import { install } from './keys'
import { router } from './router'
import './styles/tokens.css'
import './styles/page.css'
import './styles/form.css'

watchHands(document)
install(document)
createApp(App).use(router).mount('#app')
