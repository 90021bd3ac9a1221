import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles.ts'
import { App } from './app.tsx'

const place = document.getElementById('root')
if (place !== null) createRoot(place).render(<StrictMode><App /></StrictMode>)
