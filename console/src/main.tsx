import '@mantine/core/styles.css'
import './frame/console.css'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { applyVariables } from './frame/theme'

applyVariables()
createRoot(document.getElementById('root')!).render(<App />)
