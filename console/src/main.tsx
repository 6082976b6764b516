import '@mantine/core/styles.css'
import './common/console.css'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { applyVariables } from './common/theme'

applyVariables()
createRoot(document.getElementById('root')!).render(<App />)
